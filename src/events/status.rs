//! `status`: somebody set a commit status. Ours are check runs, so one under our name is not ours.

use serde::Deserialize;

use crate::domain::{Access, Fact, Impostor, Sha};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "status",
    delivered: Delivered::Subscribed { permission: "statuses", level: Access::Read },
    reads: Reads::Everything,
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    sha: Option<String>,
    context: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let payload = told.read::<Payload>()?;
    if !payload.context.as_deref().is_some_and(Impostor::is_our_name) {
        return Ok(Heard::ignored());
    }
    let repo = told.must_repo()?;
    let head: Option<Sha> = payload.sha.as_deref().and_then(|sha| sha.parse().ok());
    let head = head.ok_or(BadPayload::Lacks("sha"))?;
    let by = told.by().ok_or(BadPayload::Lacks("sender"))?;
    let by = Impostor::Status { user: by.id, login: by.login };
    let mut heard = told.heard();
    heard.observations.push(told.observe(Fact::Impostor { repo, head, by }, true));
    Ok(heard)
}

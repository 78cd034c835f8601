//! `push`: a branch moved. What it grants by now is read from the branch itself: the list of
//! commits is cut and its names are anybody's.

use serde::Deserialize;

use crate::domain::{Access, Entity, Foreign};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "push",
    delivered: Delivered::Subscribed { permission: "contents", level: Access::Read },
    reads: Reads::Everything,
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    #[serde(rename = "ref")]
    reference: Option<String>,
    before: Option<String>,
    deleted: bool,
    repository: Repository,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repository {
    default_branch: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let payload = told.read::<Payload>()?;
    let branch = payload.reference.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
    let Some(branch) = branch.filter(|_| !payload.deleted) else { return Ok(Heard::ignored()) };
    let repo = told.must_repo()?;
    let is_default = payload.repository.default_branch.as_deref() == Some(branch);
    let mut heard = told.heard();
    // On the default branch a push is a grant; elsewhere it only may move what others build on.
    let entity = Entity::Branch { repo, branch: Foreign::new(branch) };
    let mut hint = told.hint(entity, is_default);
    hint.names.login = told.by().map(|by| by.login);
    hint.names.before = payload.before.as_deref().and_then(|sha| sha.parse().ok());
    heard.hints.push(hint);
    Ok(heard)
}

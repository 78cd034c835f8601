//! `delete`: a branch or a tag is no more, and with it what its files granted.

use serde::Deserialize;

use crate::domain::{Access, Entity, Foreign};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "delete",
    delivered: Delivered::Subscribed { permission: "contents", level: Access::Read },
    reads: Reads::Everything,
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    #[serde(rename = "ref")]
    name: Option<String>,
    ref_type: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let payload = told.read::<Payload>()?;
    if payload.ref_type.as_deref() != Some("branch") {
        return Ok(Heard::ignored());
    }
    let repo = told.must_repo()?;
    let branch = Foreign::new(payload.name.as_deref().ok_or(BadPayload::Lacks("ref"))?);
    let mut heard = told.heard();
    heard.hints.push(told.hint(Entity::Branch { repo, branch }, false));
    Ok(heard)
}

//! `member`: a collaborator of a repository was added, changed or removed.
//!
//! The payload may leave out what changed, and other grants may remain: the permission is read.

use serde::Deserialize;

use crate::domain::{Access, Entity, Hint};
use crate::events::envelope::Account;
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "member",
    delivered: Delivered::Subscribed { permission: "members", level: Access::Read },
    reads: Reads::Actions(&["added", "edited", "removed"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    member: Option<Account>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let member = told.read::<Payload>()?.member.unwrap_or_default();
    let user = member.user().ok_or(BadPayload::Lacks("member.id"))?;
    let entity = Entity::Collaborator { repo: told.must_repo()?, user };
    let mut heard = told.heard();
    let mut hint = Hint { about: member.actor(), ..told.hint(entity, told.action() != "removed") };
    hint.names.login = member.login();
    heard.hints.push(hint);
    Ok(heard)
}

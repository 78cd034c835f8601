//! `repository`: a repository came, went, moved, or changed who may read it.

use crate::domain::{Access, Entity};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "repository",
    delivered: Delivered::Subscribed { permission: "metadata", level: Access::Read },
    reads: Reads::Actions(&[
        "archived",
        "created",
        "deleted",
        "edited",
        "privatized",
        "publicized",
        "renamed",
        "transferred",
        "unarchived",
    ]),
    hear,
};

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let entity = Entity::Repo { repo: told.must_repo()? };
    // A deleted repository is still described in full: that is no sign of life.
    let mut heard = match told.action() {
        "deleted" => Heard { interesting: true, ..Heard::default() },
        _ => told.heard(),
    };
    heard.hints.push(told.hint(entity, told.action() == "publicized"));
    Ok(heard)
}

//! `public`: a private repository became public. Comes beside `repository.publicized`.

use crate::domain::{Access, Entity};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "public",
    delivered: Delivered::Subscribed { permission: "metadata", level: Access::Read },
    reads: Reads::Everything,
    hear,
};

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let entity = Entity::Repo { repo: told.must_repo()? };
    let mut heard = told.heard();
    heard.hints.push(told.hint(entity, true));
    Ok(heard)
}

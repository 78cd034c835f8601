//! `installation_target`: the organisation has another name. Its number stays.

use crate::domain::Entity;
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "installation_target",
    delivered: Delivered::Always,
    reads: Reads::Actions(&["renamed"]),
    hear,
};

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let mut heard = told.heard();
    heard.hints.push(told.hint(Entity::Installation, false));
    Ok(heard)
}

//! `installation_repositories`: our App sees other repositories than before.
//!
//! A repository taken away from us answers 404 from then on, exactly as a deleted one does. So it
//! is not read again: only the installation is.

use serde::Deserialize;

use crate::domain::Entity;
use crate::events::envelope::Repository;
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "installation_repositories",
    delivered: Delivered::Always,
    reads: Reads::Actions(&["added", "removed"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    repositories_added: Option<Vec<Repository>>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let added = told.read::<Payload>()?.repositories_added.unwrap_or_default();
    let mut heard = told.heard();
    heard.observations.extend(added.iter().filter_map(|it| told.mention(it)));
    heard.hints.push(told.hint(Entity::Installation, false));
    Ok(heard)
}

//! `installation`: our own App was installed, changed, suspended or removed. Other Apps never
//! show here.

use serde::Deserialize;

use crate::domain::Entity;
use crate::events::envelope::Repository;
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "installation",
    delivered: Delivered::Always,
    reads: Reads::Actions(&[
        "created",
        "deleted",
        "new_permissions_accepted",
        "suspend",
        "unsuspend",
    ]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    repositories: Option<Vec<Repository>>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let repositories = told.read::<Payload>()?.repositories.unwrap_or_default();
    let mut heard = told.heard();
    heard.observations.extend(repositories.iter().filter_map(|it| told.mention(it)));
    heard.hints.push(told.hint(Entity::Installation, false));
    Ok(heard)
}

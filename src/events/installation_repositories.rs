//! `installation_repositories`: our App sees other repositories than before.
//!
//! A repository taken away from us answers 404 from then on, exactly as a deleted one does. So it
//! is not read again: GitHub is asked whether the installation covers it.

use serde::Deserialize;

use crate::domain::{Entity, Hint, Names, RepoId};
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
    repositories_removed: Option<Vec<Repository>>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let Payload { repositories_added, repositories_removed } = told.read()?;
    let mut heard = told.heard();
    for repository in repositories_added.iter().chain(&repositories_removed).flatten() {
        heard.observations.extend(told.mention(repository));
        let Some(repo) = repository.id.map(RepoId) else { continue };
        let names = Names { repo: repository.name(), ..Names::default() };
        heard.hints.push(Hint { names, ..told.hint(Entity::Selected { repo }, false) });
    }
    heard.hints.push(told.hint(Entity::Installation, false));
    Ok(heard)
}

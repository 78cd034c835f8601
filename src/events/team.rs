//! `team`: a team's reach over a repository changed, or the team itself did.

use serde::Deserialize;

use crate::domain::{Access, Entity, TeamId, TeamSlug};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "team",
    delivered: Delivered::Subscribed { permission: "members", level: Access::Read },
    reads: Reads::Actions(&["added_to_repository", "deleted", "edited", "removed_from_repository"]),
    hear,
};

/// A team in a payload. A deleted one has no slug.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Team {
    /// Its number.
    pub(super) id: Option<i64>,
    slug: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    team: Option<Team>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let team = told.read::<Payload>()?.team.unwrap_or_default();
    let id = TeamId(team.id.ok_or(BadPayload::Lacks("team.id"))?);
    // `edited` names a repository when it is the team's permission there that changed.
    let (entity, news) = match (told.action(), told.repo()) {
        ("removed_from_repository", Some(repo)) => (Entity::TeamRepo { team: id, repo }, false),
        ("added_to_repository" | "edited", Some(repo)) => {
            (Entity::TeamRepo { team: id, repo }, true)
        }
        ("added_to_repository" | "removed_from_repository", None) => {
            return Err(BadPayload::Lacks("repository.id"));
        }
        _ => (Entity::Team { team: id }, false),
    };
    let mut heard = told.heard();
    let mut hint = told.hint(entity, news);
    hint.names.team = team.slug();
    heard.hints.push(hint);
    Ok(heard)
}

impl Team {
    /// Its slug, if it has one.
    pub(super) fn slug(&self) -> Option<TeamSlug> {
        self.slug.as_deref()?.parse().ok()
    }
}

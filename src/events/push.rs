//! `push`: a branch or a tag moved. What it grants by now is read from the branch itself: the list of
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
    let name = payload.reference.as_deref().filter(|_| !payload.deleted).unwrap_or_default();
    let branch = name.strip_prefix("refs/heads/");
    let (Some(short), repo) = (branch.or(name.strip_prefix("refs/tags/")), told.must_repo()?)
    else {
        return Ok(Heard::ignored());
    };
    let is_default = branch.is_some() && payload.repository.default_branch.as_deref() == branch;
    let mut heard = told.heard();
    // On the default branch a push is a grant; elsewhere it only may move what others build on.
    let entity = match branch {
        Some(_) => Entity::Branch { repo, branch: Foreign::new(short) },
        None => Entity::Tag { repo, tag: Foreign::new(short) },
    };
    let mut hint = told.hint(entity, is_default);
    hint.names.login = told.by().map(|by| by.login);
    hint.names.before = payload.before.as_deref().and_then(|sha| sha.parse().ok());
    heard.hints.push(hint);
    Ok(heard)
}

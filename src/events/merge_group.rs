//! `merge_group`: pull requests that GitHub would merge together wait for their checks.

use serde::Deserialize;

use crate::domain::{Access, Entity, Foreign};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "merge_group",
    delivered: Delivered::Subscribed { permission: "merge_queues", level: Access::Read },
    reads: Reads::Actions(&["checks_requested"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    merge_group: Group,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    head_sha: Option<String>,
    base_ref: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let group = told.read::<Payload>()?.merge_group;
    let repo = told.must_repo()?;
    let head = group.head_sha.as_deref().and_then(|sha| sha.parse().ok());
    let head = head.ok_or(BadPayload::Lacks("merge_group.head_sha"))?;
    let base = group.base_ref.as_deref().ok_or(BadPayload::Lacks("merge_group.base_ref"))?;
    let base = Foreign::new(base.strip_prefix("refs/heads/").unwrap_or(base));
    let mut heard = told.heard();
    heard.hints.push(told.hint(Entity::MergeGroup { repo, head, base }, true));
    Ok(heard)
}

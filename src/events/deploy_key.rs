//! `deploy_key`: an SSH key of one repository came or went.
//!
//! There is no "edited": a key that may now write is another key.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{
    Access, Class, Entity, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind,
    Reach, Standing, Through, print_of_key,
};
use crate::events::told::{Told, date};
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "deploy_key",
    delivered: Delivered::Subscribed { permission: "deployments", level: Access::Read },
    reads: Reads::Actions(&["created", "deleted"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    key: Option<Key>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Key {
    id: Option<i64>,
    title: Option<Foreign>,
    key: Option<String>,
    read_only: Option<bool>,
    created_at: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let key = told.read::<Payload>()?.key.unwrap_or_default();
    let number = key.id.ok_or(BadPayload::Lacks("key.id"))?;
    let repo = told.must_repo()?;
    let mut heard = told.heard();
    if told.action() == "deleted" {
        heard.hints.push(told.hint(Entity::DeployKey { repo, key: number }, false));
        return Ok(heard);
    }
    let identity = Identity {
        key: IdentityKey::new(IdentityKind::DeployKey, number),
        name: key.title.unwrap_or_default(),
        login: None,
        repo: Some(repo),
        class: Class::Machine,
        catalogue: None,
        fingerprint: key.key.as_deref().and_then(print_of_key),
        holder: None,
        standing: Standing::Live,
    };
    let grant = Grant {
        through: Through::DeployKey,
        reach: Reach::one(repo),
        access: key.read_only.map(|read_only| if read_only { Access::Read } else { Access::Write }),
        permissions: BTreeMap::new(),
        role: None,
        expiry: Expiry::NotApplicable,
        power: None,
        called: None,
        by: told.by(),
        at: date(key.created_at.as_deref()).unwrap_or(told.received()),
        as_of: told.received(),
        evidence: told.evidence(),
    };
    let holds = Fact::Holds { identity: Box::new(identity), grant: Box::new(grant) };
    heard.observations.push(told.observe(holds, true));
    Ok(heard)
}

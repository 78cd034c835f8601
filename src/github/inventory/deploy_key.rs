//! `GET /repos/{owner}/{repo}/keys/{key}`. A key's number is unique across repositories.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{
    Access, Class, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind, Reach,
    RepoId, Standing, Through, Timestamp, print_of_key,
};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};

/// `added_by` is a login without a number: whoever sent the event is the better witness. Only a
/// listing reads it, which has no other.
#[derive(Deserialize)]
pub(super) struct Key {
    id: i64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    created_at: Option<Timestamp>,
    #[serde(default)]
    last_used: Option<Timestamp>,
    #[serde(default)]
    pub(super) added_by: Option<String>,
}

pub(super) async fn read(r: &Reading<'_>, repo: RepoId, number: i64) -> Result<Found, Failure> {
    let who = r.with(&[("administration", "read")]);
    let name = match &r.names.repo {
        Some(name) => name.clone(),
        None => r.repo_name(&who, repo).await?,
    };
    let key = IdentityKey::new(IdentityKind::DeployKey, number);
    let path = |name| format!("/repos/{name}/keys/{number}");
    let mut answer = r.github.send(Call::get(&who, path(&name))).await?;
    if answer.is_missing() {
        // The name may mean another repository by now: the number decides.
        let name = r.repo_name(&who, repo).await?;
        answer = r.github.send(Call::get(&who, path(&name))).await?;
        if answer.is_missing() {
            return Ok((vec![Fact::Gone { identity: key }], answer.request));
        }
    }
    let request = answer.request.clone();
    let wire: Key = answer.json()?;
    if wire.id != number {
        return Err(Failure::blind(format!("GitHub answers with another key for {number}.")));
    }
    Ok((vec![fact(r, repo, &wire, &request), dated(&wire)], request))
}

/// When it was made and used. A key has one value for life.
pub(super) fn dated(wire: &Key) -> Fact {
    let identity = IdentityKey::new(IdentityKind::DeployKey, wire.id);
    Fact::Dated { identity, stored: wire.created_at, used: wire.last_used }
}

/// What a key is and may do.
pub(super) fn fact(r: &Reading<'_>, repo: RepoId, wire: &Key, request: &str) -> Fact {
    let identity = Identity {
        key: IdentityKey::new(IdentityKind::DeployKey, wire.id),
        name: Foreign::new(&wire.title),
        login: None,
        repo: Some(repo),
        class: Class::Machine,
        fingerprint: print_of_key(&wire.key),
        catalogue: None,
        holder: None,
        standing: Standing::Live,
    };
    let grant = Grant {
        through: Through::DeployKey,
        reach: Reach::one(repo),
        access: Some(if wire.read_only { Access::Read } else { Access::Write }),
        permissions: BTreeMap::new(),
        role: None,
        expiry: Expiry::NotApplicable,
        power: None,
        called: None,
        by: None,
        at: wire.created_at.unwrap_or(r.now),
        as_of: r.now,
        evidence: Reading::evidence(request),
    };
    Fact::Holds { identity: identity.into(), grant: grant.into() }
}

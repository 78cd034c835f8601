//! `GET /repos/{owner}/{repo}/secret-scanning/alerts/{number}`, without the secret.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{
    Class, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind, Reach, RepoId,
    Standing, Through, Timestamp,
};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Alert {
    number: i64,
    state: String,
    resolution: Option<String>,
    created_at: Option<Timestamp>,
    secret_type: String,
    secret_type_display_name: Option<String>,
}

/// A revoked credential is gone for good. Every other resolution can be taken back: it only
/// closes the door.
pub(super) async fn read(r: &Reading<'_>, id: RepoId, alert: i64) -> Result<Found, Failure> {
    let who = r.with(&[("secret_scanning_alerts", "read")]);
    let name = r.repo_name(&who, id).await?;
    // Without `hide_secret` the answer holds the secret itself.
    let path = format!("/repos/{name}/secret-scanning/alerts/{alert}?hide_secret=true");
    let key = IdentityKey::scoped(IdentityKind::LeakedCredential, id.0, &[&alert.to_string()]);
    let request = format!("GET {path}");
    let gone = |key| Ok((vec![Fact::Gone { identity: key }], request.clone()));
    let Some(answer) = r.find(Call::get(&who, path.clone()), &format!("/repos/{name}")).await?
    else {
        return gone(key);
    };
    let wire: Alert = answer.json()?;
    if wire.number != alert {
        return Err(Failure::blind(format!("GitHub answers with another alert for {alert}.")));
    }
    let through = Through::Leak { repo: id, alert };
    match (wire.state.as_str(), wire.resolution.as_deref()) {
        ("resolved", Some("revoked")) => return gone(key),
        ("resolved", _) => return Ok((vec![Fact::Lacks { identity: key, through }], request)),
        _ => {}
    }
    let words = wire.secret_type_display_name.as_deref().unwrap_or(&wire.secret_type);
    let identity = Identity {
        key,
        name: Foreign::new(words),
        login: None,
        repo: Some(id),
        class: Class::Machine,
        fingerprint: None,
        catalogue: None,
        holder: None,
        standing: Standing::Live,
    };
    let grant = Grant {
        through,
        reach: Reach::Unknown,
        access: None,
        permissions: BTreeMap::new(),
        role: None,
        expiry: Expiry::NotApplicable,
        power: None,
        called: None,
        by: None,
        at: wire.created_at.unwrap_or(r.now),
        as_of: r.now,
        evidence: Reading::evidence(&request),
    };
    Ok((vec![Fact::Holds { identity: identity.into(), grant: grant.into() }], request))
}

//! `secret_scanning_alert`: GitHub found a credential in a repository. The credential is an
//! identity: whoever holds it can act. Its value is never in the payload and never kept.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalogue;
use crate::domain::{
    Access, Class, Entity, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind,
    Reach, RepoId, Standing, Through,
};
use crate::events::told::{Told, date};
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "secret_scanning_alert",
    delivered: Delivered::Subscribed { permission: "secret_scanning_alerts", level: Access::Read },
    reads: Reads::Actions(&[
        "created",
        "publicly_leaked",
        "reopened",
        "resolved",
        "revoked",
        "validated",
    ]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    alert: Option<Alert>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Alert {
    number: Option<i64>,
    secret_type: Option<String>,
    secret_type_display_name: Option<Foreign>,
    created_at: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let alert = told.read::<Payload>()?.alert.unwrap_or_default();
    let number = alert.number.ok_or(BadPayload::Lacks("alert.number"))?;
    let repo = told.must_repo()?;
    let mut heard = told.heard();
    if matches!(told.action(), "created" | "publicly_leaked" | "reopened") {
        heard.observations.push(told.observe(holds(told, alert, number, repo), true));
    } else {
        heard.hints.push(told.hint(Entity::SecretAlert { repo, alert: number }, false));
    }
    Ok(heard)
}

fn holds(told: &Told<'_>, alert: Alert, number: i64, repo: RepoId) -> Fact {
    let kind = alert.secret_type.unwrap_or_default();
    let identity = Identity {
        key: IdentityKey::scoped(IdentityKind::LeakedCredential, repo.0, &[&number.to_string()]),
        catalogue: catalogue::secret_type(&kind).map(|entry| entry.id.clone()),
        name: alert.secret_type_display_name.unwrap_or_else(|| Foreign::new(&kind)),
        login: None,
        repo: Some(repo),
        class: Class::Machine,
        fingerprint: None,
        holder: None,
        standing: Standing::Live,
    };
    let grant = Grant {
        through: Through::Leak { repo, alert: number },
        reach: Reach::Unknown,
        access: None,
        permissions: BTreeMap::new(),
        role: None,
        expiry: Expiry::NotApplicable,
        power: None,
        called: None,
        by: told.by(),
        at: date(alert.created_at.as_deref()).unwrap_or(told.received()),
        as_of: told.received(),
        evidence: told.evidence(),
    };
    Fact::Holds { identity: Box::new(identity), grant: Box::new(grant) }
}

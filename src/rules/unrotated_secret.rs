//! A secret or a key that nobody has replaced for long.

use jiff::SignedDuration;

use crate::domain::{IdentityKind, Ownership, Severity, Timestamp};
use crate::policy::Policy;
use crate::register::{Entry, NotLoaded, Record};
use crate::rules::over_time::due;
use crate::rules::{Facts, Hit, Rule};
use crate::words::moment;

pub(super) const RULE: Rule = Rule {
    id: "unrotated-secret",
    title: "A secret or key that nobody has replaced for long",
    severity: Severity::Medium,
    tags: &["NHI7:2025", "CICD-SEC-6"],
    docs: include_str!("unrotated_secret.md"),
    check,
};

/// Since when its value is what it is, or a person said that it may be; and how long it may.
pub(super) fn since(policy: &Policy, record: &Record) -> Option<(Timestamp, SignedDuration)> {
    use IdentityKind::{
        ActionsSecret, AgentsSecret, CodespacesSecret, DependabotSecret, DeployKey, PrivateRegistry,
    };
    let kinds = [
        ActionsSecret,
        AgentsSecret,
        CodespacesSecret,
        DependabotSecret,
        DeployKey,
        PrivateRegistry,
    ];
    kinds.contains(&record.identity.key.kind()).then_some(())?;
    let since = record.dates.stored?.max(accepted(record));
    Some((since, policy.limits.rotate()))
}

/// When a person last answered for it. A holder answers from the beginning.
pub(super) fn accepted(record: &Record) -> Timestamp {
    match &record.ownership {
        Ownership::Owned { since, .. } => *since,
        Ownership::Unowned { .. } | Ownership::Retired { .. } => Timestamp::UNIX_EPOCH,
    }
}

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Some(since) = due(RULE.id, entry) else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let name = facts.name(record)?;
    let stored = record.dates.stored.unwrap_or(since);
    let message = format!(
        "Nobody has replaced it since {}, which is longer than {} days: {name}.",
        moment(stored),
        facts.policy.limits.rotate_days
    );
    Ok(vec![Hit { discriminator: since.as_second().to_string(), ..Hit::on(record, message) }])
}

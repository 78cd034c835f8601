//! A credential that nobody uses.

use jiff::SignedDuration;

use crate::domain::{Severity, Timestamp};
use crate::policy::Policy;
use crate::register::{Entry, NotLoaded, Record};
use crate::rules::over_time::due;
use crate::rules::unrotated_secret::accepted;
use crate::rules::{Facts, Hit, Rule};
use crate::words::moment;

pub(super) const RULE: Rule = Rule {
    id: "unused-identity",
    title: "A credential that nobody uses",
    severity: Severity::Medium,
    tags: &["NHI1:2025", "NHI5:2025"],
    docs: include_str!("unused_identity.md"),
    check,
};

/// Since when GitHub states no use, or a person said that it may rest; and how long it may. Silent
/// about kinds of which GitHub does not state it: not seen is not unused.
pub(super) fn since(policy: &Policy, record: &Record) -> Option<(Timestamp, SignedDuration)> {
    record.identity.key.kind().states_use().then_some(())?;
    record.dates.since?;
    let began = record.grants.iter().map(|grant| grant.at).min();
    let since = record.dates.used.or(began)?.max(accepted(record));
    Some((since, policy.limits.unused()))
}

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Some(since) = due(RULE.id, entry) else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let name = facts.name(record)?;
    let message = match record.dates.used {
        Some(used) => format!("GitHub states no use of it since {}: {name}.", moment(used)),
        None => format!("GitHub states that it was never used: {name}."),
    };
    Ok(vec![Hit { discriminator: since.as_second().to_string(), ..Hit::on(record, message) }])
}

//! An identity that was silent for long and acts again.

use jiff::SignedDuration;

use crate::domain::{Severity, Timestamp};
use crate::register::{Change, Entry, NotLoaded, Record};
use crate::rules::{Facts, Hit, Rule};
use crate::words::moment;

pub(super) const RULE: Rule = Rule {
    id: "woken-identity",
    title: "An identity acts after a long silence",
    severity: Severity::Medium,
    tags: &["NHI1:2025", "T1078.004 (ATT&CK v16)"],
    docs: include_str!("woken_identity.md"),
    check,
};

/// How long an identity must have been watched before its silence means anything.
const WARM_UP: SignedDuration = SignedDuration::from_hours(7 * 24);

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Used { idle_since: Some(since), .. } = &entry.change else {
        return Ok(Vec::new());
    };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let silence = entry.at.duration_since(*since);
    // What the catalogue knows works when there is work: a bot that updates monthly is no news.
    let known = record.identity.catalogue.is_some();
    if known || silence < facts.policy.limits.silent() || is_new(record, entry.at) {
        return Ok(Vec::new());
    }
    let name = facts.name(record)?;
    let source = if record.identity.key.kind().states_use() {
        "as GitHub states"
    } else {
        "as far as was seen here"
    };
    let message = format!(
        "It was used again after {} days without use, {source}: {name}. The time before was {}.",
        silence.as_hours() / 24,
        moment(*since)
    );
    Ok(vec![Hit { discriminator: entry.at.as_second().to_string(), ..Hit::on(record, message) }])
}

fn is_new(record: &Record, at: Timestamp) -> bool {
    let watched = record.dates.since.unwrap_or(record.first_seen).min(record.first_seen);
    at.duration_since(watched) < WARM_UP
}

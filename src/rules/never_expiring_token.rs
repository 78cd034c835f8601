//! A token that works until somebody remembers to revoke it.

use crate::domain::{Expiry, IdentityKind, Severity};
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "never-expiring-token",
    title: "A personal access token that never expires",
    severity: Severity::Medium,
    tags: &["NHI7:2025", "CICD-SEC-6"],
    docs: include_str!("never_expiring_token.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let grant = match &entry.change {
        Change::Added { grant, .. } => grant,
        Change::Widened { from, to, .. } if from.expiry != Expiry::Never => to,
        _ => return Ok(Vec::new()),
    };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let is_pat = record.identity.key.kind() == IdentityKind::FineGrainedPat;
    if !is_pat || grant.expiry != Expiry::Never {
        return Ok(Vec::new());
    }
    let name = facts.name(record)?;
    let message = format!("It works until somebody revokes it: {name} has no end date.");
    Ok(vec![Hit::on(record, message)])
}

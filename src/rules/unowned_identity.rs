//! An identity that was just given power, and nobody answers for it.

use crate::domain::Severity;
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "unowned-identity",
    title: "An identity without an owner",
    severity: Severity::Medium,
    tags: &["NHI1:2025", "NHI10:2025", "CICD-SEC-2"],
    docs: include_str!("unowned_identity.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    if !matches!(entry.change, Change::Added { .. }) {
        return Ok(Vec::new());
    }
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    if record.ownership.is_owned() {
        return Ok(Vec::new());
    }
    let message = format!("Nobody owns {}.", facts.name(record)?);
    Ok(vec![Hit::on(record, message)])
}

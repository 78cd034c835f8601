//! The last person who answered for an identity is gone.

use crate::domain::Severity;
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "owner-left",
    title: "The owner left",
    severity: Severity::High,
    tags: &["NHI1:2025", "CICD-SEC-2"],
    docs: include_str!("owner_left.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Orphaned { last } = &entry.change else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let name = facts.name(record)?;
    let message = format!("{} answered for {name} and is gone. Nobody owns it now.", last.plain());
    Ok(vec![Hit::on(record, message)])
}

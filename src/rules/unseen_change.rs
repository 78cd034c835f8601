//! GitHub says that an App's installation was changed, and does not show how.

use crate::domain::{Reach, Severity};
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::{Facts, Hit, Rule};
use crate::words::moment;

pub(super) const RULE: Rule = Rule {
    id: "unseen-change",
    title: "An App may reach other repositories than before",
    severity: Severity::Low,
    tags: &["NHI5:2025", "CICD-SEC-8"],
    docs: include_str!("unseen_change.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Altered { .. } = &entry.change else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let Some(chosen) = record.grants.iter().find(|grant| grant.reach == Reach::Chosen) else {
        return Ok(Vec::new());
    };
    let name = facts.name(record)?;
    let message = format!(
        "Its permissions are as they were, its installation was changed on {}: {name}. Its \
         repositories are chosen one by one, and GitHub shows nobody which. It may reach others now.",
        moment(chosen.at)
    );
    Ok(vec![Hit { discriminator: chosen.at.as_second().to_string(), ..Hit::on(record, message) }])
}

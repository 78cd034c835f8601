//! Somebody left an identity as it is until a date, and the date came.

use crate::domain::{Deed, Severity};
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::{Facts, Hit, Rule};
use crate::words::account;

pub(super) const RULE: Rule = Rule {
    id: "exception-over",
    title: "An exception is over",
    severity: Severity::Medium,
    tags: &["NHI1:2025", "NHI7:2025", "CICD-SEC-2"],
    docs: include_str!("exception_over.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Acted { act, .. } = &entry.change else { return Ok(Vec::new()) };
    let Deed::Lapse { until } = &act.deed else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    // Where a case asked about it before, that one asks again.
    if record.ownership.is_owned() || record.case.is_some() {
        return Ok(Vec::new());
    }
    let name = facts.name(record)?;
    let message = format!(
        "{} had left {name} as it is until now, and nobody answers for it.",
        account(&act.by.login)
    );
    Ok(vec![Hit { discriminator: until.as_second().to_string(), ..Hit::on(record, message) }])
}

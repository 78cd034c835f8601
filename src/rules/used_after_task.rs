//! An identity acts although what it was accepted for is closed.

use crate::domain::{GRACE, Severity};
use crate::register::{Change, Entry, NotLoaded, answering};
use crate::rules::{Facts, Hit, Rule};
use crate::words::moment;

pub(super) const RULE: Rule = Rule {
    id: "used-after-task",
    title: "An identity acts although its task is closed",
    severity: Severity::Medium,
    tags: &["NHI1:2025", "NHI5:2025", "ASI03:2026"],
    docs: include_str!("used_after_task.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Used { .. } = &entry.change else { return Ok(Vec::new()) };
    let Some(actor) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let record = answering(facts.slice, actor)?;
    if !record.ownership.is_owned() {
        return Ok(Vec::new());
    }
    // The newest acceptance counts; one that names no task is for none.
    let Some((repo, number)) = record.task() else { return Ok(Vec::new()) };
    let Some(task) = record.task_read((repo, number)) else { return Ok(Vec::new()) };
    let closed = task.closed_before(entry.at).filter(|_| !task.was_open(entry.at));
    let told = record.dates.said.get(RULE.id);
    let is_told = |closed| told.is_some_and(|told| *told >= closed);
    let late = |closed: &_| entry.at.duration_since(*closed) >= GRACE && !is_told(*closed);
    let Some(closed) = closed.filter(late) else { return Ok(Vec::new()) };
    let name = facts.name(record)?;
    let place = facts.repo_name(repo)?;
    let message = format!(
        "It was used on {}, and what it was accepted for, {place}#{number}, was closed on {}: {name}.",
        moment(entry.at),
        moment(closed)
    );
    Ok(vec![Hit { discriminator: closed.as_second().to_string(), ..Hit::on(record, message) }])
}

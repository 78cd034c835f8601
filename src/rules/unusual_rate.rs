//! An identity that does far more at once than it ever did.

use crate::domain::{Habits, Severity, Timestamp};
use crate::policy::Policy;
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::usage::LEARNING;
use crate::rules::{Facts, Hit, Rule, overheard};

pub(super) const RULE: Rule = Rule {
    id: "unusual-rate",
    title: "An identity does far more at once than it ever did",
    severity: Severity::Medium,
    tags: &["NHI2:2025", "T1213.003 (ATT&CK v16)", "T1567.001 (ATT&CK v16)"],
    docs: include_str!("unusual_rate.md"),
    check,
};

/// How many times the most that was ever seen on another day is unusual.
const TIMES: u32 = 3;

/// Whether so many uses within a stretch are unusual. A burst that grows is told again when it has
/// doubled.
pub(super) fn bursts(policy: &Policy, habits: &Habits, uses: u32, at: Timestamp) -> Option<Change> {
    if at.duration_since(habits.since?) < LEARNING {
        return None;
    }
    let usual = habits.usual(at);
    if uses < u32::from(policy.limits.burst_uses) || uses <= usual.saturating_mul(TIMES) {
        return None;
    }
    let told = habits.told.filter(|(then, _)| at.duration_since(*then) < Habits::STRETCH * 2);
    let minutes = Habits::STRETCH.as_mins();
    let grown = told.is_none_or(|(_, uses_then)| uses >= uses_then.saturating_mul(2));
    grown.then_some(Change::Busier { uses, minutes, usual })
}

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Busier { uses, minutes, usual } = &entry.change else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    // What the catalogue knows works when there is work.
    if record.identity.catalogue.is_some() {
        return Ok(Vec::new());
    }
    let name = facts.name(record)?;
    let message = format!(
        "It did {uses} things within {minutes} minutes: {name}. The most on any other day, as far \
         as the audit log and runs of workflows tell, was {usual}."
    );
    let message = message + &overheard::by_scripts(facts, record)?;
    let day = entry.at.as_second().div_euclid(86_400);
    Ok(vec![Hit { discriminator: day.to_string(), ..Hit::on(record, message) }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    /// Used so often within nine minutes on each of so many days; then the most uses of a burst that
    /// are told, and how often.
    fn told(days: i64, usual: i64, burst: i64) -> (u32, usize) {
        let mut habits = Habits::default();
        let at = |day: i64, second: i64| {
            Timestamp::UNIX_EPOCH + SignedDuration::from_secs(day * 86_400 + second)
        };
        for day in 0..days {
            for n in 0..usual {
                habits.count(at(day, n));
            }
        }
        let mut told = Vec::new();
        for n in 0..burst {
            let at = at(days, 40_000 + n);
            let uses = habits.count(at);
            if let Some(Change::Busier { uses, .. }) = bursts(&Policy::default(), &habits, uses, at)
            {
                habits.told = Some((at, uses));
                told.push(uses);
            }
        }
        (told.last().copied().unwrap_or(0), told.len())
    }

    #[test]
    fn a_burst_of_clones_by_something_quiet_is_told_at_twenty_five() {
        assert_eq!(told(10, 2, 24), (0, 0));
        assert_eq!(told(10, 2, 30), (25, 1));
        assert_eq!(told(10, 2, 120), (100, 3), "and again when it has doubled");
    }

    #[test]
    fn a_steady_bot_is_not_told_of_however_busy_it_is() {
        assert_eq!(told(10, 60, 60), (0, 0));
        assert_eq!(told(10, 60, 180), (0, 0));
        assert_eq!(told(10, 60, 200), (181, 1));
    }

    #[test]
    fn the_first_week_learns_and_tells_nothing() {
        assert_eq!(told(6, 1, 300), (0, 0));
        assert_eq!(told(0, 1, 300), (0, 0));
    }
}

//! An identity that is used from where it never was.

use crate::domain::{Habits, Severity, Timestamp, Whence};
use crate::policy::Policy;
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::usage::LEARNING;
use crate::rules::{Facts, Hit, Rule, overheard};

pub(super) const RULE: Rule = Rule {
    id: "new-place",
    title: "An identity is used from a new place",
    severity: Severity::Medium,
    tags: &["NHI2:2025", "T1078.004 (ATT&CK v16)", "T1550.001 (ATT&CK v16)"],
    docs: include_str!("new_place.md"),
    check,
};

/// An identity that is used from more networks than this within the time for which places are
/// remembered has no usual network; only its countries tell anything.
const ROAMS: usize = 8;

/// Whether a use comes from where the identity was not used before, for as long as places are
/// remembered. Of one that was watched for less than a week nothing is said.
pub(super) fn strays(
    policy: &Policy,
    habits: &Habits,
    whence: &Whence,
    at: Timestamp,
) -> Option<Change> {
    if at.duration_since(habits.placed_since?) < LEARNING {
        return None;
    }
    let remembered = policy.limits.place();
    let is_fresh = |last: &Timestamp| at.duration_since(*last) <= remembered;
    let networks = habits.networks.values().filter(|last| is_fresh(last)).count();
    let is_new = |known: &std::collections::BTreeMap<String, Timestamp>, seen: &Option<String>| {
        seen.as_ref().map(|seen| !known.get(seen).is_some_and(is_fresh))
    };
    let new_network = is_new(&habits.networks, &whence.network);
    // Where nothing was said of countries before, one says nothing now.
    let had_country = habits.countries.values().any(is_fresh);
    let new_country = is_new(&habits.countries, &whence.country).filter(|_| had_country);
    let strays = match new_network {
        Some(new) if networks <= ROAMS && networks > 0 => new,
        _ => new_country == Some(true),
    };
    strays.then(|| Change::Elsewhere {
        whence: whence.clone(),
        networks: u32::try_from(networks).unwrap_or(u32::MAX),
        new_country,
    })
}

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Elsewhere { networks, new_country, .. } = &entry.change else {
        return Ok(Vec::new());
    };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let name = facts.name(record)?;
    let before = match (networks, facts.policy.limits.place_days) {
        (0, days) => format!("in the last {days} days from other countries"),
        (1, days) => format!("in the last {days} days from one network"),
        (n, days) => format!("in the last {days} days from {n} networks"),
    };
    let country = match new_country {
        Some(true) => ", and from another country",
        Some(false) => ", in a country where it was used before",
        None => "",
    };
    // Addresses stay on the page: strangers may read an issue.
    let message = format!(
        "It was used from a network where it was not used before{country}: {name}. So far it was \
         used {before}. Its page says which."
    );
    let message = message + &overheard::by_scripts(facts, record)?;
    Ok(vec![Hit { discriminator: entry.at.as_second().to_string(), ..Hit::on(record, message) }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn from(network: u8, country: Option<&str>) -> Whence {
        Whence {
            network: Whence::network_of(&format!("192.0.{network}.1")),
            country: country.map(str::to_owned),
        }
    }

    fn strays_at(habits: &Habits, whence: &Whence, hours: i64) -> bool {
        strays(&Policy::default(), habits, whence, at(hours)).is_some()
    }

    /// Used daily from these networks, in turn.
    fn used(days: i64, networks: &[u8]) -> Habits {
        let mut habits = Habits::default();
        for day in 0..days {
            let network = networks[usize::try_from(day).unwrap() % networks.len()];
            habits.place(&from(network, Some("de")), at(day * 24));
        }
        habits
    }

    #[test]
    fn another_network_is_told_and_a_usual_one_is_not() {
        let habits = used(20, &[1, 2]);
        assert!(strays_at(&habits, &from(9, Some("de")), 481));
        assert!(!strays_at(&habits, &from(1, Some("de")), 481));
        assert!(!strays_at(&habits, &Whence::default(), 481), "nobody says from where");
    }

    #[test]
    fn the_first_week_learns_and_tells_nothing() {
        let habits = used(6, &[1]);
        assert!(!strays_at(&habits, &from(9, Some("fr")), 6 * 24));
        assert!(strays_at(&habits, &from(9, Some("fr")), 7 * 24));
        assert!(!strays_at(&Habits::default(), &from(9, None), 900), "the first place of all");
    }

    #[test]
    fn one_that_roams_is_told_of_when_it_changes_the_country() {
        let habits = used(27, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(!strays_at(&habits, &from(99, Some("de")), 27 * 24));
        assert!(strays_at(&habits, &from(99, Some("fr")), 27 * 24));
        assert!(!strays_at(&habits, &from(99, None), 27 * 24));
    }

    #[test]
    fn a_weekly_job_keeps_its_place_and_loses_it_after_a_month() {
        let mut habits = used(8, &[1]);
        habits.place(&from(2, None), at(21 * 24));
        assert!(!strays_at(&habits, &from(1, None), 30 * 24));
        assert!(strays_at(&habits, &from(1, None), 45 * 24));
    }
}

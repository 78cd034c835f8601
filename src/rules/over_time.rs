//! Rules that time alone makes true: when that is, so that nobody has to look every day.
//!
//! Moments are rounded up to the end of a day in the organisation's zone: what becomes true on one
//! day is told together.

use jiff::SignedDuration;

use crate::domain::{Class, RuleId, Timestamp};
use crate::policy::Policy;
use crate::register::{Change, Entry, Record};
use crate::rules::{dormant_grant, foreign_identity, unrotated_secret, unused_identity};

/// A rule about an identity that will be true, or is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turning {
    /// The rule.
    pub rule: RuleId,
    /// Since when it is as it is: since it was stored, or used.
    pub since: Timestamp,
    /// When that is too long.
    pub due: Timestamp,
}

/// A rule's question: since when, and how long that may be.
type Asks = fn(&Policy, &Record) -> Option<(Timestamp, SignedDuration)>;

static ALL: &[(RuleId, Asks)] = &[
    (unrotated_secret::RULE.id, unrotated_secret::since),
    (unused_identity::RULE.id, unused_identity::since),
    (dormant_grant::RULE.id, dormant_grant::since),
    (foreign_identity::RULE.id, foreign_identity::since),
];

/// What time makes true of an identity and was not said of it yet. Of what is gone, or may be a
/// person, nothing.
pub fn turnings(policy: &Policy, record: &Record) -> Vec<Turning> {
    if !record.identity.is_live() || record.identity.class != Class::Machine {
        return Vec::new();
    }
    ALL.iter()
        .filter_map(|(rule, asks)| {
            let (since, span) = asks(policy, record)?;
            let due = end_of_day(policy, since.checked_add(span).ok()?);
            Some(Turning { rule, since, due })
        })
        .filter(|turning| record.dates.said.get(turning.rule) != Some(&turning.since))
        .collect()
}

/// Since when it is so, if a change says that time made this rule true.
pub(super) fn due(rule: RuleId, entry: &Entry) -> Option<Timestamp> {
    match &entry.change {
        Change::Due { rule: due, since, .. } if due == rule => Some(*since),
        _ => None,
    }
}

/// When the next of them is due.
pub fn next_due(policy: &Policy, record: &Record) -> Option<Timestamp> {
    turnings(policy, record).into_iter().map(|turning| turning.due).min()
}

fn end_of_day(policy: &Policy, at: Timestamp) -> Timestamp {
    let day = policy.zone.to_datetime(at).date();
    let next = day.tomorrow().and_then(|next| next.to_zoned_datetime(policy.zone.clone()));
    next.map_or(at, |next| next.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn a_day_ends_where_the_organisation_is() {
        let at: Timestamp = "2026-11-23T22:30:00Z".parse().unwrap();
        let end = |zone: &str| {
            let zone = TimeZone::get(zone).unwrap();
            end_of_day(&Policy { zone, ..Policy::default() }, at).to_string()
        };
        assert_eq!(end("UTC"), "2026-11-24T00:00:00Z");
        assert_eq!(end("Europe/Berlin"), "2026-11-23T23:00:00Z");
        assert_eq!(end("America/New_York"), "2026-11-24T05:00:00Z");
    }
}

//! How well an organisation is seen, in rows for pages, the command line and metrics: each part, how
//! many places show it how well, why not better, how late a change may be noticed, and what would
//! widen it.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::Serialize;

use crate::domain::{Breadth, Coverage, Part, Seen, Takes, Timestamp};

/// The most places that a reason names.
const NAMED: usize = 5;

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartRow {
    /// Which.
    pub part: Part,
    /// Its words.
    pub words: &'static str,
    /// The worst that is so anywhere, except where GitHub does not have it.
    pub seen: Seen,
    /// In how many places it is seen how well.
    pub places: BTreeMap<Seen, usize>,
    /// How many things stood in it when it was last listed.
    pub found: u64,
    /// Why not better, the most places first.
    pub reasons: Vec<Reason>,
    /// How late a change may be noticed, in words.
    pub delay: String,
}

/// Why a part is not seen better somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// How well it is seen there.
    pub seen: Seen,
    /// A sentence.
    pub why: String,
    /// The permission that would widen it, as `name: level`.
    pub permission: Option<String>,
    /// In how many places.
    pub places: usize,
    /// Some of them.
    pub named: Vec<String>,
    /// Since when, in the first of them.
    pub since: Timestamp,
    /// When it was last read whole, in the first of them: what is held was true then.
    pub complete_at: Option<Timestamp>,
}

/// The rows of an organisation. `places` are the organisation itself and its repositories, by name;
/// `every` is how often they are listed, if they are.
pub fn coverage(
    places: &[(String, Breadth, &Coverage)],
    every: Option<SignedDuration>,
    now: Timestamp,
) -> Vec<PartRow> {
    Part::ALL.iter().map(|part| row(*part, places, every, now)).collect()
}

fn row(
    part: Part,
    places: &[(String, Breadth, &Coverage)],
    every: Option<SignedDuration>,
    now: Timestamp,
) -> PartRow {
    let mut counted: BTreeMap<Seen, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<(Seen, String, Option<String>), Reason> = BTreeMap::new();
    let mut found = 0;
    let never = part.never_read(now);
    for (name, _, coverage) in places.iter().filter(|(_, of, _)| *of == part.breadth()) {
        let Some(covered) = never.as_ref().or_else(|| coverage.parts.get(&part)) else {
            let why = "It has not been listed yet.".to_owned();
            *counted.entry(Seen::Blind).or_default() += 1;
            add(&mut reasons, Seen::Blind, why, None, name, now, None);
            continue;
        };
        *counted.entry(covered.seen).or_default() += 1;
        found += u64::from(covered.found);
        if covered.seen != Seen::Complete {
            let (why, permission) = (covered.why.clone(), covered.permission.clone());
            let (since, whole) = (covered.since, covered.complete_at);
            add(&mut reasons, covered.seen, why, permission, name, since, whole);
        }
    }
    let mut reasons: Vec<Reason> = reasons.into_values().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.places));
    let worst = counted.keys().copied().filter(|seen| *seen != Seen::Unsupported).max();
    let seen = worst.or_else(|| counted.keys().copied().max()).unwrap_or(Seen::Blind);
    PartRow {
        part,
        words: part.words(),
        seen,
        places: counted,
        found,
        reasons,
        delay: delay(part, every),
    }
}

fn add(
    reasons: &mut BTreeMap<(Seen, String, Option<String>), Reason>,
    seen: Seen,
    why: String,
    permission: Option<String>,
    place: &str,
    since: Timestamp,
    complete_at: Option<Timestamp>,
) {
    let key = (seen, why.clone(), permission.clone());
    let fresh = Reason { seen, why, permission, places: 0, named: Vec::new(), since, complete_at };
    let reason = reasons.entry(key).or_insert(fresh);
    reason.places += 1;
    reason.since = reason.since.min(since);
    if reason.named.len() < NAMED {
        reason.named.push(place.to_owned());
    }
}

/// How late a change may be noticed.
fn delay(part: Part, every: Option<SignedDuration>) -> String {
    let heard = part.is_heard();
    let every = every.map(|every| part.own_rhythm().map_or(every, |own| own.min(every)));
    match (part.takes(), every) {
        (Takes::Nothing { .. }, _) => "never".to_owned(),
        (Takes::Write { .. }, _) if heard => "at once by webhook, what is older never".to_owned(),
        (Takes::Write { .. }, _) => "never".to_owned(),
        (Takes::Read(_), Some(every)) if heard => {
            format!("at once by webhook, {} if one is missed", hours(every))
        }
        (Takes::Read(_), Some(every)) => hours(every),
        (Takes::Read(_), None) if heard => "at once by webhook, never if one is missed".to_owned(),
        (Takes::Read(_), None) => "never: nothing is listed here".to_owned(),
    }
}

/// A tenth more than it should be: places drift apart so far.
fn hours(every: SignedDuration) -> String {
    let minutes = every.as_mins() * 11 / 10;
    match minutes {
        ..=119 => format!("within {minutes} minutes"),
        _ => format!("within {} hours", (minutes + 59) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Covered;

    #[test]
    fn a_part_is_as_dark_as_its_darkest_place_and_says_why_once() {
        let at = Timestamp::UNIX_EPOCH;
        let mut dark = Coverage::default();
        let why = "The installation has not granted secrets: read.".to_owned();
        let lacking = Some("secrets: read".to_owned());
        dark.parts.insert(
            Part::ActionsSecrets,
            Covered::short(None, at, Seen::Blind, why.clone(), lacking.clone()),
        );
        let mut clear = Coverage::default();
        clear.parts.insert(Part::ActionsSecrets, Covered::complete(None, at, 3, BTreeMap::new()));
        let places: Vec<_> = [("acme/a", &dark), ("acme/b", &clear), ("acme/c", &dark)]
            .map(|(name, coverage)| (name.to_owned(), Breadth::Repository, coverage))
            .into();
        let rows = coverage(&places, Some(SignedDuration::from_hours(6)), at);
        assert_eq!(rows.len(), Part::ALL.len(), "every part, also those that nobody can read");
        let row = rows.iter().find(|row| row.part == Part::ActionsSecrets).unwrap();
        assert_eq!((row.seen, row.found), (Seen::Blind, 3));
        assert_eq!(row.places, [(Seen::Complete, 1), (Seen::Blind, 2)].into());
        let [reason] = &row.reasons[..] else { panic!("{:?}", row.reasons) };
        assert_eq!((&reason.why, &reason.permission, reason.places), (&why, &lacking, 2));
        assert_eq!(reason.named, ["acme/a", "acme/c"]);
        assert_eq!(row.delay, "within 7 hours");
    }

    #[test]
    fn what_is_never_read_says_so_with_what_would_widen_it_and_its_risk() {
        let nothing = Coverage::default();
        let places = vec![("acme".to_owned(), Breadth::Organization, &nothing)];
        let rows = coverage(&places, None, Timestamp::UNIX_EPOCH);
        let row = rows.iter().find(|row| row.part == Part::OrgRulesets).unwrap();
        let reason = &row.reasons[0];
        assert_eq!(reason.permission.as_deref(), Some("organization_administration: write"));
        assert!(reason.why.contains("whoever holds it can change"), "{}", reason.why);
        let row = rows.iter().find(|row| row.part == Part::Apps).unwrap();
        assert_eq!(
            (row.seen, row.reasons[0].why.as_str()),
            (Seen::Blind, "It has not been listed yet.")
        );
    }
}

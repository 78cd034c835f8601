//! How well each part of an organisation is seen, and why not better.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Breadth, Part, Timestamp};

/// How well a part is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// All of it, when it was last read.
    Complete,
    /// Not all of it, or not lately: what is held was true once.
    Partial,
    /// Nothing: a permission is missing, or reading has never worked.
    Blind,
    /// GitHub does not have it here.
    Unsupported,
}

/// How well one part of one place is seen, and why not better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// How well.
    pub seen: Seen,
    /// Why not better, as a sentence; empty when it is complete.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// The permission that would widen it, as `name: level`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// When it was last read whole.
    pub complete_at: Option<Timestamp>,
    /// Since when it is seen as it is.
    pub since: Timestamp,
    /// How many things stood in it when it was last read whole.
    #[serde(default)]
    pub found: u32,
    /// What tells whether a page has changed: entity tags by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// How well one place is seen: the organisation itself, or one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Each part that was tried.
    pub parts: BTreeMap<Part, Covered>,
    /// When GitHub says that the place came about.
    #[serde(default)]
    pub born: Option<Timestamp>,
    /// How often reading had to be broken off since it last worked.
    #[serde(default)]
    pub attempts: u32,
    /// How many requests the last reading took, and how many of them were answered "unchanged".
    #[serde(default)]
    pub requests: (u32, u32),
    /// Which program wrote the tags: another one may read more of a page.
    #[serde(default)]
    pub reads: u32,
    /// Of an organisation: its audit log.
    #[serde(default)]
    pub log: LogRead,
}

/// How far an audit log was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRead {
    /// What happened until then was read, as far as GitHub had written it down; `None`: never.
    pub through: Option<Timestamp>,
    /// When it was last tried.
    pub tried: Option<Timestamp>,
    /// When it is read again; `None`: now.
    pub due: Option<Timestamp>,
}

/// Why a part of a place is not seen whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shortfall {
    /// How well it is seen.
    pub seen: Seen,
    /// Why not better, as a sentence.
    pub why: String,
    /// The permission that would widen it, as `name: level`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
}

/// How well an organisation is seen, over all its places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// When all of it had been listed once.
    pub baseline: Option<Timestamp>,
    /// When the organisation itself was listed last.
    pub listed: Option<Timestamp>,
    /// How many places are listed: the organisation itself and its repositories.
    pub places: u64,
    /// Each part that a listing shows, in how many places it is seen how well.
    pub parts: BTreeMap<Part, BTreeMap<Seen, u64>>,
    /// Why parts are not seen better, each with in how many places.
    pub reasons: BTreeMap<(Part, Shortfall), u64>,
    /// When the oldest of what is not seen whole any more was read whole.
    pub stale_since: Option<Timestamp>,
}

impl Overview {
    /// Takes in places that are all seen alike. `short`: what is not seen whole there; `None` where
    /// that was not written down.
    pub fn add(
        &mut self,
        breadth: Breadth,
        places: u64,
        short: Option<&BTreeMap<Part, Shortfall>>,
        stale_since: Option<Timestamp>,
    ) {
        self.places += places;
        self.stale_since = self.stale_since.into_iter().chain(stale_since).min();
        for part in Part::of(breadth) {
            let shortfall = match short {
                Some(short) => short.get(&part).cloned(),
                None => Some(Shortfall::unlisted()),
            };
            let seen = shortfall.as_ref().map_or(Seen::Complete, |it| it.seen);
            *self.parts.entry(part).or_default().entry(seen).or_default() += places;
            if let Some(shortfall) = shortfall {
                *self.reasons.entry((part, shortfall)).or_default() += places;
            }
        }
    }

    /// Whether all of a part was seen, wherever there is one, when it was last listed.
    pub fn is_whole(&self, part: Part) -> bool {
        self.parts.get(&part).is_some_and(|places| {
            places.contains_key(&Seen::Complete)
                && !places.contains_key(&Seen::Partial)
                && !places.contains_key(&Seen::Blind)
        })
    }
}

impl Shortfall {
    /// Of a part that was not listed yet.
    fn unlisted() -> Self {
        let why = "It has not been listed yet.".to_owned();
        Self { seen: Seen::Blind, why, permission: None }
    }
}

impl Seen {
    /// Every word, best first.
    pub const ALL: [Self; 4] = [Self::Complete, Self::Partial, Self::Blind, Self::Unsupported];

    /// The word on pages, in JSON and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Blind => "blind",
            Self::Unsupported => "unsupported",
        }
    }
}

impl Coverage {
    /// Whether a part was read whole before: only then is what it newly shows news.
    pub fn knows(&self, part: Part) -> bool {
        self.parts.get(&part).is_some_and(|covered| covered.complete_at.is_some())
    }
}

impl Coverage {
    /// What of a place is not seen whole. Parts that no listing shows are left out: they are the same
    /// everywhere.
    pub fn shortfalls(&self, breadth: Breadth) -> BTreeMap<Part, Shortfall> {
        let short = Part::of(breadth).filter_map(|part| match self.parts.get(&part) {
            None => Some((part, Shortfall::unlisted())),
            Some(covered) if covered.seen == Seen::Complete => None,
            Some(covered) => {
                let Covered { seen, why, permission, .. } = covered.clone();
                Some((part, Shortfall { seen, why, permission }))
            }
        });
        short.collect()
    }

    /// When the oldest of what is not seen whole any more was read whole.
    pub fn stale_since(&self) -> Option<Timestamp> {
        let stale = self.parts.values().filter(|it| matches!(it.seen, Seen::Partial | Seen::Blind));
        stale.filter_map(|covered| covered.complete_at).min()
    }
}

impl Covered {
    /// After a reading that showed all of it.
    pub fn complete(
        before: Option<&Self>,
        at: Timestamp,
        found: u32,
        tags: BTreeMap<String, String>,
    ) -> Self {
        let since = before.filter(|it| it.seen == Seen::Complete).map_or(at, |it| it.since);
        let (seen, why, permission) = (Seen::Complete, String::new(), None);
        Self { seen, why, permission, complete_at: Some(at), since, found, tags }
    }

    /// After a reading that did not. What was read whole before is stale now, not gone.
    pub fn short(
        before: Option<&Self>,
        at: Timestamp,
        seen: Seen,
        why: String,
        permission: Option<String>,
    ) -> Self {
        let since = before.filter(|it| it.seen == seen && it.why == why).map_or(at, |it| it.since);
        let complete_at = before.and_then(|it| it.complete_at);
        let found = before.map_or(0, |it| it.found);
        Self { seen, why, permission, complete_at, since, found, tags: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overview_counts_places_that_are_seen_alike_and_names_what_is_stale() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut dark = Coverage::default();
        for part in Part::of(Breadth::Repository) {
            dark.parts.insert(part, Covered::complete(None, at(7), 1, BTreeMap::new()));
        }
        let whole = dark.clone();
        let before = dark.parts.get(&Part::DeployKeys).cloned();
        let why = "GitHub answers 502.".to_owned();
        let short = Covered::short(before.as_ref(), at(9), Seen::Partial, why.clone(), None);
        dark.parts.insert(Part::DeployKeys, short);
        let mut overview = Overview::default();
        for (coverage, places) in [(&whole, 3), (&dark, 2)] {
            let short = coverage.shortfalls(Breadth::Repository);
            overview.add(Breadth::Repository, places, Some(&short), coverage.stale_since());
        }
        assert_eq!((overview.places, overview.stale_since), (5, Some(at(7))));
        assert!(overview.is_whole(Part::Webhooks) && !overview.is_whole(Part::DeployKeys));
        assert!(!overview.is_whole(Part::Apps), "nothing was listed of the organisation");
        let reason = Shortfall { seen: Seen::Partial, why, permission: None };
        assert_eq!(overview.reasons, [((Part::DeployKeys, reason), 2)].into());
        overview.add(Breadth::Organization, 1, None, None);
        assert!(!overview.is_whole(Part::Apps), "not written down is not seen");
    }

    #[test]
    fn a_reading_that_fails_keeps_what_was_read_before_and_since_when_it_is_stale() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let whole = Covered::complete(None, at(1), 7, BTreeMap::new());
        let why = || "GitHub answers 502.".to_owned();
        let stale = Covered::short(Some(&whole), at(2), Seen::Partial, why(), None);
        assert_eq!((stale.complete_at, stale.since, stale.found), (Some(at(1)), at(2), 7));
        let still = Covered::short(Some(&stale), at(3), Seen::Partial, why(), None);
        assert_eq!(still.since, at(2));
        let again = Covered::complete(Some(&still), at(4), 7, BTreeMap::new());
        assert_eq!((again.complete_at, again.since), (Some(at(4)), at(4)));
    }
}

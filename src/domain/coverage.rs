//! How well each part of an organisation is seen, and why not better.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Part, Timestamp};

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

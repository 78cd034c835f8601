//! What was there before we came, and waits for an owner: counted, by who might take it.

use serde::{Deserialize, Serialize};

use crate::domain::{Foreign, IdentityKey, Login, RepoName, Timestamp};

/// The most people that have a section of their own in the digest.
pub const MOST_SECTIONS: usize = 30;

/// The most identities of a section that are held, and taken with one word.
pub const MOST_CLAIMED: usize = 50;

/// One identity that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Which.
    pub identity: IdentityKey,
    /// The name that somebody gave it.
    pub name: Foreign,
    /// The repository that it belongs to, where it belongs to one.
    pub repo: Option<RepoName>,
}

/// Identities that one person might take, or nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Who; `None` where nothing points to anybody.
    pub who: Option<Login>,
    /// How many wait for them.
    pub count: u32,
    /// The first of them, up to [`MOST_CLAIMED`]; none beyond the first [`MOST_SECTIONS`] people.
    pub first: Vec<Waiting>,
}

/// What waits in an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backlog {
    /// Identities that live.
    pub all: u32,
    /// Those that somebody owns.
    pub owned: u32,
    /// Those that wait.
    pub waiting: u32,
    /// Beholden itself, while nobody answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ourselves: Option<IdentityKey>,
    /// By who might take them, the most first.
    pub sections: Vec<Section>,
    /// How much of the organisation stands behind the count, as one line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seen: String,
    /// How many waited when, the oldest first: one point a day at most.
    pub past: Vec<(Timestamp, u32)>,
}

/// The most points of the past that are kept.
const MOST_POINTS: usize = 30;

impl Backlog {
    /// The same count, with the past of the one before it.
    #[must_use]
    pub fn after(self, before: Option<&Self>, now: Timestamp) -> Self {
        let day = |at: Timestamp| at.as_second().div_euclid(86_400);
        let mut past: Vec<_> = before.map(|before| before.past.clone()).unwrap_or_default();
        match past.last_mut() {
            Some((at, waiting)) if day(*at) == day(now) => *waiting = self.waiting,
            _ => past.push((now, self.waiting)),
        }
        let excess = past.len().saturating_sub(MOST_POINTS);
        past.drain(..excess);
        Self { past, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_has_one_point_a_day_and_ends() {
        let at = |day: i64, hour: i64| Timestamp::from_second(day * 86_400 + hour * 3_600).unwrap();
        let count = |waiting| Backlog { waiting, ..Backlog::default() };
        let mut now = count(9).after(None, at(1, 0));
        now = count(8).after(Some(&now), at(1, 5));
        now = count(5).after(Some(&now), at(2, 1));
        assert_eq!(now.past, [(at(1, 0), 8), (at(2, 1), 5)]);
        for day in 3..50 {
            now = count(1).after(Some(&now), at(day, 0));
        }
        assert_eq!((now.past.len(), now.past[0].0), (30, at(20, 0)));
    }
}

//! Sets of patterns in which `*` stands for any text: tools that an agent may use, hosts that it may
//! call, subjects that a cloud trusts.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::Foreign;
use crate::power::model::levels::by_excess;
use crate::power::model::product::Order;

/// What any of the patterns fits. None of them is covered by another, so equal sets are written
/// alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeSet<Foreign>", into = "BTreeSet<Foreign>")]
pub struct Patterns(BTreeSet<Foreign>);

impl Patterns {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Everything: the pattern `*`.
    pub fn all() -> Self {
        Self::of(["*"])
    }

    /// These.
    pub fn of<T: Into<Foreign>>(patterns: impl IntoIterator<Item = T>) -> Self {
        let all: BTreeSet<Foreign> =
            patterns.into_iter().map(|pattern| single_stars(pattern.into())).collect();
        let kept = all.iter().filter(|one| {
            !all.iter().any(|other| {
                covers(other, one)
                    && (!covers(one, other) || (other.raw(), one.raw()) < (one.raw(), other.raw()))
            })
        });
        Self(kept.cloned().collect())
    }

    /// Each pattern.
    pub fn iter(&self) -> impl Iterator<Item = &Foreign> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether everything fits.
    pub fn is_all(&self) -> bool {
        self.0.iter().any(|pattern| pattern.raw() == "*")
    }

    /// Whether any of them has a `*`.
    pub fn is_wide(&self) -> bool {
        self.0.iter().any(|pattern| pattern.raw().contains('*'))
    }

    /// The patterns of this that `before` does not cover.
    pub fn beyond<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Foreign> {
        self.0.iter().filter(|one| !before.0.iter().any(|other| covers(other, one)))
    }
}

/// What may never be done, as patterns. The order is turned round: who is denied less may do more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Denied(Patterns);

impl Denied {
    /// Nothing is denied.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whatever these fit is denied.
    pub fn of(patterns: Patterns) -> Self {
        Self(patterns)
    }

    /// What is denied.
    pub fn patterns(&self) -> &Patterns {
        &self.0
    }
}

impl PartialOrd for Denied {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        other.0.partial_cmp(&self.0)
    }
}

impl Order for Denied {
    /// Only what both deny.
    fn join(self, other: Self) -> Self {
        let covered = |one: &Foreign, by: &Self| by.0.iter().any(|wide| covers(wide, one));
        let both = self.0.iter().filter(|one| covered(one, &other));
        let both = both.chain(other.0.iter().filter(|one| covered(one, &self)));
        Self(Patterns::of(both.cloned()))
    }
}

impl PartialOrd for Patterns {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        by_excess(self.beyond(other).next().is_some(), other.beyond(self).next().is_some())
    }
}

impl Order for Patterns {
    fn join(self, other: Self) -> Self {
        Self::of(self.0.into_iter().chain(other.0))
    }
}

impl From<BTreeSet<Foreign>> for Patterns {
    fn from(patterns: BTreeSet<Foreign>) -> Self {
        Self::of(patterns)
    }
}

impl From<Patterns> for BTreeSet<Foreign> {
    fn from(patterns: Patterns) -> Self {
        patterns.0
    }
}

/// Two stars in a row fit what one fits.
fn single_stars(pattern: Foreign) -> Foreign {
    if !pattern.raw().contains("**") {
        return pattern;
    }
    let mut text = String::with_capacity(pattern.raw().len());
    for c in pattern.raw().chars() {
        if c != '*' || !text.ends_with('*') {
            text.push(c);
        }
    }
    Foreign::new(&text)
}

/// Whether all that `narrow` fits, `wide` fits too. A `*` in `narrow` is read as a letter that only
/// a `*` of `wide` can take, so "yes" is always true.
fn covers(wide: &Foreign, narrow: &Foreign) -> bool {
    let (wide, narrow) = (wide.raw().as_bytes(), narrow.raw().as_bytes());
    let (mut w, mut n, mut star) = (0, 0, None);
    while n < narrow.len() {
        if wide.get(w) == Some(&b'*') {
            star = Some((w, n));
            w += 1;
        } else if narrow[n] != b'*' && wide.get(w) == Some(&narrow[n]) {
            (w, n) = (w + 1, n + 1);
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            (w, n) = (at + 1, from + 1);
        } else {
            return false;
        }
    }
    wide[w.min(wide.len())..].iter().all(|byte| *byte == b'*')
}

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
    /// The most patterns that are told apart, which is more than anybody writes by hand: comparing
    /// them takes the square of their number.
    pub const MOST: usize = 300;

    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Everything: the pattern `*`.
    pub fn all() -> Self {
        Self::of(["*"])
    }

    /// These. More than [`Patterns::MOST`] are taken as everything.
    pub fn of<T: Into<Foreign>>(patterns: impl IntoIterator<Item = T>) -> Self {
        let all: BTreeSet<Foreign> =
            patterns.into_iter().map(|pattern| single_stars(pattern.into())).collect();
        if all.len() > Self::MOST {
            return Self::all();
        }
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

    /// Whatever these fit is denied. More than [`Patterns::MOST`] deny nothing that could be shown.
    pub fn of<T: Into<Foreign>>(patterns: impl IntoIterator<Item = T>) -> Self {
        let all: BTreeSet<Foreign> = patterns.into_iter().map(Into::into).collect();
        if all.len() > Patterns::MOST { Self::none() } else { Self(Patterns::of(all)) }
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
        Self::of(both.cloned())
    }
}

impl PartialOrd for Patterns {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        by_excess(self.beyond(other).next().is_some(), other.beyond(self).next().is_some())
    }
}

impl Order for Patterns {
    fn join(self, other: Self) -> Self {
        // What says the same again and again is not compared with itself each time.
        if other.beyond(&self).next().is_none() {
            return self;
        }
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
    let (wide, narrow) = (wide.raw(), narrow.raw());
    let Some((first, rest)) = wide.split_once('*') else { return wide == narrow };
    let Some(mut left) = narrow.strip_prefix(first) else { return false };
    let (inner, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The parts between stars hold no star, so none of them takes one of `narrow`; the first place
    // that fits leaves the most for those that follow.
    for part in inner.split('*') {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

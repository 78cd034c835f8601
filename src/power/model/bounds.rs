//! A level that is only known to lie between two others: a setting that no file shows.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::power::model::product::Order;

/// Somewhere from `least` to `most`, both included. Known exactly when they are equal.
///
/// The order: one is below another if all that it may be is below all that the other may be.
/// Two unknowns that overlap are incomparable, unless they are the same unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds<T> {
    least: T,
    most: T,
}

impl<T: Ord + Copy> Bounds<T> {
    /// A level that is known.
    pub fn exactly(level: T) -> Self {
        Self { least: level, most: level }
    }

    /// A level that lies between two others, in either order.
    pub fn between(a: T, b: T) -> Self {
        Self { least: a.min(b), most: a.max(b) }
    }

    /// The least that it can be.
    pub fn least(&self) -> T {
        self.least
    }

    /// The most that it can be. Whoever judges takes this one.
    pub fn most(&self) -> T {
        self.most
    }

    /// The level, if it is known.
    pub fn known(&self) -> Option<T> {
        (self.least == self.most).then_some(self.least)
    }

    /// The same, but no more than `limit`.
    pub fn at_most(self, limit: T) -> Self {
        Self { least: self.least.min(limit), most: self.most.min(limit) }
    }
}

impl<T: Ord + Copy> PartialOrd for Bounds<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self == other {
            Some(Ordering::Equal)
        } else if self.most <= other.least {
            Some(Ordering::Less)
        } else if other.most <= self.least {
            Some(Ordering::Greater)
        } else {
            None
        }
    }
}

impl<T: Ord + Copy> Order for Bounds<T> {
    fn join(self, other: Self) -> Self {
        Self { least: self.least.max(other.least), most: self.most.max(other.most) }
    }
}

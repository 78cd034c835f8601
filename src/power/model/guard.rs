//! What stands between a job and what it may use: the protection of its environment.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::Foreign;
use crate::power::model::levels::by_excess;
use crate::power::model::product::Order;

/// One rule of an environment that holds a job back, as far as the plan enforces it.
///
/// Source: "Managing environments for deployment".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// People must approve.
    Reviewers,
    /// Only some branches or tags may deploy; since 2025-12-08 judged by the ref that executes.
    Branches,
    /// A wait.
    Timer,
    /// An App decides.
    Custom,
}

/// Whether something holds a job back before it gets its power.
///
/// The order: more protections, less power; nothing at all is the most. An unknown guard is
/// comparable with nothing but itself, so a new environment never counts as narrower.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "guard", rename_all = "snake_case")]
pub enum Guard {
    /// Nothing.
    Open,
    /// These, all of them.
    Behind {
        /// Never empty.
        protections: BTreeSet<Protection>,
    },
    /// An environment of which nothing is known. One that does not exist is created unprotected.
    Unknown {
        /// Its name, or the expression that gives it.
        environment: Foreign,
    },
}

impl Guard {
    /// A guard of these protections; none of them guards nothing.
    pub fn behind(protections: BTreeSet<Protection>) -> Self {
        if protections.is_empty() { Self::Open } else { Self::Behind { protections } }
    }

    /// One after the other: what both hold back.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Behind { protections: a }, Self::Behind { protections: b }) => {
                Self::Behind { protections: a.into_iter().chain(b).collect() }
            }
            (Self::Open, guard) | (guard, Self::Open) => guard,
            (guard @ Self::Behind { .. }, Self::Unknown { .. })
            | (Self::Unknown { .. }, guard @ Self::Behind { .. }) => guard,
            (guard @ Self::Unknown { .. }, Self::Unknown { .. }) => guard,
        }
    }
}

impl PartialOrd for Guard {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Open, Self::Behind { .. }) => Some(Ordering::Greater),
            (Self::Behind { .. }, Self::Open) => Some(Ordering::Less),
            (Self::Behind { protections: a }, Self::Behind { protections: b }) => {
                by_excess(!b.is_subset(a), !a.is_subset(b))
            }
            _ => (self == other).then_some(Ordering::Equal),
        }
    }
}

impl Order for Guard {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Open, _) | (_, Self::Open) => Self::Open,
            (Self::Behind { protections: a }, Self::Behind { protections: b }) => {
                Self::behind(a.intersection(&b).copied().collect())
            }
            (a, b) if a == b => a,
            (Self::Unknown { .. }, _) | (_, Self::Unknown { .. }) => Self::Open,
        }
    }
}

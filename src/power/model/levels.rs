//! Levels that are total orders: who may drive, how much a token may do.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::power::model::product::Order;

/// The widest circle of people who can set something in motion. A total order: each circle holds
/// the ones before it.
///
/// Source: "Repository roles for an organization", "Approving workflow runs from forks".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crowd {
    /// No person: time, or a machine.
    Nobody,
    /// People who administer the repository.
    Owners,
    /// People who may push.
    Collaborators,
    /// People who may manage issues and labels.
    Triagers,
    /// People who may read a repository that is not public.
    Readers,
    /// Anybody, each time after a person with write access approved the run.
    Approved,
    /// Anybody; newcomers once a person with write access approved their first run.
    Contributors,
    /// Anybody with an account.
    Anyone,
}

/// What a permission of a token allows. A total order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing.
    None,
    /// Reading.
    Read,
    /// Writing, and reading.
    Write,
    /// Changing settings, for trust policies and infrastructure that can give it.
    Admin,
}

/// The level of what is either there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Held;

impl Crowd {
    /// Whether people from outside are among them, approved or not.
    pub fn has_outsiders(self) -> bool {
        self >= Self::Readers
    }
}

impl Order for Crowd {
    fn join(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Order for Level {
    fn join(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Order for Held {
    fn join(self, _other: Self) -> Self {
        self
    }
}

/// Compares two sets-like values by what each has that the other lacks.
pub(super) fn by_excess(self_exceeds: bool, other_exceeds: bool) -> Option<Ordering> {
    match (self_exceeds, other_exceeds) {
        (false, false) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        (true, true) => None,
    }
}

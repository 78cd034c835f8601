//! What access was accepted for: an issue or a pull request, and when it was open.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{IssueNumber, RepoId, Timestamp};

/// A task, as an owner named it: `/own … for #12`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The repository.
    pub repo: RepoId,
    /// The issue or pull request.
    pub number: IssueNumber,
    /// When it was open, as far as known, the newest last.
    pub open: Vec<Span>,
    /// When it was read last.
    pub as_of: Timestamp,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// From when on.
    pub from: Timestamp,
    /// Until when; `None`: it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A task as GitHub shows it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSeen {
    /// The repository.
    pub repo: RepoId,
    /// The issue or pull request.
    pub number: IssueNumber,
    /// When it was made.
    pub made: Timestamp,
    /// When it was closed; `None`: it is open.
    pub closed: Option<Timestamp>,
}

/// How long after the end of a task its access may still be used: what was merged is built and deployed
/// after that. So long a reading is also taken for what is still so.
pub const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// The most stretches that are kept of one task.
const MOST: usize = 20;

impl Task {
    /// A task that was read for the first time. Of one that was closed and opened again before, only
    /// the whole is known.
    pub fn first(seen: &TaskSeen, as_of: Timestamp) -> Self {
        let open = vec![Span { from: seen.made, until: seen.closed }];
        Self { repo: seen.repo, number: seen.number, open, as_of }
    }

    /// Takes in a later reading. Whether it is open or closed now and was not before.
    pub fn learn(&mut self, seen: &TaskSeen, as_of: Timestamp) -> bool {
        if as_of <= self.as_of {
            return false;
        }
        self.as_of = as_of;
        let Some(last) = self.open.last_mut() else { return false };
        match (last.until, seen.closed) {
            (None, Some(closed)) => {
                last.until = Some(closed.max(last.from));
                true
            }
            // GitHub does not state when it was opened again; its webhook has it read at once.
            (Some(_), None) => {
                self.open.push(Span { from: as_of, until: None });
                let excess = self.open.len().saturating_sub(MOST);
                self.open.drain(..excess);
                true
            }
            // Opened and closed again between two readings.
            (Some(until), Some(closed)) => {
                last.until = Some(until.max(closed));
                false
            }
            (None, None) => false,
        }
    }

    /// Whether it was open at a moment.
    pub fn was_open(&self, at: Timestamp) -> bool {
        self.open.iter().any(|span| span.from <= at && span.until.is_none_or(|until| at <= until))
    }

    /// When it was closed last before a moment at which it was not open.
    pub fn closed_before(&self, at: Timestamp) -> Option<Timestamp> {
        self.open.iter().filter_map(|span| span.until).filter(|until| *until < at).max()
    }

    /// A task as a number, by which the identities that were accepted for it are found.
    pub fn mark(repo: RepoId, number: IssueNumber) -> i64 {
        let digest = Sha256::digest(format!("task/{}/{}", repo.0, number.0));
        i64::from_be_bytes(digest[..8].try_into().expect("eight of thirty-two bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn seen(closed: Option<i64>) -> TaskSeen {
        let (repo, number) = (RepoId(401), IssueNumber(12));
        TaskSeen { repo, number, made: at(10), closed: closed.map(at) }
    }

    #[test]
    fn a_task_is_open_until_it_is_closed_and_again_once_it_is_opened_again() {
        let mut task = Task::first(&seen(None), at(20));
        assert!(!task.was_open(at(9)) && task.was_open(at(10)) && task.was_open(at(999)));
        assert!(task.learn(&seen(Some(30)), at(31)));
        assert!(task.was_open(at(30)) && !task.was_open(at(31)));
        assert_eq!((task.closed_before(at(40)), task.closed_before(at(30))), (Some(at(30)), None));
        assert!(task.learn(&seen(None), at(50)));
        assert!(!task.was_open(at(45)) && task.was_open(at(50)));
        assert!(!task.learn(&seen(Some(30)), at(50)), "a reading that is not newer says nothing");
        assert!(task.was_open(at(60)));
    }

    #[test]
    fn a_task_that_was_closed_when_it_was_named_was_open_before() {
        let task = Task::first(&seen(Some(15)), at(20));
        assert!(task.was_open(at(12)) && !task.was_open(at(16)));
    }
}

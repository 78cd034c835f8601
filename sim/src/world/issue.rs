//! Issues, comments, labels and reactions.

use super::Pull;
use jiff::Timestamp;

/// Who wrote something, and through which App when it was not by their own hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Author {
    pub user: u64,
    /// Shown as `performed_via_github_app`.
    pub through: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Issue {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub author: Author,
    pub open: bool,
    pub state_reason: Option<String>,
    pub closed_by: Option<u64>,
    /// Label ids of the repository, in the order they were put on.
    pub labels: Vec<u64>,
    pub assignees: Vec<u64>,
    /// The reason that was given, empty when none was.
    pub locked: Option<String>,
    pub comments: Vec<Comment>,
    pub reactions: Vec<Reaction>,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub closed: Option<Timestamp>,
    /// Lists show it from here on.
    pub listed_from: Timestamp,
    pub pull: Option<Box<Pull>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Comment {
    pub id: u64,
    pub body: String,
    pub author: Author,
    pub reactions: Vec<Reaction>,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Lists show it from here on.
    pub listed_from: Timestamp,
    /// Why it is hidden.
    pub minimized: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub id: u64,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Reaction {
    pub id: u64,
    pub user: u64,
    /// `+1`, `-1`, `laugh`, `confused`, `heart`, `hooray`, `rocket` or `eyes`.
    pub content: String,
    pub created: Timestamp,
}

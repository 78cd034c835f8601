//! The part of a pull request that an issue does not have.

use jiff::Timestamp;

#[derive(Clone, Debug)]
pub(crate) struct Pull {
    pub head_ref: String,
    pub head_sha: String,
    pub base_ref: String,
    pub base_sha: String,
    pub draft: bool,
    pub merged: Option<(Timestamp, u64, String)>,
    pub reviews: Vec<Review>,
    pub comments: Vec<ReviewComment>,
}

#[derive(Clone, Debug)]
pub(crate) struct Review {
    pub id: u64,
    pub user: u64,
    pub body: String,
    /// `PENDING`, `COMMENTED`, `APPROVED`, `CHANGES_REQUESTED` or `DISMISSED`.
    pub state: String,
    pub commit: String,
    pub submitted: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub(crate) struct ReviewComment {
    pub id: u64,
    pub review: Option<u64>,
    pub user: u64,
    pub body: String,
    pub path: String,
    pub line: u64,
    pub side: String,
    pub commit: String,
    pub reply_to: Option<u64>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

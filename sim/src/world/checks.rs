//! Check suites, check runs and commit statuses.

use jiff::Timestamp;
use serde_json::Value;

#[derive(Clone, Debug)]
pub(crate) struct CheckRun {
    pub id: u64,
    /// The App that made it: only it may change it.
    pub app: u64,
    pub suite: u64,
    pub name: String,
    pub head_sha: String,
    pub external_id: String,
    pub details_url: Option<String>,
    pub status: String,
    pub conclusion: Option<String>,
    pub started: Timestamp,
    /// Lists show it from here on.
    pub listed_from: Timestamp,
    pub completed: Option<Timestamp>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    /// As they were sent; GitHub appends with every update.
    pub annotations: Vec<Value>,
    pub actions: Vec<Value>,
}

/// All runs of one App on one commit. GitHub opens one for each App that may write checks when a
/// commit is pushed.
#[derive(Clone, Debug)]
pub(crate) struct CheckSuite {
    pub id: u64,
    pub app: u64,
    pub head_sha: String,
    /// Empty for commits that came from a fork.
    pub head_branch: Option<String>,
    pub before: Option<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// What somebody said of a commit under a name of their choice.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub id: u64,
    pub sha: String,
    pub context: String,
    /// `error`, `failure`, `pending` or `success`.
    pub state: String,
    pub description: Option<String>,
    pub target_url: Option<String>,
    pub creator: u64,
    /// The App that the creator acts for.
    pub app: Option<u64>,
    pub created: Timestamp,
}

//! The part of a pull request that an issue does not have.

use super::{Changed, Git, Reaction, changed};
use jiff::Timestamp;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub(crate) struct Pull {
    /// The fork may be gone by now.
    pub head_repo: u64,
    /// The organization or person that the head belongs to.
    pub head_owner: u64,
    pub head_ref: String,
    pub head_sha: String,
    pub base_ref: String,
    /// Where the base branch stood when the head was last looked at.
    pub base_sha: String,
    /// The commit that a merge would make; `None` when the two conflict.
    pub test_merge: Option<String>,
    pub draft: bool,
    pub merged: Option<Merged>,
    pub reviews: Vec<Review>,
    pub comments: Vec<ReviewComment>,
    /// The first comments of the threads that are resolved.
    pub resolved: BTreeSet<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Merged {
    pub at: Timestamp,
    pub by: u64,
    pub sha: String,
    /// What it added to the base branch.
    pub commits: Vec<String>,
}

impl Pull {
    /// Where head and base part.
    pub(crate) fn merge_base(&self, git: &Git) -> String {
        let base = match &self.merged {
            None => git.branch(&self.base_ref).unwrap_or(&self.base_sha),
            Some(_) => &self.base_sha,
        };
        git.merge_base(base, &self.head_sha).map(|commit| commit.sha.clone()).unwrap_or_default()
    }

    /// What it changes, as its page shows it: since head and base parted.
    pub(crate) fn diff(&self, git: &Git) -> Vec<Changed> {
        self.diff_at(git, &self.head_sha)
    }

    /// The same at one of its commits.
    pub(crate) fn diff_at(&self, git: &Git, commit: &str) -> Vec<Changed> {
        changed(git, &git.tree(&self.merge_base(git)), &git.tree(commit))
    }
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
    /// Lists show it from here on.
    pub listed_from: Timestamp,
    /// Why it is hidden.
    pub minimized: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct ReviewComment {
    pub id: u64,
    pub review: u64,
    pub user: u64,
    pub body: String,
    pub path: String,
    /// On the file as a whole when it was made without a line.
    pub original_line: Option<u64>,
    pub original_start_line: Option<u64>,
    pub original_position: Option<u64>,
    pub original_commit: String,
    /// Where it stands now; `None` when the line is gone: the comment is outdated.
    pub line: Option<u64>,
    pub start_line: Option<u64>,
    pub position: Option<u64>,
    pub commit: String,
    /// `RIGHT` for the new file, `LEFT` for the old one.
    pub side: String,
    pub start_side: Option<String>,
    pub hunk: String,
    /// The first comment of the thread.
    pub reply_to: Option<u64>,
    pub reactions: Vec<Reaction>,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Lists show it from here on.
    pub listed_from: Timestamp,
    /// Why it is hidden.
    pub minimized: Option<String>,
}

impl ReviewComment {
    /// The first comment of its thread.
    pub(crate) fn thread(&self) -> u64 {
        self.reply_to.unwrap_or(self.id)
    }
}

//! What a delivery said, as data for the decision.

use crate::domain::{Hint, IssueNumber, Observation, RepoId, SurfaceKey};

/// Everything that one delivery says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Facts that it states.
    pub observations: Vec<Observation>,
    /// Objects that it points at, to be read again.
    pub hints: Vec<Hint>,
    /// Objects of ours that it shows to stand on GitHub.
    pub receipts: Vec<Receipt>,
    /// Places to be listed soon, because something there changed that has no event of its own: a
    /// repository, or `None` for the organisation itself.
    pub hasten: Vec<Option<RepoId>>,
    /// Whether it concerns us at all. `false` for unknown events and actions, and for issues that
    /// are not ours.
    pub interesting: bool,
    /// Whether its payload holds a comment. One without a command is not kept.
    pub words: bool,
}

/// The proof that something of ours stands on GitHub: our own bot user's `issues.opened` or
/// `issue_comment.created`, with a marker that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which surface it is.
    pub key: SurfaceKey,
    /// The repository it stands in.
    pub repo: RepoId,
    /// The issue: itself, or the one that the comment is in.
    pub issue: Option<IssueNumber>,
    /// What the REST API addresses it by: an issue's number, a comment's id.
    pub remote_id: i64,
}

impl Heard {
    /// A delivery that does not concern us.
    pub fn ignored() -> Self {
        Self::default()
    }
}

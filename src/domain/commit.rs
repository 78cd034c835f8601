//! Commits as far as they tell how a change came about.
//!
//! Whoever writes a commit writes its names: GitHub only looks up which account an address belongs
//! to. So nothing here says who did something; it says what a commit claims.

use serde::{Deserialize, Serialize};

use crate::domain::{Actor, FileSubject, Foreign, Login, Sha};

/// A commit of a change, which changed a file that grants something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitSeen {
    /// Its name.
    pub sha: Sha,
    /// Which of the files that grant something it changed.
    pub paths: Vec<Foreign>,
    /// Whom it names as its author.
    pub author: Claimed,
    /// Whom it names as its committer.
    pub committer: Claimed,
    /// GitHub could check its signature.
    pub verified: bool,
    /// What it says of itself.
    pub message: Foreign,
    /// How many commits it rests on: a merge has two or more.
    pub parents: usize,
    /// A pull request, open or merged, that brings it. `None` where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<bool>,
    /// What the commit alone grants, over each commit that it rests on. `None` where that was not
    /// looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<FileSubject>>,
}

/// Somebody whom a commit names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The account that the address belongs to, as GitHub says.
    pub account: Option<Actor>,
    /// The name as it stands in the commit.
    pub name: Foreign,
}

/// How a change of files came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// Commits that changed a file which grants something, the newest first; not all of them when
    /// there are many.
    pub commits: Vec<CommitSeen>,
    /// An account that brought the change, and that no earlier commit which changed a workflow
    /// names as its author, although there are workflows.
    pub newcomer: Option<Login>,
    /// Who pushed those commits to the branch of a pull request, as GitHub vouches for: also before
    /// the pull request was opened.
    pub pushers: Vec<Actor>,
}

impl Claimed {
    /// Whether it is GitHub itself, which commits what is done on its pages.
    pub fn is_github(&self) -> bool {
        // `web-flow`, by its number: https://api.github.com/users/web-flow
        self.account.as_ref().is_some_and(|actor| actor.id.0 == 19_864_447)
    }
}

impl CommitSeen {
    /// Whether the author's name can be believed: GitHub made the commit, and signed it.
    pub fn is_made_by_github(&self) -> bool {
        self.verified && self.committer.is_github()
    }

    /// The first line of its message.
    pub fn headline(&self) -> &str {
        self.message.raw().lines().next().unwrap_or_default().trim()
    }
}

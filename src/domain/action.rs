//! Effects on GitHub, as data: desired state with a key, saved with what caused it.
//!
//! A surface is something of ours that stands on GitHub. A Turn overwrites what it should look
//! like; the outbox makes it so. Nothing is left to choose by then.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{CaseId, CommentId, IssueNumber, RepoId};

/// What makes two surfaces the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SurfaceKey(pub String);

/// Something of ours on GitHub and how it should look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surface {
    /// Its key.
    pub key: SurfaceKey,
    /// The case it belongs to.
    pub case: CaseId,
    /// The repository it stands in.
    pub repo: RepoId,
    /// How it should look.
    pub effect: Effect,
    /// What to make of what stands there already.
    pub force: Force,
}

/// What a Turn knows about a surface that the outbox has already applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Force {
    /// It stands as it was left: apply only what changed.
    #[default]
    No,
    /// Somebody changed it: apply again even if nothing changed on our side.
    Reapply,
    /// It is gone: make it anew.
    Recreate,
}

/// A reaction to a comment. GitHub's `content` values that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reaction {
    /// Understood and done.
    #[serde(rename = "+1")]
    Done,
    /// Not understood, or not allowed.
    #[serde(rename = "confused")]
    Confused,
    /// Read; nothing to do.
    #[serde(rename = "eyes")]
    Seen,
}

/// How a surface should look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// An issue of ours.
    Issue {
        /// Words of ours only.
        title: String,
        /// The part of the body that is ours, markers included.
        body: String,
        /// Labels, created on demand.
        labels: Vec<String>,
        /// Open or closed; closing says `completed`.
        open: bool,
    },
    /// A comment in one of our issues, edited in place.
    Reply {
        /// The issue.
        issue: IssueNumber,
        /// All of it, marker included.
        body: String,
    },
    /// A reaction to a person's comment. Once; never taken back.
    React {
        /// The comment.
        comment: CommentId,
        /// Which.
        reaction: Reaction,
    },
}

impl SurfaceKey {
    /// The issue of a case.
    pub fn issue(case: &CaseId) -> Self {
        Self(format!("issue/{case}"))
    }

    /// Our answer to a person's comment.
    pub fn reply(case: &CaseId, comment: CommentId) -> Self {
        Self(format!("reply/{case}/{comment}"))
    }

    /// Our reaction to a person's comment.
    pub fn reaction(case: &CaseId, comment: CommentId, reaction: Reaction) -> Self {
        Self(format!("react/{case}/{comment}/{}", reaction.as_str()))
    }

    /// Our notice in an issue, for something that a person should hear once.
    pub fn notice(case: &CaseId, what: &str) -> Self {
        Self(format!("notice/{case}/{what}"))
    }
}

impl Reaction {
    /// GitHub's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "+1",
            Self::Confused => "confused",
            Self::Seen => "eyes",
        }
    }
}

/// SHA-256 in hex of an effect: two effects with the same hash look the same on GitHub.
pub fn hash_of(effect: &Effect) -> String {
    let text = serde_json::to_vec(effect).expect("plain data serialises");
    hex::encode(Sha256::digest(text))
}

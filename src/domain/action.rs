//! Effects on GitHub, as data: desired state with a key, saved with what caused it.
//!
//! A surface is something of ours that stands on GitHub. A Turn overwrites what it should look
//! like; the outbox makes it so. Nothing is left to choose by then.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{CaseId, CheckRun, CommentId, IssueNumber, RepoId, Review, Sha, Shown, Spoken};

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
    /// A comment in one of our issues or in a pull request's conversation, edited in place.
    Reply {
        /// The issue, or the pull request.
        issue: IssueNumber,
        /// Whether it is a pull request's conversation.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        in_pull: bool,
        /// All of it, marker included.
        body: String,
    },
    /// The check run of a commit, edited in place.
    Check(CheckRun),
    /// The review of a pull request, edited in place.
    Review(Review),
    /// A comment of ours in a thread of a review, edited in place.
    ThreadReply {
        /// The pull request.
        pull: IssueNumber,
        /// The comment that is answered.
        to: CommentId,
        /// All of it, marker included.
        body: String,
    },
    /// A reaction to a person's comment. Once; never taken back.
    React {
        /// The comment.
        comment: CommentId,
        /// Where it stands: comments of threads are numbered by themselves.
        #[serde(default, skip_serializing_if = "Spoken::is_usual")]
        on: Spoken,
        /// Which.
        reaction: Reaction,
    },
}

impl SurfaceKey {
    /// The issue of a case.
    pub fn issue(case: &CaseId) -> Self {
        Self(format!("issue/{case}"))
    }

    /// The check run of a commit.
    pub fn check(repo: RepoId, head: &Sha) -> Self {
        Self(format!("check/{repo}/{head}"))
    }

    /// The review of a case's pull request.
    pub fn review(case: &CaseId) -> Self {
        Self(format!("review/{case}"))
    }

    /// Our answer to a person's comment.
    pub fn reply(case: &CaseId, comment: CommentId, on: Spoken) -> Self {
        match on {
            Spoken::Thread => Self(format!("reply/{case}/thread-{comment}")),
            Spoken::Conversation | Spoken::Button => Self(format!("reply/{case}/{comment}")),
        }
    }

    /// Our reaction to a person's comment.
    pub fn reaction(case: &CaseId, comment: CommentId, on: Spoken, reaction: Reaction) -> Self {
        let thread = if on == Spoken::Thread { "thread-" } else { "" };
        Self(format!("react/{case}/{thread}{comment}/{}", reaction.as_str()))
    }

    /// Our notice in an issue, for something that a person should hear once.
    pub fn notice(case: &CaseId, what: &str) -> Self {
        Self(format!("notice/{case}/{what}"))
    }
}

impl Effect {
    /// The powers that it shows, once it stands.
    pub fn shows(&self) -> Option<&Shown> {
        match self {
            Self::Check(check) => Some(&check.shows),
            Self::Review(review) => Some(&review.shows),
            Self::Issue { .. }
            | Self::Reply { .. }
            | Self::ThreadReply { .. }
            | Self::React { .. } => None,
        }
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

//! How far Beholden goes: the ladder, and where each step counts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::{IdentityKind, RepoName};
use crate::policy::glob::{RepoGlob, reaches};

/// How far Beholden goes. Ordered: a greater mode does all that a lesser one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Pages only. Nothing is written to GitHub.
    Observe,
    /// Issues and comments.
    Comment,
    /// As `comment`, and who granted may not accept.
    Require,
    /// Takes power away after notice. No policy can say it yet: this version takes nothing away.
    Revoke,
}

/// One line of the policy's `modes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModeRule {
    /// The kinds it speaks of. Empty means all.
    pub kinds: Vec<IdentityKind>,
    /// The repositories it speaks of. `None` means all, and the organisation as well.
    pub repos: Option<RepoGlob>,
    /// The mode there.
    pub mode: Mode,
}

/// A word that is no mode, or one that this version does not keep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMode {
    /// Not on the ladder.
    #[error("there is no such mode; the modes are observe, comment and require")]
    Unknown,
    /// On the ladder, and not built.
    #[error(
        "this version takes nothing away from anyone, so it does not accept revoke; use require"
    )]
    Revoke,
}

impl Mode {
    /// The modes that a policy may name, least first.
    pub const ACCEPTED: &[Self] = &[Self::Observe, Self::Comment, Self::Require];

    /// The spelling in the policy and on pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Comment => "comment",
            Self::Require => "require",
            Self::Revoke => "revoke",
        }
    }

    /// Whether anything may be written to GitHub.
    pub fn writes(self) -> bool {
        self >= Self::Comment
    }

    /// Whether an issue closed without an owner opens again and the granter may not accept.
    pub fn requires(self) -> bool {
        self >= Self::Require
    }
}

impl ModeRule {
    /// Whether the rule speaks of this kind here.
    pub(super) fn matches(&self, kind: IdentityKind, repo: Option<&RepoName>) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind)) && reaches(self.repos.as_ref(), repo)
    }
}

impl FromStr for Mode {
    type Err = InvalidMode;

    fn from_str(text: &str) -> Result<Self, InvalidMode> {
        match text {
            "revoke" => Err(InvalidMode::Revoke),
            _ => Self::ACCEPTED
                .iter()
                .copied()
                .find(|mode| mode.as_str() == text)
                .ok_or(InvalidMode::Unknown),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

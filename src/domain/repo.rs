//! Repositories and teams: what identities reach, and through whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Access, Foreign, RepoId, RepoName, TeamId, TeamSlug, Timestamp};

/// Who may read a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Invited people only.
    Private,
    /// Everybody in the enterprise.
    Internal,
    /// Everybody.
    Public,
}

/// A repository as last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repo {
    /// Its number.
    pub id: RepoId,
    /// Its name then.
    pub name: RepoName,
    /// Who may read it.
    pub visibility: Visibility,
    /// Read-only: no issue can be opened there.
    pub archived: bool,
    /// Whether issues are switched on; payloads of some events do not say.
    pub has_issues: bool,
    /// Deleted, with the same proof that any removal needs.
    pub gone: bool,
    /// Taken out of our installation: what is held is what was last seen.
    #[serde(default)]
    pub hidden: bool,
    /// The branch that most events run workflows of; `None` where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_branch: Option<Foreign>,
    /// Switches and guards by group and GitHub's name, as last listed. Of a thing that is gone its
    /// guards are kept, behind [`GONE`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub switches: BTreeMap<String, String>,
    /// When the request was sent, or the webhook received, that said so.
    pub as_of: Timestamp,
}

/// Stands before the guards of a thing that is gone.
pub const GONE: &str = "gone; it had ";

/// What guarded a thing that is gone; `None` for the value of one that is there.
pub fn guards_before(value: &str) -> Option<&str> {
    value.strip_prefix(GONE)
}

/// A team and what it may reach, as far as machine users are in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its number.
    pub id: TeamId,
    /// Its slug then.
    pub slug: TeamSlug,
    /// Its permission on each repository seen.
    pub repos: BTreeMap<RepoId, Access>,
    /// Deleted.
    pub gone: bool,
    /// As for [`Repo::as_of`].
    pub as_of: Timestamp,
}

impl Visibility {
    /// Reads GitHub's `visibility`, or its older `private` flag. `None` when neither is there.
    pub fn from_github(visibility: Option<&str>, private: Option<bool>) -> Option<Self> {
        match (visibility, private) {
            (Some("public"), _) => Some(Self::Public),
            (Some("internal"), _) => Some(Self::Internal),
            (Some("private"), _) => Some(Self::Private),
            (_, Some(true)) => Some(Self::Private),
            (_, Some(false)) => Some(Self::Public),
            _ => None,
        }
    }
}

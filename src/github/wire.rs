//! The few fields that we read of GitHub's JSON. Tolerant: what is missing or new harms nothing.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{Actor, ActorType, Foreign, Repo, RepoId, Timestamp, UserId, Visibility};

/// An account, wherever one is named.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    pub(super) id: i64,
    pub(super) login: String,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) suspended_at: Option<Timestamp>,
}

/// A repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Repository {
    pub(super) id: i64,
    pub(super) full_name: String,
    pub(super) private: Option<bool>,
    pub(super) visibility: Option<String>,
    pub(super) archived: bool,
    /// Missing in short forms, where it cannot be told.
    pub(super) has_issues: Option<bool>,
    /// On a team's or an account's view of it.
    pub(super) permissions: BTreeMap<String, bool>,
    pub(super) role_name: Option<String>,
    pub(super) default_branch: Option<String>,
}

/// An issue, or a comment: what both share is what we need to know our own by.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Post {
    pub(super) id: i64,
    pub(super) node_id: String,
    pub(super) number: i64,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) state: String,
    pub(super) user: Option<Account>,
    pub(super) performed_via_github_app: Option<Numbered>,
    pub(super) assignees: Option<Vec<Account>>,
    pub(super) labels: Vec<Label>,
    pub(super) pull_request: Option<serde::de::IgnoredAny>,
}

/// Something of which only the number matters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Numbered {
    pub(super) id: i64,
}

/// A label on an issue: an object, in old answers a string.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Label {
    Named { name: String },
    Bare(String),
}

impl Label {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Named { name } | Self::Bare(name) => name,
        }
    }
}

impl Account {
    /// The account as an actor; `None` when its login is no login.
    pub(super) fn actor(&self) -> Option<Actor> {
        Some(Actor {
            id: UserId(self.id),
            login: self.login.parse().ok()?,
            kind: ActorType::from_github(self.kind.as_deref()),
        })
    }
}

impl Repository {
    /// The repository as a domain value; `None` when its name or visibility cannot be read.
    pub(super) fn repo(&self, as_of: Timestamp) -> Option<Repo> {
        Some(Repo {
            id: RepoId(self.id),
            name: self.full_name.parse().ok()?,
            visibility: Visibility::from_github(self.visibility.as_deref(), self.private)?,
            archived: self.archived,
            has_issues: self.has_issues.unwrap_or(true),
            gone: false,
            hidden: false,
            default_branch: self.default_branch.as_deref().map(Foreign::new),
            switches: Default::default(),
            as_of,
        })
    }
}

/// A login as one segment of a path: `[bot]` has brackets.
pub(super) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

//! People, bots, organizations and teams.

use super::{Access, Holdings, Pat, PatRequest, Ruleset, WorkflowDefaults};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What kind of account a user is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A person, or a machine that signs in like one.
    #[default]
    User,
    /// The account of an App.
    Bot,
}

#[derive(Debug)]
pub(crate) struct User {
    pub id: u64,
    pub login: String,
    pub name: Option<String>,
    pub kind: Kind,
    pub created: Timestamp,
    /// A suspended account no longer answers on `GET /users/{login}`.
    pub suspended: bool,
}

/// A member's role in the organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An organization owner.
    Admin,
    /// Everybody else.
    #[default]
    Member,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Org {
    pub id: u64,
    pub login: String,
    pub created: Timestamp,
    /// Whether there are an audit log and credentials that were let in to read.
    pub enterprise: bool,
    /// Records of the audit log, as they came.
    pub records: Vec<Value>,
    /// What every member may do in every repository.
    pub base_permission: Access,
    pub members: BTreeMap<u64, Role>,
    pub teams: BTreeMap<u64, Team>,
    pub pats: BTreeMap<u64, Pat>,
    pub pat_requests: BTreeMap<u64, PatRequest>,
    pub rulesets: BTreeMap<u64, Ruleset>,
    /// For repositories that do not say otherwise.
    pub workflow_defaults: WorkflowDefaults,
    pub holdings: Holdings,
}

impl Org {
    pub(crate) fn team(&self, slug: &str) -> Option<&Team> {
        self.teams.values().find(|team| team.slug.eq_ignore_ascii_case(slug))
    }
}

#[derive(Debug)]
pub(crate) struct Team {
    pub id: u64,
    pub slug: String,
    pub name: String,
    pub secret: bool,
    pub created: Timestamp,
    /// Members by user id; true for maintainers.
    pub members: BTreeMap<u64, bool>,
    pub repos: BTreeMap<u64, Access>,
}

//! What an organization or a repository holds in its settings and no webhook tells of: secrets,
//! webhooks, runners, registries.

use super::Access;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who may read a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vault {
    /// Workflows.
    Actions,
    /// Dependabot.
    Dependabot,
    /// Coding agents.
    Agents,
}

/// Which repositories something of the organization is lent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lent {
    All,
    Private,
    Selected(BTreeSet<u64>),
}

impl Lent {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Private => "private",
            Self::Selected(_) => "selected",
        }
    }
}

/// A secret. Nobody ever reads its value, so it has none here.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    pub name: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// For secrets of the organization.
    pub lent: Lent,
}

/// A webhook of an organization or repository, which leads to somebody else.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub id: u64,
    pub url: String,
    pub events: BTreeSet<String>,
    pub active: bool,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// A registered runner.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub id: u64,
    pub name: String,
    pub ephemeral: bool,
    /// Its group; the one that every organization has when it is none of those that somebody made.
    pub group: u64,
}

/// A private package registry.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    pub name: String,
    pub url: String,
    pub created: Timestamp,
}

/// A variable of Actions. Its value is anybody's to read who may read variables.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub name: String,
    pub value: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// For variables of the organization.
    pub lent: Lent,
}

/// A group of the organization's runners.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub id: u64,
    pub name: String,
    pub lent: Lent,
    pub public: bool,
    /// The workflows that may use it; all of them when empty.
    pub workflows: Vec<String>,
}

/// Something that the API is used with, as API Insights counts it.
#[derive(Clone, Debug)]
pub(crate) struct ApiUse {
    pub id: u64,
    /// The account; none for an App that acts as itself.
    pub user: Option<u64>,
    /// GitHub's word: `classic_pat`, `oauth_app`, …
    pub kind: String,
    pub name: String,
    /// The last request; none while it goes on.
    pub at: Option<Timestamp>,
}

/// A role of an organization.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrgRole {
    pub id: u64,
    pub name: String,
    /// What it allows in every repository.
    pub base: Option<Access>,
    pub permissions: Vec<String>,
    /// GitHub's own: every organization has it.
    pub predefined: bool,
    pub users: BTreeSet<u64>,
    pub teams: BTreeSet<u64>,
}

impl OrgRole {
    /// Some of the roles that every organization has, with GitHub's numbers.
    pub(crate) fn predefined() -> BTreeMap<u64, Self> {
        let role = |id, name: &str, base, permissions: &[&str]| Self {
            id,
            name: name.to_owned(),
            base,
            permissions: permissions.iter().map(|&it| it.to_owned()).collect(),
            predefined: true,
            ..Self::default()
        };
        let roles = [
            role(8134, "all_repo_write", Some(Access::Write), &[]),
            role(8136, "all_repo_admin", Some(Access::Admin), &[]),
            role(33_679, "app_manager", None, &[]),
        ];
        roles.into_iter().map(|role| (role.id, role)).collect()
    }
}

/// What stands in the subject of OIDC tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subject {
    /// GitHub's usual ones when empty.
    pub claims: Vec<String>,
    pub immutable: bool,
}

/// What GitHub's coding agent may do in a repository.
#[derive(Clone, Debug)]
pub(crate) struct AgentSettings {
    pub servers: Value,
    pub firewall: bool,
}

impl Default for AgentSettings {
    fn default() -> Self {
        Self { servers: Value::Null, firewall: true }
    }
}

/// A classic token that somebody let in through single sign-on.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub id: u64,
    pub login: String,
    pub note: String,
    pub scopes: Vec<String>,
    pub at: Timestamp,
}

/// All of it, of one place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holdings {
    pub secrets: BTreeMap<(Vault, String), Secret>,
    pub endpoints: BTreeMap<u64, Endpoint>,
    pub machines: BTreeMap<u64, Machine>,
    pub registries: BTreeMap<String, Registry>,
    pub variables: BTreeMap<String, Variable>,
    pub groups: BTreeMap<u64, Group>,
    pub subject: Option<Subject>,
    pub agent: AgentSettings,
    /// In which repositories of an organization the coding agent may work: `all`, `selected`, `none`;
    /// none when empty.
    pub agent_in: String,
    /// Those that were chosen.
    pub agent_repos: BTreeSet<u64>,
    /// Variables that are handed to coding agents.
    pub agents_variables: BTreeMap<String, Variable>,
    pub credentials: BTreeMap<u64, Credential>,
    pub roles: BTreeMap<u64, OrgRole>,
    pub api_uses: Vec<ApiUse>,
    /// As on older hosts: whoever has a role through a team is not named among those who have it.
    pub roles_without_teams: bool,
    /// Whose runs need a yes before they begin.
    pub fork_approval: Option<String>,
    /// Whose actions workflows may use: `all`, `local_only`, `selected`; `None`: all.
    pub allowed_actions: Option<String>,
    /// Whether actions have to be held to a commit.
    pub sha_pinning: bool,
    /// Whether other repositories of the organization may call its workflows and actions.
    pub shared: bool,
}

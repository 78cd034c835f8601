//! What an organization or a repository holds in its settings and no webhook tells of: secrets,
//! webhooks, runners, registries.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
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
}

/// A private package registry.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    pub name: String,
    pub url: String,
    pub created: Timestamp,
}

/// All of it, of one place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holdings {
    pub secrets: BTreeMap<(Vault, String), Secret>,
    pub endpoints: BTreeMap<u64, Endpoint>,
    pub machines: BTreeMap<u64, Machine>,
    pub registries: BTreeMap<String, Registry>,
    /// Whose runs need a yes before they begin.
    pub fork_approval: Option<String>,
    /// Whether other repositories of the organization may call its workflows and actions.
    pub shared: bool,
}

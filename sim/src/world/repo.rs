//! Repositories and what hangs on them.

use super::{
    Access, CheckRun, CheckSuite, Environment, Git, Holdings, Issue, Label, Rules, Status,
    WorkflowDefaults, WorkflowRun,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who may see a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Those with access.
    #[default]
    Private,
    /// Everybody.
    Public,
}

#[derive(Debug)]
pub(crate) struct Repo {
    pub id: u64,
    /// The organization, or the person, that owns it.
    pub org: u64,
    /// The repository that this one is a fork of.
    pub fork_of: Option<u64>,
    pub name: String,
    pub visibility: Visibility,
    pub archived: bool,
    pub has_issues: bool,
    pub default_branch: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub pushed: Timestamp,
    pub git: Git,
    pub keys: BTreeMap<u64, DeployKey>,
    pub collaborators: BTreeMap<u64, Collaborator>,
    pub labels: BTreeMap<u64, Label>,
    /// Issues and pull requests, by number.
    pub issues: BTreeMap<u64, Issue>,
    /// Where issues went that were transferred: number → repository and number there.
    pub moved_issues: BTreeMap<u64, (u64, u64)>,
    /// The highest number given out: the number of a deleted issue is not used again.
    pub last_number: u64,
    pub rulesets: BTreeMap<u64, Ruleset>,
    /// The older protection, by branch.
    pub protections: BTreeMap<String, Rules>,
    /// The pull requests that wait to be merged, by branch, the first in line first.
    pub queues: BTreeMap<String, Vec<Queued>>,
    pub environments: Vec<Environment>,
    pub workflow_defaults: Option<WorkflowDefaults>,
    pub holdings: Holdings,
    pub runs: BTreeMap<u64, WorkflowRun>,
    pub alerts: BTreeMap<u64, SecretAlert>,
    pub check_suites: BTreeMap<u64, CheckSuite>,
    pub check_runs: BTreeMap<u64, CheckRun>,
    /// The oldest first.
    pub statuses: Vec<Status>,
    /// What became of its refs, the oldest first.
    pub activity: Vec<Activity>,
}

/// That a ref was made, moved or deleted.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    pub reference: String,
    /// Nothing before, nothing after: no commit.
    pub before: String,
    pub after: String,
    pub kind: &'static str,
    pub by: u64,
    pub at: Timestamp,
}

impl Repo {
    pub(crate) fn is_public(&self) -> bool {
        self.visibility == Visibility::Public
    }

    pub(crate) fn label(&self, name: &str) -> Option<&Label> {
        self.labels.values().find(|label| label.name.eq_ignore_ascii_case(name))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct DeployKey {
    pub id: u64,
    pub title: String,
    pub key: String,
    pub read_only: bool,
    pub added_by: u64,
    pub created: Timestamp,
    pub used: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub(crate) struct Collaborator {
    pub access: Access,
}

/// A rule set with the actors that may bypass it.
#[derive(Clone, Debug)]
pub(crate) struct Ruleset {
    pub id: u64,
    pub name: String,
    pub enforcement: String,
    pub rules: Rules,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// Somebody or something that may bypass a rule set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BypassActor {
    /// The App, team or role; `None` for deploy keys and organization owners.
    pub actor_id: Option<u64>,
    /// `Integration`, `OrganizationAdmin`, `RepositoryRole`, `Team`, `DeployKey`, `User`.
    pub actor_type: String,
    /// `always`, `pull_request` or `exempt`.
    pub bypass_mode: String,
}

#[derive(Clone, Debug)]
pub(crate) struct SecretAlert {
    pub number: u64,
    pub secret_type: String,
    pub display_name: String,
    pub provider: String,
    pub secret: String,
    pub validity: String,
    pub publicly_leaked: bool,
    pub resolution: Option<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub path: String,
}

/// A pull request that waits in a merge queue.
#[derive(Clone, Debug)]
pub(crate) struct Queued {
    pub number: u64,
    /// Who put it there.
    pub by: u64,
    /// Where it is tried on top of those before it.
    pub group: Option<Group>,
}

/// A trial merge on a branch of its own.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// `refs/heads/gh-readonly-queue/…`
    pub reference: String,
    pub head: String,
    pub base: String,
}

//! Settings of Actions, environments, and workflow runs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a workflow's token may do when the workflow does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkflowDefaults {
    /// Write, or read only.
    pub write: bool,
    /// Whether workflows may approve pull requests.
    pub can_approve: bool,
}

/// An environment with its guards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnvironmentSpec {
    /// Its name.
    pub name: String,
    /// Logins and `organization/team`s, one of whom must agree.
    pub reviewers: Vec<String>,
    /// Whether whoever started the run may agree to it.
    pub prevent_self_review: bool,
    /// Minutes to wait.
    pub wait_minutes: u32,
    /// Only branches with protection may deploy.
    pub protected_branches: bool,
    /// Only branches and tags that fit one of these patterns may deploy.
    pub branch_patterns: Vec<String>,
    /// Whether administrators pass by the guards.
    pub admins_bypass: bool,
}

impl EnvironmentSpec {
    /// An environment without guards.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), admins_bypass: true, ..Self::default() }
    }

    /// Somebody must agree: a login or `organization/team`.
    #[must_use]
    pub fn reviewed_by(mut self, who: &str) -> Self {
        self.reviewers.push(who.to_owned());
        self
    }

    /// A run waits this many minutes.
    #[must_use]
    pub fn waiting(mut self, minutes: u32) -> Self {
        self.wait_minutes = minutes;
        self
    }

    /// Only protected branches deploy.
    #[must_use]
    pub fn for_protected_branches(mut self) -> Self {
        self.protected_branches = true;
        self
    }

    /// Only branches and tags of this pattern deploy.
    #[must_use]
    pub fn for_branches(mut self, pattern: &str) -> Self {
        self.branch_patterns.push(pattern.to_owned());
        self
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Environment {
    pub id: u64,
    pub spec: EnvironmentSpec,
    pub secrets: std::collections::BTreeMap<String, super::Secret>,
    pub variables: std::collections::BTreeMap<String, super::Variable>,
    pub created: Timestamp,
}

/// What a run is of, and who caused it.
#[derive(Clone, Debug)]
pub(crate) struct RunOf {
    /// The path of the workflow's file.
    pub workflow: String,
    pub event: String,
    pub branch: String,
    pub sha: String,
    /// The repository that the commit came from.
    pub head_repo: u64,
    pub actor: u64,
}

impl RunOf {
    /// The name of the workflow's file.
    pub(crate) fn name(&self) -> &str {
        let file = self.workflow.rsplit('/').next().unwrap_or_default();
        file.trim_end_matches(".yml").trim_end_matches(".yaml")
    }
}

/// A run of a workflow.
#[derive(Clone, Debug)]
pub(crate) struct WorkflowRun {
    pub id: u64,
    pub of: RunOf,
    /// `queued`, `in_progress` or `completed`.
    pub status: &'static str,
    pub conclusion: Option<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

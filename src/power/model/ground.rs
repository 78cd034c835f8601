//! What is known about the host and the repository, which no file says.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{Foreign, RepoName, Visibility};
use crate::power::model::guard::{Guard, Protection};

/// The host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "host", rename_all = "snake_case")]
pub enum Host {
    /// github.com, or GHE.com. Since 2025-12-08 `pull_request_target` takes workflow and ref from
    /// the default branch, and branch rules of environments judge the ref that executes.
    #[default]
    Cloud,
    /// GitHub Enterprise Server, where `pull_request_target` still takes them from the base branch.
    Server {
        /// The first number of the version.
        major: u32,
        /// The second number of the version.
        minor: u32,
    },
}

/// What `GITHUB_TOKEN` may do in a workflow that does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultToken {
    /// Read contents and packages.
    Read,
    /// Write nearly everything.
    Write,
}

/// Whose pull requests from forks wait for a person before they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForkApproval {
    /// Those of accounts new to GitHub.
    NewToGitHub,
    /// Those of people without a merged change here. GitHub's default.
    FirstTime,
    /// Those of everybody who may not push.
    Everybody,
}

/// An environment's protections: `None` when it is not known which the plan enforces.
pub type Protections = Option<BTreeSet<Protection>>;

/// What is known about where the files stand. `None` everywhere is honest and means unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ground {
    /// The host.
    pub host: Host,
    /// The repository, to know a reference to itself.
    pub repo: Option<RepoName>,
    /// The default branch.
    pub default_branch: Option<Foreign>,
    /// The branch that the files are of, or would be once merged.
    pub branch: Option<Foreign>,
    /// Who may read the repository.
    pub visibility: Option<Visibility>,
    /// The setting for tokens.
    pub default_token: Option<DefaultToken>,
    /// Whose forks wait.
    pub fork_approval: Option<ForkApproval>,
    /// Environments that exist, by name in lower case.
    pub environments: BTreeMap<Foreign, Protections>,
}

impl Ground {
    /// Whether the files are known to be of another branch than the default one, where most events
    /// do not find them.
    pub fn is_side_branch(&self) -> bool {
        match (&self.branch, &self.default_branch) {
            (Some(branch), Some(default)) => branch != default,
            _ => false,
        }
    }

    /// What an environment's name guards: only what is known to be enforced.
    pub fn guard(&self, environment: &str) -> Guard {
        let name = Foreign::new(&environment.to_ascii_lowercase());
        match self.environments.get(&name) {
            Some(Some(protections)) => Guard::behind(protections.clone()),
            Some(None) | None => Guard::Unknown { environment: name },
        }
    }
}

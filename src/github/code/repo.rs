//! The settings of a repository that decide what its files grant. What may not be read stays
//! unknown.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{Foreign, Repo, Timestamp, Visibility};
use crate::github::call::Call;
use crate::github::code::Code;
use crate::github::wire::Repository;
use crate::github::{Failure, Who};

/// A repository as far as files depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoRead {
    /// The repository.
    pub repo: Repo,
    /// Its default branch.
    pub default_branch: Foreign,
    /// What a workflow's token may do where the workflow does not say: `read` or `write`.
    pub default_token: Option<String>,
    /// Environments by name, each with the kinds of its protections, in GitHub's spelling.
    pub environments: Option<BTreeMap<String, Vec<String>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    #[serde(flatten)]
    repository: Repository,
    default_branch: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tokens {
    default_workflow_permissions: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Environments {
    environments: Vec<Environment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Environment {
    name: String,
    protection_rules: Vec<Rule>,
    deployment_branch_policy: Option<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
}

impl Code<'_> {
    /// The repository and its settings.
    pub async fn settings(&self, now: Timestamp) -> Result<RepoRead, Failure> {
        let call = Call::get(&self.contents(), self.path(""));
        let settings: Settings = self.github.send(call).await?.json()?;
        let unclear = || Failure::blind(format!("GitHub does not describe {}.", self.repo));
        let repo = settings.repository.repo(now).ok_or_else(unclear)?;
        // What only members can see is not even asked where strangers read what comes of it.
        let public = repo.visibility == Visibility::Public;
        Ok(RepoRead {
            repo,
            default_branch: Foreign::new(&settings.default_branch),
            default_token: if public { None } else { self.default_token().await? },
            environments: self.environments().await?,
        })
    }

    /// Source: "Get default workflow permissions for a repository". Takes `administration: read`,
    /// which not every organisation grants.
    async fn default_token(&self) -> Result<Option<String>, Failure> {
        let who = Who::installation(self.installation, &[("administration", "read")]);
        let path = self.path("/actions/permissions/workflow");
        let tokens: Option<Tokens> = self.unless_refused(Call::get(&who, path)).await?;
        Ok(tokens.and_then(|tokens| tokens.default_workflow_permissions))
    }

    /// Source: "List environments". What the plan does not enforce is not listed.
    async fn environments(&self) -> Result<Option<BTreeMap<String, Vec<String>>>, Failure> {
        let who = Who::installation(self.installation, &[("actions", "read")]);
        let path = self.path("/environments?per_page=100");
        let found: Option<Environments> = self.unless_refused(Call::get(&who, path)).await?;
        Ok(found.map(|found| {
            found
                .environments
                .into_iter()
                .map(|environment| {
                    let mut kinds: Vec<String> =
                        environment.protection_rules.into_iter().map(|rule| rule.kind).collect();
                    if environment.deployment_branch_policy.is_some() {
                        kinds.push("branch_policy".to_owned());
                    }
                    kinds.sort();
                    kinds.dedup();
                    (environment.name.to_ascii_lowercase(), kinds)
                })
                .collect()
        }))
    }

    /// An answer, or nothing where GitHub does not let us see: the plan, a permission, a switch.
    pub(super) async fn unless_refused<T: serde::de::DeserializeOwned>(
        &self,
        call: Call,
    ) -> Result<Option<T>, Failure> {
        let answer = match self.github.send(call).await {
            Ok(answer) => answer,
            Err(failure @ Failure::Later { .. }) => return Err(failure),
            Err(_) => return Ok(None),
        };
        if answer.status.is_success() {
            return answer.json().map(Some);
        }
        match Failure::of(&answer) {
            later @ Failure::Later { .. } => Err(later),
            _ => Ok(None),
        }
    }
}

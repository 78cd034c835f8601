//! Switches of the organisation and of repositories that decide what identities may do, and which
//! repositories there are.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Facts, Lister};
use crate::domain::{Fact, RepoId, Timestamp};
use crate::github::Failure;
use crate::github::wire::Repository;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    repositories: Vec<Dated>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dated {
    #[serde(flatten)]
    repository: Repository,
    created_at: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Workflow {
    default_workflow_permissions: Option<String>,
    can_approve_pull_request_reviews: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Actions {
    enabled: Option<bool>,
    enabled_repositories: Option<String>,
    allowed_actions: Option<String>,
    sha_pinning_required: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Forks {
    approval_policy: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Organization {
    default_repository_permission: Option<String>,
    two_factor_requirement_enabled: Option<bool>,
    deploy_keys_enabled_for_repositories: Option<bool>,
}

impl Actions {
    fn put(self, put: &mut impl FnMut(&str, Option<String>)) {
        put("actions_enabled", word(self.enabled).or(self.enabled_repositories));
        put("allowed_actions", self.allowed_actions);
        put("sha_pinning_required", word(self.sha_pinning_required));
    }
}

/// `GET /installation/repositories`. One that cannot be understood makes the listing none.
pub(super) async fn repositories(
    l: &Lister<'_>,
    born: &mut BTreeMap<RepoId, Timestamp>,
) -> Result<Facts, Failure> {
    let all = l.rows(&l.path(), |page: Page| page.repositories).await?;
    let mut facts = Vec::with_capacity(all.len());
    for Dated { repository, created_at } in &all {
        let unclear = || Failure::blind("GitHub does not describe one of the repositories.");
        let repo = repository.repo(l.r.now).ok_or_else(unclear)?;
        born.extend(created_at.map(|at| (repo.id, at)));
        facts.push((Fact::Repo { repo }, None));
    }
    Ok(facts)
}

/// Whether Actions runs in a repository, and whose actions its workflows may use.
pub(super) async fn actions(l: &Lister<'_>) -> Result<Facts, Failure> {
    let actions: Actions = l.one(&l.path()).await?;
    let mut guards = BTreeMap::new();
    actions.put(&mut |name, value| {
        guards.extend(value.map(|value| (name.to_owned(), value)));
    });
    Ok(vec![l.switches("actions_permissions", guards)])
}

fn word(flag: Option<bool>) -> Option<String> {
    flag.map(|flag| flag.to_string())
}

/// The switches of a place, by GitHub's names.
pub(super) async fn switches(l: &Lister<'_>) -> Result<Facts, Failure> {
    let base = l.base();
    let mut guards = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| {
        guards.extend(value.map(|value| (name.to_owned(), value)));
    };
    let path = format!("{base}/actions/permissions/workflow");
    let workflow: Workflow = l.one(&path).await?;
    put("default_workflow_permissions", workflow.default_workflow_permissions);
    put("can_approve_pull_request_reviews", word(workflow.can_approve_pull_request_reviews));
    if l.repo().is_none() {
        let actions: Actions = l.one(&format!("{base}/actions/permissions")).await?;
        actions.put(&mut put);
        let org: Organization = l.one(&base).await?;
        put("default_repository_permission", org.default_repository_permission);
        put("two_factor_requirement_enabled", word(org.two_factor_requirement_enabled));
        let keys = word(org.deploy_keys_enabled_for_repositories);
        put("deploy_keys_enabled_for_repositories", keys);
    }
    // Private repositories have no runs of strangers' forks to approve: GitHub answers 404 there.
    let path = format!("{base}/actions/permissions/fork-pr-contributor-approval");
    if l.whole.repo.is_none_or(|repo| repo.visibility == crate::domain::Visibility::Public) {
        let forks: Option<Forks> = l.one_if_any(&path).await?;
        put("fork_pr_contributor_approval", forks.and_then(|forks| forks.approval_policy));
    }
    Ok(vec![l.switches("setting", guards)])
}

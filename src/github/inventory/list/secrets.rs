//! Secrets by name, never by value: of Actions, Dependabot and coding agents, of the organisation,
//! of a repository, and of its environments with their guards.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{About, Facts, Lister, variables};
use crate::domain::{
    Fact, Foreign, Grant, IdentityKey, IdentityKind, Part, Reach, RepoId, Through, Timestamp,
};
use crate::github::Failure;
use crate::github::wire::{Numbered, segment};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    secrets: Vec<Secret>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Secret {
    name: String,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    visibility: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repositories {
    repositories: Vec<Numbered>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Environments {
    environments: Vec<Environment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Environment {
    id: i64,
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

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let path = l.path();
    let secrets = l.rows(&path, |page: Page| page.secrets).await?;
    let mut facts = Vec::with_capacity(secrets.len());
    for secret in &secrets {
        let (scope, place, reach) = match l.repo() {
            Some(repo) => (repo.0, "repo", Reach::one(repo)),
            None => (l.whole.org.0, "org", reach(l, &path, secret).await?),
        };
        facts.extend(of(l, secret, scope, place, l.grant(Through::Secret, reach, None)));
    }
    Ok(facts)
}

/// Whom a secret of the organisation is lent to.
async fn reach(l: &Lister<'_>, path: &str, secret: &Secret) -> Result<Reach, Failure> {
    Ok(match secret.visibility.as_deref() {
        Some("all") => Reach::AllRepos,
        Some("private") => Reach::PrivateRepos,
        Some("selected") => {
            let path = format!("{path}/{}/repositories", segment(&secret.name));
            let repos = l.rows(&path, |page: Repositories| page.repositories).await?;
            Reach::Repos { repos: repos.iter().map(|repo| RepoId(repo.id)).collect() }
        }
        _ => Reach::Unknown,
    })
}

/// A secret of a place, granted when it was made, and when its value was stored.
fn of(l: &Lister<'_>, secret: &Secret, scope: i64, place: &str, grant: Grant) -> [About; 2] {
    let key = IdentityKey::scoped(kind(l.whole.part), scope, &[place, &secret.name]);
    let stored = secret.updated_at.or(secret.created_at);
    let dated = Fact::Dated { identity: key.clone(), stored, used: None };
    let grant = Grant { at: secret.created_at.unwrap_or(grant.at), ..grant };
    [l.holds(key, &secret.name, grant), (dated, None)]
}

fn kind(part: Part) -> IdentityKind {
    match part {
        Part::OrgDependabotSecrets | Part::DependabotSecrets => IdentityKind::DependabotSecret,
        Part::OrgAgentsSecrets | Part::AgentsSecrets => IdentityKind::AgentsSecret,
        _ => IdentityKind::ActionsSecret,
    }
}

/// Environments, each with its guards, its secrets and its variables: two requests more for each. An
/// environment that was made anew has another number, and so have its secrets.
pub(super) async fn environments(l: &Lister<'_>) -> Result<Facts, Failure> {
    let Some(repo) = l.repo() else { return Ok(Vec::new()) };
    let path = l.path();
    let environments = l.rows(&path, |page: Environments| page.environments).await?;
    let mut facts = Vec::new();
    let (mut guards, mut set) = (BTreeMap::new(), BTreeMap::new());
    for environment in &environments {
        let name = segment(&environment.name);
        let secrets = l.rows(&format!("{path}/{name}/secrets"), |page: Page| page.secrets).await?;
        for secret in &secrets {
            let mut grant = l.grant(Through::Secret, Reach::one(repo), None);
            grant.called = Some(Foreign::new(&environment.name));
            facts.extend(of(l, secret, environment.id, "env", grant));
        }
        for variable in variables::rows(l, &format!("{path}/{name}/variables")).await? {
            set.insert(format!("{} in {}", variable.name, environment.name), variable.said());
        }
        guards.insert(environment.name.to_ascii_lowercase(), guards_of(environment));
    }
    facts.push(l.switches("environment", guards));
    facts.push(l.switches("environment_variable", set));
    Ok(facts)
}

/// The kinds of protection, in GitHub's spelling.
fn guards_of(environment: &Environment) -> String {
    let mut kinds: BTreeSet<&str> =
        environment.protection_rules.iter().map(|rule| rule.kind.as_str()).collect();
    if environment.deployment_branch_policy.is_some() {
        kinds.insert("branch_policy");
    }
    if kinds.is_empty() {
        "nothing".to_owned()
    } else {
        kinds.into_iter().collect::<Vec<_>>().join(", ")
    }
}

//! `GET /orgs/{org}/actions/runner-groups`: which repositories and workflows may run jobs on the
//! machines of each group. One that is open to chosen repositories costs one request more.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Facts, Lister};
use crate::domain::{Part, Reach, RepoId};
use crate::github::Failure;
use crate::github::wire::Repository;

/// The most repositories or workflows that are named.
const NAMED: usize = 20;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    runner_groups: Vec<Group>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    id: i64,
    name: String,
    visibility: String,
    allows_public_repositories: bool,
    restricted_to_workflows: bool,
    selected_workflows: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repositories {
    repositories: Vec<Repository>,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let path = l.path();
    let groups = l.rows(&path, |page: Page| page.runner_groups).await?;
    let (mut guards, mut reach) = (BTreeMap::new(), BTreeMap::new());
    for group in &groups {
        let repositories = match group.visibility.as_str() {
            "selected" => {
                let path = format!("{path}/{}/repositories", group.id);
                let repos = l.rows(&path, |page: Repositories| page.repositories).await?;
                some(repos.into_iter().map(|repo| repo.full_name))
            }
            word => format!("{word} repositories"),
        };
        let workflows = match group.restricted_to_workflows {
            true => format!(", workflows: {}", some(group.selected_workflows.iter().cloned())),
            false => String::new(),
        };
        reach.insert(group.name.clone(), format!("{repositories}{workflows}"));
        guards.insert(group.name.clone(), group.guards());
    }
    Ok(vec![l.switches("runner_group", guards), l.switches("runner_group_reach", reach)])
}

/// What each group may run jobs of, by its number, with its name.
pub(super) async fn reaches(l: &Lister<'_>) -> Result<BTreeMap<i64, (String, Reach)>, Failure> {
    let path = format!("{}{}", l.base(), super::route(Part::RunnerGroups));
    let mut reaches = BTreeMap::new();
    for group in l.rows(&path, |page: Page| page.runner_groups).await? {
        let reach = match (group.visibility.as_str(), group.allows_public_repositories) {
            ("selected", _) => {
                let path = format!("{path}/{}/repositories", group.id);
                let repos = l.rows(&path, |page: Repositories| page.repositories).await?;
                Reach::Repos { repos: repos.iter().map(|repo| RepoId(repo.id)).collect() }
            }
            ("private", _) | ("all", false) => Reach::PrivateRepos,
            _ => Reach::Organization,
        };
        reaches.insert(group.id, (group.name, reach));
    }
    Ok(reaches)
}

/// Names in order, as many as are named.
fn some(names: impl Iterator<Item = String>) -> String {
    let names: BTreeSet<String> = names.collect();
    let more = names.len().saturating_sub(NAMED);
    let mut named: Vec<String> = names.into_iter().take(NAMED).collect();
    if more > 0 {
        named.push(format!("{more} more"));
    }
    if named.is_empty() { "none".to_owned() } else { named.join(", ") }
}

impl Group {
    /// What keeps jobs off its machines: the fewer of these, the more may run there.
    fn guards(&self) -> String {
        let kept = [
            (self.visibility != "all", "not_all_repositories"),
            (self.visibility == "selected", "chosen_repositories"),
            (!self.allows_public_repositories, "no_public_repositories"),
            (self.restricted_to_workflows, "chosen_workflows"),
        ];
        super::guards(kept)
    }
}

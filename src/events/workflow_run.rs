//! `workflow_run`: who started a workflow, and who started it again. Use; and where a branch's own
//! files run before anybody was asked, a reason to read them.

use serde::Deserialize;

use crate::domain::{Access, Entity, Fact, Foreign, RepoId, Sha};
use crate::events::envelope::{Account, Repository};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "workflow_run",
    delivered: Delivered::Subscribed { permission: "actions", level: Access::Read },
    reads: Reads::Actions(&["requested", "in_progress", "completed"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    workflow_run: Option<Run>,
    repository: Place,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    default_branch: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Run {
    actor: Option<Account>,
    triggering_actor: Option<Account>,
    event: Option<String>,
    head_branch: Option<String>,
    head_sha: Option<String>,
    head_repository: Option<Repository>,
}

/// The events whose runs take the workflow from the branch or tag that they are about. Those of pull
/// requests are asked about there; all others take it from the default branch. Source: "Events
/// that trigger workflows".
const ON_THE_BRANCH: &[&str] = &["push", "create", "workflow_dispatch", "release", "deployment"];

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let Payload { workflow_run: run, repository } = told.read::<Payload>()?;
    let run = run.unwrap_or_default();
    let repo = told.must_repo()?;
    let elsewhere = run.elsewhere(repo, repository.default_branch.as_deref());
    let mut actors: Vec<_> =
        [run.actor, run.triggering_actor].iter().flatten().filter_map(Account::actor).collect();
    actors.dedup();
    let mut heard = told.heard();
    heard.observations.extend(actors.into_iter().map(|actor| {
        let used = Fact::Used { actor, repo, what: "workflow_run".to_owned() };
        told.observe(used, false)
    }));
    heard.hints.extend(elsewhere.map(|entity| told.hint(entity, true)));
    Ok(heard)
}

impl Run {
    /// The commit, if its own files run although they are not on the default branch.
    fn elsewhere(&self, repo: RepoId, default: Option<&str>) -> Option<Entity> {
        let event = self.event.as_deref()?;
        let branch = self.head_branch.as_deref()?;
        let head: Sha = self.head_sha.as_deref()?.parse().ok()?;
        let own = self.head_repository.as_ref().and_then(|head| head.id) == Some(repo.0);
        let is_elsewhere = own && ON_THE_BRANCH.contains(&event) && default? != branch;
        is_elsewhere.then(|| Entity::Run { repo, branch: Foreign::new(branch), head })
    }
}

//! `workflow_run`: who started a workflow, and who started it again. Use, never a grant.

use serde::Deserialize;

use crate::domain::{Access, Fact};
use crate::events::envelope::Account;
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
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Run {
    actor: Option<Account>,
    triggering_actor: Option<Account>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let run = told.read::<Payload>()?.workflow_run.unwrap_or_default();
    let repo = told.must_repo()?;
    let mut actors: Vec<_> =
        [run.actor, run.triggering_actor].iter().flatten().filter_map(Account::actor).collect();
    actors.dedup();
    let mut heard = told.heard();
    heard.observations.extend(actors.into_iter().map(|actor| {
        let used = Fact::Used { actor, repo, what: "workflow_run".to_owned() };
        told.observe(used, false)
    }));
    Ok(heard)
}

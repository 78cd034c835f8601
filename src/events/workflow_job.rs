//! `workflow_job`: a job was queued or took a runner. Where the runner is the organisation's own,
//! it is recorded: it executes the job's code with the job's token.
//!
//! The payload has the labels that the job asks for, not those of the runner, and GitHub's larger
//! runners may stand in any group. So a runner is surely self-hosted when the job asks for
//! `self-hosted` or the runner stands in the group `Default`; surely GitHub's in GitHub's own
//! groups or under an image's label; else it is recorded as unclassified.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{
    Access, Class, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind, Observation,
    Reach, RepoId, Standing, Through,
};
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "workflow_job",
    delivered: Delivered::Subscribed { permission: "actions", level: Access::Read },
    reads: Reads::Actions(&["queued", "waiting", "in_progress", "completed"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    workflow_job: Option<Job>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Job {
    labels: Option<Vec<Option<String>>>,
    runner_id: Option<i64>,
    runner_name: Option<Foreign>,
    runner_group_name: Option<String>,
}

/// The groups in which only GitHub's own machines stand.
const GITHUBS_GROUPS: &[&str] = &["GitHub Actions", "Default Larger Runners"];

/// How the labels of GitHub's images begin.
const GITHUBS_LABELS: &[&str] = &["ubuntu-", "windows-", "macos-"];

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let job = told.read::<Payload>()?.workflow_job.unwrap_or_default();
    let repo = told.must_repo()?;
    let mut heard = told.heard();
    // A job that waits has no runner yet: null, or 0.
    if let (Some(number @ 1..), Some(class)) = (job.runner_id, job.self_hosted()) {
        let holds = holds(told, &job, number, repo, class);
        // Who started the job did not give the runner its place.
        heard.observations.push(Observation { by: None, ..told.observe(holds, false) });
    }
    heard.observations.extend(told.by().map(|actor| {
        told.observe(Fact::Used { actor, repo, what: "workflow_job".to_owned() }, false)
    }));
    Ok(heard)
}

fn holds(told: &Told<'_>, job: &Job, number: i64, repo: RepoId, class: Class) -> Fact {
    let name = job.runner_name.clone().unwrap_or_default();
    let short: String = name.raw().chars().take(64).collect();
    let identity = Identity {
        key: IdentityKey::scoped(
            IdentityKind::SelfHostedRunner,
            told.org.0,
            &[&number.to_string(), &short],
        ),
        name,
        login: None,
        repo: None,
        class,
        catalogue: None,
        fingerprint: None,
        holder: None,
        standing: Standing::Live,
    };
    let grant = Grant {
        through: Through::Runner { repo },
        reach: Reach::one(repo),
        access: None,
        permissions: BTreeMap::new(),
        role: None,
        expiry: Expiry::NotApplicable,
        power: None,
        called: None,
        by: None,
        at: told.received(),
        as_of: told.received(),
        evidence: told.evidence(),
    };
    Fact::Holds { identity: Box::new(identity), grant: Box::new(grant) }
}

impl Job {
    /// How sure we are that the runner is the organisation's own; `None` when it is GitHub's.
    fn self_hosted(&self) -> Option<Class> {
        let labels: Vec<String> =
            self.labels.iter().flatten().flatten().map(|it| it.to_ascii_lowercase()).collect();
        if labels.iter().any(|label| label == "self-hosted") {
            return Some(Class::Machine);
        }
        let image = |label: &String| GITHUBS_LABELS.iter().any(|it| label.starts_with(it));
        match self.runner_group_name.as_deref() {
            None | Some("") => None,
            Some(group) if GITHUBS_GROUPS.contains(&group) => None,
            Some(_) if labels.iter().any(image) => None,
            Some("Default") => Some(Class::Machine),
            Some(_) => Some(Class::Unclassified),
        }
    }
}

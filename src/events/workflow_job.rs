//! `workflow_job`: a job was queued or took a runner. Where the runner is the organisation's own,
//! it is looked for and recorded: it executes the job's code with the job's token.
//!
//! The payload has the labels that the job asks for, not those of the runner, and GitHub's larger
//! runners may stand in any group. So a runner is surely self-hosted when the job asks for
//! `self-hosted` or the runner stands in the group `Default`; surely GitHub's in GitHub's own
//! groups or under an image's label; else it is recorded as unclassified.

use serde::Deserialize;

use crate::domain::{Access, Class, Entity, Fact, Foreign, Hint, JobRunner};
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
    runner_group_id: Option<i64>,
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
    if let Some(runner) = job.runner(told) {
        let hint = told.hint(Entity::Runner { repo, runner: Box::new(runner) }, false);
        // Who started the job did not give the runner its place.
        heard.hints.push(Hint { by: None, ..hint });
    }
    heard.observations.extend(told.by().map(|actor| {
        told.observe(Fact::Used { actor, repo, what: "workflow_job".to_owned() }, false)
    }));
    Ok(heard)
}

impl Job {
    /// The runner, if the job has one that may be the organisation's own.
    fn runner(&self, told: &Told<'_>) -> Option<JobRunner> {
        // A job that waits has no runner yet: null, or 0.
        let (Some(number @ 1..), Some(class)) = (self.runner_id, self.self_hosted()) else {
            return None;
        };
        Some(JobRunner {
            org: told.org,
            number,
            name: self.runner_name.clone().unwrap_or_default(),
            group: self.runner_group_id.unwrap_or_default(),
            group_name: Foreign::new(self.runner_group_name.as_deref().unwrap_or_default()),
            class,
        })
    }

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

//! Workflow runs.

use crate::{deeds::NewJob, sim::Sim};

/// Where a job runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runner {
    /// On GitHub's machines.
    Hosted,
    /// On a machine of the organization.
    SelfHosted {
        /// Its number.
        id: u64,
        /// Its name.
        name: String,
        /// Its labels; `self-hosted` is always one.
        labels: Vec<String>,
        /// The number of its group.
        group_id: u64,
        /// The name of its group.
        group: String,
    },
}

impl Runner {
    /// A machine of the organization in the group `Default`.
    pub fn self_hosted(id: u64, name: &str) -> Self {
        Self::SelfHosted {
            id,
            name: name.to_owned(),
            labels: vec!["linux".to_owned()],
            group_id: 1,
            group: "Default".to_owned(),
        }
    }
}

impl Sim {
    /// A workflow runs one job from start to end. Gives back the number of the run.
    #[track_caller]
    pub fn runs_job(&self, repo: &str, workflow: &str, runner: &Runner, actor: &str) -> u64 {
        self.act(|world| {
            let (id, actor) = (Self::repo_no(world, repo), Self::user_no(world, actor));
            let (labels, runner) = match runner {
                Runner::Hosted => (
                    vec!["ubuntu-latest".to_owned()],
                    (2, "GitHub Actions 2".to_owned(), 0, "GitHub Actions".to_owned()),
                ),
                Runner::SelfHosted { id, name, labels, group_id, group } => {
                    let mut all = vec!["self-hosted".to_owned()];
                    all.extend(labels.iter().cloned());
                    (all, (*id, name.clone(), *group_id, group.clone()))
                }
            };
            let job = NewJob { workflow: workflow.to_owned(), actor, labels, runner: Some(runner) };
            world.run_job(id, &job)
        })
    }
}

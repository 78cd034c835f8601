//! Workflow runs.

use crate::{
    deeds::NewJob,
    sim::Sim,
    world::{RunOf, World, ZERO},
};

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
        /// The labels that the job asks for.
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
            labels: vec!["self-hosted".to_owned(), "linux".to_owned()],
            group_id: 1,
            group: "Default".to_owned(),
        }
    }

    /// A machine in a group of this number and name, asked for by a label of its own.
    pub fn in_group(id: u64, name: &str, (number, group): (u64, &str), label: &str) -> Self {
        Self::SelfHosted {
            id,
            name: name.to_owned(),
            labels: vec![label.to_owned()],
            group_id: number,
            group: group.to_owned(),
        }
    }
}

/// A run of a workflow that is about to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSpec {
    workflow: String,
    event: String,
    at: Option<String>,
    branch: Option<String>,
    fork: Option<String>,
}

impl RunSpec {
    /// Of the workflow in this file, on a push to the default branch.
    pub fn of(workflow: &str) -> Self {
        Self {
            workflow: workflow.to_owned(),
            event: "push".to_owned(),
            at: None,
            branch: None,
            fork: None,
        }
    }

    /// Started by this event.
    #[must_use]
    pub fn on(mut self, event: &str) -> Self {
        event.clone_into(&mut self.event);
        self
    }

    /// At the head of this branch.
    #[must_use]
    pub fn on_branch(mut self, branch: &str) -> Self {
        self.branch = Some(branch.to_owned());
        self
    }

    /// At this commit, whatever the branch is at now.
    #[must_use]
    pub fn at(mut self, commit: &str) -> Self {
        self.at = Some(commit.to_owned());
        self
    }

    /// For a commit that came from this fork.
    #[must_use]
    pub fn from_fork(mut self, repo: &str) -> Self {
        self.fork = Some(repo.to_owned());
        self
    }
}

impl Sim {
    /// A workflow starts to run. Gives back the number of the run.
    #[track_caller]
    pub fn starts_run(&self, repo: &str, spec: &RunSpec, actor: &str) -> u64 {
        self.act(|world| {
            let new = new_run(world, repo, spec, actor);
            world.start_run(Self::repo_no(world, repo), new, None)
        })
    }

    /// A run ends: `success`, `failure`, `cancelled`, …
    #[track_caller]
    pub fn finishes_run(&self, repo: &str, run: u64, conclusion: &str) {
        self.act(|world| {
            let id = Self::repo_no(world, repo);
            assert!(world.repos[&id].runs.contains_key(&run), "there is no run {run} in {repo}");
            world.finish_run(id, run, conclusion);
        });
    }

    /// A workflow runs one job from start to end. Gives back the number of the run.
    #[track_caller]
    pub fn runs_job(&self, repo: &str, workflow: &str, runner: &Runner, actor: &str) -> u64 {
        self.act(|world| {
            let id = Self::repo_no(world, repo);
            let (labels, runner) = match runner {
                Runner::Hosted => (
                    vec!["ubuntu-latest".to_owned()],
                    (2, "GitHub Actions 2".to_owned(), 0, "GitHub Actions".to_owned()),
                ),
                Runner::SelfHosted { id, name, labels, group_id, group } => {
                    (labels.clone(), (*id, name.clone(), *group_id, group.clone()))
                }
            };
            let new = new_run(world, repo, &RunSpec::of(workflow), actor);
            let run = world.start_run(id, new, Some(&NewJob { labels, runner: Some(runner) }));
            world.finish_run(id, run, "success");
            run
        })
    }
}

#[track_caller]
fn new_run(world: &World, repo: &str, spec: &RunSpec, actor: &str) -> RunOf {
    let id = Sim::repo_no(world, repo);
    let place = &world.repos[&id];
    let branch = spec.branch.clone().unwrap_or_else(|| place.default_branch.clone());
    let tip = || place.git.branch(&branch).cloned().unwrap_or_else(|| ZERO.to_owned());
    RunOf {
        workflow: spec.workflow.clone(),
        event: spec.event.clone(),
        sha: spec.at.clone().unwrap_or_else(tip),
        head_repo: spec.fork.as_deref().map_or(id, |fork| Sim::repo_no(world, fork)),
        actor: Sim::user_no(world, actor),
        branch,
    }
}

//! Workflow runs and their jobs.

use crate::{
    clock::written,
    hooks::Happening,
    render::node,
    world::{RunOf, WorkflowRun, World},
};
use serde_json::json;

/// One job of one run, as a test describes it.
#[derive(Clone, Debug)]
pub(crate) struct NewJob {
    pub labels: Vec<String>,
    /// Who runs it: id, name, and the runner group's id and name.
    pub runner: Option<(u64, String, u64, String)>,
}

impl World {
    /// Starts a run: it is `requested`, then `in_progress`.
    pub(crate) fn start_run(&mut self, repo: u64, of: RunOf, job: Option<&NewJob>) -> u64 {
        let (id, job_id, now) = (self.next_id(), self.next_id(), self.now());
        let run =
            WorkflowRun { id, of, status: "queued", conclusion: None, created: now, updated: now };
        if let Some(place) = self.repos.get_mut(&repo) {
            place.runs.insert(id, run);
        }
        self.tell_run(repo, id, "requested");
        if let Some(job) = job {
            self.tell_job(repo, id, job_id, job, "queued");
        }
        self.set_run(repo, id, "in_progress", None);
        self.tell_run(repo, id, "in_progress");
        if let Some(job) = job {
            self.tell_job(repo, id, job_id, job, "in_progress");
            self.tell_job(repo, id, job_id, job, "completed");
        }
        id
    }

    /// Ends a run.
    pub(crate) fn finish_run(&mut self, repo: u64, id: u64, conclusion: &str) {
        self.set_run(repo, id, "completed", Some(conclusion.to_owned()));
        self.tell_run(repo, id, "completed");
    }

    fn set_run(&mut self, repo: u64, id: u64, status: &'static str, conclusion: Option<String>) {
        let now = self.now();
        let run = self.repos.get_mut(&repo).and_then(|repo| repo.runs.get_mut(&id));
        if let Some(run) = run {
            run.status = status;
            run.conclusion = conclusion;
            run.updated = now;
        }
    }

    fn tell_run(&mut self, repo: u64, id: u64, action: &'static str) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(run) = place.runs.get(&id) else {
            return;
        };
        let happening = Happening::new("workflow_run", action, run.of.actor)
            .with("workflow", self.show_workflow(place, run))
            .with("workflow_run", self.show_run(place, run))
            .in_repo(self, repo);
        self.emit(happening);
    }

    fn tell_job(&mut self, repo: u64, run: u64, id: u64, job: &NewJob, action: &'static str) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(known) = place.runs.get(&run) else {
            return;
        };
        let (api, page, now) = (self.repo_url(place), self.repo_page(place), written(self.now()));
        // Nobody runs it while it waits in the queue.
        let runner = job.runner.clone().filter(|_| action != "queued");
        let completed = action == "completed";
        let shown = json!({
            "id": id,
            "node_id": node("CR", id),
            "run_id": run,
            "run_attempt": 1,
            "run_url": format!("{api}/actions/runs/{run}"),
            "workflow_name": known.of.name(),
            "name": "build",
            "head_branch": known.of.branch,
            "head_sha": known.of.sha,
            "status": action,
            "conclusion": completed.then_some("success"),
            "labels": job.labels,
            "runner_id": runner.as_ref().map(|runner| runner.0),
            "runner_name": runner.as_ref().map(|runner| runner.1.clone()),
            "runner_group_id": runner.as_ref().map(|runner| runner.2),
            "runner_group_name": runner.as_ref().map(|runner| runner.3.clone()),
            "steps": [],
            "url": format!("{api}/actions/jobs/{id}"),
            "html_url": format!("{page}/actions/runs/{run}/job/{id}"),
            "check_run_url": format!("{api}/check-runs/{id}"),
            "created_at": now,
            "started_at": now,
            "completed_at": completed.then_some(now),
        });
        let happening = Happening::new("workflow_job", action, known.of.actor)
            .with("workflow_job", shown)
            .in_repo(self, repo);
        self.emit(happening);
    }
}

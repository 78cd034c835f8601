//! Workflow runs and their jobs.

use crate::{
    clock::written,
    hooks::Happening,
    render::node,
    world::{World, ZERO},
};
use serde_json::json;

/// One job of one run, as a test describes it.
#[derive(Clone, Debug)]
pub(crate) struct NewJob {
    pub workflow: String,
    pub actor: u64,
    /// Labels, and for a self-hosted runner who it is.
    pub labels: Vec<String>,
    pub runner: Option<(u64, String, u64, String)>,
}

impl World {
    /// A run of one job from start to end: `workflow_run` and `workflow_job` events.
    pub(crate) fn run_job(&mut self, repo: u64, job: &NewJob) -> u64 {
        let (run, job_id) = (self.next_id(), self.next_id());
        self.tell_run(repo, run, job, "requested");
        self.tell_job(repo, run, job_id, job, "queued");
        self.tell_run(repo, run, job, "in_progress");
        self.tell_job(repo, run, job_id, job, "in_progress");
        self.tell_job(repo, run, job_id, job, "completed");
        self.tell_run(repo, run, job, "completed");
        run
    }

    fn tell_run(&mut self, repo: u64, run: u64, job: &NewJob, action: &'static str) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let (api, page, now) = (self.repo_url(place), self.repo_page(place), written(self.now()));
        let sha = place
            .git
            .resolve(&place.default_branch)
            .map_or(ZERO.to_owned(), |commit| commit.sha.clone());
        let url = format!("{api}/actions/runs/{run}");
        let completed = action == "completed";
        let actor = self.show_user_id(job.actor);
        let name = job.workflow.rsplit('/').next().unwrap_or_default().trim_end_matches(".yml");
        let workflow = json!({
            "id": 1,
            "node_id": node("W", 1),
            "name": name,
            "path": job.workflow,
            "state": "active",
            "created_at": now,
            "updated_at": now,
            "url": format!("{api}/actions/workflows/1"),
            "html_url": format!("{page}/blob/{}/{}", place.default_branch, job.workflow),
            "badge_url": format!("{page}/workflows/{name}/badge.svg"),
        });
        let shown = json!({
            "id": run,
            "node_id": node("WFR", run),
            "name": name,
            "display_title": format!("Run {name}"),
            "path": job.workflow,
            "event": "push",
            "status": if completed { "completed" } else if action == "requested" { "queued" } else { "in_progress" },
            "conclusion": completed.then_some("success"),
            "head_branch": place.default_branch,
            "head_sha": sha,
            "run_number": 1,
            "run_attempt": 1,
            "workflow_id": 1,
            "workflow_url": format!("{api}/actions/workflows/1"),
            "check_suite_id": run,
            "check_suite_node_id": node("CS", run),
            "check_suite_url": format!("{api}/check-suites/{run}"),
            "url": url,
            "html_url": format!("{page}/actions/runs/{run}"),
            "jobs_url": format!("{url}/jobs"),
            "logs_url": format!("{url}/logs"),
            "artifacts_url": format!("{url}/artifacts"),
            "cancel_url": format!("{url}/cancel"),
            "rerun_url": format!("{url}/rerun"),
            "previous_attempt_url": null,
            "actor": actor,
            "triggering_actor": actor,
            "pull_requests": [],
            "referenced_workflows": [],
            "head_commit": {
                "id": sha, "tree_id": sha, "message": "push", "timestamp": now,
                "author": { "name": "octocat", "email": "octocat@users.noreply.github.invalid" },
                "committer": { "name": "octocat", "email": "octocat@users.noreply.github.invalid" },
            },
            "repository": self.show_repo(place),
            "head_repository": self.show_repo(place),
            "created_at": now,
            "updated_at": now,
            "run_started_at": now,
        });
        let happening = Happening::new("workflow_run", action, job.actor)
            .with("workflow", workflow)
            .with("workflow_run", shown)
            .in_repo(self, repo);
        self.emit(happening);
    }

    fn tell_job(&mut self, repo: u64, run: u64, id: u64, job: &NewJob, action: &'static str) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let (api, page, now) = (self.repo_url(place), self.repo_page(place), written(self.now()));
        let sha = place
            .git
            .resolve(&place.default_branch)
            .map_or(ZERO.to_owned(), |commit| commit.sha.clone());
        // Nobody runs it while it waits in the queue.
        let runner = job.runner.clone().filter(|_| action != "queued");
        let name = job.workflow.rsplit('/').next().unwrap_or_default().trim_end_matches(".yml");
        let completed = action == "completed";
        let shown = json!({
            "id": id,
            "node_id": node("CR", id),
            "run_id": run,
            "run_attempt": 1,
            "run_url": format!("{api}/actions/runs/{run}"),
            "workflow_name": name,
            "name": "build",
            "head_branch": place.default_branch,
            "head_sha": sha,
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
        let happening = Happening::new("workflow_job", action, job.actor)
            .with("workflow_job", shown)
            .in_repo(self, repo);
        self.emit(happening);
    }
}

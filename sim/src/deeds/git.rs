//! Pushing files, and the workflow runs and jobs that follow.

use crate::{
    clock::written,
    hooks::Happening,
    render::node,
    world::{Commit, World},
};
use serde_json::{Value, json};

/// One job of one run, as a test describes it.
#[derive(Clone, Debug)]
pub(crate) struct NewJob {
    pub workflow: String,
    pub actor: u64,
    /// Labels, and for a self-hosted runner who it is.
    pub labels: Vec<String>,
    pub runner: Option<(u64, String, u64, String)>,
}

const ZERO: &str = "0000000000000000000000000000000000000000";

impl World {
    /// Commits one file and pushes it; `None` removes it.
    pub(crate) fn push_file(
        &mut self,
        repo: u64,
        branch: &str,
        path: &str,
        text: Option<&[u8]>,
        by: u64,
    ) -> String {
        let now = self.now();
        let Some(place) = self.repos.get_mut(&repo) else {
            return String::new();
        };
        let before = place.git.resolve(branch).map_or(ZERO.to_owned(), |commit| commit.sha.clone());
        let known = place.git.resolve(branch).is_some_and(|commit| commit.tree.contains_key(path));
        if before == ZERO
            && let Some(start) = place.git.branches.get(&place.default_branch).cloned()
        {
            place.git.branches.insert(branch.to_owned(), start);
        }
        let commit = place.git.commit(branch, path, text, by, now);
        place.pushed = now;
        place.updated = now;
        let (created, sha) = (before == ZERO, commit.sha.clone());
        let list = |wanted: bool| if wanted { json!([path]) } else { json!([]) };
        let mut shown = self.show_pushed(repo, &commit);
        shown["added"] = list(text.is_some() && !known);
        shown["modified"] = list(text.is_some() && known);
        shown["removed"] = list(text.is_none());
        let pusher = self.users.get(&by).map_or("ghost", |user| user.login.as_str());
        let compare = self
            .repos
            .get(&repo)
            .map(|repo| format!("{}/compare/{before}...{sha}", self.repo_page(repo)));
        let happening = Happening::new("push", "", by)
            .with("ref", format!("refs/heads/{branch}").into())
            .with("before", before.as_str().into())
            .with("after", sha.as_str().into())
            .with("created", created.into())
            .with("deleted", false.into())
            .with("forced", false.into())
            .with("base_ref", Value::Null)
            .with("compare", compare.into())
            .with("commits", json!([shown]))
            .with("head_commit", shown)
            .with("pusher", json!({ "name": pusher, "email": format!("{pusher}@users.noreply.github.invalid") }))
            .in_repo(self, repo);
        self.emit(happening);
        self.synchronize_pulls(repo, branch, &before, &sha, by);
        sha
    }

    fn show_pushed(&self, repo: u64, commit: &Commit) -> Value {
        let login = self.users.get(&commit.author).map_or("ghost", |user| user.login.as_str());
        let who = json!({
            "name": login,
            "email": format!("{login}@users.noreply.github.invalid"),
            "username": login,
        });
        let page = self.repos.get(&repo).map(|repo| self.repo_page(repo)).unwrap_or_default();
        json!({
            "id": commit.sha,
            "tree_id": commit.tree_sha(),
            "distinct": true,
            "message": commit.message,
            "timestamp": written(commit.at),
            "url": format!("{page}/commit/{}", commit.sha),
            "author": who,
            "committer": who,
        })
    }

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

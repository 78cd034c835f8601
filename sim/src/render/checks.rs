//! Check runs and suites.

use super::node;
use crate::{
    clock::written,
    world::{CheckRun, Repo, World},
};
use serde_json::{Value, json};

impl World {
    /// `check-run`.
    pub(crate) fn show_check_run(&self, repo: &Repo, run: &CheckRun) -> Value {
        let api = format!("{}/check-runs/{}", self.repo_url(repo), run.id);
        let page = format!("{}/runs/{}", self.repo_page(repo), run.id);
        json!({
            "id": run.id,
            "node_id": node("CR", run.id),
            "name": run.name,
            "head_sha": run.head_sha,
            "external_id": run.external_id,
            "url": api,
            "html_url": page,
            "details_url": run.details_url.as_ref().unwrap_or(&page),
            "status": run.status,
            "conclusion": run.conclusion,
            "started_at": written(run.started),
            "completed_at": run.completed.map(written),
            "output": {
                "title": run.title,
                "summary": run.summary,
                "text": run.text,
                "annotations_count": run.annotations.len(),
                "annotations_url": format!("{api}/annotations"),
            },
            "check_suite": { "id": run.suite },
            "app": self.apps.get(&run.app).map(|app| self.show_app(app)),
            "pull_requests": [],
        })
    }

    /// `check-suite`: the runs of one App on one commit.
    pub(crate) fn show_check_suite(&self, repo: &Repo, run: &CheckRun) -> Value {
        let url = format!("{}/check-suites/{}", self.repo_url(repo), run.suite);
        let own: Vec<&CheckRun> =
            repo.check_runs.values().filter(|other| other.suite == run.suite).collect();
        let done = own.iter().all(|run| run.conclusion.is_some());
        let worst = own.iter().filter_map(|run| run.conclusion.as_deref());
        let conclusion = worst.max_by_key(|conclusion| *conclusion != "success");
        let branch = repo.git.branches.iter().find(|(_, sha)| **sha == run.head_sha);
        let commit = repo.git.commits.get(&run.head_sha);
        let who = json!({ "name": "octocat", "email": "octocat@users.noreply.github.invalid" });
        json!({
            "id": run.suite,
            "node_id": node("CS", run.suite),
            "head_branch": branch.map(|(name, _)| name),
            "head_sha": run.head_sha,
            "status": if done { "completed" } else { "in_progress" },
            "conclusion": conclusion.filter(|_| done),
            "url": url,
            "before": null,
            "after": run.head_sha,
            "pull_requests": [],
            "app": self.apps.get(&run.app).map(|app| self.show_app(app)),
            "repository": self.show_repo(repo),
            "created_at": written(run.started),
            "updated_at": written(run.completed.unwrap_or(run.started)),
            "head_commit": {
                "id": run.head_sha,
                "tree_id": commit.map(|commit| commit.tree_sha()).unwrap_or_default(),
                "message": commit.map(|commit| commit.message.as_str()).unwrap_or_default(),
                "timestamp": written(run.started),
                "author": who,
                "committer": who,
            },
            "latest_check_runs_count": own.len(),
            "check_runs_url": format!("{url}/check-runs"),
        })
    }
}

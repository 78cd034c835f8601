//! Workflows and their runs.

use super::node;
use crate::{
    clock::written,
    world::{Repo, WorkflowRun, World},
};
use serde_json::{Value, json};

impl World {
    /// `workflow`.
    pub(crate) fn show_workflow(&self, repo: &Repo, run: &WorkflowRun) -> Value {
        let (api, page, name) = (self.repo_url(repo), self.repo_page(repo), run.of.name());
        let at = written(run.created);
        json!({
            "id": 1,
            "node_id": node("W", 1),
            "name": name,
            "path": run.of.workflow,
            "state": "active",
            "created_at": at,
            "updated_at": at,
            "url": format!("{api}/actions/workflows/1"),
            "html_url": format!("{page}/blob/{}/{}", repo.default_branch, run.of.workflow),
            "badge_url": format!("{page}/workflows/{name}/badge.svg"),
        })
    }

    /// `workflow-run`.
    pub(crate) fn show_run(&self, repo: &Repo, run: &WorkflowRun) -> Value {
        let (api, page) = (self.repo_url(repo), self.repo_page(repo));
        let (id, name, at) = (run.id, run.of.name(), written(run.created));
        let url = format!("{api}/actions/runs/{id}");
        let actor = self.show_user_id(run.of.actor);
        let head = self.repos.get(&run.of.head_repo).unwrap_or(repo);
        let nobody = json!({ "name": "ghost", "email": "ghost@users.noreply.github.invalid" });
        let commit =
            repo.git.commits.get(&run.of.sha).map(|commit| self.show_simple_commit(commit));
        // A repository without commits has runs in tests only.
        let commit = commit.unwrap_or_else(|| {
            json!({
                "id": run.of.sha,
                "tree_id": run.of.sha,
                "message": "",
                "timestamp": at,
                "author": nobody,
                "committer": nobody,
            })
        });
        json!({
            "id": id,
            "node_id": node("WFR", id),
            "name": name,
            "display_title": format!("Run {name}"),
            "path": run.of.workflow,
            "event": run.of.event,
            "status": run.status,
            "conclusion": run.conclusion,
            "head_branch": run.of.branch,
            "head_sha": run.of.sha,
            "run_number": 1,
            "run_attempt": 1,
            "workflow_id": 1,
            "workflow_url": format!("{api}/actions/workflows/1"),
            "check_suite_id": id,
            "check_suite_node_id": node("CS", id),
            "check_suite_url": format!("{api}/check-suites/{id}"),
            "url": url,
            "html_url": format!("{page}/actions/runs/{id}"),
            "jobs_url": format!("{url}/jobs"),
            "logs_url": format!("{url}/logs"),
            "artifacts_url": format!("{url}/artifacts"),
            "cancel_url": format!("{url}/cancel"),
            "rerun_url": format!("{url}/rerun"),
            "previous_attempt_url": null,
            "actor": actor,
            "triggering_actor": actor,
            "pull_requests": self.pulls_with_head(repo, &run.of.sha),
            "referenced_workflows": [],
            "head_commit": commit,
            "repository": self.show_repo(repo),
            "head_repository": self.show_repo(head),
            "created_at": at,
            "updated_at": written(run.updated),
            "run_started_at": at,
        })
    }
}

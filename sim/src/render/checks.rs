//! Check runs and suites.

use super::node;
use crate::{
    clock::written,
    world::{CheckRun, CheckSuite, Repo, World},
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
            "pull_requests": self.pulls_with_head(repo, &run.head_sha),
        })
    }

    /// The open pull requests with that head, in short. Those from forks are left out, as on GitHub.
    pub(crate) fn pulls_with_head(&self, repo: &Repo, sha: &str) -> Vec<Value> {
        let home = json!({ "id": repo.id, "url": self.repo_url(repo), "name": repo.name });
        let pulls = repo.issues.values().filter(|issue| issue.open).filter_map(|issue| {
            let pull = issue.pull.as_ref()?;
            let fits = pull.head_repo == repo.id && pull.head_sha == sha;
            fits.then(|| {
                json!({
                    "id": issue.id,
                    "number": issue.number,
                    "url": self.pull_url(repo, issue.number),
                    "head": { "ref": pull.head_ref, "sha": pull.head_sha, "repo": home },
                    "base": { "ref": pull.base_ref, "sha": pull.base_sha, "repo": home },
                })
            })
        });
        pulls.collect()
    }

    /// `check-suite`: the runs of one App on one commit. Webhooks leave the repository out.
    pub(crate) fn show_check_suite(
        &self,
        repo: &Repo,
        suite: &CheckSuite,
        with_repo: bool,
    ) -> Value {
        let url = format!("{}/check-suites/{}", self.repo_url(repo), suite.id);
        let own: Vec<&CheckRun> =
            repo.check_runs.values().filter(|run| run.suite == suite.id).collect();
        let done = !own.is_empty() && own.iter().all(|run| run.conclusion.is_some());
        let worst = own.iter().filter_map(|run| run.conclusion.as_deref());
        let conclusion = worst.max_by_key(|conclusion| *conclusion != "success");
        let status = if done {
            "completed"
        } else if own.is_empty() {
            "queued"
        } else {
            "in_progress"
        };
        let mut shown = json!({
            "id": suite.id,
            "node_id": node("CS", suite.id),
            "head_branch": suite.head_branch,
            "head_sha": suite.head_sha,
            "status": status,
            "conclusion": conclusion.filter(|_| done),
            "url": url,
            "before": suite.before,
            "after": suite.head_sha,
            "pull_requests": self.pulls_with_head(repo, &suite.head_sha),
            "app": self.apps.get(&suite.app).map(|app| self.show_app(app)),
            "created_at": written(suite.created),
            "updated_at": written(suite.updated),
            "head_commit": repo.git.commits.get(&suite.head_sha).map(|c| self.show_simple_commit(c)),
            "latest_check_runs_count": own.len(),
            "check_runs_url": format!("{url}/check-runs"),
            "rerequestable": true,
            "runs_rerequestable": true,
        });
        if with_repo {
            shown["repository"] = self.show_repo(repo);
        }
        shown
    }
}

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
}

//! Making and changing check runs, and the buttons people press on them.

use crate::{
    hooks::Happening,
    world::{CheckRun, World},
};
use serde_json::{Value, json};

/// What a request says about a check run; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct CheckChange {
    pub name: Option<String>,
    pub external_id: Option<String>,
    pub details_url: Option<String>,
    pub status: Option<String>,
    pub conclusion: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    /// Added to those that are there.
    pub annotations: Vec<Value>,
    pub actions: Option<Vec<Value>>,
}

impl World {
    pub(crate) fn make_check_run(
        &mut self,
        repo: u64,
        app: u64,
        head_sha: &str,
        asked: CheckChange,
    ) -> Option<u64> {
        let (id, now, listed_from) = (self.next_id(), self.now(), self.listed_from());
        let suite = self.suite_for(repo, app, head_sha);
        let place = self.repos.get_mut(&repo)?;
        let run = CheckRun {
            id,
            app,
            suite,
            name: String::new(),
            head_sha: head_sha.to_owned(),
            external_id: String::new(),
            details_url: None,
            status: "queued".to_owned(),
            conclusion: None,
            started: now,
            listed_from,
            completed: None,
            title: None,
            summary: None,
            text: None,
            annotations: Vec::new(),
            actions: Vec::new(),
        };
        place.check_runs.insert(id, run);
        let by = self.apps.get(&app).map_or(0, |app| app.bot);
        self.apply_check(repo, id, asked);
        self.tell_check(repo, id, "created", by, json!({}));
        self.tell_when_completed(repo, id, by, false);
        self.settle_queues(repo);
        Some(id)
    }

    pub(crate) fn change_check_run(&mut self, repo: u64, id: u64, asked: CheckChange) {
        let run = self.repos.get(&repo).and_then(|repo| repo.check_runs.get(&id));
        let Some((was, app)) = run.map(|run| (run.conclusion.is_some(), run.app)) else {
            return;
        };
        let by = self.apps.get(&app).map_or(0, |app| app.bot);
        self.apply_check(repo, id, asked);
        self.tell_when_completed(repo, id, by, was);
        self.settle_queues(repo);
    }

    fn tell_when_completed(&mut self, repo: u64, id: u64, by: u64, was: bool) {
        let run = self.repos.get(&repo).and_then(|repo| repo.check_runs.get(&id));
        if !was && run.is_some_and(|run| run.conclusion.is_some()) {
            self.tell_check(repo, id, "completed", by, json!({}));
            self.tell_suite_when_completed(repo, id, by);
        }
    }

    fn apply_check(&mut self, repo: u64, id: u64, asked: CheckChange) {
        let now = self.now();
        let run = self.repos.get_mut(&repo).and_then(|repo| repo.check_runs.get_mut(&id));
        let Some(run) = run else { return };
        let CheckChange {
            name,
            external_id,
            details_url,
            status,
            conclusion,
            title,
            summary,
            text,
            annotations,
            actions,
        } = asked;
        run.name = name.unwrap_or_else(|| run.name.clone());
        run.external_id = external_id.unwrap_or_else(|| run.external_id.clone());
        run.details_url = details_url.or(run.details_url.take());
        run.title = title.or(run.title.take());
        run.summary = summary.or(run.summary.take());
        run.text = text.or(run.text.take());
        run.annotations.extend(annotations);
        run.actions = actions.unwrap_or_else(|| run.actions.clone());
        if let Some(status) = status {
            // A run that goes back to work has no conclusion any more.
            run.completed = (status == "completed").then_some(now);
            run.conclusion = conclusion;
            run.status = status;
        }
    }

    /// Somebody presses a button, or asks for the run again.
    pub(crate) fn press_check(&mut self, repo: u64, id: u64, button: Option<&str>, by: u64) {
        match button {
            Some(identifier) => {
                let more = json!({ "requested_action": { "identifier": identifier } });
                self.tell_check(repo, id, "requested_action", by, more);
            }
            None => self.tell_check(repo, id, "rerequested", by, json!({})),
        }
    }

    /// Tells everybody of a run that came or ended, and its own App alone of what people press.
    fn tell_check(&mut self, repo: u64, id: u64, action: &'static str, by: u64, more: Value) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(run) = place.check_runs.get(&id) else {
            return;
        };
        let shown = self.show_check_run(place, run);
        let mut happening = Happening::new("check_run", action, by).with("check_run", shown);
        for (field, value) in more.as_object().into_iter().flatten() {
            happening = happening.with(field, value.clone());
        }
        if ["requested_action", "rerequested"].contains(&action) {
            happening = happening.only_to(run.app);
        }
        let happening = happening.in_repo(self, repo);
        self.emit(happening);
    }
}

//! The sentences about branches, pull requests, checks and queues.

use crate::{
    actors::{LineSpec, MergeMethod, PullSpec, Push},
    sim::Sim,
    world::Rules,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The fields that these sentences have beside the common ones.
#[derive(Deserialize)]
pub(super) struct OnCode {
    #[serde(default)]
    branch: String,
    /// Path → text, or `null` for a file that goes.
    #[serde(default)]
    files: BTreeMap<String, Option<String>>,
    #[serde(default)]
    message: String,
    /// A branch, or `owner:branch` of a fork.
    #[serde(default)]
    head: String,
    #[serde(default)]
    base: Option<String>,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    check: u64,
    #[serde(default)]
    identifier: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    line: u64,
    #[serde(default)]
    text: String,
    #[serde(default)]
    app: String,
    #[serde(default)]
    context: String,
    #[serde(default)]
    conclusion: Option<String>,
    #[serde(default)]
    rules: Rules,
}

impl OnCode {
    /// Does it, when it is one of these.
    pub(super) fn happen(
        &self,
        sim: &Sim,
        what: &str,
        repo: &str,
        number: u64,
        by: &str,
    ) -> Option<Value> {
        Some(match what {
            "pushes" => json!({ "commit": sim.pushes(&self.push(repo), by) }),
            "opens" => {
                let mut spec = PullSpec::from(&self.head).titled(&self.message).saying(&self.text);
                if let Some(base) = &self.base {
                    spec = spec.onto(base);
                }
                json!({ "number": sim.opens(repo, &spec, by) })
            }
            "approves_pull" => json!({ "id": sim.approves_pull(repo, number, by) }),
            "merges_pull" => {
                let merged = sim.tries_to_merge(repo, number, MergeMethod::Merge, by);
                merged.map_or_else(|why| json!({ "refused": why }), |sha| json!({ "commit": sha }))
            }
            "comments_on_line" => {
                let at = LineSpec::new_line(&self.file, self.line);
                json!({ "id": sim.comments_on_line(repo, number, &at, by, &self.text) })
            }
            "reports_check" => {
                let conclusion = self.conclusion.as_deref();
                let (at, app, name) = (&self.reference, &self.app, &self.context);
                json!({ "id": sim.reports_check(repo, at, app, name, conclusion) })
            }
            "demands" => json!({ "id": sim.demands(repo, &self.context, &self.rules, by) }),
            "forks" => json!({ "full_name": sim.forks(repo, by) }),
            other => {
                return self.happen_without_result(sim, other, repo, number, by).then(|| json!({}));
            }
        })
    }

    fn happen_without_result(
        &self,
        sim: &Sim,
        what: &str,
        repo: &str,
        number: u64,
        by: &str,
    ) -> bool {
        match what {
            "deletes_branch" => sim.deletes_branch(repo, &self.branch, by),
            "closes_pull" => sim.closes_pull(repo, number, by),
            "presses_check_button" => {
                sim.presses_check_button(repo, self.check, &self.identifier, by);
            }
            "reruns_check" => sim.reruns_check(repo, self.check, by),
            "sets_status" => {
                let state = self.conclusion.as_deref().unwrap_or("pending");
                sim.sets_status(repo, &self.reference, &self.context, state, by);
            }
            "enqueues" => sim.enqueues(repo, number, by),
            "dequeues" => sim.dequeues(repo, number, by),
            _ => return false,
        }
        true
    }

    fn push(&self, repo: &str) -> Push {
        let push = Push::to(repo, &self.branch).message(&self.message);
        self.files.iter().fold(push, |push, (path, text)| match text {
            Some(text) => push.writes(path, text),
            None => push.removes(path),
        })
    }
}

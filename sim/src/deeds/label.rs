//! Labels: made on demand, put on issues and taken off.

use super::issue::without;
use crate::world::{Label, World};
use serde_json::json;

/// GitHub colours labels that nobody chose a colour for like this.
const PLAIN: &str = "ededed";

impl World {
    /// The label of that name; made when the repository has none.
    pub(crate) fn label_or_new(&mut self, repo: u64, name: &str) -> u64 {
        if let Some(label) = self.repos.get(&repo).and_then(|repo| repo.label(name)) {
            return label.id;
        }
        self.make_label(repo, name, PLAIN, None)
    }

    pub(crate) fn make_label(
        &mut self,
        repo: u64,
        name: &str,
        color: &str,
        description: Option<String>,
    ) -> u64 {
        let id = self.next_id();
        if let Some(repo) = self.repos.get_mut(&repo) {
            repo.labels.insert(
                id,
                Label { id, name: name.to_owned(), color: color.to_owned(), description },
            );
        }
        id
    }

    pub(crate) fn set_labels(&mut self, repo: u64, number: u64, by: u64, names: &[String]) {
        let wanted: Vec<u64> = names.iter().map(|name| self.label_or_new(repo, name)).collect();
        let present =
            self.issue_of(repo, number).map(|issue| issue.labels.clone()).unwrap_or_default();
        for label in without(&present, &wanted) {
            self.unlabel(repo, number, by, label);
        }
        for label in without(&wanted, &present) {
            self.label(repo, number, by, label);
        }
    }

    pub(crate) fn label(&mut self, repo: u64, number: u64, by: u64, label: u64) {
        let now = self.now();
        let Some(issue) = self.issue_mut(repo, number) else {
            return;
        };
        if issue.labels.contains(&label) {
            return;
        }
        issue.labels.push(label);
        issue.updated = now;
        self.tell_label(repo, number, "labeled", label, by);
    }

    pub(crate) fn unlabel(&mut self, repo: u64, number: u64, by: u64, label: u64) {
        let now = self.now();
        let Some(issue) = self.issue_mut(repo, number) else {
            return;
        };
        issue.labels.retain(|present| *present != label);
        issue.updated = now;
        self.tell_label(repo, number, "unlabeled", label, by);
    }

    pub(super) fn tell_label(
        &mut self,
        repo: u64,
        number: u64,
        action: &'static str,
        label: u64,
        by: u64,
    ) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(label) = place.labels.get(&label) else {
            return;
        };
        let shown = self.show_label(place, label);
        self.tell_issue(repo, number, action, by, json!({ "label": shown }));
    }
}

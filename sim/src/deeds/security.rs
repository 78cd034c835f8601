//! Leaked secrets and rule sets.

use crate::{
    hooks::Happening,
    world::{BypassActor, Rules, Ruleset, SecretAlert, World},
};
use serde_json::{Value, json};

impl World {
    /// Raises a secret scanning alert and gives back its number.
    pub(crate) fn raise_alert(&mut self, repo: u64, mut alert: SecretAlert) -> u64 {
        let ghost = self.user("ghost").map_or(0, |ghost| ghost.id);
        let Some(place) = self.repos.get_mut(&repo) else {
            return 0;
        };
        alert.number = place.alerts.keys().next_back().map_or(1, |last| last + 1);
        let number = alert.number;
        place.alerts.insert(number, alert);
        // GitHub finds secrets by itself: no person is the sender.
        self.tell_alert(repo, number, "created", ghost);
        number
    }

    pub(crate) fn resolve_alert(&mut self, repo: u64, number: u64, resolution: &str, by: u64) {
        let now = self.now();
        let alert = self.repos.get_mut(&repo).and_then(|repo| repo.alerts.get_mut(&number));
        if let Some(alert) = alert {
            alert.resolution = Some(resolution.to_owned());
            alert.updated = now;
            self.tell_alert(repo, number, "resolved", by);
        }
    }

    /// The leaked secret is found in public.
    pub(crate) fn leak_alert_publicly(&mut self, repo: u64, number: u64) {
        let (now, ghost) = (self.now(), self.user("ghost").map_or(0, |ghost| ghost.id));
        let alert = self.repos.get_mut(&repo).and_then(|repo| repo.alerts.get_mut(&number));
        if let Some(alert) = alert {
            alert.publicly_leaked = true;
            alert.updated = now;
            self.tell_alert(repo, number, "publicly_leaked", ghost);
        }
    }

    fn tell_alert(&mut self, repo: u64, number: u64, action: &'static str, by: u64) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(alert) = place.alerts.get(&number) else {
            return;
        };
        let happening = Happening::new("secret_scanning_alert", action, by)
            .with("alert", self.show_alert(place, alert))
            .in_repo(self, repo);
        self.emit(happening);
    }

    /// Makes a rule set with these bypass actors, or gives an existing one of that name these.
    pub(crate) fn set_ruleset(
        &mut self,
        repo: u64,
        name: &str,
        bypass: Vec<BypassActor>,
        by: u64,
    ) -> u64 {
        let known = self.repos.get(&repo).and_then(|repo| {
            repo.rulesets.values().find(|set| set.name == name).map(|set| set.rules.clone())
        });
        self.set_rules(repo, name, Rules { bypass, ..known.unwrap_or_default() }, by)
    }

    /// Makes a rule set, or gives an existing one of that name these rules.
    pub(crate) fn set_rules(&mut self, repo: u64, name: &str, rules: Rules, by: u64) -> u64 {
        let (fresh, now) = (self.next_id(), self.now());
        let Some(place) = self.repos.get_mut(&repo) else {
            return 0;
        };
        let known = place.rulesets.values_mut().find(|ruleset| ruleset.name == name);
        let (id, action) = match known {
            Some(ruleset) => {
                ruleset.rules = rules;
                ruleset.updated = now;
                (ruleset.id, "edited")
            }
            None => {
                let ruleset = Ruleset {
                    id: fresh,
                    name: name.to_owned(),
                    enforcement: "active".to_owned(),
                    rules,
                    created: now,
                    updated: now,
                };
                place.rulesets.insert(fresh, ruleset);
                (fresh, "created")
            }
        };
        self.tell_ruleset(repo, id, action, by);
        id
    }

    pub(crate) fn delete_ruleset(&mut self, repo: u64, id: u64, by: u64) {
        // Told first: the payload shows what is deleted.
        self.tell_ruleset(repo, id, "deleted", by);
        if let Some(repo) = self.repos.get_mut(&repo) {
            repo.rulesets.remove(&id);
        }
    }

    fn tell_ruleset(&mut self, repo: u64, id: u64, action: &'static str, by: u64) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let (Some(org), Some(ruleset)) = (self.orgs.get(&place.org), place.rulesets.get(&id))
        else {
            return;
        };
        let shown = self.show_ruleset(Some(place), org, ruleset, true);
        let mut happening = Happening::new("repository_ruleset", action, by)
            .with("repository_ruleset", shown)
            .in_repo(self, repo);
        if action == "edited" {
            // What changed about the bypass actors is not told: facts of GitHub, not an omission here.
            happening = happening.with("changes", Value::Object(serde_json::Map::new()));
        }
        self.emit(happening);
    }

    /// Where an alert's secret was found.
    pub(crate) fn show_alert_location(&self, repo: u64, alert: &SecretAlert) -> Value {
        let Some(place) = self.repos.get(&repo) else {
            return Value::Null;
        };
        let head = place.git.resolve(&place.default_branch);
        let entry = head.and_then(|commit| commit.tree.get(&alert.path));
        let blob = entry.map(|entry| entry.blob.clone()).unwrap_or_default();
        let commit = head.map(|commit| commit.sha.clone()).unwrap_or_default();
        let url = self.repo_url(place);
        json!({
            "type": "commit",
            "details": {
                "path": alert.path,
                "start_line": 1,
                "end_line": 1,
                "start_column": 1,
                "end_column": 40,
                "blob_url": format!("{url}/git/blobs/{blob}"),
                "blob_sha": blob,
                "commit_url": format!("{url}/git/commits/{commit}"),
                "commit_sha": commit,
            },
        })
    }
}

//! Installing an App, choosing its repositories, suspending and removing it.

use crate::{
    hooks::Happening,
    world::{Selection, World},
};
use serde_json::Value;
use std::collections::BTreeSet;

impl World {
    fn covered(&self, installation: u64) -> Vec<Value> {
        let Some(installation) = self.installations.get(&installation) else {
            return Vec::new();
        };
        self.repos_of(installation.org)
            .filter(|repo| installation.covers(repo.id))
            .map(|repo| self.show_repo_briefly(repo))
            .collect()
    }

    /// Installs an App and gives back the number of the installation.
    pub(crate) fn install(&mut self, app: u64, org: u64, selection: Selection, by: u64) -> u64 {
        let id = self.make_installation(None, app, org, selection);
        self.tell_installation(id, "created", by);
        id
    }

    pub(crate) fn uninstall(&mut self, id: u64, by: u64) {
        // Told first: afterwards nobody knows whom to tell.
        self.tell_installation(id, "deleted", by);
        self.installations.remove(&id);
        self.tokens.retain(|_, token| token.installation != id);
    }

    pub(crate) fn set_suspended(&mut self, id: u64, suspended: bool, by: u64) {
        let now = self.now();
        let Some(installation) = self.installations.get_mut(&id) else {
            return;
        };
        installation.suspended = suspended.then_some((now, by));
        installation.updated = now;
        self.tell_installation(id, if suspended { "suspend" } else { "unsuspend" }, by);
    }

    /// The organization agrees to what the App asks for now.
    pub(crate) fn accept_permissions(&mut self, id: u64, by: u64) {
        let now = self.now();
        let Some(installation) = self.installations.get_mut(&id) else {
            return;
        };
        if let Some(app) = self.apps.get(&installation.app) {
            installation.permissions = app.permissions.clone();
            installation.events = app.events.clone();
        }
        installation.updated = now;
        self.tell_installation(id, "new_permissions_accepted", by);
    }

    fn tell_installation(&mut self, id: u64, action: &'static str, by: u64) {
        let repositories = self.covered(id);
        let happening =
            Happening::new("installation", action, by).with("repositories", repositories.into());
        let happening =
            if action == "created" { happening.with("requester", Value::Null) } else { happening };
        self.emit_installation(happening, id);
    }

    /// Takes a repository out of what the App may see.
    pub(crate) fn deselect(&mut self, id: u64, repo: u64, by: u64) {
        let Some(installation) = self.installations.get(&id) else {
            return;
        };
        let mut chosen: BTreeSet<u64> = match &installation.selection {
            Selection::All => self.repos_of(installation.org).map(|repo| repo.id).collect(),
            Selection::Selected(chosen) => chosen.clone(),
        };
        if chosen.remove(&repo) {
            let brief = self.repos.get(&repo).map(|repo| self.show_repo_briefly(repo));
            self.choose(id, chosen);
            self.tell_repositories(id, &[], brief.as_slice(), by);
        }
    }

    /// Adds a repository to what the App may see.
    pub(crate) fn select(&mut self, id: u64, repo: u64, by: u64) {
        let Some(installation) = self.installations.get(&id) else {
            return;
        };
        let Selection::Selected(chosen) = &installation.selection else {
            return;
        };
        let mut chosen = chosen.clone();
        if chosen.insert(repo) {
            let brief = self.repos.get(&repo).map(|repo| self.show_repo_briefly(repo));
            self.choose(id, chosen);
            self.tell_repositories(id, brief.as_slice(), &[], by);
        }
    }

    fn choose(&mut self, id: u64, chosen: BTreeSet<u64>) {
        let now = self.now();
        if let Some(installation) = self.installations.get_mut(&id) {
            installation.selection = Selection::Selected(chosen);
            installation.updated = now;
        }
    }

    pub(crate) fn tell_repositories(
        &mut self,
        id: u64,
        added: &[Value],
        removed: &[Value],
        by: u64,
    ) {
        let Some(installation) = self.installations.get(&id) else {
            return;
        };
        let selection = crate::render::selection_name(&installation.selection);
        let action = if removed.is_empty() { "added" } else { "removed" };
        let happening = Happening::new("installation_repositories", action, by)
            .with("repository_selection", selection.into())
            .with("repositories_added", added.into())
            .with("repositories_removed", removed.into())
            .with("requester", Value::Null);
        self.emit_installation(happening, id);
    }
}

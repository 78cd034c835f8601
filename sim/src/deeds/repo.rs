//! Repositories: making, renaming, archiving, publishing, transferring, deleting; deploy keys and collaborators.

use crate::{
    hooks::Happening,
    seed::KeySeed,
    world::{Access, Collaborator, Repo, Rules, Visibility, World},
};
use serde_json::{Value, json};

impl World {
    /// Tells of a repository as it is now.
    pub(crate) fn tell_repo(
        &mut self,
        repo: u64,
        action: &'static str,
        by: u64,
        changes: Option<Value>,
    ) {
        let mut happening = Happening::new("repository", action, by).in_repo(self, repo);
        if let Some(changes) = changes {
            happening = happening.with("changes", changes);
        }
        self.emit(happening);
    }

    fn with_repo(&mut self, repo: u64, change: impl FnOnce(&mut Repo)) {
        let now = self.now();
        if let Some(repo) = self.repos.get_mut(&repo) {
            change(repo);
            repo.updated = now;
        }
    }

    pub(crate) fn set_visibility(&mut self, repo: u64, visibility: Visibility, by: u64) {
        self.with_repo(repo, |repo| repo.visibility = visibility);
        if visibility == Visibility::Public {
            self.tell_repo(repo, "publicized", by, None);
            let happening = Happening::new("public", "", by).in_repo(self, repo);
            self.emit(happening);
        } else {
            self.tell_repo(repo, "privatized", by, None);
        }
    }

    pub(crate) fn set_archived(&mut self, repo: u64, archived: bool, by: u64) {
        self.with_repo(repo, |repo| repo.archived = archived);
        self.tell_repo(repo, if archived { "archived" } else { "unarchived" }, by, None);
    }

    /// Protects a branch in the older way, or no more. Nothing is told of it here: the payload of
    /// `branch_protection_rule` is not simulated.
    pub(crate) fn protect_branch(&mut self, repo: u64, branch: &str, rules: Option<Rules>) {
        self.with_repo(repo, |repo| {
            match rules {
                Some(rules) => repo.protections.insert(branch.to_owned(), rules),
                None => repo.protections.remove(branch),
            };
        });
    }

    pub(crate) fn set_has_issues(&mut self, repo: u64, has_issues: bool) {
        // GitHub sends no webhook for this switch.
        self.with_repo(repo, |repo| repo.has_issues = has_issues);
    }

    pub(crate) fn rename(&mut self, repo: u64, name: &str, by: u64) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let (org, before) = (place.org, place.name.clone());
        self.rename_repo(repo, org, name);
        self.tell_repo(
            repo,
            "renamed",
            by,
            Some(json!({ "repository": { "name": { "from": before } } })),
        );
    }

    /// Gives a repository to another organization. The new owner hears `transferred`; an App that is
    /// installed on selected repositories of the former owner hears that one was removed.
    pub(crate) fn transfer(&mut self, repo: u64, to_org: u64, by: u64) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let (from_org, name, brief) =
            (place.org, place.name.clone(), self.show_repo_briefly(place));
        let owner = self.orgs.get(&from_org).map(|org| self.show_org(org));
        let former: Vec<u64> = self
            .installations
            .values()
            .filter(|installation| installation.org == from_org && installation.covers(repo))
            .map(|installation| installation.id)
            .collect();
        self.rename_repo(repo, to_org, &name);
        for team in self.orgs.get_mut(&from_org).into_iter().flat_map(|org| org.teams.values_mut())
        {
            team.repos.remove(&repo);
        }
        for installation in former {
            self.tell_repositories(installation, &[], std::slice::from_ref(&brief), by);
        }
        let changes = json!({ "owner": { "from": { "organization": owner } } });
        self.tell_repo(repo, "transferred", by, Some(changes));
    }

    pub(crate) fn delete_repo(&mut self, repo: u64, by: u64) {
        // Told first: afterwards nobody covers it.
        self.tell_repo(repo, "deleted", by, None);
        for org in self.orgs.values_mut() {
            for team in org.teams.values_mut() {
                team.repos.remove(&repo);
            }
        }
        self.remove_repo(repo);
    }

    pub(crate) fn add_key(&mut self, repo: u64, seed: &KeySeed, by: u64) -> u64 {
        let org = self.repos.get(&repo).map_or(0, |repo| repo.org);
        let mut key = self.make_key(org, seed);
        key.added_by = by;
        let id = key.id;
        self.with_repo(repo, |repo| {
            repo.keys.insert(id, key);
        });
        self.tell_key(repo, id, "created", by);
        id
    }

    pub(crate) fn remove_key(&mut self, repo: u64, id: u64, by: u64) {
        // Told first: the payload shows what is removed.
        self.tell_key(repo, id, "deleted", by);
        self.with_repo(repo, |repo| {
            repo.keys.remove(&id);
        });
    }

    fn tell_key(&mut self, repo: u64, id: u64, action: &'static str, by: u64) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(key) = place.keys.get(&id) else {
            return;
        };
        let shown = self.show_key(place, key);
        let happening =
            Happening::new("deploy_key", action, by).with("key", shown).in_repo(self, repo);
        self.emit(happening);
    }

    /// Gives somebody access directly, or changes it.
    pub(crate) fn set_collaborator(&mut self, repo: u64, user: u64, access: Access, by: u64) {
        let before = self
            .repos
            .get(&repo)
            .and_then(|repo| repo.collaborators.get(&user))
            .map(|grant| grant.access);
        self.with_repo(repo, |repo| {
            repo.collaborators.insert(user, Collaborator { access });
        });
        let (action, changes) = match before {
            Some(before) if before == access => return,
            Some(before) => (
                "edited",
                json!({
                    "old_permission": { "from": before.legacy_name() },
                    "permission": { "from": before.legacy_name(), "to": access.legacy_name() },
                }),
            ),
            None => (
                "added",
                json!({
                    "permission": { "to": access.legacy_name() },
                    "role_name": { "to": access.role_name() },
                }),
            ),
        };
        self.tell_collaborator(repo, user, action, by, Some(changes));
    }

    pub(crate) fn remove_collaborator(&mut self, repo: u64, user: u64, by: u64) {
        self.with_repo(repo, |repo| {
            repo.collaborators.remove(&user);
        });
        self.tell_collaborator(repo, user, "removed", by, None);
    }

    fn tell_collaborator(
        &mut self,
        repo: u64,
        user: u64,
        action: &'static str,
        by: u64,
        changes: Option<Value>,
    ) {
        let mut happening = Happening::new("member", action, by)
            .with("member", self.show_user_id(user))
            .in_repo(self, repo);
        if let Some(changes) = changes {
            happening = happening.with("changes", changes);
        }
        self.emit(happening);
    }
}

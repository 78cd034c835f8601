//! People who join, leave and change their role; organizations that change their name.

use crate::{
    hooks::Happening,
    world::{Role, World},
};
use serde_json::{Value, json};

impl World {
    /// The membership as `organization` webhooks show it.
    pub(crate) fn show_membership(&self, org: u64, user: u64, role: Role) -> Value {
        let login = self.orgs.get(&org).map_or("ghost", |org| org.login.as_str());
        let member = self.users.get(&user).map_or("ghost", |user| user.login.as_str());
        json!({
            "url": format!("{}/orgs/{login}/memberships/{member}", self.base),
            "state": "active",
            "role": role.name(),
            "organization_url": format!("{}/orgs/{login}", self.base),
            "user": self.show_user_id(user),
            "direct_membership": true,
        })
    }

    pub(crate) fn join(&mut self, org: u64, user: u64, role: Role, by: u64) {
        let Some(place) = self.orgs.get_mut(&org) else {
            return;
        };
        let was_member = place.members.insert(user, role).is_some();
        // A change of role has no webhook.
        if !was_member {
            self.tell_membership(org, user, role, "member_added", by);
        }
    }

    /// Takes a person out of the organization, its teams and its repositories.
    pub(crate) fn leave(&mut self, org: u64, user: u64, by: u64) {
        let Some(place) = self.orgs.get_mut(&org) else {
            return;
        };
        let Some(role) = place.members.remove(&user) else {
            return;
        };
        for team in place.teams.values_mut() {
            team.members.remove(&user);
        }
        for repo in self.repos.values_mut().filter(|repo| repo.org == org) {
            repo.collaborators.remove(&user);
        }
        self.tell_membership(org, user, role, "member_removed", by);
    }

    fn tell_membership(&mut self, org: u64, user: u64, role: Role, action: &'static str, by: u64) {
        let membership = self.show_membership(org, user, role);
        let happening =
            Happening::new("organization", action, by).with("membership", membership).in_org(org);
        self.emit(happening);
    }

    pub(crate) fn rename_organization(&mut self, org: u64, login: &str, by: u64) {
        let Some(before) = self.orgs.get(&org).map(|org| org.login.clone()) else {
            return;
        };
        self.rename_org(org, login);
        let Some(account) = self.orgs.get(&org).map(|org| self.show_owner(org)) else {
            return;
        };
        let changes = json!({ "login": { "from": before } });
        let renamed = Happening::new("organization", "renamed", by)
            .with("changes", changes.clone())
            .in_org(org);
        self.emit(renamed);
        let target = Happening::new("installation_target", "renamed", by)
            .with("account", account)
            .with("changes", changes)
            .with("target_type", "Organization".into())
            .in_org(org);
        self.emit(target);
    }
}

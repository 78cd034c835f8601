//! Teams: members, and what they may do in repositories.

use crate::{
    hooks::Happening,
    world::{Access, World},
};
use serde_json::{Value, json};

impl World {
    pub(crate) fn join_team(&mut self, org: u64, team: u64, user: u64, maintains: bool, by: u64) {
        let Some(place) = self.orgs.get_mut(&org).and_then(|org| org.teams.get_mut(&team)) else {
            return;
        };
        if place.members.insert(user, maintains).is_none() {
            self.tell_team_member(org, team, user, "added", by);
        }
    }

    pub(crate) fn leave_team(&mut self, org: u64, team: u64, user: u64, by: u64) {
        let Some(place) = self.orgs.get_mut(&org).and_then(|org| org.teams.get_mut(&team)) else {
            return;
        };
        if place.members.remove(&user).is_some() {
            self.tell_team_member(org, team, user, "removed", by);
        }
    }

    fn tell_team_member(&mut self, org: u64, team: u64, user: u64, action: &'static str, by: u64) {
        let happening = Happening::new("membership", action, by)
            .with("scope", "team".into())
            .with("member", self.show_user_id(user))
            .with("team", self.team_shown(org, team))
            .in_org(org);
        self.emit(happening);
    }

    fn team_shown(&self, org: u64, team: u64) -> Value {
        let org = self.orgs.get(&org);
        org.and_then(|org| org.teams.get(&team).map(|team| self.show_team(org, team, None)))
            .unwrap_or(Value::Null)
    }

    /// Gives a team access to a repository, or changes it.
    pub(crate) fn grant_team(&mut self, org: u64, team: u64, repo: u64, access: Access, by: u64) {
        let Some(place) = self.orgs.get_mut(&org).and_then(|org| org.teams.get_mut(&team)) else {
            return;
        };
        let before = place.repos.insert(repo, access);
        match before {
            Some(before) if before == access => {}
            Some(before) => {
                let from = json!({
                    "admin": before >= Access::Admin,
                    "push": before >= Access::Write,
                    "pull": before >= Access::Read,
                });
                let changes = json!({ "repository": { "permissions": { "from": from } } });
                self.tell_team(org, team, repo, "edited", by, Some(changes));
            }
            None => {
                self.tell_team(org, team, repo, "added_to_repository", by, None);
                let happening = Happening::new("team_add", "", by)
                    .with("team", self.team_shown(org, team))
                    .in_repo(self, repo);
                self.emit(happening);
            }
        }
    }

    pub(crate) fn revoke_team(&mut self, org: u64, team: u64, repo: u64, by: u64) {
        let Some(place) = self.orgs.get_mut(&org).and_then(|org| org.teams.get_mut(&team)) else {
            return;
        };
        if place.repos.remove(&repo).is_some() {
            self.tell_team(org, team, repo, "removed_from_repository", by, None);
        }
    }

    /// The team as it is on this repository: with the permission it has there.
    fn tell_team(
        &mut self,
        org: u64,
        team: u64,
        repo: u64,
        action: &'static str,
        by: u64,
        changes: Option<Value>,
    ) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let access =
            self.orgs.get(&org).and_then(|org| org.teams.get(&team)?.repos.get(&repo).copied());
        let shown = self.show_repo_for(place, access.unwrap_or_default());
        let mut happening = Happening::new("team", action, by)
            .with("team", self.team_shown(org, team))
            .with("repository", shown)
            .in_repo(self, repo);
        if let Some(changes) = changes {
            happening = happening.with("changes", changes);
        }
        self.emit(happening);
    }

    /// Deletes a team; its repositories stay.
    pub(crate) fn delete_team(&mut self, org: u64, team: u64, by: u64) {
        let happening = Happening::new("team", "deleted", by)
            .with("team", self.team_shown(org, team))
            .in_org(org);
        self.emit(happening);
        if let Some(org) = self.orgs.get_mut(&org) {
            org.teams.remove(&team);
        }
    }
}

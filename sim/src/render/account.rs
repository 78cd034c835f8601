//! Users, organizations and teams.

use super::{node, with};
use crate::{
    clock::written,
    world::{Access, Kind, Org, Repo, Team, User, World},
};
use serde_json::{Value, json};

impl World {
    /// The short form of a user by number; a user who is gone is `ghost`.
    pub(crate) fn show_user_id(&self, id: u64) -> Value {
        match self.users.get(&id).or_else(|| self.user("ghost")) {
            Some(user) => self.show_user(user),
            None => Value::Null,
        }
    }

    /// `simple-user`.
    pub(crate) fn show_user(&self, user: &User) -> Value {
        let kind = match user.kind {
            Kind::User => "User",
            Kind::Bot => "Bot",
        };
        with(self.account_urls(&user.login, user.id, kind), json!({ "user_view_type": "public" }))
    }

    /// An organization where a user could stand: as owner of a repository or account of an installation.
    pub(crate) fn show_owner(&self, org: &Org) -> Value {
        self.account_urls(&org.login, org.id, "Organization")
    }

    /// The owner of a repository: an organization or a person.
    pub(crate) fn show_owner_id(&self, id: u64) -> Value {
        match (self.orgs.get(&id), self.users.get(&id)) {
            (Some(org), _) => self.show_owner(org),
            (None, Some(user)) => self.show_user(user),
            (None, None) => Value::Null,
        }
    }

    fn account_urls(&self, login: &str, id: u64, kind: &str) -> Value {
        let api = format!("{}/users/{}", self.base, login.replace('[', "%5B").replace(']', "%5D"));
        json!({
            "login": login,
            "id": id,
            "node_id": node(if kind == "Organization" { "O" } else { "U" }, id),
            "avatar_url": format!("{}/avatars/u/{id}?v=4", self.base),
            "gravatar_id": "",
            "url": api,
            "html_url": format!("{}/{}", self.base, login.replace("[bot]", "")),
            "followers_url": format!("{api}/followers"),
            "following_url": format!("{api}/following{{/other_user}}"),
            "gists_url": format!("{api}/gists{{/gist_id}}"),
            "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{api}/subscriptions"),
            "organizations_url": format!("{api}/orgs"),
            "repos_url": format!("{api}/repos"),
            "events_url": format!("{api}/events{{/privacy}}"),
            "received_events_url": format!("{api}/received_events"),
            "type": kind,
            "site_admin": false,
        })
    }

    /// `public-user`: the profile.
    pub(crate) fn show_profile(&self, user: &User) -> Value {
        profile(self.show_user(user), user.name.as_deref(), &written(user.created))
    }

    /// The same of an organization.
    pub(crate) fn show_org_profile(&self, org: &Org) -> Value {
        profile(self.show_owner(org), Some(&org.login), &written(org.created))
    }

    /// `organization-simple`, as webhooks and memberships carry it.
    pub(crate) fn show_org(&self, org: &Org) -> Value {
        let api = format!("{}/orgs/{}", self.base, org.login);
        json!({
            "login": org.login,
            "id": org.id,
            "node_id": node("O", org.id),
            "url": api,
            "repos_url": format!("{api}/repos"),
            "events_url": format!("{api}/events"),
            "hooks_url": format!("{api}/hooks"),
            "issues_url": format!("{api}/issues"),
            "members_url": format!("{api}/members{{/member}}"),
            "public_members_url": format!("{api}/public_members{{/member}}"),
            "avatar_url": format!("{}/avatars/u/{}?v=4", self.base, org.id),
            "description": "",
        })
    }

    /// `organization-full`.
    pub(crate) fn show_org_fully(&self, org: &Org) -> Value {
        let count =
            |public| self.repos_of(org.id).filter(|repo| repo.is_public() == public).count();
        let more = json!({
            "name": org.login,
            "has_organization_projects": true,
            "has_repository_projects": true,
            "public_repos": count(true),
            "total_private_repos": count(false),
            "owned_private_repos": count(false),
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "html_url": format!("{}/{}", self.base, org.login),
            "created_at": written(org.created),
            "updated_at": written(org.created),
            "archived_at": null,
            "type": "Organization",
            "default_repository_permission": org.base_permission.role_name(),
            "two_factor_requirement_enabled": false,
            "deploy_keys_enabled_for_repositories": true,
            "plan": { "name": "team", "space": 976_562_499, "private_repos": 999_999, "filled_seats": org.members.len(), "seats": 100 },
        });
        with(self.show_org(org), more)
    }

    fn team_basics(&self, org: &Org, team: &Team) -> Value {
        let api = format!("{}/organizations/{}/team/{}", self.base, org.id, team.id);
        json!({
            "id": team.id,
            "node_id": node("T", team.id),
            "name": team.name,
            "slug": team.slug,
            "description": "",
            "privacy": if team.secret { "secret" } else { "closed" },
            "notification_setting": "notifications_enabled",
            "permission": "pull",
            "url": api,
            "html_url": format!("{}/orgs/{}/teams/{}", self.base, org.login, team.slug),
            "members_url": format!("{api}/members{{/member}}"),
            "repositories_url": format!("{api}/repos"),
            "type": "organization",
            "organization_id": org.id,
            "parent": null,
        })
    }

    /// `team`; with the access it has when it is listed for a repository.
    pub(crate) fn show_team(&self, org: &Org, team: &Team, on: Option<Access>) -> Value {
        let basics = self.team_basics(org, team);
        match on {
            None => basics,
            Some(access) => with(
                basics,
                json!({ "permission": access.grant_name(), "permissions": permission_flags(access) }),
            ),
        }
    }

    /// `team-simple`.
    pub(crate) fn show_team_simply(&self, org: &Org, team: &Team) -> Value {
        let mut shown = self.team_basics(org, team);
        if let Some(shown) = shown.as_object_mut() {
            shown.remove("parent");
        }
        shown
    }

    /// `team-full`.
    pub(crate) fn show_team_fully(&self, org: &Org, team: &Team) -> Value {
        let more = json!({
            "members_count": team.members.len(),
            "repos_count": team.repos.len(),
            "created_at": written(team.created),
            "updated_at": written(team.created),
            "organization": self.show_org_fully(org),
        });
        with(self.team_basics(org, team), more)
    }

    /// `collaborator`.
    pub(crate) fn show_collaborator(&self, repo: &Repo, user: &User) -> Value {
        let access = self.access(repo, user.id);
        with(
            self.show_user(user),
            json!({ "permissions": permission_flags(access), "role_name": access.role_name() }),
        )
    }
}

/// `{pull, triage, push, maintain, admin}`.
pub(crate) fn permission_flags(access: Access) -> Value {
    json!({
        "pull": access >= Access::Read,
        "triage": access >= Access::Triage,
        "push": access >= Access::Write,
        "maintain": access >= Access::Maintain,
        "admin": access >= Access::Admin,
    })
}

/// An account with what only its profile shows.
fn profile(account: Value, name: Option<&str>, created: &str) -> Value {
    let more = json!({
        "name": name,
        "company": null,
        "blog": "",
        "location": null,
        "email": null,
        "hireable": null,
        "bio": null,
        "twitter_username": null,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": created,
        "updated_at": created,
    });
    let mut profile = with(account, more);
    if let Some(profile) = profile.as_object_mut() {
        // The description has it as a string only; GitHub sends null for most people.
        profile.remove("twitter_username");
    }
    profile
}

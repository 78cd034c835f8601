//! Organisation roles: who holds one, directly or through a team, and what it allows.
//!
//! `GET /orgs/{org}/organization-roles/{role}/users` names everybody who has the role, with the teams
//! that they have it from. Older hosts leave those out, so the teams that have it are read too.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{Access, Fact, IdentityKey, TeamId, Through, UserId};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Permissions, Reading, list};
use crate::github::wire::{Account, Numbered, segment};

const NEEDS: Permissions = &[("organization_custom_org_roles", "read"), ("members", "read")];

/// The most pages of people or teams that are searched; 100 rows each.
const PAGES: usize = 50;

/// How the names of permissions begin that let their holder look and no more.
const LOOKS: &[&str] = &["read_", "view_"];

/// How the names of permissions begin that let their holder change settings of the organisation, its
/// secrets, runners, rules, Apps or roles.
const SETS: &[&str] = &["write_organization_", "manage_org", "edit_org_", "delete_org"];

/// What stands in the names of permissions over security settings and over doors of repositories.
const GUARDS: &[&str] =
    &["security", "secret_scanning_settings", "deploy_key", "webhook", "protection"];

/// All roles that there are; they come in one answer.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Roles {
    pub(super) roles: Vec<Role>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Role {
    pub(super) id: i64,
    pub(super) name: String,
    base_role: Option<String>,
    permissions: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Holder {
    #[serde(flatten)]
    pub(super) account: Account,
    assignment: Option<String>,
    inherited_from: Option<Vec<Numbered>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct HoldingTeam {
    pub(super) id: i64,
    pub(super) slug: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Role {
    /// What it allows in every repository.
    pub(super) fn access(&self) -> Access {
        self.base_role.as_deref().map_or(Access::None, list::level)
    }

    /// What it allows in the organisation. Some of GitHub's own roles name nothing of what they allow:
    /// unknown counts as the highest.
    pub(super) fn permissions(&self) -> BTreeMap<String, Access> {
        if self.permissions.is_empty() && self.base_role.is_none() {
            return BTreeMap::from([(self.name.clone(), Access::Admin)]);
        }
        self.permissions.iter().map(|name| (name.clone(), level(name))).collect()
    }
}

/// How far a permission of a role goes. Source: "Permissions of custom organization roles".
fn level(name: &str) -> Access {
    let begins = |with: &&str| name.starts_with(*with);
    if LOOKS.iter().any(begins) {
        Access::Read
    } else if SETS.iter().any(begins) || GUARDS.iter().any(|part| name.contains(part)) {
        Access::Admin
    } else {
        Access::Write
    }
}

impl Holder {
    /// The teams that the account has the role from, and `None` where it was given the role itself.
    pub(super) fn doors(&self) -> Vec<Option<TeamId>> {
        let teams = self.inherited_from.iter().flatten().map(|team| Some(TeamId(team.id)));
        let mut doors: Vec<Option<TeamId>> = teams.collect();
        if doors.is_empty() || self.assignment.as_deref() == Some("mixed") {
            doors.push(None);
        }
        doors
    }
}

impl HoldingTeam {
    /// Whether its members must be read: they are not among those who have the role, and it is no team
    /// of the enterprise, which has no address here.
    pub(super) fn is_apart(&self, holders: &[Holder]) -> bool {
        let door = Some(TeamId(self.id));
        let known = holders.iter().any(|holder| holder.doors().contains(&door));
        !known && self.kind.as_deref() != Some("enterprise")
    }
}

/// Looks whether an account still has a role through this door.
pub(super) async fn read(
    r: &Reading<'_>,
    identity: &IdentityKey,
    role: i64,
    team: Option<TeamId>,
) -> Result<Found, Failure> {
    let who = r.with(NEEDS);
    let path = format!("{}/organization-roles", r.org_path());
    let lacks = |request: String| {
        let through = Through::OrgRole { role, team };
        (vec![Fact::Lacks { identity: identity.clone(), through }], request)
    };
    let roles: Roles = r.github.send(Call::get(&who, path.clone())).await?.json()?;
    if !roles.roles.iter().any(|it| it.id == role) {
        return Ok(lacks(format!("GET {path}")));
    }
    let path = format!("{path}/{role}");
    let users = format!("{path}/users");
    let holders: Vec<Holder> = all(r, Call::get(&who, format!("{users}?per_page=100"))).await?;
    let user = identity.account();
    let is_it = |account: &Account| Some(UserId(account.id)) == user;
    if holders.iter().any(|it| is_it(&it.account) && it.doors().contains(&team)) {
        return Ok((Vec::new(), format!("GET {users}")));
    }
    let Some(team) = team else { return Ok(lacks(format!("GET {users}"))) };
    let teams = format!("{path}/teams");
    let holding: Vec<HoldingTeam> =
        all(r, Call::get(&who, format!("{teams}?per_page=100"))).await?;
    if let Some(found) = holding.iter().find(|it| TeamId(it.id) == team && it.is_apart(&holders)) {
        let path = format!("{}/teams/{}/members", r.org_path(), segment(&found.slug));
        let members: Vec<Account> = all(r, Call::get(&who, format!("{path}?per_page=100"))).await?;
        if members.iter().any(is_it) {
            return Ok((Vec::new(), format!("GET {path}")));
        }
    }
    Ok(lacks(format!("GET {teams}")))
}

/// Every row of a list, or nothing.
async fn all<T: serde::de::DeserializeOwned>(
    r: &Reading<'_>,
    call: Call,
) -> Result<Vec<T>, Failure> {
    let path = call.path.clone();
    let listing = r.github.pages(call, PAGES, |page: Vec<T>| page).await?;
    match listing.complete {
        true => Ok(listing.items),
        false => Err(Failure::blind(format!("{path} was not read to its end."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(base: Option<&str>, permissions: &[&str]) -> Role {
        Role {
            name: "app_manager".to_owned(),
            base_role: base.map(str::to_owned),
            permissions: permissions.iter().map(|&it| it.to_owned()).collect(),
            ..Role::default()
        }
    }

    #[test]
    fn a_permission_goes_as_far_as_its_name_says_and_nothing_named_goes_furthest() {
        for (name, expected) in [
            ("read_audit_logs", Access::Read),
            ("view_secret_scanning_alerts", Access::Read),
            ("write_organization_actions_secrets", Access::Admin),
            ("manage_organization_webhooks", Access::Admin),
            ("edit_org_custom_properties_values", Access::Admin),
            ("close_issue", Access::Write),
        ] {
            assert_eq!(level(name), expected, "{name}");
        }
        let unnamed = role(None, &[]);
        assert_eq!(unnamed.access(), Access::None);
        assert_eq!(unnamed.permissions(), [("app_manager".to_owned(), Access::Admin)].into());
        let everywhere = role(Some("write"), &[]);
        assert_eq!((everywhere.access(), everywhere.permissions().len()), (Access::Write, 0));
        assert_eq!(role(Some("new"), &[]).access(), Access::Admin);
    }

    #[test]
    fn a_role_is_held_directly_unless_a_team_is_named() {
        let holder = |assignment: Option<&str>, teams: &[i64]| Holder {
            assignment: assignment.map(str::to_owned),
            inherited_from: Some(teams.iter().map(|id| Numbered { id: *id }).collect()),
            ..Holder::default()
        };
        assert_eq!(holder(None, &[]).doors(), [None]);
        assert_eq!(holder(Some("direct"), &[]).doors(), [None]);
        assert_eq!(holder(Some("indirect"), &[3]).doors(), [Some(TeamId(3))]);
        assert_eq!(holder(Some("mixed"), &[3]).doors(), [Some(TeamId(3)), None]);
    }
}

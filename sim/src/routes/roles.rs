//! Roles of an organization, and who has them.

use crate::{
    clock::written,
    http::{Call, Needs, Outcome, Refusal, Route, found, gone},
    render::with,
    world::{Org, OrgRole, Team, User, World},
};
use serde_json::{Value, json};

const MEMBERS: Needs = Needs::Token("members=read");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/orgs/{org}/organization-roles",
        needs: Needs::Token("organization_custom_org_roles=read"),
        run: list,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/organization-roles/{role_id}/users",
        needs: MEMBERS,
        run: users,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/organization-roles/{role_id}/teams",
        needs: MEMBERS,
        run: teams,
    },
];

/// All of them at once: this list has no pages.
fn list(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let roles: Vec<Value> = org.holdings.roles.values().map(|it| show(world, org, it)).collect();
    found(json!({ "total_count": roles.len(), "roles": roles }))
}

fn show(world: &World, org: &Org, role: &OrgRole) -> Value {
    let (source, owner) = match role.predefined {
        true => ("Predefined", Value::Null),
        false => ("Organization", world.show_owner(org)),
    };
    json!({
        "id": role.id,
        "name": role.name,
        "description": null,
        "base_role": role.base.map(|access| access.role_name()),
        "source": source,
        "permissions": role.permissions,
        "organization": owner,
        "created_at": written(org.created),
        "updated_at": written(org.created),
    })
}

fn role<'w>(world: &'w World, call: &Call) -> Result<(&'w Org, &'w OrgRole), Refusal> {
    let org = call.org(world)?;
    Ok((org, org.holdings.roles.get(&call.number("role_id")?).ok_or_else(gone)?))
}

fn teams(world: &mut World, call: &Call) -> Outcome {
    let (org, role) = role(world, call)?;
    let teams: Vec<&Team> = role.teams.iter().filter_map(|id| org.teams.get(id)).collect();
    call.list(world, &teams, |team| {
        with(world.show_team(org, team, None), json!({ "assignment": "direct" }))
    })
}

/// Everybody who has it, with the teams that they have it from.
fn users(world: &mut World, call: &Call) -> Outcome {
    let (org, role) = role(world, call)?;
    let through = |user: &User| -> Vec<&Team> {
        let teams = role.teams.iter().filter_map(|id| org.teams.get(id));
        teams.filter(|team| team.members.contains_key(&user.id)).collect()
    };
    if org.holdings.roles_without_teams {
        let users: Vec<&User> = role.users.iter().filter_map(|id| world.users.get(id)).collect();
        return call.list(world, &users, |user| world.show_user(user));
    }
    let has_it = |user: &&User| role.users.contains(&user.id) || !through(user).is_empty();
    let users: Vec<&User> =
        org.members.keys().filter_map(|id| world.users.get(id)).filter(has_it).collect();
    call.list(world, &users, |user| {
        let teams = through(user);
        let word = match (role.users.contains(&user.id), teams.is_empty()) {
            (true, true) => "direct",
            (true, false) => "mixed",
            (false, _) => "indirect",
        };
        let teams: Vec<Value> =
            teams.into_iter().map(|team| world.show_team_simply(org, team)).collect();
        with(world.show_user(user), json!({ "assignment": word, "inherited_from": teams }))
    })
}

//! Organizations and their members.

use crate::{
    http::{Call, Needs, Outcome, Route, found, gone, nothing},
    render::with,
    world::{Role, User, World},
};
use serde_json::json;

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/orgs/{org}", needs: Needs::Token(""), run: read },
    Route {
        method: "GET",
        path: "/orgs/{org}/members",
        needs: Needs::Token("members=read"),
        run: members,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/members/{username}",
        needs: Needs::Token("members=read"),
        run: is_member,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/memberships/{username}",
        needs: Needs::Token("members=read"),
        run: membership,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/outside_collaborators",
        needs: Needs::Token("members=read"),
        run: outside,
    },
    Route {
        method: "DELETE",
        path: "/orgs/{org}/members/{username}",
        needs: Needs::Token("members=write"),
        run: remove,
    },
];

fn read(world: &mut World, call: &Call) -> Outcome {
    found(world.show_org_fully(call.org(world)?))
}

fn members(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let wanted = match call.query("role") {
        Some("admin") => Some(Role::Admin),
        Some("member") => Some(Role::Member),
        _ => None,
    };
    let people: Vec<&User> = org
        .members
        .iter()
        .filter(|(_, role)| wanted.is_none_or(|wanted| wanted == **role))
        .filter_map(|(id, _)| world.users.get(id))
        .collect();
    call.list(world, &people, |user| world.show_user(user))
}

fn is_member(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let user = world.user(call.param("username")).ok_or_else(gone)?;
    if org.members.contains_key(&user.id) { nothing() } else { Err(gone()) }
}

fn membership(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let user = world.user(call.param("username")).ok_or_else(gone)?;
    let role = *org.members.get(&user.id).ok_or_else(gone)?;
    found(with(
        world.show_membership(org.id, user.id, role),
        json!({ "organization": world.show_org(org) }),
    ))
}

fn outside(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let has_grant =
        |id: u64| world.repos_of(org.id).any(|repo| repo.collaborators.contains_key(&id));
    let people: Vec<&User> = world
        .users
        .values()
        .filter(|user| !org.members.contains_key(&user.id) && has_grant(user.id))
        .collect();
    call.list(world, &people, |user| world.show_user(user))
}

fn remove(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let org = call.org(world)?.id;
    let user = world.user(call.param("username")).ok_or_else(gone)?.id;
    world.leave(org, user, by);
    nothing()
}

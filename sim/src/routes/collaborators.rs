//! Who may do what in a repository.

use crate::{
    http::{Call, Needs, Outcome, Route, found, gone, nothing},
    world::{Access, Team, User, World},
};
use serde_json::json;

const READ: Needs = Needs::Token("metadata=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/collaborators", needs: READ, run: list },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/collaborators/{username}",
        needs: READ,
        run: check,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/collaborators/{username}/permission",
        needs: READ,
        run: permission,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/collaborators/{username}",
        needs: Needs::Token("administration=write"),
        run: remove,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/teams",
        needs: Needs::Token("administration=read"),
        run: teams,
    },
];

/// `direct`: people with a grant of their own; `outside`: those of them who are no members; `all`:
/// also those who have access through a team, the base permission or as owner.
fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let org = world.orgs.get(&repo.org).ok_or_else(gone)?;
    let wanted = call.query("permission").and_then(Access::parse);
    let people: Vec<&User> = world
        .users
        .values()
        .filter(|user| {
            let direct = repo.collaborators.contains_key(&user.id);
            let member = org.members.contains_key(&user.id);
            match call.query("affiliation") {
                Some("outside") => direct && !member,
                Some("direct") => direct,
                _ => direct || (member && world.access(repo, user.id) > Access::None),
            }
        })
        .filter(|user| wanted.is_none_or(|wanted| world.access(repo, user.id) == wanted))
        .collect();
    call.list(world, &people, |user| world.show_collaborator(repo, user))
}

fn check(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let user = world.user(call.param("username")).ok_or_else(gone)?;
    let member = world.orgs.get(&repo.org).is_some_and(|org| org.members.contains_key(&user.id));
    let known = repo.collaborators.contains_key(&user.id)
        || (member && world.access(repo, user.id) > Access::None);
    if known { nothing() } else { Err(gone()) }
}

fn permission(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let user = world.user(call.param("username")).ok_or_else(gone)?;
    let access = world.access(repo, user.id);
    found(json!({
        "permission": access.legacy_name(),
        "role_name": access.role_name(),
        "user": world.show_collaborator(repo, user),
    }))
}

fn remove(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let user = world.user(call.param("username")).ok_or_else(gone)?.id;
    let repo = call.repo_to_write(world)?;
    let (repo, known) = (repo.id, repo.collaborators.contains_key(&user));
    if known {
        world.remove_collaborator(repo, user, by);
    }
    nothing()
}

fn teams(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let org = world.orgs.get(&repo.org).ok_or_else(gone)?;
    let teams: Vec<(&Team, Access)> =
        org.teams.values().filter_map(|team| Some((team, *team.repos.get(&repo.id)?))).collect();
    call.list(world, &teams, |(team, access)| world.show_team(org, team, Some(*access)))
}

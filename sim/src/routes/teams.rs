//! Teams, their members and their repositories.

use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, found, gone, nothing},
    world::{Access, Org, Repo, Role, Team, User, World},
};
use serde_json::json;

const READ: Needs = Needs::Token("members=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/orgs/{org}/teams", needs: READ, run: list },
    Route { method: "GET", path: "/orgs/{org}/teams/{team_slug}", needs: READ, run: read },
    Route {
        method: "GET",
        path: "/orgs/{org}/teams/{team_slug}/members",
        needs: READ,
        run: members,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/teams/{team_slug}/memberships/{username}",
        needs: READ,
        run: membership,
    },
    Route { method: "GET", path: "/orgs/{org}/teams/{team_slug}/repos", needs: READ, run: repos },
    Route {
        method: "GET",
        path: "/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}",
        needs: READ,
        run: on_repo,
    },
];

fn team<'w>(world: &'w World, call: &Call) -> Result<(&'w Org, &'w Team), Refusal> {
    let org = call.org(world)?;
    Ok((org, org.team(call.param("team_slug")).ok_or_else(gone)?))
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let teams: Vec<&Team> = org.teams.values().collect();
    call.list(world, &teams, |team| world.show_team(org, team, None))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let (org, team) = team(world, call)?;
    found(world.show_team_fully(org, team))
}

fn members(world: &mut World, call: &Call) -> Outcome {
    let (org, team) = team(world, call)?;
    let people: Vec<&User> = team
        .members
        .iter()
        .filter(|(id, maintains)| match call.query("role") {
            Some("maintainer") => maintainer(org, **id, **maintains),
            Some("member") => !maintainer(org, **id, **maintains),
            _ => true,
        })
        .filter_map(|(id, _)| world.users.get(id))
        .collect();
    call.list(world, &people, |user| world.show_user(user))
}

/// Organization owners are maintainers of every team they are in.
fn maintainer(org: &Org, user: u64, maintains: bool) -> bool {
    maintains || org.members.get(&user) == Some(&Role::Admin)
}

fn membership(world: &mut World, call: &Call) -> Outcome {
    let (org, team) = team(world, call)?;
    let user = world.user(call.param("username")).ok_or_else(gone)?;
    let maintains = *team.members.get(&user.id).ok_or_else(gone)?;
    let role = if maintainer(org, user.id, maintains) { "maintainer" } else { "member" };
    let url = format!(
        "{}/organizations/{}/team/{}/memberships/{}",
        world.base, org.id, team.id, user.login
    );
    found(json!({ "url": url, "role": role, "state": "active" }))
}

fn repos(world: &mut World, call: &Call) -> Outcome {
    let (_, team) = team(world, call)?;
    let repos: Vec<(&Repo, Access)> = team
        .repos
        .iter()
        .filter_map(|(id, access)| Some((world.repos.get(id)?, *access)))
        .filter(|(repo, _)| call.covers(world, repo))
        .collect();
    call.list(world, &repos, |(repo, access)| world.show_repo_for(repo, *access))
}

/// 204 when the team has the repository; what it may do there comes with the repository media type.
fn on_repo(world: &mut World, call: &Call) -> Outcome {
    let (_, team) = team(world, call)?;
    let repo = call.repo(world)?;
    let access = *team.repos.get(&repo.id).ok_or_else(gone)?;
    if call.accept.contains("repository+json") {
        return found(world.show_repo_for(repo, access));
    }
    nothing()
}

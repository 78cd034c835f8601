//! What an installation sees of itself and its organization of other Apps.

use crate::{
    http::{Call, Needs, Outcome, Route, Slice, nothing},
    render::selection_name,
    world::{Installation, Repo, World},
};
use serde_json::{Value, json};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/installation/repositories",
        needs: Needs::Token(""),
        run: repositories,
    },
    Route { method: "DELETE", path: "/installation/token", needs: Needs::Token(""), run: revoke },
    Route {
        method: "GET",
        path: "/orgs/{org}/installations",
        needs: Needs::Token("organization_administration=read"),
        run: of_org,
    },
];

fn repositories(world: &mut World, call: &Call) -> Outcome {
    let installation = call.installation(world)?;
    let repos: Vec<&Repo> =
        world.repos_of(installation.org).filter(|repo| call.covers(world, repo)).collect();
    let slice: Slice = call.slice(world, repos.len());
    let shown: Vec<Value> =
        repos[slice.from..slice.to].iter().map(|repo| world.show_repo(repo)).collect();
    let body = json!({
        "total_count": slice.total,
        "repository_selection": selection_name(&installation.selection),
        "repositories": shown,
    });
    Ok(slice.answer(body))
}

fn revoke(world: &mut World, call: &Call) -> Outcome {
    world.tokens.remove(&call.credential);
    nothing()
}

fn of_org(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?.id;
    let all: Vec<&Installation> =
        world.installations.values().filter(|installation| installation.org == org).collect();
    call.list_in(world, "installations", &all, |installation| world.show_installation(installation))
}

//! Repositories.

use crate::{
    http::{Call, Needs, Outcome, Route, found},
    world::{Repo, World},
};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}",
        needs: Needs::Token("metadata=read"),
        run: read,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/repos",
        needs: Needs::Token("metadata=read"),
        run: of_org,
    },
];

fn read(world: &mut World, call: &Call) -> Outcome {
    found(world.show_repo_fully(call.repo(world)?))
}

fn of_org(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?.id;
    let wanted = call.query("type").unwrap_or("all");
    let mut repos: Vec<&Repo> = world
        .repos_of(org)
        .filter(|repo| call.covers(world, repo) || repo.is_public())
        .filter(|repo| match wanted {
            "public" => repo.is_public(),
            "private" => !repo.is_public(),
            _ => true,
        })
        .collect();
    match call.query("sort") {
        Some("full_name") => repos.sort_by_key(|repo| repo.name.to_ascii_lowercase()),
        Some("pushed") => repos.sort_by_key(|repo| std::cmp::Reverse(repo.pushed)),
        Some("updated") => repos.sort_by_key(|repo| std::cmp::Reverse(repo.updated)),
        _ => repos.sort_by_key(|repo| std::cmp::Reverse((repo.created, repo.id))),
    }
    if call.query("direction") == Some("desc") && call.query("sort") == Some("full_name") {
        repos.reverse();
    }
    call.list(world, &repos, |repo| world.show_repo(repo))
}

//! Who can be assigned, and who is. Logins that cannot be assigned are dropped without a word.

use super::issues::to_write;
use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, found, gone, made, nothing},
    world::{User, World},
};
use serde_json::Value;

const READ: Needs = Needs::Token("issues=read; pull_requests=read");
const WRITE: Needs = Needs::Token("issues=write; pull_requests=write");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/assignees", needs: READ, run: list },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/assignees/{assignee}",
        needs: READ,
        run: check,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/assignees",
        needs: WRITE,
        run: add,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/assignees",
        needs: WRITE,
        run: remove,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/assignees/{assignee}",
        needs: READ,
        run: check_issue,
    },
];

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let people: Vec<&User> =
        world.users.values().filter(|user| world.can_be_assigned(repo.id, user.id)).collect();
    call.list(world, &people, |user| world.show_user(user))
}

fn may(world: &World, call: &Call, repo: u64) -> Outcome {
    let user = world.user(call.param("assignee")).ok_or_else(gone)?;
    if world.can_be_assigned(repo, user.id) { nothing() } else { Err(gone()) }
}

fn check(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?.id;
    may(world, call, repo)
}

fn check_issue(world: &mut World, call: &Call) -> Outcome {
    let repo = call.issue(world)?.0.id;
    may(world, call, repo)
}

fn show(world: &World, repo: u64, number: u64) -> Result<Value, Refusal> {
    let repo = world.repos.get(&repo).ok_or_else(gone)?;
    Ok(world.show_issue(repo, repo.issues.get(&number).ok_or_else(gone)?))
}

fn add(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let people = world.assignable(repo, &call.words("assignees").unwrap_or_default());
    world.assign(repo, number, by, &people);
    made(show(world, repo, number)?)
}

fn remove(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let logins = call.words("assignees").unwrap_or_default();
    let people: Vec<u64> =
        logins.iter().filter_map(|login| world.user(login)).map(|user| user.id).collect();
    world.unassign(repo, number, by, &people);
    found(show(world, repo, number)?)
}

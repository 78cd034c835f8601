//! Commit statuses.

use super::commits::known;
use crate::{
    clock::written,
    deeds::NewStatus,
    http::{Call, Needs, Outcome, Route, found, gone, invalid, made},
    render::node,
    world::{Repo, Status, World},
};
use serde_json::{Value, json};

const READ: Needs = Needs::Token("statuses=read");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/statuses/{sha}",
        needs: Needs::Token("statuses=write"),
        run: set,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/commits/{ref}/status",
        needs: READ,
        run: combined,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/commits/{ref}/statuses",
        needs: READ,
        run: list,
    },
];

fn show(world: &World, repo: &Repo, status: &Status) -> Value {
    let (at, creator) = (written(status.created), world.show_user_id(status.creator));
    json!({
        "url": format!("{}/statuses/{}", world.repo_url(repo), status.sha),
        "avatar_url": creator["avatar_url"],
        "id": status.id,
        "node_id": node("SC", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": at,
        "updated_at": at,
        "creator": creator,
    })
}

fn set(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world);
    let state = call.text("state").unwrap_or_default();
    if !["error", "failure", "pending", "success"].contains(&state) {
        return Err(invalid("Status", "state", "inclusion"));
    }
    let new = NewStatus {
        context: call.text("context").unwrap_or("default").to_owned(),
        state: state.to_owned(),
        description: call.text("description").map(str::to_owned),
        target_url: call.text("target_url").map(str::to_owned),
    };
    let repo = call.repo_to_write(world)?;
    let sha = known(repo, call.param("sha"))?.sha.clone();
    let repo = repo.id;
    let id = world.set_status(repo, &sha, by, new);
    let place = world.repos.get(&repo).ok_or_else(gone)?;
    let status = place.statuses.iter().find(|one| one.id == id).ok_or_else(gone)?;
    made(show(world, place, status))
}

/// The statuses of a commit, the newest first.
fn of<'r>(repo: &'r Repo, sha: &str) -> Vec<&'r Status> {
    repo.statuses.iter().rev().filter(|status| status.sha == sha).collect()
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let all = of(repo, &known(repo, call.param("ref"))?.sha);
    call.list(world, &all, |status| show(world, repo, status))
}

/// The latest status of each name, and the worst of them.
fn combined(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let sha = &known(repo, call.param("ref"))?.sha;
    let mut latest: Vec<&Status> = Vec::new();
    for status in of(repo, sha) {
        if !latest.iter().any(|one| one.context == status.context) {
            latest.push(status);
        }
    }
    let has = |states: &[&str]| latest.iter().any(|one| states.contains(&one.state.as_str()));
    let state = match latest.is_empty() {
        _ if has(&["error", "failure"]) => "failure",
        false if !has(&["pending"]) => "success",
        _ => "pending",
    };
    let slice = call.slice(world, latest.len());
    let shown: Vec<Value> = latest[slice.from..slice.to]
        .iter()
        .map(|status| {
            let mut shown = show(world, repo, status);
            if let Some(fields) = shown.as_object_mut() {
                fields.remove("creator");
            }
            shown
        })
        .collect();
    let api = world.repo_url(repo);
    found(json!({
        "state": state,
        "statuses": shown,
        "sha": sha,
        "total_count": latest.len(),
        "repository": world.show_repo(repo),
        "commit_url": format!("{api}/commits/{sha}"),
        "url": format!("{api}/commits/{sha}/status"),
    }))
}

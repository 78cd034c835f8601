//! Switches of Actions: what may run, and whose runs need a yes.

use crate::{
    http::{Call, Needs, Outcome, Route, found, gone},
    world::{Holdings, World},
};
use serde_json::json;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/orgs/{org}/actions/permissions",
        needs: Needs::Token("organization_administration=read"),
        run: of_org,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/permissions",
        needs: Needs::Token("administration=read"),
        run: of_repo,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/actions/permissions/fork-pr-contributor-approval",
        needs: Needs::Token("organization_administration=read"),
        run: forks_of_org,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/permissions/fork-pr-contributor-approval",
        needs: Needs::Token("administration=read"),
        run: forks,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/permissions/access",
        needs: Needs::Token("administration=read"),
        run: callers,
    },
];

const USUAL: &str = "first_time_contributors";

fn of_org(world: &mut World, call: &Call) -> Outcome {
    let holdings = &call.org(world)?.holdings;
    found(json!({
        "enabled_repositories": "all",
        "allowed_actions": allowed(holdings),
        "sha_pinning_required": holdings.sha_pinning,
    }))
}

fn of_repo(world: &mut World, call: &Call) -> Outcome {
    let holdings = &call.repo(world)?.holdings;
    found(json!({
        "enabled": true,
        "allowed_actions": allowed(holdings),
        "sha_pinning_required": holdings.sha_pinning,
    }))
}

fn allowed(holdings: &Holdings) -> &str {
    holdings.allowed_actions.as_deref().unwrap_or("all")
}

fn forks_of_org(world: &mut World, call: &Call) -> Outcome {
    let approval = call.org(world)?.holdings.fork_approval.clone();
    found(json!({ "approval_policy": approval.unwrap_or_else(|| USUAL.to_owned()) }))
}

/// Only public repositories have strangers' runs.
fn forks(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    if !repo.is_public() {
        return Err(gone());
    }
    let approval = repo.holdings.fork_approval.clone();
    found(json!({ "approval_policy": approval.unwrap_or_else(|| USUAL.to_owned()) }))
}

/// Which other repositories may call workflows and actions of a private one.
fn callers(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    if repo.is_public() {
        return Err(gone());
    }
    let level = if repo.holdings.shared { "organization" } else { "none" };
    found(json!({ "access_level": level }))
}

//! Environments and what Actions may do unless a workflow says otherwise.

use crate::{
    clock::written,
    http::{Call, Needs, Outcome, Route, found, gone},
    render::node,
    world::{Environment, Repo, WorkflowDefaults, World},
};
use serde_json::{Value, json};

const READ: Needs = Needs::Token("actions=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/environments", needs: READ, run: list },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/environments/{environment_name}",
        needs: READ,
        run: read,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
        needs: READ,
        run: policies,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/permissions/workflow",
        needs: Needs::Token("administration=read"),
        run: workflow,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/actions/permissions/workflow",
        needs: Needs::Token("organization_administration=read"),
        run: workflow_of_org,
    },
];

fn show(world: &World, repo: &Repo, environment: &Environment) -> Value {
    let (spec, id) = (&environment.spec, environment.id);
    let url = format!("{}/environments/{}", world.repo_url(repo), spec.name);
    let by_branch = spec.protected_branches || !spec.branch_patterns.is_empty();
    let mut rules = Vec::new();
    if spec.wait_minutes > 0 {
        rules.push(json!({
            "id": id, "node_id": node("GA", id), "type": "wait_timer", "wait_timer": spec.wait_minutes,
        }));
    }
    if !spec.reviewers.is_empty() {
        let reviewers: Vec<Value> =
            spec.reviewers.iter().filter_map(|who| reviewer(world, who)).collect();
        rules.push(json!({
            "id": id,
            "node_id": node("GA", id),
            "type": "required_reviewers",
            "prevent_self_review": spec.prevent_self_review,
            "reviewers": reviewers,
        }));
    }
    if by_branch {
        rules.push(json!({ "id": id, "node_id": node("GA", id), "type": "branch_policy" }));
    }
    let policy = json!({
        "protected_branches": spec.protected_branches,
        "custom_branch_policies": !spec.branch_patterns.is_empty(),
    });
    json!({
        "id": id,
        "node_id": node("EN", id),
        "name": spec.name,
        "url": url,
        "html_url": format!("{}/deployments/activity_log?environments_filter={}", world.repo_page(repo), spec.name),
        "created_at": written(environment.created),
        "updated_at": written(environment.created),
        "can_admins_bypass": spec.admins_bypass,
        "protection_rules": rules,
        "deployment_branch_policy": by_branch.then_some(policy),
    })
}

fn reviewer(world: &World, who: &str) -> Option<Value> {
    match who.split_once('/') {
        Some((org, team)) => {
            let org = world.org(org)?;
            let team = world.show_team(org, org.team(team)?, None);
            Some(json!({ "type": "Team", "reviewer": team }))
        }
        None => Some(json!({ "type": "User", "reviewer": world.show_user(world.user(who)?) })),
    }
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let all: Vec<&Environment> = repo.environments.iter().collect();
    call.list_in(world, "environments", &all, |environment| show(world, repo, environment))
}

fn named<'r>(repo: &'r Repo, call: &Call) -> Option<&'r Environment> {
    let name = call.param("environment_name");
    repo.environments.iter().find(|one| one.spec.name.eq_ignore_ascii_case(name))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    found(show(world, repo, named(repo, call).ok_or_else(gone)?))
}

fn policies(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let environment = named(repo, call).ok_or_else(gone)?;
    let patterns: Vec<(usize, &String)> =
        environment.spec.branch_patterns.iter().enumerate().collect();
    call.list_in(world, "branch_policies", &patterns, |(at, pattern)| {
        let id = environment.id * 100 + *at as u64;
        json!({ "id": id, "node_id": node("GATE", id), "name": pattern, "type": "branch" })
    })
}

fn show_defaults(defaults: WorkflowDefaults) -> Outcome {
    found(json!({
        "default_workflow_permissions": if defaults.write { "write" } else { "read" },
        "can_approve_pull_request_reviews": defaults.can_approve,
    }))
}

fn workflow(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let inherited = world.orgs.get(&repo.org).map(|org| org.workflow_defaults);
    show_defaults(repo.workflow_defaults.or(inherited).unwrap_or_default())
}

fn workflow_of_org(world: &mut World, call: &Call) -> Outcome {
    show_defaults(call.org(world)?.workflow_defaults)
}

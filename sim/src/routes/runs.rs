//! Workflow runs.

use crate::{
    http::{Call, Needs, Outcome, Route, found, gone},
    world::{WorkflowRun, World},
};

const READ: Needs = Needs::Token("actions=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/actions/runs", needs: READ, run: list },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}",
        needs: READ,
        run: read,
    },
];

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let is = |field: &str, value: &str| call.query(field).is_none_or(|wanted| wanted == value);
    let actor = |run: &WorkflowRun| world.users.get(&run.of.actor).map(|user| user.login.as_str());
    let mut runs: Vec<&WorkflowRun> = repo
        .runs
        .values()
        .filter(|run| is("branch", &run.of.branch) && is("event", &run.of.event))
        .filter(|run| is("head_sha", &run.of.sha) && is("actor", actor(run).unwrap_or_default()))
        .filter(|run| {
            is("status", run.status) || is("status", run.conclusion.as_deref().unwrap_or_default())
        })
        .collect();
    runs.reverse();
    call.list_in(world, "workflow_runs", &runs, |run| world.show_run(repo, run))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let run = repo.runs.get(&call.number("run_id")?).ok_or_else(gone)?;
    found(world.show_run(repo, run))
}

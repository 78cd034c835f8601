//! Variables of Actions and of coding agents: of an organization, a repository, an environment. Values
//! are shown.

use crate::{
    clock::written,
    http::{Call, Needs, Outcome, Route, gone},
    world::{Variable, World},
};
use serde_json::{Value, json};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/orgs/{org}/actions/variables",
        needs: Needs::Token("organization_actions_variables=read"),
        run: of_org,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/variables",
        needs: Needs::Token("actions_variables=read"),
        run: of_repo,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/agents/variables",
        needs: Needs::Token("organization_agent_variables=read"),
        run: of_agents_of_org,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/agents/variables",
        needs: Needs::Token("agent_variables=read"),
        run: of_agents,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/environments/{environment_name}/variables",
        needs: Needs::Token("environments=read"),
        run: of_environment,
    },
];

fn show(variable: &Variable, of_org: bool) -> Value {
    let mut shown = json!({
        "name": variable.name,
        "value": variable.value,
        "created_at": written(variable.created),
        "updated_at": written(variable.updated),
    });
    if of_org {
        shown["visibility"] = variable.lent.name().into();
    }
    shown
}

fn of_org(world: &mut World, call: &Call) -> Outcome {
    let all: Vec<&Variable> = call.org(world)?.holdings.variables.values().collect();
    call.list_in(world, "variables", &all, |variable| show(variable, true))
}

fn of_repo(world: &mut World, call: &Call) -> Outcome {
    let all: Vec<&Variable> = call.repo(world)?.holdings.variables.values().collect();
    call.list_in(world, "variables", &all, |variable| show(variable, false))
}

fn of_agents_of_org(world: &mut World, call: &Call) -> Outcome {
    let all: Vec<&Variable> = call.org(world)?.holdings.agents_variables.values().collect();
    call.list_in(world, "variables", &all, |variable| show(variable, true))
}

fn of_agents(world: &mut World, call: &Call) -> Outcome {
    let all: Vec<&Variable> = call.repo(world)?.holdings.agents_variables.values().collect();
    call.list_in(world, "variables", &all, |variable| show(variable, false))
}

fn of_environment(world: &mut World, call: &Call) -> Outcome {
    let name = call.param("environment_name");
    let environments = &call.repo(world)?.environments;
    let environment = environments.iter().find(|one| one.spec.name.eq_ignore_ascii_case(name));
    let all: Vec<&Variable> = environment.ok_or_else(gone)?.variables.values().collect();
    call.list_in(world, "variables", &all, |variable| show(variable, false))
}

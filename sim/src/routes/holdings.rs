//! Secrets, webhooks, runners and registries, as lists and one by one.

use crate::{
    clock::written,
    http::{Call, Needs, Outcome, Refusal, Route, found, gone},
    world::{Endpoint, Holdings, Lent, Machine, Registry, Repo, Secret, Vault, World},
};
use serde_json::{Value, json};

/// A list below a place, and one entry of it, for whoever has this permission.
macro_rules! pair {
    ($list:literal, $one:literal, $needs:literal, $lists:ident, $reads:ident) => {
        [
            Route { method: "GET", path: $list, needs: Needs::Token($needs), run: $lists },
            Route { method: "GET", path: $one, needs: Needs::Token($needs), run: $reads },
        ]
    };
}

const ORG_SECRETS: [Route; 2] = pair!(
    "/orgs/{org}/actions/secrets",
    "/orgs/{org}/actions/secrets/{secret_name}",
    "organization_secrets=read",
    secrets,
    secret
);
const ORG_DEPENDABOT: [Route; 2] = pair!(
    "/orgs/{org}/dependabot/secrets",
    "/orgs/{org}/dependabot/secrets/{secret_name}",
    "organization_dependabot_secrets=read",
    secrets,
    secret
);
const ORG_AGENTS: [Route; 2] = pair!(
    "/orgs/{org}/agents/secrets",
    "/orgs/{org}/agents/secrets/{secret_name}",
    "organization_agent_secrets=read",
    secrets,
    secret
);
const SECRETS: [Route; 2] = pair!(
    "/repos/{owner}/{repo}/actions/secrets",
    "/repos/{owner}/{repo}/actions/secrets/{secret_name}",
    "secrets=read",
    secrets,
    secret
);
const DEPENDABOT: [Route; 2] = pair!(
    "/repos/{owner}/{repo}/dependabot/secrets",
    "/repos/{owner}/{repo}/dependabot/secrets/{secret_name}",
    "dependabot_secrets=read",
    secrets,
    secret
);
const AGENTS: [Route; 2] = pair!(
    "/repos/{owner}/{repo}/agents/secrets",
    "/repos/{owner}/{repo}/agents/secrets/{secret_name}",
    "agent_secrets=read",
    secrets,
    secret
);
const OF_ENVIRONMENT: [Route; 2] = pair!(
    "/repos/{owner}/{repo}/environments/{environment_name}/secrets",
    "/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
    "environments=read",
    environment_secrets,
    environment_secret
);
const ORG_HOOKS: [Route; 2] = pair!(
    "/orgs/{org}/hooks",
    "/orgs/{org}/hooks/{hook_id}",
    "organization_hooks=read",
    endpoints,
    endpoint
);
const HOOKS: [Route; 2] = pair!(
    "/repos/{owner}/{repo}/hooks",
    "/repos/{owner}/{repo}/hooks/{hook_id}",
    "repository_hooks=read",
    endpoints,
    endpoint
);
const ORG_RUNNERS: [Route; 2] = pair!(
    "/orgs/{org}/actions/runners",
    "/orgs/{org}/actions/runners/{runner_id}",
    "organization_self_hosted_runners=read",
    machines,
    machine
);
const RUNNERS: [Route; 2] = pair!(
    "/repos/{owner}/{repo}/actions/runners",
    "/repos/{owner}/{repo}/actions/runners/{runner_id}",
    "administration=read",
    machines,
    machine
);
const REGISTRIES: [Route; 2] = pair!(
    "/orgs/{org}/private-registries",
    "/orgs/{org}/private-registries/{secret_name}",
    "organization_private_registries=read",
    registries,
    registry
);
/// The repositories that a secret of the organization is lent to.
const LENT: [Route; 3] = [
    Route {
        method: "GET",
        path: "/orgs/{org}/actions/secrets/{secret_name}/repositories",
        needs: Needs::Token("organization_secrets=read"),
        run: lent_to,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/dependabot/secrets/{secret_name}/repositories",
        needs: Needs::Token("organization_dependabot_secrets=read"),
        run: lent_to,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/agents/secrets/{secret_name}/repositories",
        needs: Needs::Token("organization_agent_secrets=read"),
        run: lent_to,
    },
];

/// All lists of this file.
pub(super) const TABLES: [&[Route]; 13] = [
    &ORG_SECRETS,
    &ORG_DEPENDABOT,
    &ORG_AGENTS,
    &SECRETS,
    &DEPENDABOT,
    &AGENTS,
    &OF_ENVIRONMENT,
    &ORG_HOOKS,
    &HOOKS,
    &ORG_RUNNERS,
    &RUNNERS,
    &REGISTRIES,
    &LENT,
];

/// The place of the path, and its address.
fn place<'w>(
    world: &'w World,
    call: &Call,
) -> Result<(&'w Holdings, String, Option<&'w Repo>), Refusal> {
    if call.param("org").is_empty() {
        let repo = call.repo(world)?;
        return Ok((&repo.holdings, world.repo_url(repo), Some(repo)));
    }
    let org = call.org(world)?;
    Ok((&org.holdings, format!("{}/orgs/{}", world.base, org.login), None))
}

fn vault(call: &Call) -> Vault {
    if call.path.contains("/dependabot/") {
        Vault::Dependabot
    } else if call.path.contains("/agents/") {
        Vault::Agents
    } else {
        Vault::Actions
    }
}

fn show_secret(secret: &Secret, url: &str, of_repo: bool) -> Value {
    let mut shown = json!({
        "name": secret.name,
        "created_at": written(secret.created),
        "updated_at": written(secret.updated),
    });
    if !of_repo {
        shown["visibility"] = secret.lent.name().into();
        if let Lent::Selected(_) = secret.lent {
            let url = format!("{url}/secrets/{}/repositories", secret.name);
            shown["selected_repositories_url"] = url.into();
        }
    }
    shown
}

fn secrets(world: &mut World, call: &Call) -> Outcome {
    let (held, url, repo) = place(world, call)?;
    let wanted = vault(call);
    let all: Vec<&Secret> =
        held.secrets.iter().filter(|((of, _), _)| *of == wanted).map(|(_, it)| it).collect();
    call.list_in(world, "secrets", &all, |secret| show_secret(secret, &url, repo.is_some()))
}

fn named<'w>(world: &'w World, call: &Call) -> Result<&'w Secret, Refusal> {
    let (held, _, _) = place(world, call)?;
    let name = call.param("secret_name").to_ascii_uppercase();
    held.secrets.get(&(vault(call), name)).ok_or_else(gone)
}

fn secret(world: &mut World, call: &Call) -> Outcome {
    let (_, url, repo) = place(world, call)?;
    found(show_secret(named(world, call)?, &url, repo.is_some()))
}

fn lent_to(world: &mut World, call: &Call) -> Outcome {
    let repos: Vec<&Repo> = match &named(world, call)?.lent {
        Lent::Selected(repos) => repos.iter().filter_map(|id| world.repos.get(id)).collect(),
        Lent::All | Lent::Private => Vec::new(),
    };
    call.list_in(world, "repositories", &repos, |repo| world.show_repo(repo))
}

fn of_environment<'w>(world: &'w World, call: &Call) -> Result<Vec<&'w Secret>, Refusal> {
    let repo = call.repo(world)?;
    let name = call.param("environment_name");
    let environment = repo.environments.iter().find(|one| one.spec.name.eq_ignore_ascii_case(name));
    Ok(environment.ok_or_else(gone)?.secrets.values().collect())
}

fn environment_secrets(world: &mut World, call: &Call) -> Outcome {
    let all = of_environment(world, call)?;
    call.list_in(world, "secrets", &all, |secret| show_secret(secret, "", true))
}

fn environment_secret(world: &mut World, call: &Call) -> Outcome {
    let name = call.param("secret_name");
    let all = of_environment(world, call)?;
    let one = all.into_iter().find(|secret| secret.name.eq_ignore_ascii_case(name));
    found(show_secret(one.ok_or_else(gone)?, "", true))
}

fn show_endpoint(endpoint: &Endpoint, place: &str, of_repo: bool) -> Value {
    let url = format!("{place}/hooks/{}", endpoint.id);
    let mut shown = json!({
        "id": endpoint.id,
        "type": if of_repo { "Repository" } else { "Organization" },
        "name": "web",
        "active": endpoint.active,
        "events": endpoint.events,
        "config": {
            "url": endpoint.url,
            "content_type": "json",
            "insecure_ssl": "0",
            "secret": "********",
        },
        "created_at": written(endpoint.created),
        "updated_at": written(endpoint.updated),
        "url": url,
        "ping_url": format!("{url}/pings"),
        "deliveries_url": format!("{url}/deliveries"),
    });
    if of_repo {
        shown["test_url"] = format!("{url}/test").into();
        shown["last_response"] = json!({ "code": null, "status": "unused", "message": null });
    }
    shown
}

fn endpoints(world: &mut World, call: &Call) -> Outcome {
    let (held, url, repo) = place(world, call)?;
    let all: Vec<&Endpoint> = held.endpoints.values().collect();
    call.list(world, &all, |endpoint| show_endpoint(endpoint, &url, repo.is_some()))
}

fn endpoint(world: &mut World, call: &Call) -> Outcome {
    let (held, url, repo) = place(world, call)?;
    let endpoint = held.endpoints.get(&call.number("hook_id")?).ok_or_else(gone)?;
    found(show_endpoint(endpoint, &url, repo.is_some()))
}

fn show_machine(machine: &Machine) -> Value {
    json!({
        "id": machine.id,
        "runner_group_id": machine.group,
        "name": machine.name,
        "os": "linux",
        "status": "online",
        "busy": false,
        "ephemeral": machine.ephemeral,
        "labels": [{ "id": 1, "name": "self-hosted", "type": "read-only" }],
    })
}

fn machines(world: &mut World, call: &Call) -> Outcome {
    let (held, _, _) = place(world, call)?;
    let all: Vec<&Machine> = held.machines.values().collect();
    call.list_in(world, "runners", &all, |machine| show_machine(machine))
}

fn machine(world: &mut World, call: &Call) -> Outcome {
    let (held, _, _) = place(world, call)?;
    found(show_machine(held.machines.get(&call.number("runner_id")?).ok_or_else(gone)?))
}

fn show_registry(registry: &Registry) -> Value {
    json!({
        "name": registry.name,
        "registry_type": "npm_registry",
        "auth_type": "token",
        "url": registry.url,
        "username": null,
        "visibility": "private",
        "created_at": written(registry.created),
        "updated_at": written(registry.created),
    })
}

fn registries(world: &mut World, call: &Call) -> Outcome {
    let (held, _, _) = place(world, call)?;
    let all: Vec<&Registry> = held.registries.values().collect();
    call.list_in(world, "configurations", &all, |registry| show_registry(registry))
}

fn registry(world: &mut World, call: &Call) -> Outcome {
    let (held, _, _) = place(world, call)?;
    let name = call.param("secret_name").to_ascii_uppercase();
    found(show_registry(held.registries.get(&name).ok_or_else(gone)?))
}

//! Whom an organization trusts with what: groups of runners, subjects of OIDC tokens, tokens let in by
//! single sign-on, and GitHub's coding agent.

use crate::{
    clock::written,
    http::{Call, Needs, Outcome, Refusal, Route, found, gone},
    world::{Credential, Lent, Repo, RunnerGroup, World},
};
use serde_json::{Value, json};

const RUNNERS: Needs = Needs::Token("organization_self_hosted_runners=read");
const OWNERS: Needs = Needs::Token("organization_administration=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/orgs/{org}/actions/runner-groups", needs: RUNNERS, run: groups },
    Route {
        method: "GET",
        path: "/orgs/{org}/actions/runner-groups/{runner_group_id}/repositories",
        needs: RUNNERS,
        run: of_group,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/actions/oidc/customization/sub",
        needs: OWNERS,
        run: subject_of_org,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/actions/oidc/customization/sub",
        needs: Needs::Token("actions=read"),
        run: subject,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/credential-authorizations",
        needs: OWNERS,
        run: credentials,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/copilot/coding-agent/permissions",
        needs: Needs::Token("organization_copilot_agent_settings=read"),
        run: agent_in,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/copilot/coding-agent/permissions/repositories",
        needs: Needs::Token("organization_copilot_agent_settings=read"),
        run: agent_repos,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/copilot/cloud-agent/configuration",
        needs: Needs::Token("copilot_agent_settings=read"),
        run: agent,
    },
];

fn show_group(group: &RunnerGroup, url: &str) -> Value {
    let url = format!("{url}/actions/runner-groups/{}", group.id);
    let mut shown = json!({
        "id": group.id,
        "name": group.name,
        "visibility": group.lent.name(),
        "default": false,
        "runners_url": format!("{url}/runners"),
        "inherited": false,
        "allows_public_repositories": group.public,
        "restricted_to_workflows": !group.workflows.is_empty(),
        "selected_workflows": group.workflows,
    });
    if let Lent::Selected(_) = group.lent {
        shown["selected_repositories_url"] = format!("{url}/repositories").into();
    }
    shown
}

fn groups(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let url = format!("{}/orgs/{}", world.base, org.login);
    let all: Vec<&RunnerGroup> = org.holdings.groups.values().collect();
    call.list_in(world, "runner_groups", &all, |group| show_group(group, &url))
}

fn of_group(world: &mut World, call: &Call) -> Outcome {
    let groups = &call.org(world)?.holdings.groups;
    let group = groups.get(&call.number("runner_group_id")?).ok_or_else(gone)?;
    let repos: Vec<&Repo> = match &group.lent {
        Lent::Selected(repos) => repos.iter().filter_map(|id| world.repos.get(id)).collect(),
        Lent::All | Lent::Private => Vec::new(),
    };
    call.list_in(world, "repositories", &repos, |repo| world.show_repo(repo))
}

fn subject_of_org(world: &mut World, call: &Call) -> Outcome {
    let subject = call.org(world)?.holdings.subject.clone().unwrap_or_default();
    let usual = || vec!["repo".to_owned(), "context".to_owned()];
    let claims = if subject.claims.is_empty() { usual() } else { subject.claims };
    found(json!({ "include_claim_keys": claims, "use_immutable_subject": subject.immutable }))
}

fn subject(world: &mut World, call: &Call) -> Outcome {
    found(match &call.repo(world)?.holdings.subject {
        None => json!({ "use_default": true }),
        Some(subject) => json!({
            "use_default": false,
            "include_claim_keys": subject.claims,
            "use_immutable_subject": subject.immutable,
        }),
    })
}

/// Only single sign-on has such a list.
fn credentials(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    if !org.enterprise {
        return Err(gone());
    }
    let all: Vec<&Credential> = org.holdings.credentials.values().collect();
    call.list(world, &all, |credential| {
        json!({
            "login": credential.login,
            "credential_id": credential.id,
            "credential_type": "personal access token",
            "token_last_eight": "12345678",
            "credential_authorized_at": written(credential.at),
            "scopes": credential.scopes,
            "credential_accessed_at": null,
            "authorized_credential_id": credential.id,
            "authorized_credential_note": credential.note,
            "authorized_credential_expires_at": null,
        })
    })
}

fn agent_in(world: &mut World, call: &Call) -> Outcome {
    let holdings = &call.org(world)?.holdings;
    let word = if holdings.agent_in.is_empty() { "none" } else { holdings.agent_in.as_str() };
    found(json!({ "enabled_repositories": word }))
}

/// There is such a list only while repositories are chosen.
fn agent_repos(world: &mut World, call: &Call) -> Outcome {
    let holdings = &call.org(world)?.holdings;
    if holdings.agent_in != "selected" {
        return Err(Refusal::new(409, "The policy is not set to selected repositories"));
    }
    let repos: Vec<&Repo> =
        holdings.agent_repos.iter().filter_map(|id| world.repos.get(id)).collect();
    call.list_in(world, "repositories", &repos, |repo| world.show_repo(repo))
}

fn agent(world: &mut World, call: &Call) -> Outcome {
    let agent = &call.repo(world)?.holdings.agent;
    found(json!({
        "mcp_configuration": agent.servers,
        "enabled_tools": {
            "codeql": true,
            "copilot_code_review": true,
            "secret_scanning": true,
            "dependency_vulnerability_checks": true,
        },
        "require_actions_workflow_approval": true,
        "is_firewall_enabled": agent.firewall,
        "is_firewall_recommended_allowlist_enabled": true,
        "custom_allowlist": [],
        "is_automations_enabled": false,
        "require_write_access_for_automation_triggers": true,
    }))
}

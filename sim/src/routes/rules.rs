//! What branches demand: the rules in force, and the older branch protection.

use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, found},
    world::{Repo, Rules, World},
};
use serde_json::{Value, json};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/rules/branches/{branch}",
        needs: Needs::Token("metadata=read"),
        run: in_force,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/branches/{branch}/protection",
        needs: Needs::Token("administration=read"),
        run: protection,
    },
];

/// The rules of all active rule sets that hold for a branch, each with where it comes from.
fn in_force(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let (branch, org) = (call.param("branch"), world.orgs.get(&repo.org));
    let own = repo.rulesets.values().map(|set| ("Repository", world.full_name(repo), set));
    let inherited = org.into_iter().flat_map(|org| {
        org.rulesets.values().map(move |set| ("Organization", org.login.clone(), set))
    });
    let mut all = Vec::new();
    for (kind, source, set) in own.chain(inherited) {
        if set.enforcement != "active" || !set.rules.holds_for(branch, &repo.default_branch) {
            continue;
        }
        for mut rule in world.show_rules(&set.rules) {
            rule["ruleset_source_type"] = kind.into();
            rule["ruleset_source"] = source.as_str().into();
            rule["ruleset_id"] = set.id.into();
            all.push(rule);
        }
    }
    call.list(world, &all, Value::clone)
}

fn protection(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let branch = call.param("branch");
    if repo.git.branch(branch).is_none() {
        return Err(Refusal::new(404, "Branch not found"));
    }
    let rules = repo.protections.get(branch);
    found(show(
        world,
        repo,
        branch,
        rules.ok_or_else(|| Refusal::new(404, "Branch not protected"))?,
    ))
}

fn show(world: &World, repo: &Repo, branch: &str, rules: &Rules) -> Value {
    let url = format!("{}/branches/{branch}/protection", world.repo_url(repo));
    let off = json!({ "enabled": false });
    let mut shown = json!({
        "url": url,
        "enforce_admins": { "url": format!("{url}/enforce_admins"), "enabled": rules.for_admins },
        "required_linear_history": off,
        "allow_force_pushes": off,
        "allow_deletions": off,
        "block_creations": off,
        "required_conversation_resolution": off,
        "lock_branch": off,
        "allow_fork_syncing": off,
    });
    if !rules.checks.is_empty() {
        let contexts: Vec<&String> = rules.checks.iter().map(|check| &check.context).collect();
        let checks: Vec<Value> = rules
            .checks
            .iter()
            .map(|check| json!({ "context": check.context, "app_id": check.app }))
            .collect();
        shown["required_status_checks"] = json!({
            "url": format!("{url}/required_status_checks"),
            "strict": false,
            "contexts": contexts,
            "contexts_url": format!("{url}/required_status_checks/contexts"),
            "checks": checks,
        });
    }
    if let Some(count) = rules.approvals {
        shown["required_pull_request_reviews"] = json!({
            "url": format!("{url}/required_pull_request_reviews"),
            "dismiss_stale_reviews": false,
            "require_code_owner_reviews": false,
            "require_last_push_approval": false,
            "required_approving_review_count": count,
        });
        if !rules.bypass.is_empty() {
            shown["required_pull_request_reviews"]["bypass_pull_request_allowances"] =
                passing(world, repo, rules);
        }
    }
    shown
}

/// Who may pass without a review. The older protection names people, teams and Apps.
fn passing(world: &World, repo: &Repo, rules: &Rules) -> Value {
    let of = |kind: &'static str| {
        let actors = rules.bypass.iter().filter(move |actor| actor.actor_type == kind);
        actors.filter_map(|actor| actor.actor_id)
    };
    let users: Vec<Value> =
        of("User").filter_map(|id| Some(world.show_user(world.users.get(&id)?))).collect();
    let apps: Vec<Value> =
        of("Integration").filter_map(|id| Some(world.show_app(world.apps.get(&id)?))).collect();
    let org = world.orgs.get(&repo.org);
    let teams: Vec<Value> = org
        .into_iter()
        .flat_map(|org| of("Team").filter_map(move |id| Some((org, org.teams.get(&id)?))))
        .map(|(org, team)| world.show_team(org, team, None))
        .collect();
    json!({ "users": users, "teams": teams, "apps": apps })
}

//! Fine-grained personal access tokens with access to an organization. Only Apps may look.

use crate::{
    http::{Call, Needs, Outcome, Route, gone, invalid, nothing},
    world::{Org, Pat, PatRequest, Repo, World},
};

const TOKENS: Needs = Needs::Token("organization_personal_access_tokens=read");
const REQUESTS: Needs = Needs::Token("organization_personal_access_token_requests=read");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/orgs/{org}/personal-access-tokens", needs: TOKENS, run: list },
    Route {
        method: "POST",
        path: "/orgs/{org}/personal-access-tokens/{pat_id}",
        needs: Needs::Token("organization_personal_access_tokens=write"),
        run: revoke,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/personal-access-tokens/{pat_id}/repositories",
        needs: TOKENS,
        run: repositories,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/personal-access-token-requests",
        needs: REQUESTS,
        run: requests,
    },
    Route {
        method: "POST",
        path: "/orgs/{org}/personal-access-token-requests/{pat_request_id}",
        needs: Needs::Token("organization_personal_access_token_requests=write"),
        run: review,
    },
    Route {
        method: "GET",
        path: "/orgs/{org}/personal-access-token-requests/{pat_request_id}/repositories",
        needs: REQUESTS,
        run: requested_repositories,
    },
];

/// The filters that both lists share.
fn fits(world: &World, call: &Call, pat: &Pat) -> bool {
    let owners = call.query_all("owner");
    let tokens = call.query_all("token_id");
    let login = world.users.get(&pat.owner).map_or("ghost", |user| user.login.as_str());
    let repo_fits = call.query("repository").is_none_or(|name| {
        let named =
            |id: &u64| world.repos.get(id).is_some_and(|repo| repo.name.eq_ignore_ascii_case(name));
        pat.selection == "all" || pat.repositories.iter().any(named)
    });
    let permission_fits = call.query("permission").is_none_or(|name| {
        ["organization", "repository", "other"]
            .iter()
            .any(|scope| pat.permissions[scope][name].is_string())
    });
    (owners.is_empty() || owners.iter().any(|owner| owner.eq_ignore_ascii_case(login)))
        && (tokens.is_empty() || tokens.contains(&pat.token_id.to_string().as_str()))
        && repo_fits
        && permission_fits
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let mut pats: Vec<&Pat> = org.pats.values().filter(|pat| fits(world, call, pat)).collect();
    pats.sort_by_key(|pat| std::cmp::Reverse((pat.at, pat.id)));
    if call.query("direction") == Some("asc") {
        pats.reverse();
    }
    call.list(world, &pats, |pat| world.show_pat(org, pat))
}

fn requests(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let mut requests: Vec<&PatRequest> =
        org.pat_requests.values().filter(|request| fits(world, call, &request.pat)).collect();
    requests.sort_by_key(|request| std::cmp::Reverse((request.pat.at, request.pat.id)));
    if call.query("direction") == Some("asc") {
        requests.reverse();
    }
    call.list(world, &requests, |request| world.show_pat_request(org, request))
}

fn of_token(world: &World, call: &Call, org: &Org, pat: &Pat) -> Outcome {
    let repos: Vec<&Repo> = match pat.selection.as_str() {
        "all" => world.repos_of(org.id).collect(),
        _ => pat.repositories.iter().filter_map(|id| world.repos.get(id)).collect(),
    };
    call.list(world, &repos, |repo| world.show_repo(repo))
}

fn repositories(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    of_token(world, call, org, org.pats.get(&call.number("pat_id")?).ok_or_else(gone)?)
}

fn requested_repositories(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?;
    let request = org.pat_requests.get(&call.number("pat_request_id")?).ok_or_else(gone)?;
    of_token(world, call, org, &request.pat)
}

fn revoke(world: &mut World, call: &Call) -> Outcome {
    let org = call.org(world)?.id;
    if call.text("action") != Some("revoke") {
        return Err(invalid("PersonalAccessToken", "action", "invalid"));
    }
    if world.revoke_pat(org, call.number("pat_id")?) { nothing() } else { Err(gone()) }
}

fn review(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let org = call.org(world)?;
    let (org, id) = (org.id, call.number("pat_request_id")?);
    if !world.orgs.get(&org).is_some_and(|org| org.pat_requests.contains_key(&id)) {
        return Err(gone());
    }
    match call.text("action") {
        Some("approve") => {
            world.approve_pat(org, id, by);
        }
        Some("deny") => world.end_pat_request(org, id, "denied", by),
        _ => return Err(invalid("PersonalAccessTokenRequest", "action", "invalid")),
    }
    nothing()
}

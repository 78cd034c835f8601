//! Pull requests: open, read, list, change, merge.

use crate::{
    deeds::{IssueChange, Merging, NewPull},
    http::{Call, Needs, Outcome, Refusal, Route, found, gone, invalid, made, nothing},
    world::{Issue, Method, Repo, World},
};
use serde_json::{Value, json};

const READ: Needs = Needs::Token("pull_requests=read");
const WRITE: Needs = Needs::Token("pull_requests=write");

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/repos/{owner}/{repo}/pulls", needs: READ, run: list },
    Route { method: "POST", path: "/repos/{owner}/{repo}/pulls", needs: WRITE, run: open },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}",
        needs: READ,
        run: read,
    },
    Route {
        method: "PATCH",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}",
        needs: WRITE,
        run: change,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/merge",
        needs: READ,
        run: is_merged,
    },
    Route {
        method: "PUT",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/merge",
        needs: Needs::Token("contents=write"),
        run: merge,
    },
];

/// The pull request of the path.
///
/// # Errors
/// 404 when there is none of that number.
pub(super) fn pull<'w>(world: &'w World, call: &Call) -> Result<(&'w Repo, &'w Issue), Refusal> {
    let repo = call.repo(world)?;
    let issue = repo.issues.get(&call.number("pull_number")?).filter(|issue| issue.pull.is_some());
    Ok((repo, issue.ok_or_else(gone)?))
}

/// The numbers of a pull request that may be written to, and of the user who writes.
///
/// # Errors
/// As [`pull`]; 403 when the repository is archived.
pub(super) fn to_write(world: &mut World, call: &Call) -> Result<(u64, u64, u64), Refusal> {
    let by = call.author(world).user;
    let number = pull(world, call)?.1.number;
    Ok((call.repo_to_write(world)?.id, number, by))
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let (now, state) = (world.now(), call.query("state").unwrap_or("open"));
    let mut pulls: Vec<&Issue> = repo
        .issues
        .values()
        .filter(|issue| issue.listed_from <= now)
        .filter(|issue| state == "all" || issue.open == (state == "open"))
        .filter(|issue| {
            issue.pull.as_ref().is_some_and(|pull| {
                call.query("base").is_none_or(|base| base == pull.base_ref)
                    && call.query("head").is_none_or(|head| head == world.head_label(pull))
            })
        })
        .collect();
    match call.query("sort") {
        Some("updated") => pulls.sort_by_key(|issue| issue.updated),
        Some("popularity") => pulls.sort_by_key(|issue| issue.comments.len()),
        _ => {}
    }
    // The newest come first, unless a sort is named without a direction.
    let ascending = call.query("direction") == Some("asc")
        || (call.query("direction").is_none()
            && call.query("sort").is_some_and(|by| by != "created"));
    if !ascending {
        pulls.reverse();
    }
    call.list(world, &pulls, |issue| world.show_pull(repo, issue, false))
}

fn show(world: &World, repo: u64, number: u64) -> Result<Value, Refusal> {
    let repo = world.repos.get(&repo).ok_or_else(gone)?;
    Ok(world.show_pull(repo, repo.issues.get(&number).ok_or_else(gone)?, true))
}

fn open(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world);
    let repo = call.repo_to_write(world)?.id;
    let (owner, head) = match call.text("head").unwrap_or_default().split_once(':') {
        Some((owner, head)) => (Some(owner), head),
        None => (None, call.text("head").unwrap_or_default()),
    };
    let from = owner
        .map(|owner| world.family_member(repo, owner))
        .map(|found| found.ok_or_else(|| invalid("PullRequest", "head", "invalid")));
    let new = NewPull {
        title: call.text("title").unwrap_or_default().to_owned(),
        body: call.text("body").map(str::to_owned),
        from: from.transpose()?,
        head: head.to_owned(),
        base: call.text("base").unwrap_or_default().to_owned(),
        draft: call.body["draft"].as_bool().unwrap_or(false),
    };
    let number =
        world.open_pull(repo, by, new).map_err(|field| invalid("PullRequest", field, "invalid"))?;
    made(show(world, repo, number)?)
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = pull(world, call)?;
    found(world.show_pull(repo, issue, true))
}

fn change(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let open = match call.text("state") {
        Some("open") => Some(true),
        Some("closed") => Some(false),
        Some(_) => return Err(invalid("PullRequest", "state", "invalid")),
        None => None,
    };
    let change = IssueChange {
        title: call.text("title").map(str::to_owned),
        body: call.body.get("body").map(|body| body.as_str().map(str::to_owned)),
        open,
        ..IssueChange::default()
    };
    if let Some(base) = call.text("base")
        && !world.retarget(repo, number, by, base)
    {
        return Err(invalid("PullRequest", "base", "invalid"));
    }
    world.change_issue(repo, number, by, change);
    found(show(world, repo, number)?)
}

fn is_merged(world: &mut World, call: &Call) -> Outcome {
    let (_, issue) = pull(world, call)?;
    let merged = issue.pull.as_ref().is_some_and(|pull| pull.merged.is_some());
    if merged { nothing() } else { Err(gone()) }
}

fn merge(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let head = world.pull_of(repo, number).map(|pull| pull.head_sha.clone());
    // An App that may pass by the rules does so without asking.
    if let Some(why) = world.refuses(repo, number, by, true) {
        return Err(Refusal::new(405, &why));
    }
    if call.text("sha").is_some_and(|sha| Some(sha) != head.as_deref()) {
        return Err(Refusal::new(409, "Head branch was modified. Review and try the merge again."));
    }
    let method = Method::parse(call.text("merge_method").unwrap_or("merge"));
    let how = Merging {
        method: method.ok_or_else(|| invalid("PullRequest", "merge_method", "invalid"))?,
        title: call.text("commit_title").map(str::to_owned),
        message: call.text("commit_message").map(str::to_owned),
    };
    let sha = world.merge_pull(repo, number, by, how);
    let sha = sha.ok_or_else(|| Refusal::new(405, "Pull Request is not mergeable"))?;
    found(json!({ "sha": sha, "merged": true, "message": "Pull Request successfully merged" }))
}

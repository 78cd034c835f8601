//! Pull requests: open, read, list, change, merge.

use crate::{
    deeds::{IssueChange, NewPull},
    http::{Call, Needs, Outcome, Refusal, Route, found, gone, invalid, made, nothing},
    render::{Changed, changed},
    world::{Issue, Repo, World},
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
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/files",
        needs: READ,
        run: files,
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
    let state = call.query("state").unwrap_or("open");
    let owner = world.orgs.get(&repo.org).map_or("", |org| org.login.as_str());
    let mut pulls: Vec<&Issue> = repo
        .issues
        .values()
        .filter(|issue| state == "all" || issue.open == (state == "open"))
        .filter(|issue| {
            issue.pull.as_ref().is_some_and(|pull| {
                call.query("base").is_none_or(|base| base == pull.base_ref)
                    && call
                        .query("head")
                        .is_none_or(|head| head == format!("{owner}:{}", pull.head_ref))
            })
        })
        .collect();
    if matches!(call.query("sort"), Some("updated")) {
        pulls.sort_by_key(|issue| issue.updated);
    }
    if call.query("direction") != Some("asc") {
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
    let head = call.text("head").unwrap_or_default();
    let new = NewPull {
        title: call.text("title").unwrap_or_default().to_owned(),
        body: call.text("body").map(str::to_owned),
        head: head.rsplit(':').next().unwrap_or_default().to_owned(),
        base: call.text("base").unwrap_or_default().to_owned(),
        draft: call.body["draft"].as_bool().unwrap_or(false),
    };
    let repo = call.repo_to_write(world)?.id;
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
    world.change_issue(repo, number, by, change);
    found(show(world, repo, number)?)
}

fn files(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = pull(world, call)?;
    let pull = issue.pull.as_ref().ok_or_else(gone)?;
    let (api, page) = (world.repo_url(repo), world.repo_page(repo));
    let files = changed(&repo.git, pull);
    call.list(world, &files, |file: &Changed| {
        json!({
            "sha": file.blob,
            "filename": file.path,
            "status": file.status,
            "additions": file.added.len(),
            "deletions": file.removed.len(),
            "changes": file.added.len() + file.removed.len(),
            "blob_url": format!("{page}/blob/{}/{}", pull.head_sha, file.path),
            "raw_url": format!("{page}/raw/{}/{}", pull.head_sha, file.path),
            "contents_url": format!("{api}/contents/{}?ref={}", file.path, pull.head_sha),
            "patch": file.patch(),
        })
    })
}

fn is_merged(world: &mut World, call: &Call) -> Outcome {
    let (_, issue) = pull(world, call)?;
    let merged = issue.pull.as_ref().is_some_and(|pull| pull.merged.is_some());
    if merged { nothing() } else { Err(gone()) }
}

fn merge(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let issue = world.issue_of(repo, number).ok_or_else(gone)?;
    let head = issue.pull.as_ref().map(|pull| pull.head_sha.clone());
    if !issue.open {
        return Err(Refusal::new(405, "Pull Request is not mergeable"));
    }
    if call.text("sha").is_some_and(|sha| Some(sha) != head.as_deref()) {
        return Err(Refusal::new(409, "Head branch was modified. Review and try the merge again."));
    }
    let sha = world.merge_pull(repo, number, by);
    found(json!({ "sha": sha, "merged": true, "message": "Pull Request successfully merged" }))
}

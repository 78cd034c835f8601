//! Issues: list, open, read, change, lock.

use crate::{
    deeds::{IssueChange, NewIssue},
    http::{Call, Needs, Outcome, Refusal, Route, found, invalid, made, nothing},
    world::{Issue, Repo, World},
};
use jiff::Timestamp;
use serde_json::Value;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues",
        needs: Needs::Token("issues=read"),
        run: list,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/issues",
        needs: Needs::Token("issues=write"),
        run: open,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues/{issue_number}",
        needs: Needs::Token("issues=read"),
        run: read,
    },
    Route {
        method: "PATCH",
        path: "/repos/{owner}/{repo}/issues/{issue_number}",
        needs: Needs::Token("issues=write; pull_requests=write"),
        run: change,
    },
    Route {
        method: "PUT",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/lock",
        needs: Needs::Token("issues=write; pull_requests=write"),
        run: lock,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/lock",
        needs: Needs::Token("issues=write; pull_requests=write"),
        run: unlock,
    },
];

/// A time in a query.
pub(super) fn since(call: &Call) -> Result<Option<Timestamp>, Refusal> {
    call.query("since")
        .map(|text| text.parse().map_err(|_| invalid("Issue", "since", "invalid")))
        .transpose()
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    if !repo.has_issues && repo.issues.values().all(|issue| issue.pull.is_none()) {
        return found(Value::Array(Vec::new()));
    }
    let (now, since) = (world.now(), since(call)?);
    let state = call.query("state").unwrap_or("open");
    let labels: Vec<&str> =
        call.query("labels").map(|text| text.split(',').collect()).unwrap_or_default();
    let user_is = |id: u64, login: &str| {
        world.users.get(&id).is_some_and(|user| user.login.eq_ignore_ascii_case(login))
    };
    let mut issues: Vec<&Issue> = repo
        .issues
        .values()
        .filter(|issue| issue.listed_from <= now)
        .filter(|issue| state == "all" || issue.open == (state == "open"))
        .filter(|issue| since.is_none_or(|since| issue.updated >= since))
        .filter(|issue| call.query("creator").is_none_or(|login| user_is(issue.author.user, login)))
        .filter(|issue| match call.query("assignee") {
            None => true,
            Some("none") => issue.assignees.is_empty(),
            Some("*") => !issue.assignees.is_empty(),
            Some(login) => issue.assignees.iter().any(|id| user_is(*id, login)),
        })
        .filter(|issue| labels.iter().all(|name| has_label(repo, issue, name)))
        .collect();
    match call.query("sort") {
        Some("updated") => issues.sort_by_key(|issue| (issue.updated, issue.number)),
        Some("comments") => issues.sort_by_key(|issue| (issue.comments.len(), issue.number)),
        _ => issues.sort_by_key(|issue| issue.number),
    }
    if call.query("direction") != Some("asc") {
        issues.reverse();
    }
    call.list(world, &issues, |issue| world.show_issue(repo, issue))
}

fn has_label(repo: &Repo, issue: &Issue, name: &str) -> bool {
    repo.label(name).is_some_and(|label| issue.labels.contains(&label.id))
}

/// Label names in either of the two forms that GitHub takes.
pub(super) fn label_names(list: &Value) -> Vec<String> {
    let one = |label: &Value| label.as_str().or(label["name"].as_str()).map(str::to_owned);
    list.as_array().map(|labels| labels.iter().filter_map(one).collect()).unwrap_or_default()
}

/// A text that is about to be stored.
///
/// # Errors
/// 422 beyond GitHub's 65,536 characters.
pub(super) fn body_text(call: &Call) -> Result<Option<String>, Refusal> {
    match call.text("body") {
        Some(text) if text.chars().count() > 65_536 => Err(invalid("Issue", "body", "too_long")),
        text => Ok(text.map(str::to_owned)),
    }
}

fn title(call: &Call) -> Result<Option<String>, Refusal> {
    let title = match &call.body["title"] {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        number => number.to_string(),
    };
    match title.chars().count() {
        0 => Err(invalid("Issue", "title", "missing_field")),
        257.. => Err(invalid("Issue", "title", "too_long")),
        _ => Ok(Some(title)),
    }
}

fn open(world: &mut World, call: &Call) -> Outcome {
    let author = call.author(world);
    let repo = call.repo_to_write(world)?;
    if !repo.has_issues {
        return Err(Refusal::new(410, "Issues are disabled for this repo"));
    }
    let id = repo.id;
    let new = NewIssue {
        title: title(call)?.ok_or_else(|| invalid("Issue", "title", "missing_field"))?,
        body: body_text(call)?,
        labels: label_names(&call.body["labels"]),
        assignees: call.words("assignees").unwrap_or_default(),
    };
    let number = world.open_issue(id, author, new);
    made(show(world, id, number))
}

fn show(world: &World, repo: u64, number: u64) -> Value {
    let repo = world.repos.get(&repo);
    repo.and_then(|repo| repo.issues.get(&number).map(|issue| world.show_issue(repo, issue)))
        .unwrap_or_default()
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = call.issue(world)?;
    found(world.show_issue(repo, issue))
}

/// The numbers of an issue that may be written to, and of the user who writes.
///
/// # Errors
/// As [`Call::issue`]; 403 when the repository is archived.
pub(super) fn to_write(world: &mut World, call: &Call) -> Result<(u64, u64, u64), Refusal> {
    let by = call.author(world).user;
    let number = call.issue(world)?.1.number;
    Ok((call.repo_to_write(world)?.id, number, by))
}

fn change(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let open = match call.text("state") {
        Some("open") => Some(true),
        Some("closed") => Some(false),
        Some(_) => return Err(invalid("Issue", "state", "invalid")),
        None => None,
    };
    let body = match call.body.get("body") {
        Some(Value::Null) => Some(None),
        Some(_) => Some(body_text(call)?),
        None => None,
    };
    let change = IssueChange {
        title: title(call)?,
        body,
        open,
        state_reason: call.text("state_reason").map(str::to_owned),
        labels: call.body.get("labels").map(label_names),
        assignees: call.words("assignees"),
    };
    world.change_issue(repo, number, by, change);
    found(show(world, repo, number))
}

fn lock(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    world.lock(repo, number, by, Some(call.text("lock_reason").unwrap_or_default().to_owned()));
    nothing()
}

fn unlock(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    world.lock(repo, number, by, None);
    nothing()
}

//! Comments on issues and pull requests.

use super::issues::{body_text, since, to_write};
use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, found, gone, invalid, made, nothing},
    world::{Comment, Issue, World},
};
use serde_json::Value;

const READ: Needs = Needs::Token("issues=read; pull_requests=read");
const WRITE: Needs = Needs::Token("issues=write; pull_requests=write");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues/comments",
        needs: READ,
        run: list_all,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        needs: READ,
        run: read,
    },
    Route {
        method: "PATCH",
        path: "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        needs: WRITE,
        run: edit,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        needs: WRITE,
        run: delete,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        needs: READ,
        run: list,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        needs: WRITE,
        run: write,
    },
];

fn list(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = call.issue(world)?;
    let (now, since) = (world.now(), since(call)?);
    let comments: Vec<&Comment> = issue
        .comments
        .iter()
        .filter(|comment| {
            comment.listed_from <= now && since.is_none_or(|since| comment.updated >= since)
        })
        .collect();
    call.list(world, &comments, |comment| world.show_comment(repo, issue, comment))
}

fn list_all(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?;
    let (now, since) = (world.now(), since(call)?);
    let mut comments: Vec<(&Issue, &Comment)> = repo
        .issues
        .values()
        .flat_map(|issue| issue.comments.iter().map(move |comment| (issue, comment)))
        .filter(|(_, comment)| {
            comment.listed_from <= now && since.is_none_or(|since| comment.updated >= since)
        })
        .collect();
    let newest_first = call.query("direction").is_some_and(|direction| direction == "desc");
    if call.query("sort") == Some("updated") {
        comments.sort_by_key(|(_, comment)| (comment.updated, comment.id));
    } else {
        comments.sort_by_key(|(_, comment)| comment.id);
    }
    if newest_first && call.query("sort").is_some() {
        comments.reverse();
    }
    call.list(world, &comments, |(issue, comment)| world.show_comment(repo, issue, comment))
}

fn show(world: &World, repo: u64, id: u64) -> Option<Value> {
    let place = world.place_of_comment(repo, id)?;
    let home = world.repos.get(&repo)?;
    let issue = home.issues.get(&place.number)?;
    Some(world.show_comment(home, issue, issue.comments.get(place.at)?))
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?.id;
    found(show(world, repo, call.number("comment_id")?).ok_or_else(gone)?)
}

fn text(call: &Call) -> Result<String, Refusal> {
    body_text(call)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| invalid("IssueComment", "body", "missing_field"))
}

fn write(world: &mut World, call: &Call) -> Outcome {
    let author = call.author(world);
    let (repo, number, _) = to_write(world, call)?;
    let id = world.comment(repo, number, author, &text(call)?);
    made(show(world, repo, id).ok_or_else(gone)?)
}

/// The repository and comment that are about to be changed.
fn target(world: &mut World, call: &Call) -> Result<(u64, u64), Refusal> {
    let repo = call.repo_to_write(world)?.id;
    let id = call.number("comment_id")?;
    world.place_of_comment(repo, id).ok_or_else(gone)?;
    Ok((repo, id))
}

fn edit(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let (repo, id) = target(world, call)?;
    world.edit_comment(repo, id, by, &text(call)?);
    found(show(world, repo, id).ok_or_else(gone)?)
}

fn delete(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let (repo, id) = target(world, call)?;
    world.delete_comment(repo, id, by);
    nothing()
}

//! Comments on the lines of a pull request.

use super::pulls::{pull, to_write};
use crate::{
    deeds::{Line, OffDiff, Spot},
    http::{
        Answer, Call, Content, Needs, Outcome, Refusal, Route, found, gone, invalid, made, nothing,
    },
    world::{Issue, ReviewComment, World},
};
use serde_json::{Value, json};

const READ: Needs = Needs::Token("pull_requests=read");
const WRITE: Needs = Needs::Token("pull_requests=write");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/comments",
        needs: READ,
        run: comments,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/comments",
        needs: WRITE,
        run: comment,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies",
        needs: WRITE,
        run: reply,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/comments/{comment_id}",
        needs: READ,
        run: read,
    },
    Route {
        method: "PATCH",
        path: "/repos/{owner}/{repo}/pulls/comments/{comment_id}",
        needs: WRITE,
        run: edit,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/pulls/comments/{comment_id}",
        needs: WRITE,
        run: delete,
    },
];

/// Longer comments are refused.
const LONGEST: usize = 65_536;

/// 422 in the words GitHub uses when a comment has no place.
pub(super) fn refused(off: &OffDiff) -> Refusal {
    let body = json!({
        "message": "Validation Failed",
        "errors": [{
            "resource": "PullRequestReviewComment",
            "code": "custom",
            "field": off.field,
            "message": off.why,
        }],
        "documentation_url": "https://docs.github.com/rest/pulls/comments",
        "status": "422",
    });
    Refusal(Box::new(Answer { status: 422, content: Content::Json(body), headers: Vec::new() }))
}

fn body(value: &Value) -> Result<String, Refusal> {
    let text = value["body"].as_str().filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| invalid("PullRequestReviewComment", "body", "missing_field"))?;
    if text.chars().count() > LONGEST {
        return Err(invalid("PullRequestReviewComment", "body", "too_long"));
    }
    Ok(text.to_owned())
}

/// A comment as requests carry it.
///
/// # Errors
/// 422 when path, place or text are missing.
pub(super) fn line(one: &Value) -> Result<Line, Refusal> {
    let missing = |field| invalid("PullRequestReviewComment", field, "missing_field");
    let side = |field: &str| one[field].as_str().map(str::to_owned);
    let end_side = side("side").unwrap_or_else(|| "RIGHT".to_owned());
    let spot = match (one["subject_type"].as_str(), one["line"].as_u64(), one["position"].as_u64())
    {
        (Some("file"), ..) => Spot::File,
        (_, Some(line), _) => {
            let start = one["start_line"].as_u64();
            let start = start.map(|from| (from, side("start_side").unwrap_or(end_side.clone())));
            Spot::Line { line, side: end_side, start }
        }
        (_, None, Some(position)) => Spot::Position(position),
        (_, None, None) => return Err(missing("line")),
    };
    let path = one["path"].as_str().ok_or_else(|| missing("path"))?.to_owned();
    Ok(Line { path, spot, body: body(one)? })
}

/// Whether somebody sees a comment: those of a pending review are seen by its author only.
fn is_shown(issue: &Issue, comment: &ReviewComment, me: u64) -> bool {
    let reviews = issue.pull.as_ref().map(|pull| pull.reviews.as_slice()).unwrap_or_default();
    let pending = reviews.iter().any(|one| one.id == comment.review && one.state == "PENDING");
    !pending || comment.user == me
}

fn comments(world: &mut World, call: &Call) -> Outcome {
    let me = call.author(world).user;
    let (repo, issue) = pull(world, call)?;
    let all = issue.pull.as_ref().map(|pull| pull.comments.as_slice()).unwrap_or_default();
    let now = world.now();
    let mut seen: Vec<&ReviewComment> = all
        .iter()
        .filter(|comment| comment.listed_from <= now && is_shown(issue, comment, me))
        .collect();
    if call.query("sort") == Some("updated") {
        seen.sort_by_key(|comment| comment.updated);
    }
    if call.query("direction") == Some("desc") {
        seen.reverse();
    }
    call.list(world, &seen, |comment| world.show_review_comment(repo, issue, comment))
}

fn show(world: &World, repo: u64, id: u64) -> Result<Value, Refusal> {
    let place = world.repos.get(&repo).ok_or_else(gone)?;
    let found = place.issues.values().find_map(|issue| {
        let comment = issue.pull.as_ref()?.comments.iter().find(|one| one.id == id)?;
        Some(world.show_review_comment(place, issue, comment))
    });
    found.ok_or_else(gone)
}

fn comment(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    if let Some(to) = call.body["in_reply_to"].as_u64() {
        let text = body(&call.body)?;
        let id = world.reply_to_line(repo, number, by, to, &text).ok_or_else(gone)?;
        return made(show(world, repo, id)?);
    }
    let commit = call.text("commit_id").unwrap_or_default().to_owned();
    let line = line(&call.body)?;
    let id = world.comment_line(repo, number, by, line, &commit).map_err(|off| refused(&off))?;
    made(show(world, repo, id)?)
}

fn reply(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let text = body(&call.body)?;
    let to = call.number("comment_id")?;
    let id = world.reply_to_line(repo, number, by, to, &text).ok_or_else(gone)?;
    made(show(world, repo, id)?)
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let repo = call.repo(world)?.id;
    found(show(world, repo, call.number("comment_id")?)?)
}

fn edit(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let repo = call.repo_to_write(world)?.id;
    let id = call.number("comment_id")?;
    show(world, repo, id)?;
    world.edit_line_comment(repo, id, by, &body(&call.body)?);
    found(show(world, repo, id)?)
}

fn delete(world: &mut World, call: &Call) -> Outcome {
    let by = call.author(world).user;
    let repo = call.repo_to_write(world)?.id;
    let id = call.number("comment_id")?;
    show(world, repo, id)?;
    world.delete_line_comment(repo, id, by);
    nothing()
}

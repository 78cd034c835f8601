//! Reviews of pull requests.

use super::{
    pulls::{pull, to_write},
    review_comments,
};
use crate::{
    deeds::{Line, NewReview},
    http::{Call, Needs, Outcome, Refusal, Route, found, gone, invalid},
    world::{Review, ReviewComment, World},
};
use serde_json::Value;

const READ: Needs = Needs::Token("pull_requests=read");
const WRITE: Needs = Needs::Token("pull_requests=write");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
        needs: READ,
        run: list,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
        needs: WRITE,
        run: make,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}",
        needs: READ,
        run: read,
    },
    Route {
        method: "PUT",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}",
        needs: WRITE,
        run: edit,
    },
    Route {
        method: "DELETE",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}",
        needs: WRITE,
        run: discard,
    },
    Route {
        method: "POST",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events",
        needs: WRITE,
        run: submit,
    },
    Route {
        method: "PUT",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals",
        needs: WRITE,
        run: dismiss,
    },
    Route {
        method: "GET",
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments",
        needs: READ,
        run: comments_of,
    },
];

fn show(world: &World, repo: u64, number: u64, review: u64) -> Result<Value, Refusal> {
    let repo = world.repos.get(&repo).ok_or_else(gone)?;
    let issue = repo.issues.get(&number).ok_or_else(gone)?;
    let pull = issue.pull.as_ref().ok_or_else(gone)?;
    let review = pull.reviews.iter().find(|one| one.id == review).ok_or_else(gone)?;
    Ok(world.show_review(repo, issue, review))
}

fn list(world: &mut World, call: &Call) -> Outcome {
    let me = call.author(world).user;
    let (repo, issue) = pull(world, call)?;
    let reviews = issue.pull.as_ref().map(|pull| pull.reviews.as_slice()).unwrap_or_default();
    // A pending review is seen by its author only.
    let now = world.now();
    let seen: Vec<&Review> = reviews
        .iter()
        .filter(|one| one.listed_from <= now && (one.state != "PENDING" || one.user == me))
        .collect();
    call.list(world, &seen, |review| world.show_review(repo, issue, review))
}

/// The lines to comment on, as a review carries them.
fn lines(call: &Call) -> Result<Vec<Line>, Refusal> {
    let all = call.body["comments"].as_array().into_iter().flatten();
    all.map(review_comments::line).collect()
}

fn event_of(call: &Call) -> Result<Option<&'static str>, Refusal> {
    match call.text("event") {
        None => Ok(None),
        Some("APPROVE") => Ok(Some("APPROVED")),
        Some("REQUEST_CHANGES") => Ok(Some("CHANGES_REQUESTED")),
        Some("COMMENT") => Ok(Some("COMMENTED")),
        Some(_) => Err(invalid("PullRequestReview", "event", "invalid")),
    }
}

fn may_submit(
    world: &World,
    repo: u64,
    number: u64,
    by: u64,
    state: &str,
    body: &str,
) -> Result<(), Refusal> {
    let own = world.issue_of(repo, number).is_some_and(|issue| issue.author.user == by);
    if own && state != "COMMENTED" {
        let verb = if state == "APPROVED" { "approve" } else { "request changes on" };
        return Err(Refusal::new(422, &format!("Can not {verb} your own pull request")));
    }
    if state == "CHANGES_REQUESTED" && body.is_empty() {
        return Err(invalid("PullRequestReview", "body", "missing_field"));
    }
    Ok(())
}

fn make(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let state = event_of(call)?;
    let body = call.text("body").unwrap_or_default().to_owned();
    let lines = lines(call)?;
    if let Some(state) = state {
        may_submit(world, repo, number, by, state, &body)?;
        if state == "COMMENTED" && body.is_empty() && lines.is_empty() {
            return Err(invalid("PullRequestReview", "body", "missing_field"));
        }
    }
    let pending = world.pull_of(repo, number).is_some_and(|pull| {
        pull.reviews.iter().any(|one| one.user == by && one.state == "PENDING")
    });
    if state.is_none() && pending {
        return Err(Refusal::new(422, "User can only have one pending review per pull request"));
    }
    let new = NewReview { body, state, commit: call.text("commit_id").map(str::to_owned), lines };
    // One line outside of the diff refuses the whole review.
    let id = world.review(repo, number, by, new).map_err(|off| review_comments::refused(&off))?;
    found(show(world, repo, number, id)?)
}

fn read(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = pull(world, call)?;
    let (repo, number) = (repo.id, issue.number);
    found(show(world, repo, number, call.number("review_id")?)?)
}

fn state_of(world: &World, repo: u64, number: u64, id: u64) -> Result<(String, u64), Refusal> {
    let pull =
        world.issue_of(repo, number).and_then(|issue| issue.pull.as_ref()).ok_or_else(gone)?;
    let review = pull.reviews.iter().find(|one| one.id == id).ok_or_else(gone)?;
    Ok((review.state.clone(), review.user))
}

fn edit(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let id = call.number("review_id")?;
    state_of(world, repo, number, id)?;
    world.edit_review(repo, number, id, by, call.text("body").unwrap_or_default());
    found(show(world, repo, number, id)?)
}

fn discard(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, _) = to_write(world, call)?;
    let id = call.number("review_id")?;
    if state_of(world, repo, number, id)?.0 != "PENDING" {
        return Err(Refusal::new(422, "Can not delete a non-pending pull request review"));
    }
    let shown = show(world, repo, number, id)?;
    world.discard_review(repo, number, id);
    found(shown)
}

fn submit(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let id = call.number("review_id")?;
    let state =
        event_of(call)?.ok_or_else(|| invalid("PullRequestReview", "event", "missing_field"))?;
    if state_of(world, repo, number, id)?.0 != "PENDING" {
        return Err(Refusal::new(422, "Can not submit a review that was submitted"));
    }
    may_submit(world, repo, number, by, state, call.text("body").unwrap_or_default())?;
    world.submit_review(repo, number, id, by, state, call.text("body"));
    found(show(world, repo, number, id)?)
}

fn dismiss(world: &mut World, call: &Call) -> Outcome {
    let (repo, number, by) = to_write(world, call)?;
    let id = call.number("review_id")?;
    let (state, _) = state_of(world, repo, number, id)?;
    if !["APPROVED", "CHANGES_REQUESTED"].contains(&state.as_str()) {
        return Err(Refusal::new(422, "Can not dismiss a commented pull request review"));
    }
    world.dismiss_review(repo, number, id, by);
    found(show(world, repo, number, id)?)
}

fn comments_of(world: &mut World, call: &Call) -> Outcome {
    let (repo, issue) = pull(world, call)?;
    let review = call.number("review_id")?;
    let all = issue.pull.as_ref().map(|pull| pull.comments.as_slice()).unwrap_or_default();
    let now = world.now();
    let own: Vec<&ReviewComment> =
        all.iter().filter(|one| one.review == review && one.listed_from <= now).collect();
    call.list(world, &own, |comment| world.show_review_comment(repo, issue, comment))
}

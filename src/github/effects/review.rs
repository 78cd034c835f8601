//! Our review of a pull request: one text and comments on lines, each made once and edited in
//! place. A review is pending until all of it is there, so that people are notified once.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::domain::{IssueNumber, LineComment, Review};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::effects::Desk;
use crate::github::effects::fold::fold;
use crate::github::effects::ours::settle;
use crate::github::effects::splice::marker_line;
use crate::github::wire::Post;

/// The most pages that are looked through; 100 reviews or comments each.
pub(super) const PAGES: usize = 10;

/// GitHub's word for a review that was not submitted yet.
const PENDING: &str = "PENDING";

pub(super) async fn create(desk: &Desk<'_>, review: &Review) -> Result<i64, Failure> {
    let on_lines: Vec<Value> =
        review.comments.iter().filter(|comment| comment.current).filter_map(on_line).collect();
    let all = on_lines.len() == review.comments.len();
    let mut body = json!({ "commit_id": review.head.as_str(), "body": review.body });
    body["comments"] = json!(on_lines);
    let path = path(desk, review.pull, "/reviews");
    let mut answer = desk.send(Call::post(&desk.who, path.clone(), &body)).await?;
    // One line that the diff does not hold refuses the whole review; comments then come one by one.
    let refused = answer.status == StatusCode::UNPROCESSABLE_ENTITY && !on_lines.is_empty();
    if refused {
        body["comments"] = json!([]);
        answer = desk.send(Call::post(&desk.who, path, &body)).await?;
    }
    let made: Post = desk.there(answer).await?.json()?;
    submit(desk, review, made.id).await.map_err(done)?;
    if refused || !all {
        comments(desk, review).await.map_err(done)?;
    }
    Ok(made.id)
}

pub(super) async fn update(desk: &Desk<'_>, id: i64, review: &Review) -> Result<i64, Failure> {
    let path = path(desk, review.pull, &format!("/reviews/{id}"));
    let answer = desk.send(Call::get(&desk.who, path.clone())).await?;
    let stands: Post = desk.there(answer).await?.json()?;
    if !desk.wrote(&stands).await? {
        return Err(Failure::refused(format!("Review {id} in {} is not ours.", desk.repo)));
    }
    if stands.state == PENDING {
        submit(desk, review, id).await?;
    } else if stands.body.as_deref() != Some(&review.body) {
        let call = Call::new(&desk.who, Method::PUT, path).with(&json!({ "body": review.body }));
        desk.there(desk.send(call).await?).await?;
    }
    comments(desk, review).await?;
    Ok(id)
}

pub(super) async fn look(desk: &Desk<'_>, review: &Review) -> Result<Vec<i64>, Failure> {
    let path = path(desk, review.pull, "/reviews?per_page=100");
    let call = Call::get(&desk.who, path);
    let listing = desk.github.pages(call, PAGES, |page: Vec<Post>| page).await?;
    let mut found = Vec::new();
    for post in &listing.items {
        if desk.is_it(post, &review.body).await? {
            found.push(post.id);
        }
    }
    settle(found, listing.complete)
}

/// A review that was submitted cannot be deleted: the double says where the words are.
pub(super) async fn close_double(
    desk: &Desk<'_>,
    pull: IssueNumber,
    double: i64,
) -> Result<(), Failure> {
    let body = json!({ "body": "This review was written twice. The other one counts." });
    let path = path(desk, pull, &format!("/reviews/{double}"));
    let call = Call::new(&desk.who, Method::PUT, path).with(&body);
    match desk.there(desk.send(call).await?).await {
        Ok(_) | Err(Failure::Gone) => Ok(()),
        Err(failure) => Err(failure),
    }
}

async fn submit(desk: &Desk<'_>, review: &Review, id: i64) -> Result<(), Failure> {
    let path = path(desk, review.pull, &format!("/reviews/{id}/events"));
    let body = json!({ "event": "COMMENT", "body": review.body });
    desk.there(desk.send(Call::post(&desk.who, path, &body)).await?).await.map(drop)
}

/// Makes the comments look as they should: those that stand are edited and folded where nothing
/// waits any more, new ones made, doubles taken back. What was never written and is settled already is not written at all.
async fn comments(desk: &Desk<'_>, review: &Review) -> Result<(), Failure> {
    if review.comments.is_empty() {
        return Ok(());
    }
    let stand = standing(desk, review.pull).await?;
    let mut changed = Vec::new();
    for comment in &review.comments {
        let line = marker_line(&comment.body);
        let mut same: Vec<&Post> = stand
            .iter()
            .filter(|post| {
                let held = post.body.as_deref().unwrap_or_default();
                held.lines().any(|held| Some(held.trim()) == line)
            })
            .collect();
        same.sort_by_key(|post| post.id);
        let Some((stays, doubles)) = same.split_first() else {
            if comment.current {
                make(desk, review, comment).await?;
            }
            continue;
        };
        if stays.body.as_deref() != Some(&comment.body) {
            changed.push((comment, *stays));
        }
        for double in doubles {
            metrics::counter!("beholden_doubles_total").increment(1);
            let call = Call::new(&desk.who, Method::DELETE, comment_path(desk, double.id));
            desk.there(desk.send(call).await?).await?;
        }
    }
    // First, because what is edited already is not looked at again.
    fold(desk, &changed).await?;
    for (comment, stays) in changed {
        let body = json!({ "body": comment.body });
        let call = Call::patch(&desk.who, comment_path(desk, stays.id), &body);
        desk.there(desk.send(call).await?).await?;
    }
    Ok(())
}

/// The comments in threads of a pull request that our bot user wrote.
async fn standing(desk: &Desk<'_>, pull: IssueNumber) -> Result<Vec<Post>, Failure> {
    let call = Call::get(&desk.who, path(desk, pull, "/comments?per_page=100"));
    let listing = desk.github.pages(call, PAGES, |page: Vec<Post>| page).await?;
    let mut ours = Vec::new();
    for post in listing.items {
        if desk.wrote(&post).await? {
            ours.push(post);
        }
    }
    if ours.is_empty() && !listing.complete {
        settle(Vec::new(), false)?;
    }
    Ok(ours)
}

/// A comment by itself: on its lines, or, where the diff does not hold them, on the file.
async fn make(desk: &Desk<'_>, review: &Review, comment: &LineComment) -> Result<(), Failure> {
    let to = path(desk, review.pull, "/comments");
    let on_file = json!({
        "commit_id": review.head.as_str(),
        "path": comment.path.raw(),
        "subject_type": "file",
        "body": comment.body,
    });
    if let Some(mut body) = on_line(comment) {
        body["commit_id"] = json!(review.head.as_str());
        let answer = desk.send(Call::post(&desk.who, to.clone(), &body)).await?;
        if answer.status != StatusCode::UNPROCESSABLE_ENTITY {
            return desk.there(answer).await.map(drop);
        }
    }
    let answer = desk.send(Call::post(&desk.who, to, &on_file)).await?;
    // The file is not in the diff at all: what it says stands in the text of the review.
    if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
        return Ok(());
    }
    desk.there(answer).await.map(drop)
}

/// A comment on lines as GitHub takes it. Source: "Create a review for a pull request".
fn on_line(comment: &LineComment) -> Option<Value> {
    let lines = comment.lines.as_ref()?;
    let mut body = json!({
        "path": comment.path.raw(),
        "line": lines.last,
        "side": "RIGHT",
        "body": comment.body,
    });
    if lines.first < lines.last {
        body["start_line"] = json!(lines.first);
        body["start_side"] = json!("RIGHT");
    }
    Some(body)
}

pub(super) fn path(desk: &Desk<'_>, pull: IssueNumber, rest: &str) -> String {
    desk.path(&format!("/pulls/{pull}{rest}"))
}

pub(super) fn comment_path(desk: &Desk<'_>, id: i64) -> String {
    desk.path(&format!("/pulls/comments/{id}"))
}

/// The same failure, after something new was made.
fn done(failure: Failure) -> Failure {
    match failure {
        Failure::Later { until, why, .. } => Failure::Later { until, why, maybe_done: true },
        other => Failure::Later {
            until: crate::github::failure::in_seconds(30),
            why: other.to_string(),
            maybe_done: true,
        },
    }
}

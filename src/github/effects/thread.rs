//! Our answers in threads of a review: made once, edited in place.

use http::Method;
use serde_json::json;

use crate::domain::{CommentId, IssueNumber, Timestamp};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::effects::Desk;
use crate::github::effects::ours::settle;
use crate::github::effects::review::{PAGES, comment_path, path};
use crate::github::wire::{Post, segment};

pub(super) async fn create(
    desk: &Desk<'_>,
    pull: IssueNumber,
    to: CommentId,
    body: &str,
) -> Result<i64, Failure> {
    let path = path(desk, pull, &format!("/comments/{to}/replies"));
    let answer = desk.send(Call::post(&desk.who, path, &json!({ "body": body }))).await?;
    let made: Post = desk.there(answer).await?.json()?;
    Ok(made.id)
}

pub(super) async fn update(desk: &Desk<'_>, id: i64, body: &str) -> Result<i64, Failure> {
    let answer = desk.send(Call::get(&desk.who, comment_path(desk, id))).await?;
    let stands: Post = desk.there(answer).await?.json()?;
    if !desk.wrote(&stands).await? {
        return Err(Failure::refused(format!("Comment {id} in {} is not ours.", desk.repo)));
    }
    if stands.body.as_deref() != Some(body) {
        let call = Call::patch(&desk.who, comment_path(desk, id), &json!({ "body": body }));
        desk.there(desk.send(call).await?).await?;
    }
    Ok(id)
}

pub(super) async fn look(
    desk: &Desk<'_>,
    pull: IssueNumber,
    body: &str,
    since: Timestamp,
) -> Result<Vec<i64>, Failure> {
    let since = segment(&since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let rest = format!("/comments?since={since}&per_page=100");
    let call = Call::get(&desk.who, path(desk, pull, &rest));
    let listing = desk.github.pages(call, PAGES, |page: Vec<Post>| page).await?;
    let mut found = Vec::new();
    for post in &listing.items {
        if desk.is_it(post, body).await? {
            found.push(post.id);
        }
    }
    settle(found, listing.complete)
}

pub(super) async fn delete(desk: &Desk<'_>, id: i64) -> Result<(), Failure> {
    let call = Call::new(&desk.who, Method::DELETE, comment_path(desk, id));
    match desk.there(desk.send(call).await?).await {
        Ok(_) | Err(Failure::Gone) => Ok(()),
        Err(failure) => Err(failure),
    }
}

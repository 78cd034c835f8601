//! Our replies: made once, edited in place.

use http::{Method, StatusCode};
use serde_json::json;

use crate::domain::{IssueNumber, Timestamp};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::effects::Desk;
use crate::github::effects::ours::settle;
use crate::github::wire::{Post, segment};

/// The most pages that are looked through; 100 comments each.
const PAGES: usize = 10;

pub(super) async fn create(
    desk: &Desk<'_>,
    issue: IssueNumber,
    body: &str,
) -> Result<i64, Failure> {
    let path = desk.path(&format!("/issues/{issue}/comments"));
    let answer = desk.send(Call::post(&desk.who, path, &json!({ "body": body }))).await?;
    if answer.status == StatusCode::GONE {
        return Err(Failure::Gone);
    }
    let comment: Post = desk.there(answer).await?.json()?;
    Ok(comment.id)
}

pub(super) async fn update(desk: &Desk<'_>, id: i64, body: &str) -> Result<i64, Failure> {
    let comment = get(desk, id).await?;
    if comment.body.as_deref() != Some(body) {
        let call = Call::patch(&desk.who, path(desk, id), &json!({ "body": body }));
        desk.there(desk.send(call).await?).await?;
    }
    Ok(id)
}

pub(super) async fn look(
    desk: &Desk<'_>,
    issue: IssueNumber,
    body: &str,
    since: Timestamp,
) -> Result<Vec<i64>, Failure> {
    let since = segment(&since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let path = desk.path(&format!("/issues/{issue}/comments?since={since}&per_page=100"));
    let call = Call::get(&desk.who, path);
    let now = Timestamp::now();
    let first = desk.there(desk.send(call.clone()).await?).await?;
    let rows = |page: Vec<Post>| page;
    let listing = desk.github.pages_from(call, first, now, PAGES, rows).await?;
    let mut found = Vec::new();
    for comment in &listing.items {
        if desk.is_it(comment, body).await? {
            found.push(comment.id);
        }
    }
    settle(found, listing.complete)
}

pub(super) async fn delete(desk: &Desk<'_>, id: i64) -> Result<(), Failure> {
    match get(desk, id).await {
        Ok(_) => {}
        Err(Failure::Gone) => return Ok(()),
        Err(failure) => return Err(failure),
    }
    let call = Call::new(&desk.who, Method::DELETE, path(desk, id));
    match desk.there(desk.send(call).await?).await {
        Ok(_) | Err(Failure::Gone) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// One of our comments as it stands.
async fn get(desk: &Desk<'_>, id: i64) -> Result<Post, Failure> {
    let answer = desk.send(Call::get(&desk.who, path(desk, id))).await?;
    let comment: Post = desk.there(answer).await?.json()?;
    if comment.id != id || !desk.wrote(&comment).await? {
        return Err(Failure::refused(format!("Comment {id} in {} is not ours.", desk.repo)));
    }
    Ok(comment)
}

fn path(desk: &Desk<'_>, id: i64) -> String {
    desk.path(&format!("/issues/comments/{id}"))
}

//! Our issues: opened once, edited between our markers, opened again and closed.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Map, Value, json};

use crate::domain::{IssueNumber, Timestamp};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::effects::ours::settle;
use crate::github::effects::splice::splice;
use crate::github::effects::{Desk, labels};
use crate::github::wire::{Label, Post, segment};

/// The most pages that are looked through; 100 issues each.
const PAGES: usize = 10;

/// How an issue should look.
pub(super) struct Want<'a> {
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    pub(super) labels: &'a [String],
    pub(super) open: bool,
}

pub(super) async fn create(desk: &Desk<'_>, want: &Want<'_>) -> Result<i64, Failure> {
    labels::ensure(desk, want.labels).await?;
    let body = json!({ "title": want.title, "body": want.body, "labels": want.labels });
    let call = Call::post(&desk.who, desk.path("/issues"), &body);
    let issue: Post = desk.there(desk.send(call).await?).await?.json()?;
    if !want.open {
        // If this fails the issue stands all the same: it has to be looked for.
        let close = json!({ "state": "closed", "state_reason": "completed" });
        patch(desk, IssueNumber(issue.number), &close).await.map_err(done)?;
    }
    Ok(issue.number)
}

/// Sends only what differs. Labels of people stay; ours that are not wanted any more go.
pub(super) async fn update(
    desk: &Desk<'_>,
    number: IssueNumber,
    want: &Want<'_>,
) -> Result<i64, Failure> {
    let issue = get(desk, number).await?;
    let mut changes = Map::new();
    if issue.title != want.title {
        changes.insert("title".to_owned(), json!(want.title));
    }
    let held = issue.body.as_deref().unwrap_or_default();
    let body = splice(held, want.body);
    if body != held {
        changes.insert("body".to_owned(), json!(body));
    }
    match (issue.state.as_str(), want.open) {
        ("closed", true) => {
            changes.insert("state".to_owned(), json!("open"));
        }
        ("open", false) => {
            changes.insert("state".to_owned(), json!("closed"));
            changes.insert("state_reason".to_owned(), json!("completed"));
        }
        _ => {}
    }
    let held: Vec<&str> = issue.labels.iter().map(Label::name).collect();
    if let Some(labels) = labels::changed(&held, want.labels) {
        labels::ensure(desk, want.labels).await?;
        changes.insert("labels".to_owned(), json!(labels));
    }
    if !changes.is_empty() {
        patch(desk, number, &Value::Object(changes)).await?;
    }
    Ok(number.0)
}

pub(super) async fn look(
    desk: &Desk<'_>,
    body: &str,
    since: Timestamp,
) -> Result<Vec<i64>, Failure> {
    let creator = segment(&format!("{}[bot]", desk.github.slug().await?));
    let path = desk.path(&format!(
        "/issues?creator={creator}&state=all&sort=created&direction=desc&since={}&per_page=100",
        segment(&since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    ));
    let call = Call::get(&desk.who, path);
    let listing = desk.github.pages(call, PAGES, |page: Vec<Post>| page).await?;
    let mut found = Vec::new();
    for issue in listing.items.iter().filter(|issue| issue.pull_request.is_none()) {
        if desk.is_it(issue, body).await? {
            found.push(issue.number);
        }
    }
    settle(found, listing.complete)
}

/// The double loses its marker, so that it is not found again, and tells where the case goes on.
pub(super) async fn close_double(
    desk: &Desk<'_>,
    double: IssueNumber,
    stays: IssueNumber,
) -> Result<(), Failure> {
    match get(desk, double).await {
        Ok(_) => {}
        Err(Failure::Gone) => return Ok(()),
        Err(failure) => return Err(failure),
    }
    let body = format!("This issue was opened twice. The case goes on in #{stays}.");
    let close = json!({ "body": body, "state": "closed", "state_reason": "not_planned" });
    patch(desk, double, &close).await
}

/// One of our issues as it stands.
async fn get(desk: &Desk<'_>, number: IssueNumber) -> Result<Post, Failure> {
    let path = desk.path(&format!("/issues/{number}"));
    let call = Call::get(&desk.who, path).without_following();
    let mut answer = desk.send(call).await?;
    if answer.status.is_redirection() {
        // A renamed repository leads to itself by number; anything else is a transferred issue.
        let here = format!("/repositories/{}/issues/{number}", desk.id);
        match answer.header(LOCATION.as_str()).map(str::to_owned) {
            Some(to) if to.ends_with(&here) => {
                answer = desk.send(Call::get(&desk.who, to)).await?;
            }
            _ => return Err(Failure::Gone),
        }
    }
    let issue: Post = desk.there(answer).await?.json()?;
    if issue.number != number.0 || !desk.wrote(&issue).await? {
        return Err(Failure::refused(format!("Issue #{number} of {} is not ours.", desk.repo)));
    }
    Ok(issue)
}

async fn patch(desk: &Desk<'_>, number: IssueNumber, changes: &Value) -> Result<(), Failure> {
    let call = Call::patch(&desk.who, desk.path(&format!("/issues/{number}")), changes);
    let answer = desk.send(call).await?;
    if answer.status == StatusCode::GONE {
        return Err(Failure::Gone);
    }
    desk.there(answer).await.map(drop)
}

/// The same failure, after something new was made.
fn done(failure: Failure) -> Failure {
    let why = failure.to_string();
    let until = match failure {
        Failure::Later { until, .. } => until,
        _ => crate::github::failure::in_seconds(30),
    };
    Failure::Later { until, why, maybe_done: true }
}

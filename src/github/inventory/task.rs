//! `GET /repos/{owner}/{repo}/issues/{number}`, for what somebody accepted access for: any issue or pull
//! request, and of it only when it was open.

use serde::Deserialize;

use crate::domain::{Fact, IssueNumber, RepoId, TaskSeen, Timestamp};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};

#[derive(Deserialize)]
struct Task {
    number: i64,
    state: String,
    created_at: Timestamp,
    closed_at: Option<Timestamp>,
}

pub(super) async fn read(
    r: &Reading<'_>,
    repo: RepoId,
    number: IssueNumber,
) -> Result<Found, Failure> {
    let who = r.with(&[("issues", "read")]);
    let name = r.repo_name(&who, repo).await?;
    let path = format!("/repos/{name}/issues/{number}");
    let request = format!("GET {path}");
    let answer = r.github.send(Call::get(&who, path).without_following()).await?.success()?;
    let task: Task = answer.json()?;
    // One that was transferred is another's task.
    if task.number != number.0 {
        return Err(Failure::Gone);
    }
    let closed = task.closed_at.filter(|_| task.state == "closed");
    let seen = TaskSeen { repo, number, made: task.created_at, closed };
    Ok((vec![Fact::Task { task: seen }], request))
}

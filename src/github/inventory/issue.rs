//! `GET /repos/{owner}/{repo}/issues/{number}`, for our own issues.

use http::StatusCode;
use http::header::LOCATION;
use sha2::{Digest, Sha256};

use crate::domain::{Fact, IssueNumber, RepoId, our_part};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};
use crate::github::wire::{Account, Post};

/// Deleted issues answer 410, transferred ones 301; GitHub answers 404 where neither may be told.
pub(super) async fn read(
    r: &Reading<'_>,
    id: RepoId,
    number: IssueNumber,
) -> Result<Found, Failure> {
    let who = r.with(&[("issues", "read")]);
    let name = r.repo_name(&who, id).await?;
    let path = format!("/repos/{name}/issues/{number}");
    let request = format!("GET {path}");
    let gone = || {
        vec![Fact::Issue {
            repo: id,
            number: number.0,
            open: None,
            ours: None,
            assignees: Vec::new(),
        }]
    };
    let call = Call::get(&who, path).without_following();
    let answer = r.github.send(call.clone()).await?;
    let answer = match answer.status {
        // The name is fresh, so what moved is the issue, not the repository.
        status if status.is_redirection() && answer.header(LOCATION.as_str()).is_some() => {
            return Ok((gone(), request));
        }
        StatusCode::GONE => return Ok((gone(), request)),
        StatusCode::NOT_FOUND => match r.find(call, &format!("/repos/{name}")).await? {
            None => return Ok((gone(), request)),
            Some(answer) => answer,
        },
        _ => answer,
    };
    let issue: Post = answer.json()?;
    if issue.number != number.0 {
        return Err(Failure::blind(format!("GitHub answers with another issue for #{number}.")));
    }
    let ours = issue.body.as_deref().and_then(our_part);
    let fact = Fact::Issue {
        repo: id,
        number: number.0,
        open: Some(issue.state == "open"),
        ours: ours.map(|part| hex::encode(Sha256::digest(part))),
        assignees: issue.assignees.iter().flatten().filter_map(Account::actor).collect(),
    };
    Ok((vec![fact], request))
}

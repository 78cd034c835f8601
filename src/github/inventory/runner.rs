//! `GET /orgs/{org}/actions/runners/{runner}`, and the same of a repository: whether a machine that
//! took a job stays.
//!
//! A machine that neither knows was thrown away after its job, is one of GitHub's larger ones, or is
//! an enterprise's. Where we may not ask it could be any. Source: "Get a self-hosted runner".

use serde::Deserialize;

use crate::domain::{Class, JobRunner, RepoId};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Machine {
    id: i64,
    ephemeral: bool,
}

pub(super) async fn read(
    r: &Reading<'_>,
    repo: RepoId,
    runner: &JobRunner,
) -> Result<Found, Failure> {
    let of_repo = r.with(&[("administration", "read")]);
    let of_org = r.with(&[("organization_self_hosted_runners", "read")]);
    let name = r.repo_name(&r.with(&[]), repo).await?;
    let (mut request, mut class) = (String::new(), runner.class);
    for (who, parent) in [(of_org, r.org_path()), (of_repo, format!("/repos/{name}"))] {
        let path = format!("{parent}/actions/runners/{}", runner.number);
        request = format!("GET {path}");
        let answer = match r.find(Call::get(&who, path), &parent).await {
            Ok(Some(answer)) => answer,
            Ok(None) | Err(Failure::Refused { .. } | Failure::Blind { .. } | Failure::Gone) => {
                continue;
            }
            Err(later) => return Err(later),
        };
        let machine: Machine = answer.json()?;
        if machine.id != runner.number {
            let why = format!("GitHub answers with another runner for {}.", runner.number);
            return Err(Failure::blind(why));
        }
        if !machine.ephemeral {
            let evidence = Reading::evidence(&request);
            return Ok((vec![runner.machine_runs(repo, r.now, evidence)], request));
        }
        // GitHub's own machines are in another list.
        class = Class::Machine;
        break;
    }
    let evidence = Reading::evidence(&request);
    Ok((vec![runner.group_runs(class, repo, r.now, evidence)], request))
}

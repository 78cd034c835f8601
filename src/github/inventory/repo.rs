//! `GET /repos/{owner}/{repo}`.

use crate::domain::{Fact, RepoId};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};

pub(super) async fn read(r: &Reading<'_>, id: RepoId) -> Result<Found, Failure> {
    let who = r.with(&[]);
    let Some((repository, request)) = r.find_repo(&who, id).await? else {
        let org = r.github.send(Call::get(&who, r.org_path())).await?.success();
        // Twice, as for everything that is called gone.
        return match (org, r.find_repo(&who, id).await?) {
            (Ok(_), None) => Err(Failure::Gone),
            (Ok(_), Some((repository, request))) => facts(r, id, &repository, request),
            (Err(failure), _) => Err(failure),
        };
    };
    facts(r, id, &repository, request)
}

fn facts(
    r: &Reading<'_>,
    id: RepoId,
    repository: &crate::github::wire::Repository,
    request: String,
) -> Result<Found, Failure> {
    let repo = repository.repo(r.now).ok_or_else(|| {
        Failure::blind(format!("What GitHub says about repository {id} is cut short."))
    })?;
    if repo.name.owner() != r.org.as_str() {
        return Err(Failure::blind(format!(
            "Repository {id} belongs to {} now.",
            repo.name.owner()
        )));
    }
    Ok((vec![Fact::Repo { repo }], request))
}

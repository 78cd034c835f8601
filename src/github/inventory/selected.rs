//! `GET /repos/{owner}/{repo}/installation`: whether our installation covers a repository. A public
//! one can be read without being covered, so reading it proves nothing.

use crate::domain::{Fact, RepoId};
use crate::github::app::WireInstallation;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};
use crate::github::{Failure, Installation, Who};

pub(super) async fn read(r: &Reading<'_>, repo: RepoId) -> Result<Found, Failure> {
    let Some(name) = &r.names.repo else {
        return Err(Failure::blind(format!("The name of repository {repo} is not known.")));
    };
    let path = format!("/repos/{name}/installation");
    let request = format!("GET {path}");
    let selected = match r.find(Call::get(&Who::App, path), "/app").await? {
        Some(answer) => Installation::from(answer.json::<WireInstallation>()?).id == r.installation,
        None => false,
    };
    Ok((vec![Fact::Selected { repo, selected }], request))
}

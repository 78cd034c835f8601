//! `/settings`: the switches that decide what identities may do.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};

use crate::answers::{self, SettingsAnswer};
use crate::domain::RepoName;
use crate::web::Admin;
use crate::web::api::ask::{answer, chosen};
use crate::web::api::{Answer, Problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    org: Option<String>,
    repository: Option<String>,
}

/// Settings of an organisation or a repository.
#[derive(Serialize)]
pub(super) struct Shown {
    found: SettingsAnswer,
}

pub(super) async fn show(
    State(admin): State<Admin>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Answer<Shown>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let repo: Option<RepoName> =
        asked.repository.map(|name| name.parse()).transpose().map_err(|_| {
            Problem::bad("That is no repository.", "Write it as owner/name, as in acme/api.")
        })?;
    let found = answers::settings(admin.store(), &org, repo.as_ref()).await?.ok_or_else(|| {
        Problem::missing(
            "The register knows no such repository.",
            "It knows those that the installation covers, or covered.",
        )
    })?;
    answer(&admin, org, Shown { found }).await
}

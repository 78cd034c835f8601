//! `/cases`: what waits for a person.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};

use crate::answers::{self, CaseAnswer};
use crate::domain::{CaseId, CaseState};
use crate::web::Admin;
use crate::web::api::ask::{answer, chosen, limit};
use crate::web::api::{Answer, Items, Problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    org: Option<String>,
    state: Option<CaseState>,
    before: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct One {
    org: Option<String>,
}

/// One case.
#[derive(Serialize)]
pub(super) struct Shown {
    case: CaseAnswer,
}

pub(super) async fn list(
    State(admin): State<Admin>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Answer<Items<CaseAnswer>>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let limit = limit(asked.limit)?;
    let before = asked.before.as_deref().map(name).transpose()?;
    let state = asked.state.unwrap_or(CaseState::Open);
    let items = answers::cases(admin.store(), org.org, state, before.as_ref(), limit).await?;
    let last = items.last().filter(|_| items.len() == limit);
    let next = last.map(|case| case.id.as_str().to_owned());
    answer(&admin, org, Items { items, next }).await
}

pub(super) async fn show(
    State(admin): State<Admin>,
    Path(id): Path<String>,
    asked: Result<Query<One>, QueryRejection>,
) -> Result<Json<Answer<Shown>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let id = name(&id)?;
    let case = answers::one_case(admin.store(), org.org, &id).await?.ok_or_else(|| {
        Problem::missing("The register holds no such case.", "/api/v1/cases lists those that wait.")
    })?;
    answer(&admin, org, Shown { case }).await
}

fn name(text: &str) -> Result<CaseId, Problem> {
    text.parse().map_err(|error: String| {
        Problem::bad(error, "A case is named as its issue and /api/v1/cases name it.")
    })
}

//! `/coverage` and `/organisations`: of whom something is known, and how well they are seen.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};

use crate::answers::{self, CoverageAnswer};
use crate::domain::{Login, OrgId};
use crate::web::Admin;
use crate::web::api::ask::{answer, chosen};
use crate::web::api::{Answer, Problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    org: Option<String>,
    places: Option<bool>,
}

/// How well an organisation is seen, and what could not be read.
#[derive(Serialize)]
pub(super) struct Shown {
    seen: CoverageAnswer,
    gaps: Vec<Gap>,
}

#[derive(Serialize)]
struct Gap {
    what: String,
    why: String,
    since: crate::domain::Timestamp,
}

/// The organisations that are known.
#[derive(Serialize)]
pub(super) struct Organisations {
    organisations: Vec<Organisation>,
}

#[derive(Serialize)]
struct Organisation {
    id: OrgId,
    login: Option<Login>,
    suspended: bool,
    coverage: answers::Sighted,
}

pub(super) async fn show(
    State(admin): State<Admin>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Answer<Shown>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let engine = admin.engine();
    let every = engine.options().sync.as_ref().map(|sync| sync.every);
    let mut seen = answers::coverage(admin.store(), &org, every, engine.clock().now()).await?;
    // One row for each repository is for those who ask for it.
    if asked.places != Some(true) {
        seen.places.clear();
    }
    let gaps = admin.store().gaps(org.org).await?.into_iter();
    let gaps = gaps.map(|gap| Gap { what: gap.what, why: gap.why, since: gap.since }).collect();
    answer(&admin, org, Shown { seen, gaps }).await
}

pub(super) async fn organisations(
    State(admin): State<Admin>,
) -> Result<Json<Organisations>, Problem> {
    let mut organisations = Vec::new();
    for org in admin.store().orgs().await? {
        let coverage = answers::sighted(admin.store(), &org).await?;
        let (id, login, suspended) = (org.org, org.login, org.suspended);
        organisations.push(Organisation { id, login, suspended, coverage });
    }
    Ok(Json(Organisations { organisations }))
}

//! `/vendors/{vendor}`: what a vendor holds, and how far it is rotated since an incident.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};

use crate::answers::{self, VendorAnswer};
use crate::domain::IdentityKey;
use crate::store::Filter;
use crate::web::Admin;
use crate::web::api::ask::{answer, chosen, limit};
use crate::web::api::{Answer, Problem};
use crate::web::day::{Day, day};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    org: Option<String>,
    since: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

/// One vendor.
#[derive(Serialize)]
pub(super) struct Shown {
    vendor: VendorAnswer,
}

pub(super) async fn show(
    State(admin): State<Admin>,
    Path(vendor): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Answer<Shown>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let limit = limit(asked.limit)?;
    let since = match day(asked.since.as_deref()) {
        Day::At(at) => Some(at),
        Day::NotGiven => None,
        Day::Wrong => {
            return Err(Problem::bad("That is no day.", "Write since as 2026-03-19."));
        }
    };
    let after: Option<IdentityKey> = asked
        .after
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|error: String| Problem::bad(error, "Give back what stood in next."))?;
    let wanted = (&Filter::default(), since);
    let rest = (after.as_ref(), limit);
    let vendor = answers::vendor(admin.store(), &org, &vendor, wanted, rest).await?;
    answer(&admin, org, Shown { vendor }).await
}

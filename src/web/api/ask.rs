//! What every route is asked: which organisation, and how much of a list.

use axum::Json;

use crate::answers::sighted;
use crate::domain::{Login, OrgId};
use crate::store::OrgRow;
use crate::web::Admin;
use crate::web::api::{Answer, Problem};

/// Rows of a page, unless a request says otherwise.
const USUAL: usize = 100;

/// The most rows of a page.
const MOST: usize = 500;

/// The organisation that is asked about: by login or number; the only one if none is named.
pub(super) async fn chosen(admin: &Admin, asked: Option<&str>) -> Result<OrgRow, Problem> {
    let mut orgs = admin.store().orgs().await?;
    if let Some(asked) = asked {
        let login: Option<Login> = asked.parse().ok();
        let number = asked.parse().ok().map(OrgId);
        orgs.retain(|org| Some(org.org) == number || login.is_some() && org.login == login);
    }
    match (orgs.len(), asked) {
        (1, _) => orgs.pop().ok_or_else(Problem::no_route),
        (0, Some(_)) => Err(Problem::missing(
            "The register knows no such organisation.",
            "/api/v1/organisations lists those that it knows.",
        )),
        (0, None) => Err(Problem::missing(
            "The register knows no organisation yet.",
            "Install the App; an organisation is met with its first delivery.",
        )),
        _ => Err(Problem::bad(
            "The register knows several organisations.",
            "Say which with org=; /api/v1/organisations lists them.",
        )),
    }
}

/// How many rows.
pub(super) fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        limit => Err(Problem::bad(
            format!("limit={limit} is no number of rows."),
            format!("Ask for 1 to {MOST}, and go on with next."),
        )),
    }
}

/// An answer, with how much of the organisation stands behind it.
pub(super) async fn answer<T>(
    admin: &Admin,
    org: OrgRow,
    what: T,
) -> Result<Json<Answer<T>>, Problem> {
    let coverage = sighted(admin.store(), &org).await?;
    Ok(Json(Answer { organisation: org.login, coverage, what }))
}

//! Pages: one file each. Plain HTML that works without a script.

pub(super) mod cases;
pub(super) mod coverage;
pub(super) mod identity;
pub(super) mod person;
pub(super) mod register;
pub(super) mod rules;
pub(super) mod settings;
pub(super) mod vendor;

use std::collections::BTreeMap;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::answers;
use crate::domain::{OrgId, RepoId, Timestamp};
use crate::store::{OrgRow, Store, StoreError};
use crate::web::Admin;

/// What a visitor learns of a failure: what to do, nothing of the inside.
pub(super) enum Trouble {
    /// There is no such thing.
    Missing(&'static str),
    /// The database does not answer.
    Store(StoreError),
    /// A template failed, which is our mistake.
    Template(askama::Error),
}

/// A page's answer.
pub(super) type Shown = Result<Html<String>, Trouble>;

fn page(template: &impl Template) -> Shown {
    template.render().map(Html).map_err(Trouble::Template)
}

/// The style of all pages.
pub(super) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../assets/style.css"))
}

/// One organisation to choose on a page.
struct Choice {
    id: i64,
    login: String,
}

/// The organisations, and the one that was asked for: the first, if none was.
async fn chosen(
    admin: &Admin,
    asked: Option<i64>,
) -> Result<(Vec<Choice>, Option<OrgRow>), Trouble> {
    let orgs = admin.store().orgs().await?;
    let choices = orgs
        .iter()
        .map(|org| Choice {
            id: org.org.0,
            login: org.login.as_ref().map_or_else(|| org.org.to_string(), ToString::to_string),
        })
        .collect();
    let found = match asked {
        Some(id) => orgs.into_iter().find(|org| org.org == OrgId(id)),
        None => orgs.into_iter().next(),
    };
    Ok((choices, found))
}

/// Names of repositories, as far as the register knows them.
async fn names(
    store: &Store,
    org: OrgId,
    repos: impl IntoIterator<Item = RepoId>,
) -> Result<BTreeMap<RepoId, String>, Trouble> {
    Ok(answers::names(store, org, repos).await?)
}

/// A moment as it stands on a page.
fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Missing(what) => (StatusCode::NOT_FOUND, what),
            Self::Store(error) => {
                tracing::error!(%error, "a page cannot be read");
                (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer. Try again soon.\n")
            }
            Self::Template(error) => {
                tracing::error!(%error, "a page cannot be shown");
                (StatusCode::INTERNAL_SERVER_ERROR, "This page failed. The log says why.\n")
            }
        };
        (status, text).into_response()
    }
}

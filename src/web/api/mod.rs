//! `/api/v1`: the register as JSON, on the private door. It answers and changes nothing.
//!
//! `docs/openapi.json` describes it; a test holds the description, the routes and real answers
//! together. Every answer carries how much of the organisation stands behind it.

mod ask;
mod cases;
mod coverage;
mod identities;
mod people;
mod problem;
mod settings;
mod vendors;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use serde::Serialize;

use crate::answers::Sighted;
use crate::domain::Login;
use crate::web::Admin;

pub(super) use problem::Problem;

/// Where the API lives.
pub(super) const ROOT: &str = "/api/v1";

/// How a route is answered.
type Methods = fn() -> MethodRouter<Admin>;

/// Every route, under [`ROOT`].
static ROUTES: &[(&str, Methods)] = &[
    ("/openapi.json", || get(description)),
    ("/organisations", || get(coverage::organisations)),
    ("/coverage", || get(coverage::show)),
    ("/settings", || get(settings::show)),
    ("/identities", || get(identities::list)),
    ("/identities/{kind}/{id}", || get(identities::show)),
    ("/identities/{kind}/{id}/timeline", || get(identities::timeline)),
    ("/people/{login}", || get(people::show)),
    ("/vendors/{vendor}", || get(vendors::show)),
    ("/cases", || get(cases::list)),
    ("/cases/{id}", || get(cases::show)),
];

/// An answer about one organisation.
#[derive(Serialize)]
struct Answer<T> {
    /// The organisation.
    organisation: Option<Login>,
    /// How much of it stands behind the answer.
    coverage: Sighted,
    #[serde(flatten)]
    what: T,
}

/// One page of a list.
#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
    /// What to give as `after` or `before` for the next page.
    next: Option<String>,
}

/// The paths of all routes.
pub fn api_paths() -> impl Iterator<Item = String> {
    ROUTES.iter().map(|(path, _)| format!("{ROOT}{path}"))
}

/// The routes, under [`ROOT`].
pub(super) fn routes() -> Router<Admin> {
    let routes =
        ROUTES.iter().fold(Router::new(), |router, (path, answers)| router.route(path, answers()));
    routes
        .fallback(async || Problem::no_route())
        .method_not_allowed_fallback(async || Problem::read_only())
}

async fn description() -> impl IntoResponse {
    let text = include_str!("../../../docs/openapi.json");
    ([(header::CONTENT_TYPE, "application/json")], text)
}

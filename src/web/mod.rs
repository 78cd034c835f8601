//! HTTP in. Two doors: the public one hears GitHub and says whether we live, and answers nothing
//! else; the private one, on loopback only, shows the register and the metrics.

mod health;
mod host;
mod webhook;

pub use webhook::{Door, DoorSettings};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};

/// The public door: `/webhook`, `/healthz`, `/readyz`, and 404 for everything else.
pub fn public(door: Door) -> Router {
    Router::new()
        .route("/webhook", post(webhook::receive))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .with_state(door)
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
}

/// The same short answer for whatever is not there.
async fn nothing_here() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "Nothing here.\n")
}

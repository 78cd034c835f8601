//! Whether we live, and whether we can take deliveries. Constant bodies: they tell a stranger
//! nothing about the inside.

use axum::extract::State;
use axum::http::StatusCode;

use crate::web::Door;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The store can be written to.
pub(super) async fn ready(State(door): State<Door>) -> (StatusCode, &'static str) {
    match door.store().ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "the store cannot be written to");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}

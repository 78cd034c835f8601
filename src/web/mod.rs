//! HTTP in. Two doors: the public one hears GitHub and says whether we live, and answers nothing
//! else; the private one, on loopback only, shows the register, as pages and as JSON, and the metrics.

mod admin;
mod api;
mod collector;
mod day;
mod health;
mod host;
mod metrics;
mod pages;
mod sources;
mod webhook;

pub use admin::{Admin, admin};
pub use api::api_paths;
pub use webhook::{Door, DoorSettings};

use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Where a collector takes events, in all spellings of its clients. Source: "HTTP Event Collector
/// REST API endpoints".
const COLLECTS: &[&str] = &[
    "/services/collector",
    "/services/collector/event",
    "/services/collector/event/1.0",
    "/services/collector/raw",
    "/services/collector/raw/1.0",
];

/// The public door: `/webhook`, `/healthz`, `/readyz`, the collector's if it has tokens, and 404
/// for everything else.
pub fn public(door: Door) -> Router {
    let mut router = Router::new();
    if !door.settings.collector.is_empty() {
        for path in COLLECTS {
            router = router.route(path, post(collector::collect));
        }
        for path in ["/services/collector/health", "/services/collector/health/1.0"] {
            router = router.route(path, get(collector::healthy).post(collector::healthy));
        }
    }
    router
        .route("/webhook", post(webhook::receive))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .with_state(door)
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
}

/// Serves a door until `stop` says so, and then finishes the requests in hand.
pub async fn serve(listener: TcpListener, door: Router, mut stop: watch::Receiver<bool>) {
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let door = door.into_make_service_with_connect_info::<SocketAddr>();
    if let Err(error) = axum::serve(listener, door).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "a listener ended");
    }
}

/// The same short answer for whatever is not there.
async fn nothing_here() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "Nothing here.\n")
}

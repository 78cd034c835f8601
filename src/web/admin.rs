//! The private door: the register as pages and as JSON, and the metrics. For this machine only, until there is
//! a login.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::pipeline::Engine;
use crate::store::Store;
use crate::web::{api, host, metrics, nothing_here, pages};

/// The private door's state.
#[derive(Clone)]
pub struct Admin {
    engine: Engine,
}

impl Admin {
    /// A door to what the workers keep. Starts the metrics of this process.
    ///
    /// # Errors
    /// When another recorder of metrics is installed already.
    pub fn new(engine: Engine) -> anyhow::Result<Self> {
        metrics::start()?;
        Ok(Self { engine })
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn store(&self) -> &Store {
        self.engine.store()
    }
}

/// Nothing is loaded from elsewhere, nothing is run, and no other page may show ours.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// The private door.
pub fn admin(admin: Admin) -> Router {
    let fixed = |name, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/", get(pages::register::show))
        .route("/identities/{kind}/{id}", get(pages::identity::show))
        .route("/people/{login}", get(pages::person::show))
        .route("/vendors/{vendor}", get(pages::vendor::show))
        .route("/cases", get(pages::cases::show))
        .route("/coverage", get(pages::coverage::show))
        .route("/settings", get(pages::settings::show))
        .route("/rules", get(pages::rules::list))
        .route("/rules/{id}", get(pages::rules::show))
        .route("/style.css", get(pages::style))
        .route("/metrics", get(metrics::show))
        .nest(api::ROOT, api::routes())
        .fallback(nothing_here)
        .with_state(admin)
        .layer(middleware::from_fn(host::local_only))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
}

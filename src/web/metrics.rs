//! `/metrics` in Prometheus' text format: what was counted, and what waits now.

use std::sync::OnceLock;

use axum::extract::State;
use axum::http::StatusCode;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::domain::{Part, Seen};
use crate::web::Admin;

/// The recorder of this process. A second one cannot be installed, so there is one for all.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts counting, once per process.
pub(super) fn start() -> anyhow::Result<()> {
    if RECORDER.get().is_none() {
        let handle = PrometheusBuilder::new().install_recorder()?;
        let _ = RECORDER.set(handle);
    }
    Ok(())
}

/// What was counted since the start, and how much waits.
pub(super) async fn show(State(admin): State<Admin>) -> Result<String, StatusCode> {
    let stats = admin.store().stats().await.map_err(|error| {
        tracing::error!(%error, "the metrics cannot be read");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    let blind = admin.store().blind().await.map_err(|error| {
        tracing::error!(%error, "the metrics cannot be read");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    for (cause, organisations) in blind {
        metrics::gauge!("beholden_blind", "cause" => cause.as_str()).set(f64::from(organisations));
    }
    let mut seen = std::collections::BTreeMap::new();
    let failed = |error| {
        tracing::error!(%error, "the metrics cannot be read");
        StatusCode::SERVICE_UNAVAILABLE
    };
    for org in admin.store().orgs().await.map_err(failed)? {
        for place in admin.store().all_places(org.org).await.map_err(failed)? {
            for (part, covered) in place.coverage.parts {
                *seen.entry((part, covered.seen)).or_insert(0_u32) += 1;
            }
        }
    }
    for part in Part::ALL.iter().filter(|part| part.read_with().is_some()) {
        for word in Seen::ALL {
            let places = seen.get(&(*part, word)).copied().unwrap_or(0);
            let labels = [("part", part.as_str()), ("seen", word.as_str())];
            metrics::gauge!("beholden_coverage_places", &labels).set(f64::from(places));
        }
    }
    let oldest = stats.oldest_waiting.map_or(0.0, |oldest| {
        admin.engine().clock().now().duration_since(oldest).as_secs_f64().max(0.0)
    });
    let whole = |n: i64| f64::from(u32::try_from(n.max(0)).unwrap_or(u32::MAX));
    metrics::gauge!("beholden_inbox_waiting").set(whole(stats.inbox_waiting));
    metrics::gauge!("beholden_inbox_oldest_seconds").set(oldest);
    metrics::gauge!("beholden_refreshes_waiting").set(whole(stats.refreshes_waiting));
    metrics::gauge!("beholden_outbox_waiting").set(whole(stats.outbox_waiting));
    metrics::gauge!("beholden_parked").set(whole(stats.parked));
    #[expect(clippy::cast_precision_loss, reason = "a gauge of bytes needs no last digit")]
    metrics::gauge!("beholden_store_bytes").set(stats.bytes as f64);
    Ok(RECORDER.get().map(PrometheusHandle::render).unwrap_or_default())
}

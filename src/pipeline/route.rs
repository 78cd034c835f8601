//! Routing: each stored delivery to its organisation. What concerns nobody is closed in bulk.

use crate::events::{Route, route};
use crate::pipeline::{Engine, Fault};
use crate::store::Routed;

/// How many are looked at together.
pub(super) const BATCH: usize = 512;

impl Engine {
    /// Routes one batch. Says how many there were.
    pub(super) async fn route_some(&self) -> Result<usize, Fault> {
        let waiting = self.store().unrouted(BATCH).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let routed: Vec<(String, Routed)> = waiting
            .into_iter()
            .map(|stored| {
                let to = self.destination(route(&stored.delivery));
                (stored.delivery.guid, to)
            })
            .collect();
        self.store().route(&routed, self.clock().now()).await?;
        Ok(routed.len())
    }

    fn destination(&self, route: Route) -> Routed {
        match route {
            Route::Unreadable { why } => Routed::Parked { why },
            Route::Nobody => Routed::Ignored { keep_body: true },
            Route::To { login: Some(login), .. } if !(self.options().serves)(&login) => {
                Routed::Ignored { keep_body: false }
            }
            Route::To { interesting: false, .. } => Routed::Ignored { keep_body: true },
            Route::To { org, login, installation, .. } => Routed::To { org, installation, login },
        }
    }
}

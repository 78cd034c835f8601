//! Routing: each stored delivery to its organisation. What concerns nobody is closed in bulk. Of
//! deliveries that come together the door leaves one to be routed, which wakes their organisation.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::domain::{Login, OrgId, Timestamp};
use crate::events::{AUDIT, Delivery, Route, holds_words, route};
use crate::pipeline::{Engine, Fault};
use crate::store::{Belongs, Routed};

/// How often it is noted that webhooks arrive.
const EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How many are looked at together.
const BATCH: usize = 512;

/// What became of a batch.
pub(super) enum Batch {
    /// There was none.
    Empty,
    /// It was routed.
    Routed {
        /// Whether an organisation has something to do now.
        woke: bool,
        /// Whether there are more, as far as it can be told.
        full: bool,
    },
}

/// Says whether an organisation is served.
pub type Serves = Arc<dyn Fn(&Login) -> bool + Send + Sync>;

/// Where a delivery belongs, if that is plain. The others are routed after they are stored.
pub fn belongs(delivery: &Delivery, serves: &Serves) -> Option<Belongs> {
    match route(delivery) {
        Route::To { login: Some(login), .. } if !serves(&login) => None,
        // What is closed at the door keeps its body, and that of a comment is not kept.
        Route::To { interesting: false, .. } if holds_words(&delivery.event) => None,
        Route::To { org, interesting, .. } => Some(Belongs { org, waits: interesting }),
        Route::Nobody | Route::Unreadable { .. } => None,
    }
}

impl Engine {
    /// Routes one batch.
    pub(super) async fn route_some(&self) -> Result<Batch, Fault> {
        let waiting = self.store().unrouted(BATCH).await?;
        if waiting.is_empty() {
            return Ok(Batch::Empty);
        }
        let mut arrived = BTreeMap::new();
        let routed: Vec<(String, Routed)> = waiting
            .into_iter()
            .map(|stored| {
                let route = route(&stored.delivery);
                // A record of the audit log is no sign that webhooks arrive.
                if let Route::To { org, .. } = &route
                    && stored.delivery.event != AUDIT
                {
                    let last = arrived.entry(*org).or_insert(stored.delivery.received);
                    *last = stored.delivery.received.max(*last);
                }
                let keep_body = !holds_words(&stored.delivery.event);
                (stored.delivery.guid, self.destination(route, keep_body))
            })
            .collect();
        self.store().route(&routed, self.clock().now()).await?;
        self.note(arrived).await?;
        let woke = routed.iter().any(|(_, routed)| matches!(routed, Routed::To { .. }));
        Ok(Batch::Routed { woke, full: routed.len() == BATCH })
    }

    /// Notes, at most once a minute for each organisation, that webhooks arrive.
    async fn note(&self, mut arrived: BTreeMap<OrgId, Timestamp>) -> Result<(), Fault> {
        {
            let mut noted = self.noted();
            arrived.retain(|org, at| {
                noted.get(org).is_none_or(|last| at.duration_since(*last) >= EVERY)
            });
            noted.extend(&arrived);
        }
        if !arrived.is_empty() {
            self.store().heard(&arrived).await?;
        }
        Ok(())
    }

    fn destination(&self, route: Route, keep_body: bool) -> Routed {
        match route {
            Route::Unreadable { why } => Routed::Parked { why },
            Route::Nobody => Routed::Ignored { keep_body },
            Route::To { login: Some(login), .. } if !(self.options().serves)(&login) => {
                Routed::Ignored { keep_body: false }
            }
            Route::To { interesting: false, .. } => Routed::Ignored { keep_body },
            Route::To { org, login, installation, .. } => Routed::To { org, installation, login },
        }
    }
}

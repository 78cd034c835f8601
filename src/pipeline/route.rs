//! Routing: each stored delivery to its organisation. What concerns nobody is closed in bulk.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::domain::{OrgId, Timestamp};
use crate::events::{Route, route};
use crate::pipeline::{Engine, Fault};
use crate::store::Routed;

/// How often it is noted that webhooks arrive.
const EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How many are looked at together.
pub(super) const BATCH: usize = 512;

impl Engine {
    /// Routes one batch. Says how many there were.
    pub(super) async fn route_some(&self) -> Result<usize, Fault> {
        let waiting = self.store().unrouted(BATCH).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let mut arrived = BTreeMap::new();
        let routed: Vec<(String, Routed)> = waiting
            .into_iter()
            .map(|stored| {
                let route = route(&stored.delivery);
                if let Route::To { org, .. } = &route {
                    let last = arrived.entry(*org).or_insert(stored.delivery.received);
                    *last = stored.delivery.received.max(*last);
                }
                (stored.delivery.guid, self.destination(route))
            })
            .collect();
        self.store().route(&routed, self.clock().now()).await?;
        self.note(arrived).await?;
        Ok(routed.len())
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

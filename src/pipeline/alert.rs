//! The alert lane: what the operator must be told is told, in order, until somebody takes it.
//!
//! It has a worker of its own, so an alarm that nobody answers holds nothing else up.

use jiff::SignedDuration;

use crate::pipeline::workers::LEASE;
use crate::pipeline::{Engine, Fault};
use crate::store::{AlertRow, Lease};

/// How long an alert is tried. After that it is no news to anybody.
const KEPT: SignedDuration = SignedDuration::from_hours(72);

impl Engine {
    /// Tells what is due. The first that nobody takes waits, and those behind it wait with it:
    /// "sees again" must not come before "blind".
    pub(super) async fn alert(&self, lease: &mut Lease) -> Result<(), Fault> {
        let Some(alarm) = &self.options().alarm else {
            self.store().finish(lease, None).await?;
            return Ok(());
        };
        while let Some(row) = self.store().first_alert(lease.org).await? {
            let now = self.clock().now();
            if row.due > now || !self.store().renew(lease, LEASE).await? {
                break;
            }
            let id = id(lease, &row);
            let old = now.duration_since(row.at) > KEPT;
            let told = match alarm.post(&id, &row.body).await {
                Err(why) if old => {
                    tracing::error!(id, why, "an alert is given up: nobody took it for three days");
                    Ok(())
                }
                told => told,
            };
            let held = match told {
                Ok(()) => {
                    metrics::counter!("beholden_alerts_total").increment(1);
                    self.store().drop_alert(lease, row.place).await?
                }
                Err(why) => {
                    tracing::error!(id, why, "an alert was not taken");
                    let due = now + backoff(row.attempts);
                    self.store().delay_alert(lease, row.place, due, &why).await?
                }
            };
            if !held {
                return Ok(());
            }
        }
        let next = self.store().next_in_lane(lease.org, lease.lane).await?;
        self.store().finish(lease, next).await?;
        Ok(())
    }
}

fn id(lease: &Lease, row: &AlertRow) -> String {
    AlertRow::id(lease.org, row.place.0, usize::try_from(row.place.1).unwrap_or_default())
}

/// Waits that grow from five seconds to ten minutes.
fn backoff(attempts: i64) -> SignedDuration {
    let power = u32::try_from(attempts.clamp(0, 7)).unwrap_or(0);
    SignedDuration::from_secs((5_i64 << power).min(600))
}

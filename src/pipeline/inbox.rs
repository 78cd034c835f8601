//! The inbox lane: deliveries of one organisation, taken together, decided in one Turn. While what
//! one Turn decided is saved, the deliveries of the next are read.

use crate::decide::Input;
use crate::events::{Delivery, Us, hear};
use crate::pipeline::turn::{Turned, Work};
use crate::pipeline::{Engine, Fault};
use crate::store::{Lease, Outcome, Save, Stored};

/// How many deliveries one Turn takes while none comes in.
const LONG: usize = 128;

/// How many while others come in: what is saved for a Turn holds up their acknowledgement.
const SHORT: usize = 32;

/// How many Turns one lease serves, so that other organisations are not kept waiting.
const TURNS: usize = 32;

impl Engine {
    /// Works on an organisation's deliveries until none waits, or others should have their turn.
    pub(super) async fn inbox(&self, lease: &Lease) -> Result<(), Fault> {
        let mut ahead = Vec::new();
        for _ in 0..TURNS {
            let most = if self.store().is_storing() { SHORT } else { LONG };
            // None behind the last ones: one that came late may stand before them.
            let waiting = match ahead.is_empty() {
                true => self.waiting(lease, most, None).await?,
                false => std::mem::take(&mut ahead),
            };
            let Some(last) = waiting.last() else { break };
            let next = async {
                match waiting.len() {
                    // Taken with either, these were all.
                    ..SHORT => Ok(Vec::new()),
                    _ => self.waiting(lease, most, Some(&last.delivery)).await,
                }
            };
            let (taken, next) = tokio::join!(self.take(lease, &waiting), next);
            if !taken? {
                break;
            }
            ahead = next?;
        }
        let next = self.store().next_in_lane(lease.org, lease.lane).await?;
        self.store().finish(lease, next).await?;
        Ok(())
    }

    async fn waiting(
        &self,
        lease: &Lease,
        most: usize,
        last: Option<&Delivery>,
    ) -> Result<Vec<Stored>, Fault> {
        Ok(self.store().waiting(lease.org, most, self.clock().now(), last).await?)
    }

    /// Decides about deliveries together; if that fails, one by one, so that the one that cannot
    /// be decided is put aside and stops nobody. `false` when the lease is lost.
    async fn take(&self, lease: &Lease, waiting: &[Stored]) -> Result<bool, Fault> {
        match self.take_together(lease, waiting).await {
            Ok(Turned::Overtaken) => Ok(false),
            Ok(_) => Ok(true),
            Err(Fault::Store(error)) if error.is_passing() => Err(Fault::Store(error)),
            Err(_) => {
                for stored in waiting {
                    match self.take_together(lease, std::slice::from_ref(stored)).await {
                        Ok(Turned::Overtaken) => return Ok(false),
                        Ok(_) => {}
                        Err(fault) => self.put_aside(lease, stored, &fault).await?,
                    }
                }
                Ok(true)
            }
        }
    }

    async fn take_together(&self, lease: &Lease, waiting: &[Stored]) -> Result<Turned, Fault> {
        let begun = self.store().begin(lease.org, self.clock().now()).await?;
        let us = Us {
            app: self.options().app,
            bot_user: self.bot_user(&begun.org).await,
            markers: &self.options().markers,
        };
        let inputs: Vec<Input> = waiting
            .iter()
            .map(|stored| Input::Delivered {
                guid: stored.delivery.guid.clone(),
                heard: hear(&stored.delivery, &us),
            })
            .collect();
        let work = Work { begun: Some(begun), ..Work::new(lease, &inputs) };
        let turned = self.turn(work).await?;
        if matches!(turned, Turned::Saved) {
            metrics::counter!("beholden_decided_total").increment(waiting.len() as u64);
        }
        Ok(turned)
    }

    async fn put_aside(&self, lease: &Lease, stored: &Stored, fault: &Fault) -> Result<(), Fault> {
        let guid = stored.delivery.guid.clone();
        tracing::error!(delivery.guid = guid, event = stored.delivery.event, %fault, "parked");
        let why = format!("It could not be decided: {fault}.");
        let turn = self.store().begin(lease.org, self.clock().now()).await?;
        let save = Save {
            closed: vec![(guid, Outcome::Parked { why })],
            lease: Some(lease.clone()),
            ..Save::default()
        };
        self.store().save(&turn, &save).await?;
        Ok(())
    }
}

//! The sync lane: everything of an organisation is listed, place by place, and decided about.
//!
//! A sync that is broken off goes on where it stopped: a place that was read is due later, and that
//! is saved together with what the reading changed. Webhooks come first: only a share of the
//! installation's requests is spent here, and the lane is given back between places.

mod audit_log;
mod backlog;
mod expected;
mod files;
mod looked;
mod place;
mod references;
mod unread;
mod upstream;
mod who;

use place::Asking;

use jiff::SignedDuration;

use crate::domain::{InstallationId, OrgId, Part, Timestamp};
use crate::github::Quota;
use crate::pipeline::workers::Stepped;
use crate::pipeline::{Engine, Fault};
use crate::store::{Lane, Lease, OrgRow, PlaceRow};

/// How often everything is listed, unless the operator says otherwise.
const EVERY: SignedDuration = SignedDuration::from_hours(6);

/// The share of an installation's requests that listing may use, in percent.
const SHARE: u8 = 50;

/// How many places are read before others may have the lane.
const STRETCH: usize = 20;

/// When an organisation that cannot be read now is looked at again.
const LATER: SignedDuration = SignedDuration::from_hours(1);

/// How everything is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncOptions {
    /// How often each place is read.
    pub every: SignedDuration,
    /// The share of the requests that it may use, in percent of an hour's.
    pub share: u8,
    /// Only these parts; `None`: all.
    pub parts: Option<Vec<Part>>,
    /// Reads everything anew, also what has not changed.
    pub full: bool,
}

/// Where a sync stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Places that are read: the organisation itself and its repositories.
    pub places: i64,
    /// Those that are due now.
    pub due: i64,
    /// When all of them had been read once.
    pub baseline: Option<Timestamp>,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self { every: EVERY, share: SHARE, parts: None, full: false }
    }
}

impl Engine {
    /// Reads the places of an organisation that are due, as far as its share of requests goes.
    pub(super) async fn sync(&self, lease: &mut Lease) -> Result<(), Fault> {
        let now = self.clock().now();
        let (Some(options), Some(org)) =
            (self.options().sync.clone(), self.store().org(lease.org).await?)
        else {
            self.store().finish(lease, None).await?;
            return Ok(());
        };
        let Some(installation) = org.installation.filter(|_| !org.suspended) else {
            self.store().finish(lease, Some(now + LATER)).await?;
            return Ok(());
        };
        self.store().add_organisation(lease.org, now).await?;
        let with = Asking { org: &org, installation, options: &options, members: &[] };
        if !self.read_log(with, lease).await? {
            return Ok(());
        }
        let mut members = Vec::new();
        for _ in 0..STRETCH {
            if let Some(until) = self.spent(installation, options.share) {
                tracing::info!(org = %lease.org, %until, "listing waits: its share is used up");
                self.store().finish(lease, Some(until)).await?;
                return Ok(());
            }
            let now = self.clock().now();
            let due = self.store().due_places(lease.org, 1, now).await?;
            let Some(place) = due.into_iter().next() else {
                return self.all_read(&org, lease).await;
            };
            if place.repo.is_some() && members.is_empty() {
                members = self.store().members(lease.org).await?;
            }
            let with = Asking { org: &org, installation, options: &options, members: &members };
            if !self.store().renew(lease, super::workers::LEASE).await?
                || !self.read_alive(with, lease, place).await?
            {
                return Ok(());
            }
        }
        self.store().finish(lease, Some(self.clock().now())).await?;
        Ok(())
    }

    /// Reads a place and holds the lease meanwhile: some parts take a request for each user or commit.
    /// `false` when it is lost.
    async fn read_alive(
        &self,
        with: Asking<'_>,
        lease: &Lease,
        place: PlaceRow,
    ) -> Result<bool, Fault> {
        let mut held = lease.clone();
        let mut reading = std::pin::pin!(self.read_place(with, lease, place));
        loop {
            tokio::select! {
                read = &mut reading => return read,
                () = tokio::time::sleep(super::workers::LEASE / 3) => {
                    if !self.store().renew(&mut held, super::workers::LEASE).await? {
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// Nothing is due: what follows from that, and when something is.
    async fn all_read(&self, org: &OrgRow, lease: &Lease) -> Result<(), Fault> {
        let now = self.clock().now();
        let known = self.store().baseline(lease.org).await?;
        let first = known.is_none() && !self.store().has_unread_place(lease.org).await?;
        if first {
            self.store().put_baseline(lease.org, now).await?;
            tracing::info!(org = %lease.org, "everything has been listed once");
        }
        if (first || known.is_some()) && self.is_time_to_count(lease.org, first, now) {
            self.count_backlog(org, lease).await?;
        }
        let place = self.store().next_in_lane(lease.org, Lane::Sync).await?;
        let log = self.store().organisation(lease.org).await?.and_then(|it| it.coverage.log.due);
        self.store().finish(lease, place.into_iter().chain(log).min()).await?;
        Ok(())
    }

    /// When listing may go on, if its share of the hour's requests is used up.
    fn spent(&self, installation: InstallationId, share: u8) -> Option<Timestamp> {
        used_up(self.github().quota(installation), share, self.clock().now())
    }

    /// Makes every place of an organisation due and works until all of them are read, or its share
    /// of requests is used up. `told` hears of progress. Where only some parts were to be read, what
    /// waits for a reading of all of them goes on waiting.
    ///
    /// # Errors
    /// The first fault.
    pub async fn sync_now(
        &self,
        org: OrgId,
        told: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Progress, Fault> {
        let done = self.work_through(org, told).await?;
        if let Some(options) = self.options().sync.as_ref().filter(|it| it.parts.is_some()) {
            let now = self.clock().now();
            self.store().resume_places(org, now, now - options.every).await?;
        }
        Ok(done)
    }

    async fn work_through(
        &self,
        org: OrgId,
        told: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Progress, Fault> {
        let began = self.clock().now();
        self.store().add_organisation(org, began).await?;
        self.store().hasten(org, began).await?;
        self.store().wake(org, Lane::Sync, began).await?;
        loop {
            let progress = self.progress(org).await?;
            told(progress);
            let waits = self.store().next_due_of(org, Lane::Sync).await?;
            if progress.due == 0 || waits.is_none_or(|due| due > self.clock().now()) {
                self.settle().await?;
                return self.progress(org).await;
            }
            if self.step(Lane::Sync).await? == Stepped::Idle {
                return self.progress(org).await;
            }
        }
    }

    /// Where listing stands in an organisation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn progress(&self, org: OrgId) -> Result<Progress, Fault> {
        let (places, due) = self.store().count_places(org, self.clock().now()).await?;
        Ok(Progress { places, due, baseline: self.store().baseline(org).await? })
    }
}

/// When it may go on, if its share of a budget is used up.
fn used_up(quota: Option<Quota>, share: u8, now: Timestamp) -> Option<Timestamp> {
    let quota = quota?;
    let kept = quota.limit * i64::from(100 - share.min(100)) / 100;
    (quota.remaining <= kept && quota.reset > now).then_some(quota.reset)
}

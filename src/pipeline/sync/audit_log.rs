//! The audit log, asked for where an enterprise lets it be read: oldest first, from where it was read
//! before.
//!
//! What is read becomes a delivery under the name that a stream would give it, so whatever comes both
//! ways counts once. How far it was read is kept after every page.

use bytes::Bytes;
use futures_util::future::join_all;
use jiff::SignedDuration;

use crate::domain::{Coverage, Covered, OrgId, Part, Timestamp};
use crate::events::{
    AUDIT, Delivery, Route, Signed, audit_guid, audit_moment, audit_record_in, route,
};
use crate::github::Failure;
use crate::pipeline::sync::place::{Asking, lacking, login};
use crate::pipeline::sync::unread::short;
use crate::pipeline::sync::used_up;
use crate::pipeline::{Engine, Fault, belongs, workers};
use crate::store::{Accepted, Lease, PlaceRow};

/// How far back the first look goes.
const FIRST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How far back what was read is read again: GitHub writes records down late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(30);

/// How long what was read has to be decided about before anything is listed. A listing asks the
/// history who made what it finds.
const FIRST_DECIDED: SignedDuration = SignedDuration::from_secs(5);

/// The most pages of one look, 100 records each.
const PAGES: usize = 1_000;

/// How a look ended.
enum Ended {
    /// Everything was read.
    Whole,
    /// Its share of requests is used up until then.
    Spent(Timestamp),
    /// It was broken off.
    Short(Failure),
    /// The lane is not held any more.
    Lost,
}

impl Engine {
    /// Reads on in an organisation's audit log, if that is due. `false` when the lane was given back
    /// or lost.
    pub(super) async fn read_log(
        &self,
        with: Asking<'_>,
        lease: &mut Lease,
    ) -> Result<bool, Fault> {
        let wanted = with.options.parts.as_ref().is_none_or(|it| it.contains(&Part::AuditLog));
        let Some(place) = self.store().organisation(lease.org).await?.filter(|_| wanted) else {
            return Ok(true);
        };
        let began = self.clock().now();
        if !is_due(&place, began) {
            return Ok(true);
        }
        let mut coverage = place.coverage;
        let mut taken = 0;
        let ended = match lacking(Part::AuditLog, with.org) {
            Some(failure) => Ended::Short(failure),
            None => self.read_on(with, lease, &mut coverage, began, &mut taken).await?,
        };
        let before = coverage.parts.get(&Part::AuditLog);
        let soon = began + Part::AuditLog.own_rhythm().unwrap_or(with.options.every);
        let (covered, due) = match ended {
            Ended::Lost => return Ok(false),
            Ended::Whole => {
                coverage.log.through = coverage.log.through.max(Some(began));
                (Some(Covered::complete(before, began, taken, Default::default())), soon)
            }
            Ended::Spent(until) => (None, until),
            Ended::Short(failure) => {
                let mut again = None;
                let covered = short(Part::AuditLog, before, began, &failure, &mut again);
                (Some(covered), again.map_or(began + with.options.every, |until| until.max(soon)))
            }
        };
        coverage.parts.extend(covered.map(|covered| (Part::AuditLog, covered)));
        (coverage.log.tried, coverage.log.due) = (Some(began), Some(due));
        if !self.store().put_coverage(lease, &coverage).await? {
            return Ok(false);
        }
        if taken > 0 {
            let decided = self.clock().now() + FIRST_DECIDED;
            self.store().finish(lease, Some(decided)).await?;
        }
        Ok(taken == 0)
    }

    async fn read_on(
        &self,
        with: Asking<'_>,
        lease: &mut Lease,
        coverage: &mut Coverage,
        began: Timestamp,
        taken: &mut u32,
    ) -> Result<Ended, Fault> {
        let back = coverage.log.through.map_or(began - FIRST, |through| through - OVERLAP);
        let mut next = None::<String>;
        for _ in 0..PAGES {
            if let Some(until) = self.spent(with.installation, with.options.share) {
                return Ok(Ended::Spent(until));
            }
            let page = self
                .github()
                .audit_log(with.installation, &login(with.org), back, next.as_deref())
                .await;
            let page = match page {
                Ok(page) => page,
                Err(failure) => return Ok(Ended::Short(failure)),
            };
            *taken += self.take_records(lease.org, back, &page.records).await?;
            let newest = page.records.iter().filter_map(|record| audit_moment(record)).max();
            coverage.log.through = coverage.log.through.max(newest.map(|at| at.min(began)));
            next = page.next;
            if next.is_none() {
                return Ok(Ended::Whole);
            }
            if !self.store().renew(lease, workers::LEASE).await?
                || !self.store().put_coverage(lease, coverage).await?
            {
                return Ok(Ended::Lost);
            }
            if let Some(until) = used_up(page.quota, with.options.share, began) {
                return Ok(Ended::Spent(until));
            }
        }
        Ok(Ended::Spent(began))
    }

    /// Puts records that concern us into the inbox. How many of them were not known.
    async fn take_records(
        &self,
        org: OrgId,
        back: Timestamp,
        records: &[Bytes],
    ) -> Result<u32, Fault> {
        let received = self.clock().now();
        let concerns = |record: &&Bytes| audit_moment(record).is_none_or(|at| at >= back);
        let deliveries = records.iter().filter(concerns).map(|record| Delivery {
            guid: audit_guid(record),
            event: AUDIT.to_owned(),
            body: audit_record_in(org, record.clone()),
            received,
        });
        let ours: Vec<Delivery> = deliveries
            .filter(|delivery| match route(delivery) {
                Route::To { org: of, interesting, .. } => of == org && interesting,
                Route::Unreadable { .. } => true,
                Route::Nobody => false,
            })
            .collect();
        let count = |outcome: &'static str, number: usize| {
            metrics::counter!("beholden_audit_records_total", "outcome" => outcome)
                .increment(number as u64);
        };
        count("stored", ours.len());
        count("ignored", records.len() - ours.len());
        let stored = join_all(ours.into_iter().map(|delivery| async {
            let belongs = belongs(&delivery, &self.options().serves);
            self.store().accept_for(&Signed::answered(delivery), belongs).await
        }));
        let mut new = 0;
        for stored in stored.await {
            new += u32::from(stored? == Accepted::New);
        }
        self.heard().notify_one();
        Ok(new)
    }
}

/// Whether it is time: its own, or that of the place, which may have been hastened since the log was
/// tried.
fn is_due(place: &PlaceRow, now: Timestamp) -> bool {
    let log = place.coverage.log;
    log.due.is_none_or(|due| due <= now)
        || place.due.is_some_and(|due| due <= now && log.tried.is_none_or(|tried| tried < due))
}

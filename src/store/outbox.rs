//! The outbox: one row for each surface, what it should be and what it is.
//!
//! Before a creating call the row says `attempting`; only such rows are looked for on GitHub
//! afterwards. When an issue is applied, its case learns its number in the same transaction: the
//! number is a column of the case and needs no Turn, so no Turn can lose it.

use std::time::Duration;

use crate::domain::{
    CaseId, Digest, Force, IdentityKey, OrgId, RepoId, Shown, Surface, SurfaceKey, Timestamp,
};
use crate::store::lanes::{hold, wake};
use crate::store::value::{Query, Row, Step, row};
use crate::store::{Lane, Lease, Store, StoreError, sql};

/// How long after an attempt it is first looked for.
const LOOK_AFTER: Duration = Duration::from_secs(10);

/// A surface and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// How it should look. What [`Force`] asked for is in `applied` and `remote_id` already.
    pub surface: Surface,
    /// The hash of that, to be reported when it is applied.
    pub hash: String,
    /// The hash of how it looks on GitHub, as far as we know.
    pub applied: Option<String>,
    /// Its number on GitHub: the number for an issue, the comment's for a reply.
    pub remote_id: Option<i64>,
    /// How far it is.
    pub state: OutboxState,
    /// How often it failed since it was last changed.
    pub attempts: i64,
    /// How often it was looked for since the attempt.
    pub looks: i64,
    /// When it is due; `None` when nothing is to be done.
    pub due: Option<Timestamp>,
    /// What the last failure was, as a sentence.
    pub reason: Option<String>,
}

/// How far a surface is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// To be applied.
    Waiting,
    /// A creating call was about to be made, and we do not know what became of it.
    Attempting(Attempt),
    /// It looks as it should.
    Applied,
    /// Put aside until something new is wanted or somebody looks.
    Parked,
    /// It is gone from GitHub. Wanted again, it is made anew.
    Dropped,
}

/// A creating call that was about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Who made it.
    pub token: String,
    /// When.
    pub at: Timestamp,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// It looks like this now.
    Applied {
        /// Its number on GitHub.
        remote_id: i64,
        /// The hash of what was sent.
        hash: String,
        /// When it stood there, by GitHub's clock.
        at: Timestamp,
        /// The powers that people can read in it now.
        shows: Shown,
    },
    /// Nothing happened; again at `due`.
    Later {
        /// When.
        due: Timestamp,
        /// Why, as a sentence.
        reason: String,
    },
    /// It may have happened: look for it at `due`.
    Unsure {
        /// When.
        due: Timestamp,
        /// Why, as a sentence.
        reason: String,
    },
    /// It was looked for and not found yet; again at `due`.
    Looked {
        /// When.
        due: Timestamp,
    },
    /// GitHub refuses it.
    Parked {
        /// Why, as a sentence.
        reason: String,
    },
    /// It, or its place, is gone.
    Gone {
        /// What is gone, as a sentence.
        reason: String,
    },
}

impl Store {
    /// An organisation's surfaces with something to do at `now`, in the order in which they were
    /// first wanted. A reply waits while its case's issue has no number.
    pub async fn due_effects(
        &self,
        org: OrgId,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let rows = self.database.ask(Query::new(sql::DUE_EFFECTS, row![org, now, limit])).await?;
        rows.into_iter().map(outbox_row).collect()
    }

    /// Says, durably, that a creating call is about to be made. Only after `true` make it. It will
    /// be looked for ten seconds later, unless a report comes first.
    pub async fn attempting(
        &self,
        lease: &Lease,
        key: &SurfaceKey,
        token: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let args = row![lease.org, key, token, now, now.saturating_add(LOOK_AFTER).unwrap_or(now)];
        self.all_or_nothing(vec![hold(lease), Step::one(sql::ATTEMPT, args).must(1)]).await
    }

    /// Says what became of a call. If the surface should look different by now, it is due at
    /// `now`. `false` when the lease is lost: nothing is written, whoever holds it now looks.
    pub async fn report(
        &self,
        lease: &Lease,
        key: &SurfaceKey,
        report: Report,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let org = lease.org;
        let mut steps = vec![hold(lease)];
        steps.push(match &report {
            Report::Applied { remote_id, hash, .. } => {
                Step::one(sql::APPLIED, row![org, key, hash, *remote_id, now])
            }
            Report::Later { due, reason } => {
                Step::one(sql::LATER, row![org, key, "waiting", *due, reason])
            }
            Report::Unsure { due, reason } => {
                Step::one(sql::LATER, row![org, key, "attempting", *due, reason])
            }
            Report::Looked { due } => Step::one(sql::LOOKED, row![org, key, *due]),
            Report::Parked { reason } => Step::one(sql::PARK_EFFECT, row![org, key, reason]),
            Report::Gone { reason } => Step::one(sql::GONE_EFFECT, row![org, key, reason]),
        });
        if let Report::Applied { remote_id, at, shows, .. } = &report {
            steps.push(Step::one(sql::NUMBER_CASE, row![org, key, *remote_id]));
            let shown = |(identity, digest): (&IdentityKey, &Digest)| {
                row![org, identity, digest.0.as_str(), *at]
            };
            steps.push(Step::many(sql::SHOW, shows.iter().map(shown).collect()));
        }
        self.all_or_nothing(steps).await
    }

    /// Our own webhook says that a surface exists under this number. Counts only while it is
    /// attempted; how it looks is settled by an update. Whether it counted.
    pub async fn receipt(
        &self,
        org: OrgId,
        key: &SurfaceKey,
        remote_id: i64,
    ) -> Result<bool, StoreError> {
        let steps = vec![
            Step::one(sql::RECEIPT, row![org, key, remote_id]).must(1),
            Step::one(sql::NUMBER_CASE, row![org, key, remote_id]),
        ];
        self.all_or_nothing(steps).await
    }

    /// What the outbox remembers about an installation's pace, as JSON.
    pub async fn pacing(&self, org: OrgId) -> Result<Option<String>, StoreError> {
        match self.database.ask(Query::new(sql::PACING, row![org])).await?.into_iter().next() {
            Some(mut row) => row.maybe_text(),
            None => Ok(None),
        }
    }

    /// Remembers it, for whoever holds the outbox lane. `false` when the lease is lost.
    pub async fn set_pacing(&self, lease: &Lease, pacing: &str) -> Result<bool, StoreError> {
        let args = row![lease.org, lease.token.as_str(), pacing];
        self.all_or_nothing(vec![Step::one(sql::SET_PACING, args).must(1)]).await
    }

    /// One surface.
    pub async fn surface(
        &self,
        org: OrgId,
        key: &SurfaceKey,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let rows = self.database.ask(Query::new(sql::SURFACE, row![org, key])).await?;
        rows.into_iter().next().map(outbox_row).transpose()
    }

    /// Surfaces that stand on GitHub or are about to, by key, after a key: for leaving.
    pub async fn open_surfaces(
        &self,
        org: OrgId,
        after: Option<&SurfaceKey>,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let after = after.map_or("", |key| key.0.as_str());
        let query = Query::new(sql::OPEN_SURFACES, row![org, after, limit]);
        self.database.ask(query).await?.into_iter().map(outbox_row).collect()
    }

    /// Lets a parked surface wait again, due at `now`. Whether there was one.
    pub async fn unpark_effect(
        &self,
        org: OrgId,
        key: &SurfaceKey,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let steps = vec![
            Step::one(sql::UNPARK_EFFECT, row![org, key, now]).must(1),
            wake(org, Lane::Outbox, now),
        ];
        self.all_or_nothing(steps).await
    }
}

fn outbox_row(mut row: Row) -> Result<OutboxRow, StoreError> {
    let key = SurfaceKey(row.text()?);
    let case: CaseId = row.parsed()?;
    let repo = RepoId(row.int()?);
    let effect = row.doc()?;
    let surface = Surface { key, case, repo, effect, force: Force::No };
    let hash = row.text()?;
    let applied = row.maybe_text()?;
    let remote_id = row.maybe_int()?;
    let state = row.text()?;
    let token = row.maybe_text()?;
    let at = row.maybe_time()?;
    let state = match (state.as_str(), token, at) {
        ("waiting", ..) => OutboxState::Waiting,
        ("attempting", Some(token), Some(at)) => OutboxState::Attempting(Attempt { token, at }),
        ("applied", ..) => OutboxState::Applied,
        ("parked", ..) => OutboxState::Parked,
        ("dropped", ..) => OutboxState::Dropped,
        _ => return Err(row.corrupt("a surface's state")),
    };
    Ok(OutboxRow {
        surface,
        hash,
        applied,
        remote_id,
        state,
        attempts: row.int()?,
        looks: row.int()?,
        due: row.maybe_time()?,
        reason: row.maybe_text()?,
    })
}

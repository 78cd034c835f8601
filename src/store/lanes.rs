//! Lanes: who works on what, for how long. One organisation's lane is held by one worker.
//!
//! A lease is a promise about time, kept by the database's clock; a token proves it. Work that
//! comes while a lane is held makes it due again when it is given back.

use std::time::Duration;

use crate::domain::{OrgId, Timestamp};
use crate::store::value::{Query, Row, Step, Written, row};
use crate::store::{Store, StoreError, sql};

/// A kind of work of one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Deliveries that wait.
    Inbox,
    /// Objects to read again.
    Refresh,
    /// What should stand on GitHub. One installation each, with its pace.
    Outbox,
    /// What time brings.
    Calendar,
    /// Complete listings.
    Sync,
    /// What the operator must be told.
    Alert,
}

/// The right to work on a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Whose lane.
    pub org: OrgId,
    /// Which.
    pub lane: Lane,
    /// The proof.
    pub token: String,
    /// When it ends, by the database's clock.
    pub until: Timestamp,
    /// How often the lane had been woken when it was taken.
    woken: i64,
}

/// What a claim found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Work.
    Lease(Lease),
    /// Nothing is due.
    Idle,
    /// Somebody else was faster; look again at once.
    Contended,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 6] =
        [Self::Inbox, Self::Refresh, Self::Outbox, Self::Calendar, Self::Sync, Self::Alert];

    /// The word in the database and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Refresh => "refresh",
            Self::Outbox => "outbox",
            Self::Calendar => "calendar",
            Self::Sync => "sync",
            Self::Alert => "alert",
        }
    }
}

impl Store {
    /// The lanes in which something is due at `now` and nobody works on it.
    pub async fn due_lanes(&self, now: Timestamp) -> Result<Vec<Lane>, StoreError> {
        let rows = self.database.ask(Query::new(sql::DUE_LANES, row![now])).await?;
        let lane = |mut row: Row| {
            let word = row.text()?;
            let known = Lane::ALL.into_iter().find(|lane| lane.as_str() == word);
            known.ok_or_else(|| row.corrupt("a lane"))
        };
        rows.into_iter().map(lane).collect()
    }

    /// Takes the organisation whose lane has been due the longest at `now`. `worker` is a name for
    /// people; the token is made from it.
    pub async fn claim(
        &self,
        lane: Lane,
        worker: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        // Looking costs no write, and most looks find nothing.
        if self.database.ask(Query::new(sql::LOOK, row![lane.as_str(), now])).await?.is_empty() {
            return Ok(Claim::Idle);
        }
        let token = format!("{worker}/{}", uuid::Uuid::new_v4());
        let args = row![lane.as_str(), now, token.as_str(), milliseconds(lease)];
        match self.database.write_soon(vec![Step::one(sql::CLAIM, args)]).await? {
            Written::Done(returned) => match returned.into_iter().flatten().next() {
                None => Ok(Claim::Contended),
                Some(mut row) => {
                    let (org, woken) = (OrgId(row.int()?), row.int()?);
                    Ok(Claim::Lease(Lease { org, lane, token, until: row.time()?, woken }))
                }
            },
            Written::Missed(_) => Ok(Claim::Contended),
        }
    }

    /// Holds a lane for `lease` from now on. Whether it was still held; if so `held` is renewed.
    pub async fn renew(&self, held: &mut Lease, lease: Duration) -> Result<bool, StoreError> {
        let args = row![held.org, held.lane.as_str(), held.token.as_str(), milliseconds(lease)];
        let written = self.database.write_soon(vec![Step::one(sql::RENEW, args).must(1)]).await?;
        let Written::Done(returned) = written else { return Ok(false) };
        if let Some(mut row) = returned.into_iter().flatten().next() {
            held.until = row.time()?;
        }
        Ok(true)
    }

    /// Gives a lane back, to be due at `next_due` or not before it is woken. A wake that came while
    /// it was held keeps it due. Whether it was still held; if not, nothing changes.
    pub async fn finish(
        &self,
        lease: &Lease,
        next_due: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let args =
            row![lease.org, lease.lane.as_str(), lease.token.as_str(), lease.woken, next_due,];
        let steps = vec![Step::one(sql::FINISH, args).must(1)];
        Ok(matches!(self.database.write_soon(steps).await?, Written::Done(_)))
    }

    /// Makes a lane due at `due`, or earlier if it already was.
    pub async fn wake(&self, org: OrgId, lane: Lane, due: Timestamp) -> Result<(), StoreError> {
        self.database.write(vec![wake(org, lane, due)]).await.map(|_| ())
    }

    /// When the next lane of all is due: how long a worker with nothing to do may wait.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.moment(Query::new(sql::NEXT_DUE, row![])).await
    }

    /// When one lane is due next; `None` when nothing makes it so.
    pub async fn next_due_of(
        &self,
        org: OrgId,
        lane: Lane,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.moment(Query::new(sql::DUE_LANE, row![org, lane.as_str()])).await
    }

    /// When the next row behind a lane is due: what to give to [`Store::finish`]. The calendar has no
    /// rows.
    pub async fn next_in_lane(
        &self,
        org: OrgId,
        lane: Lane,
    ) -> Result<Option<Timestamp>, StoreError> {
        let statement = match lane {
            Lane::Inbox => sql::NEXT_DELIVERY,
            Lane::Refresh => sql::NEXT_REFRESH,
            Lane::Outbox => sql::NEXT_EFFECT,
            Lane::Alert => sql::NEXT_ALERT,
            Lane::Sync => sql::NEXT_PLACE,
            Lane::Calendar => return Ok(None),
        };
        self.moment(Query::new(statement, row![org])).await
    }

    async fn moment(&self, query: Query) -> Result<Option<Timestamp>, StoreError> {
        match self.database.ask(query).await?.into_iter().next() {
            Some(mut row) => row.maybe_time(),
            None => Ok(None),
        }
    }

    /// A write of which every `must` held.
    pub(crate) async fn all_or_nothing(&self, steps: Vec<Step>) -> Result<bool, StoreError> {
        Ok(matches!(self.database.write(steps).await?, Written::Done(_)))
    }
}

/// The step that makes a lane due.
pub(crate) fn wake(org: OrgId, lane: Lane, due: Timestamp) -> Step {
    Step::one(sql::WAKE, row![org, lane.as_str(), due])
}

/// The step that demands a lease.
pub(crate) fn hold(lease: &Lease) -> Step {
    Step::one(sql::HOLD, row![lease.org, lease.lane.as_str(), lease.token.as_str()]).must(1)
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

//! What was missed: deliveries that GitHub's log shows and the inbox does not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::domain::{InstallationId, Timestamp};
use crate::store::value::{Query, Row, Step, Written, in_lists, row};
use crate::store::{Store, StoreError, sql};

/// Lines of each sort that are shown.
const MOST: usize = 100;

/// A delivery that did not arrive when GitHub sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Its GUID.
    pub guid: String,
    /// Its event.
    pub event: String,
    /// The installation that it is about, where GitHub names one.
    pub installation: Option<InstallationId>,
    /// When GitHub first tried.
    pub first: Timestamp,
    /// How often it was asked for again.
    pub asked: u32,
    /// When last.
    pub asked_at: Timestamp,
    /// What became of it.
    pub state: MissedState,
}

/// What became of a missed delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissedState {
    /// GitHub was asked to send it again.
    Asked,
    /// It has arrived since.
    Arrived,
    /// GitHub was asked several times, and it did not come.
    Lost,
}

/// GitHub's log of deliveries as far as it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryLog {
    /// When it was last looked at; `None` before the first time.
    pub looked: Option<Timestamp>,
    /// The newest missed deliveries.
    pub missed: Vec<Missed>,
    /// Stretches of time whose deliveries cannot be looked at: the log does not reach back so far.
    pub unread: Vec<(Timestamp, Timestamp)>,
}

impl Store {
    /// Takes it upon this process to look at the log, if nobody has for `every`. Gives the moment
    /// up to which it was read; 1970 when it never was.
    pub async fn take_log(
        &self,
        now: Timestamp,
        every: Duration,
    ) -> Result<Option<Timestamp>, StoreError> {
        let before = now.saturating_sub(every).unwrap_or(Timestamp::MIN);
        let take = Step::one(sql::TAKE_LOG, row![now, before]);
        let Written::Done(returned) = self.database.write(vec![take]).await? else {
            return Ok(None);
        };
        returned.into_iter().flatten().next().map(|mut row| row.time()).transpose()
    }

    /// Which of these deliveries are held in the inbox.
    pub async fn held(
        &self,
        guids: impl IntoIterator<Item = &str>,
    ) -> Result<BTreeSet<String>, StoreError> {
        let queries = in_lists(row![], guids).into_iter().map(|args| Query::new(sql::HELD, args));
        let rows = self.database.read(queries.collect()).await?;
        rows.into_iter().flatten().map(|mut row| row.text()).collect()
    }

    /// What was done about these deliveries.
    pub async fn missed(
        &self,
        guids: impl IntoIterator<Item = &str>,
    ) -> Result<BTreeMap<String, Missed>, StoreError> {
        let queries = in_lists(row![], guids).into_iter().map(|args| Query::new(sql::MISSED, args));
        let rows = self.database.read(queries.collect()).await?;
        let missed = rows.into_iter().flatten().map(missed);
        missed.map(|one| one.map(|one| (one.guid.clone(), one))).collect()
    }

    /// Notes what was done, how far the log was read by it, and what it does not reach any more.
    pub async fn note_missed(
        &self,
        missed: &[Missed],
        through: Timestamp,
        unread: Option<(Timestamp, Timestamp)>,
    ) -> Result<(), StoreError> {
        let rows = missed.iter().map(|one| {
            let installation = one.installation.map(|id| id.0);
            let (guid, event) = (one.guid.as_str(), one.event.as_str());
            let state = one.state.as_str();
            row![guid, event, installation, one.first, i64::from(one.asked), one.asked_at, state]
        });
        let mut steps = vec![Step::many(sql::PUT_MISSED, rows.collect())];
        if let Some((since, until)) = unread {
            steps.push(Step::one(sql::PUT_UNREAD, row![since, until]));
        }
        steps.push(Step::one(sql::READ_LOG, row![through]));
        self.database.write(steps).await.map(|_| ())
    }

    /// GitHub's log as far as it was looked at.
    pub async fn delivery_log(&self) -> Result<DeliveryLog, StoreError> {
        let mut log = DeliveryLog::default();
        for mut row in self.database.ask(Query::new(sql::LOG, row![])).await? {
            log.looked = Some(row.time()?).filter(|at| *at > Timestamp::UNIX_EPOCH);
        }
        let rows = self.database.ask(Query::new(sql::ALL_MISSED, row![MOST])).await?;
        log.missed = rows.into_iter().map(missed).collect::<Result<_, _>>()?;
        for mut row in self.database.ask(Query::new(sql::UNREAD, row![MOST])).await? {
            log.unread.push((row.time()?, row.time()?));
        }
        Ok(log)
    }
}

fn missed(mut row: Row) -> Result<Missed, StoreError> {
    Ok(Missed {
        guid: row.text()?,
        event: row.text()?,
        installation: row.maybe_int()?.map(InstallationId),
        first: row.time()?,
        asked: u32::try_from(row.int()?).unwrap_or(u32::MAX),
        asked_at: row.time()?,
        state: match row.text()?.as_str() {
            "asked" => MissedState::Asked,
            "arrived" => MissedState::Arrived,
            "lost" => MissedState::Lost,
            _ => return Err(row.corrupt("no state of a missed delivery")),
        },
    })
}

impl MissedState {
    /// The word that is stored.
    fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Arrived => "arrived",
            Self::Lost => "lost",
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Self::Asked => "asked for again",
            Self::Arrived => "arrived late",
            Self::Lost => "did not come, although it was asked for",
        }
    }
}

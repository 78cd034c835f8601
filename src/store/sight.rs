//! How well organisations are seen, and the alerts about it: rows of their own, so that a crash
//! loses none and repeats at most the one that was on its way.

use std::collections::BTreeMap;

use crate::domain::{Blind, CommentId, Effect, InPull, IssueNumber, OrgId, Ours, Sight, Timestamp};
use crate::register::Answered;
use crate::store::lanes::hold;
use crate::store::value::{Query, Row, Step, json, row};
use crate::store::{Lease, Store, StoreError, sql};

/// Something that the operator must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// The Turn that noticed, and the alert's place in it.
    pub place: (i64, i64),
    /// When it was noticed.
    pub at: Timestamp,
    /// `beholden/alert/1`.
    pub body: String,
    /// When it is due.
    pub due: Timestamp,
    /// How often nobody took it.
    pub attempts: i64,
}

impl AlertRow {
    /// What names an alert of an organisation, however often it is sent.
    pub fn id(org: OrgId, turn: i64, n: usize) -> String {
        format!("{org}-{turn}-{n}")
    }
}

impl Store {
    /// Notes when the last webhook about an organisation arrived. Older moments change nothing.
    pub async fn heard(&self, heard: &BTreeMap<OrgId, Timestamp>) -> Result<(), StoreError> {
        let rows = heard.iter().map(|(org, at)| row![*org, *at]).collect();
        self.database.write(vec![Step::many(sql::HEARD, rows)]).await.map(|_| ())
    }

    /// When the last webhook about an organisation arrived.
    pub async fn last_heard(&self, org: OrgId) -> Result<Option<Timestamp>, StoreError> {
        match self.database.ask(Query::new(sql::LAST_HEARD, row![org])).await?.into_iter().next() {
            Some(mut row) => row.maybe_time(),
            None => Ok(None),
        }
    }

    /// How well an organisation is seen.
    pub async fn sight(&self, org: OrgId) -> Result<Sight, StoreError> {
        let rows = self.database.ask(Query::new(sql::SIGHT, row![org])).await?;
        read_sight(rows)
    }

    /// In how many organisations something is lost, by cause.
    pub async fn blind(&self) -> Result<BTreeMap<Blind, u32>, StoreError> {
        let mut count: BTreeMap<Blind, u32> = Blind::ALL.map(|cause| (cause, 0)).into();
        for mut row in self.database.ask(Query::new(sql::BLIND, row![])).await? {
            let words = row.text()?;
            for (cause, n) in &mut count {
                *n += u32::from(words.split(' ').any(|word| word == cause.as_str()));
            }
        }
        Ok(count)
    }

    /// What an organisation's operator is to be told first.
    pub async fn first_alert(&self, org: OrgId) -> Result<Option<AlertRow>, StoreError> {
        let rows = self.database.ask(Query::new(sql::FIRST_ALERT, row![org])).await?;
        rows.into_iter()
            .next()
            .map(|mut row| {
                Ok(AlertRow {
                    place: (row.int()?, row.int()?),
                    at: row.time()?,
                    body: row.text()?,
                    due: row.time()?,
                    attempts: row.int()?,
                })
            })
            .transpose()
    }

    /// An alert was taken, or is given up. `false` when the lease is lost.
    pub async fn drop_alert(&self, lease: &Lease, place: (i64, i64)) -> Result<bool, StoreError> {
        let args = row![lease.org, place.0, place.1];
        self.all_or_nothing(vec![hold(lease), Step::one(sql::DROP_ALERT, args)]).await
    }

    /// Nobody took it: again at `due`. `reason` is a sentence. `false` when the lease is lost.
    pub async fn delay_alert(
        &self,
        lease: &Lease,
        place: (i64, i64),
        due: Timestamp,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let args = row![lease.org, place.0, place.1, due, reason];
        self.all_or_nothing(vec![hold(lease), Step::one(sql::DELAY_ALERT, args)]).await
    }
}

/// Parameters of `PUT_SIGHT`.
pub(crate) fn sight_row(org: OrgId, sight: &Sight) -> Vec<crate::store::value::Value> {
    let words: Vec<&str> = sight.lost.keys().map(|cause| cause.as_str()).collect();
    row![org, words.join(" "), json(sight)]
}

/// Reads how well an organisation is seen; nothing held means that nothing is lost.
pub(crate) fn read_sight(rows: Vec<Row>) -> Result<Sight, StoreError> {
    rows.into_iter().next().map_or_else(|| Ok(Sight::default()), |mut row| row.doc())
}

/// Reads whom we answered.
pub(crate) fn read_answered(rows: Vec<Row>) -> Result<Vec<Answered>, StoreError> {
    rows.into_iter().next().map_or_else(|| Ok(Vec::new()), |mut row| row.doc())
}

/// Reads what of ours stands somewhere.
pub(crate) fn read_ours(rows: Vec<Row>) -> Result<Vec<Ours>, StoreError> {
    let mut ours = Vec::new();
    for mut row in rows {
        let remote = row.int()?;
        match row.doc()? {
            Effect::Issue { .. } => {
                let issue = IssueNumber(remote);
                ours.push(Ours { issue, comment: None, in_pull: None });
            }
            Effect::Reply { issue, in_pull, .. } => {
                let in_pull = in_pull.then_some(InPull::Comment);
                ours.push(Ours { issue, comment: Some(CommentId(remote)), in_pull });
            }
            Effect::Review(review) => {
                let in_pull = Some(InPull::Review { comments: review.comments.len() });
                let comment = Some(CommentId(remote));
                ours.push(Ours { issue: review.pull, comment, in_pull });
            }
            Effect::ThreadReply { pull, .. } => {
                let in_pull = Some(InPull::Thread);
                ours.push(Ours { issue: pull, comment: Some(CommentId(remote)), in_pull });
            }
            Effect::Check(_) | Effect::React { .. } => {}
        }
    }
    ours.sort();
    Ok(ours)
}

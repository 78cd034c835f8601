//! The inbox behind the door: what has no organisation yet, what waits, what is put aside.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::domain::{InstallationId, Login, OrgId, Timestamp};
use crate::events::Delivery;
use crate::store::value::{Query, Row, Step, in_lists, row};
use crate::store::{Lane, Store, StoreError, body, sql};

/// A delivery as it is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The delivery. Its body is empty once it was dropped.
    pub delivery: Delivery,
    /// The organisation, once it was found.
    pub org: Option<OrgId>,
    /// How often it was deferred.
    pub attempts: i64,
    /// Where it stands.
    pub state: InboxState,
}

/// Where a delivery stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboxState {
    /// It waits for its Turn.
    Waiting,
    /// It was decided.
    Done,
    /// It says nothing that anybody reads.
    Ignored,
    /// It is put aside until somebody looks.
    Parked {
        /// Why, as a sentence.
        why: String,
    },
}

/// What a first look at a delivery found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Routed {
    /// It belongs to an organisation.
    To {
        /// Which.
        org: OrgId,
        /// The installation that it names.
        installation: Option<InstallationId>,
        /// The organisation's login in it.
        login: Option<Login>,
    },
    /// Nobody reads it.
    Ignored {
        /// Whether the body is worth keeping until its time is over.
        keep_body: bool,
    },
    /// It cannot be read.
    Parked {
        /// Why, as a sentence that holds no text of the delivery.
        why: String,
    },
}

impl Store {
    /// Deliveries for which no organisation was found yet, oldest first.
    pub async fn unrouted(&self, limit: usize) -> Result<Vec<Stored>, StoreError> {
        let rows = self.database.ask(Query::new(sql::UNROUTED, row![limit])).await?;
        rows.into_iter().map(stored).collect()
    }

    /// Gives deliveries to their organisations, meets organisations that are new, and makes their
    /// inbox lanes due at `now`. What another replica routed meanwhile stays as it is.
    pub async fn route(
        &self,
        routed: &[(String, Routed)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut met: BTreeMap<OrgId, (Option<Login>, Option<InstallationId>)> = BTreeMap::new();
        let mut given: BTreeMap<OrgId, BTreeSet<&str>> = BTreeMap::new();
        let (mut ignored, mut dropped, mut parked) = (Vec::new(), Vec::new(), Vec::new());
        for (guid, routed) in routed {
            match routed {
                Routed::To { org, installation, login } => {
                    let known = met.entry(*org).or_default();
                    known.0 = login.clone().or(known.0.take());
                    known.1 = (*installation).max(known.1);
                    given.entry(*org).or_default().insert(guid);
                }
                Routed::Ignored { keep_body } => {
                    ignored.push(guid.as_str());
                    if !keep_body {
                        dropped.push(guid.as_str());
                    }
                }
                Routed::Parked { why } => parked.push((guid.as_str(), why.as_str())),
            }
        }
        ignored.sort_unstable();
        dropped.sort_unstable();
        parked.sort_unstable();
        // In one order everywhere, organisations first: two replicas do not wait for each other.
        let met = met.iter().map(|(org, (login, installation))| {
            row![*org, login.as_ref().map(Login::as_str), *installation]
        });
        let wakes = given.keys().map(|org| row![*org, Lane::Inbox.as_str(), now]);
        let routes =
            given.iter().flat_map(|(org, guids)| in_lists(row![*org], guids.iter().copied()));
        let steps = vec![
            Step::many(sql::MEET, met.collect()),
            Step::many(sql::WAKE, wakes.collect()),
            Step::many(sql::ROUTE, routes.collect()),
            Step::many(sql::CLOSE, in_lists(row!["ignored", now], ignored)),
            Step::many(
                sql::PARK,
                parked.into_iter().map(|(guid, why)| row![guid, now, why]).collect(),
            ),
            Step::many(sql::DROP_BODIES, in_lists(row![], dropped.iter().copied())),
            Step::many(sql::NOTE_DROPPED, in_lists(row![], dropped)),
        ];
        self.database.write_soon(steps).await.map(|_| ())
    }

    /// An organisation's deliveries that are due at `now`, oldest first; only those behind `last`,
    /// if one is given.
    pub async fn waiting(
        &self,
        org: OrgId,
        limit: usize,
        now: Timestamp,
        last: Option<&Delivery>,
    ) -> Result<Vec<Stored>, StoreError> {
        // Nobody's GUID is empty.
        let (received, guid) = last
            .map_or((i64::MIN, ""), |last| (last.received.as_millisecond(), last.guid.as_str()));
        let args = row![org, now, received, guid, limit];
        let rows = self.database.ask(Query::new(sql::WAITING, args)).await?;
        rows.into_iter().map(stored).collect()
    }

    /// One delivery by its GUID.
    pub async fn delivery(&self, guid: &str) -> Result<Option<Stored>, StoreError> {
        let rows = self.database.ask(Query::new(sql::DELIVERY, row![guid])).await?;
        rows.into_iter().next().map(stored).transpose()
    }

    /// Lets a parked delivery wait again. Whether there was one with its body.
    pub async fn unpark(&self, guid: &str) -> Result<bool, StoreError> {
        self.all_or_nothing(vec![Step::one(sql::UNPARK, row![guid]).must(1)]).await
    }

    /// Drops the body of a delivery; its GUID stays known.
    pub async fn drop_body(&self, guid: &str) -> Result<(), StoreError> {
        let steps =
            vec![Step::one(sql::DROP_BODIES, row![guid]), Step::one(sql::NOTE_DROPPED, row![guid])];
        self.database.write(steps).await.map(|_| ())
    }
}

/// Reads a delivery's row.
pub(crate) fn stored(mut row: Row) -> Result<Stored, StoreError> {
    let guid = row.text()?;
    let event = row.text()?;
    let received = row.time()?;
    let org = row.maybe_int()?.map(OrgId);
    let attempts = row.int()?;
    let state = row.text()?;
    let reason = row.maybe_text()?;
    let body = match row.maybe_blob()? {
        None => Vec::new(),
        Some(body) => body::unpack(&body)
            .ok_or_else(|| StoreError::Corrupt(format!("the body of delivery {guid}")))?,
    };
    let state = match state.as_str() {
        "waiting" => InboxState::Waiting,
        "done" => InboxState::Done,
        "ignored" => InboxState::Ignored,
        "parked" => InboxState::Parked { why: reason.unwrap_or_default() },
        _ => return Err(row.corrupt("a delivery's state")),
    };
    let delivery = Delivery { guid, event, body: Bytes::from(body), received };
    Ok(Stored { delivery, org, attempts, state })
}

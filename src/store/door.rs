//! The door: a delivery is on disk before GitHub hears that we have it.

use std::sync::Arc;

use crate::domain::{OrgId, Timestamp};
use crate::events::{Delivery, Signed};
use crate::store::value::{Value, row};
use crate::store::{Store, StoreError, body};

/// Kilobytes of bodies that may be on their way to the disk at once: 64 MB.
pub(crate) const IN_FLIGHT_KB: usize = 64 << 10;

/// What became of a delivery at the door. In every case it is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It was not known.
    New,
    /// It was known; nothing changed.
    Known,
    /// It was known and parked, and waits again.
    Again,
}

/// Where a delivery belongs, when that is known before it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Belongs {
    /// To which organisation.
    pub org: OrgId,
    /// Whether it waits for a Turn. If not, it is closed as it comes in.
    pub waits: bool,
}

/// A delivery on its way to the disk.
///
/// Of those that share a transaction and [`Belongs`], the first waits to be routed, as do all whose
/// place is not known: routing it meets the organisation and wakes its lane. The others go where
/// they belong at once. So a flood costs no second write for each delivery, and nothing but its own
/// row is touched at the door.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) guid: String,
    pub(crate) belongs: Option<Belongs>,
    event: String,
    received: Timestamp,
    bytes: usize,
    /// Packed.
    pub(crate) body: Vec<u8>,
}

/// What `ARRIVE` and `ACCEPT` take.
type Columns<'a> = (&'a str, &'a str, i64, i64, Option<i64>, &'static str, Option<i64>);

impl Store {
    /// Stores a delivery durably, to be routed. Deliveries that arrive together share one
    /// transaction; none is answered before its own is on disk. Only signed ones come in.
    ///
    /// [`StoreError::Busy`] and [`StoreError::Unavailable`] mean that it is not stored: answer 503.
    pub async fn accept(&self, signed: &Signed) -> Result<Accepted, StoreError> {
        self.accept_for(signed, None).await
    }

    /// The same, where it belongs.
    pub async fn accept_for(
        &self,
        signed: &Signed,
        belongs: Option<Belongs>,
    ) -> Result<Accepted, StoreError> {
        let delivery = signed.delivery();
        let kilobytes = u32::try_from(delivery.body.len() / 1024 + 1).unwrap_or(u32::MAX);
        let _room = Arc::clone(&self.in_flight)
            .try_acquire_many_owned(kilobytes)
            .map_err(|_| StoreError::Busy)?;
        self.database.accept(Entry::new(delivery, belongs)).await
    }

    /// Whether a delivery is on its way to the disk through this process.
    pub fn is_storing(&self) -> bool {
        self.in_flight.available_permits() < IN_FLIGHT_KB
    }
}

impl Entry {
    pub(crate) fn new(delivery: &Delivery, belongs: Option<Belongs>) -> Self {
        Self {
            guid: delivery.guid.replace('\0', "\u{fffd}"),
            belongs,
            event: delivery.event.clone(),
            received: delivery.received,
            bytes: delivery.body.len(),
            body: body::pack(&delivery.body),
        }
    }

    /// Parameters of `ARRIVE` and `ACCEPT`, borrowed: nothing is copied for the one that writes.
    pub(crate) fn columns(&self, to_be_routed: bool) -> Columns<'_> {
        let belongs = self.belongs.filter(|_| !to_be_routed);
        let closed = belongs.is_some_and(|belongs| !belongs.waits);
        let received = self.received.as_millisecond();
        (
            &self.guid,
            &self.event,
            received,
            i64::try_from(self.bytes).unwrap_or(i64::MAX),
            belongs.map(|belongs| belongs.org.0),
            if closed { "ignored" } else { "waiting" },
            closed.then_some(received),
        )
    }

    /// The same as values.
    pub(crate) fn row(&self, to_be_routed: bool) -> Vec<Value> {
        let (guid, event, received, bytes, org, state, closed) = self.columns(to_be_routed);
        row![guid, event, received, bytes, org, state, closed]
    }

    /// Parameters of `KEEP_BODY`.
    pub(crate) fn body_row(&self) -> Vec<Value> {
        row![self.guid.as_str(), self.body.clone()]
    }
}

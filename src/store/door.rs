//! The door: a delivery is on disk before GitHub hears that we have it.

use std::sync::Arc;

use crate::events::Signed;
use crate::store::database::Entry;
use crate::store::value::row;
use crate::store::{Store, StoreError};

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

impl Store {
    /// Stores a delivery durably. Deliveries that arrive together share one transaction; none is
    /// answered before its own is on disk. Only signed ones come in.
    ///
    /// [`StoreError::Busy`] and [`StoreError::Unavailable`] mean that it is not stored: answer 503.
    pub async fn accept(&self, signed: &Signed) -> Result<Accepted, StoreError> {
        let delivery = signed.delivery();
        let kilobytes = u32::try_from(delivery.body.len() / 1024 + 1).unwrap_or(u32::MAX);
        let _room = Arc::clone(&self.in_flight)
            .try_acquire_many_owned(kilobytes)
            .map_err(|_| StoreError::Busy)?;
        let body = lz4_flex::compress_prepend_size(&delivery.body);
        let guid = delivery.guid.replace('\0', "\u{fffd}");
        let entry = Entry {
            row: row![guid.as_str(), delivery.event.as_str(), delivery.received, body.len()],
            body: row![guid.as_str(), body],
            guid,
        };
        self.database.accept(entry).await
    }
}

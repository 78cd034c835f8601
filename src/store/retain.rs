//! Forgetting: bodies after days, GUIDs after weeks, in batches that hold nobody up.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::store::database::Chore;
use crate::store::value::{Step, Written, row};
use crate::store::{Store, StoreError, sql};

/// Rows of one batch.
const BATCH: usize = 500;

/// How long it is known what was shown of a proposed power, and what was missed. Who has not said
/// yes within a year reads it again.
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long what is kept after a delivery was closed or put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Bodies of closed deliveries.
    pub bodies: Duration,
    /// Bodies of parked deliveries.
    pub parked: Duration,
    /// GUIDs, which make a redelivery known, once the body is gone.
    pub guids: Duration,
}

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retained {
    /// Bodies.
    pub bodies: u64,
    /// GUIDs.
    pub guids: u64,
}

impl Default for Retention {
    /// Seven days, thirty, thirty.
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 24 * 3600);
        Self { bodies: days(7), parked: days(30), guids: days(30) }
    }
}

impl Store {
    /// Forgets what is older than it should be, a batch after the other, and gives free space back
    /// to the file system.
    pub async fn retain(
        &self,
        now: Timestamp,
        retention: Retention,
    ) -> Result<Retained, StoreError> {
        let before = |age: Duration| now.saturating_sub(age).unwrap_or(Timestamp::MIN);
        let mut forgotten = Retained::default();
        for (state, age) in [("closed", retention.bodies), ("parked", retention.parked)] {
            let args = row![state, before(age), BATCH];
            let steps =
                [Step::one(sql::EXPIRE_BODIES, args.clone()), Step::one(sql::NOTE_EXPIRED, args)];
            forgotten.bodies += self.in_batches(&steps).await?;
        }
        let args = row![before(retention.guids), BATCH];
        forgotten.guids = self.in_batches(&[Step::one(sql::EXPIRE_GUIDS, args)]).await?;
        let shown = Step::one(sql::FORGET_SHOWN, row![before(YEAR)]);
        let missed = Step::one(sql::FORGET_MISSED, row![before(YEAR)]);
        let unread = Step::one(sql::FORGET_UNREAD, row![before(YEAR)]);
        self.database.write(vec![shown, missed, unread]).await?;
        self.database.chore(Chore::Shrink).await?;
        Ok(forgotten)
    }

    /// Repeats a write until its first step returns less than a full batch.
    async fn in_batches(&self, steps: &[Step]) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let Written::Done(returned) = self.database.write(steps.to_vec()).await? else {
                return Ok(all);
            };
            let batch = returned.first().map_or(0, Vec::len);
            all += batch as u64;
            if batch < BATCH {
                return Ok(all);
            }
        }
    }
}

//! Identities whose day has come: time alone makes something true of them.

use crate::domain::{IdentityKey, OrgId, Timestamp};
use crate::store::value::{Query, Step, row};
use crate::store::{Store, StoreError, sql};

impl Store {
    /// Identities whose day had come at `now`, those that wait longest first.
    pub async fn due_identities(
        &self,
        org: OrgId,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<IdentityKey>, StoreError> {
        let rows =
            self.database.ask(Query::new(sql::DUE_IDENTITIES, row![org, now, limit])).await?;
        rows.into_iter()
            .map(|mut row| row.text()?.parse().map_err(|_| row.corrupt("an identity")))
            .collect()
    }

    /// Brings every day that is set forward to `now`: how long something may be has changed.
    pub async fn every_day_comes_now(&self, org: OrgId, now: Timestamp) -> Result<(), StoreError> {
        self.database.write(vec![Step::one(sql::ALL_DUE, row![org, now])]).await.map(|_| ())
    }
}

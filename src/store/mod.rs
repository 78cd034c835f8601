//! The only SQL: what is held, what waits, what should stand on GitHub.
//!
//! One text serves SQLite and PostgreSQL (`sql/`), two executors run it (`sqlite/`, `postgres/`).
//! A write is data: all of its steps happen or none. Where the two databases differ and what is
//! done about it: text is compared bytewise on both; NULL is bound with its type; NUL in text
//! becomes U+FFFD; moments are BIGINT milliseconds; there is no LIKE, no SUM, no LEAST.
//!
//! Invariants: every key starts with the organisation, except the inbox, whose GUID GitHub gives;
//! an acknowledged delivery is on disk; what a Turn decided is saved whole or not at all, and only
//! if nobody saved since it read.

mod body;
mod callers;
mod database;
mod door;
mod due;
mod error;
mod exercise;
mod inbox;
mod inventory;
mod joins;
mod lanes;
mod load;
mod migrate;
mod missed;
mod orgs;
mod outbox;
mod pages;
mod postgres;
mod pulls;
mod references;
mod refreshes;
mod retain;
mod rows;
mod save;
mod sight;
mod sql;
mod sqlite;
mod turn;
mod upstream;
mod value;
mod vendors;

use std::sync::Arc;

use tokio::sync::Semaphore;

pub use door::{Accepted, Belongs};
pub use error::StoreError;
pub use exercise::Exercised;
pub use inbox::{InboxState, Routed, Stored};
pub use inventory::{PlaceRow, PlaceSave};
pub use lanes::{Claim, Lane, Lease};
pub use missed::{DeliveryLog, Missed, MissedState};
pub use orgs::{OrgRow, OrgUpdate, PolicyRow};
pub use outbox::{Attempt, OutboxRow, OutboxState, Report};
pub use pages::{Filter, Line, Page, Parked, ParkedWhat, Stats};
pub use references::Watched;
pub use refreshes::Refresh;
pub use retain::{Retained, Retention};
pub use save::{Outcome, Save, Saved};
pub use sight::AlertRow;
pub use turn::Turn;

use crate::store::database::{Chore, Database};
use crate::store::postgres::Postgres;
use crate::store::sqlite::Sqlite;
use crate::store::value::{Step, row};

/// The database. Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    /// Kilobytes of bodies on their way to the disk.
    in_flight: Arc<Semaphore>,
}

impl Store {
    /// Opens the database of an address and brings it to today's shape. `sqlite:beholden.db` is a
    /// file, `sqlite::memory:` a file in the system's folder for temporary files that goes with
    /// the store, `postgres://…` a server.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let database = if let Some(address) = url.strip_prefix("sqlite:") {
            Database::Sqlite(Sqlite::open(address).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Database::Postgres(Postgres::open(url).await?)
        } else {
            return Err(StoreError::Address);
        };
        Ok(Self {
            database: Arc::new(database),
            in_flight: Arc::new(Semaphore::new(door::IN_FLIGHT_KB)),
        })
    }

    /// Whether writing works at this moment: it writes one row.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.database.write(vec![Step::one(sql::PING, row![1_i64])]).await.map(|_| ())
    }

    /// Renews the planner's statistics. Once an hour; without them one identity's history took
    /// seconds among millions of rows.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        self.database.chore(Chore::Statistics).await
    }

    /// Writes what waits and lets go of the database. Later writes answer
    /// [`StoreError::Unavailable`].
    pub async fn close(self) {
        self.database.close().await;
    }
}

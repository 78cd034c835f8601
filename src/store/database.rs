//! The two executors behind one face: questions, and writes that are data.

use crate::store::door::Entry;
use crate::store::postgres::Postgres;
use crate::store::sqlite::Sqlite;
use crate::store::value::{Query, Row, Step, Written};
use crate::store::{Accepted, StoreError};

/// Chores that run outside of transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chore {
    /// Renews the planner's statistics.
    Statistics,
    /// Gives free pages back to the file system, a bounded number at a time.
    Shrink,
}

/// When a write is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OnDisk {
    /// Soon after it is answered: with the next write that is on disk at once, when the log is moved
    /// (SQLite), or within three times `wal_writer_delay` (PostgreSQL). If this process ends, nothing is
    /// lost; if the power fails, or the server, the last ones may be, and never one of those before
    /// them alone.
    Soon,
    /// When it is answered.
    AtOnce,
}

/// What the executor counted since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) transactions: u64,
    pub(crate) writes: u64,
}

/// One of the two databases.
pub(crate) enum Database {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Database {
    /// Answers questions, in order, on one connection.
    pub(crate) async fn read(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(queries).await,
            Self::Postgres(postgres) => postgres.read(queries).await,
        }
    }

    /// Answers one question.
    pub(crate) async fn ask(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        Ok(self.read(vec![query]).await?.pop().unwrap_or_default())
    }

    /// Writes all of the steps or none, durably.
    pub(crate) async fn write(&self, steps: Vec<Step>) -> Result<Written, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(steps, OnDisk::AtOnce).await,
            Self::Postgres(postgres) => postgres.write(&steps, OnDisk::AtOnce).await,
        }
    }

    /// Writes all of the steps or none, for what can be made again from what is on disk and what
    /// nobody outside has acted on: a Turn is decided again from its deliveries, and before anything
    /// is written to GitHub the attempt is on disk, and so is all that came before it.
    pub(crate) async fn write_soon(&self, steps: Vec<Step>) -> Result<Written, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(steps, OnDisk::Soon).await,
            Self::Postgres(postgres) => postgres.write(&steps, OnDisk::Soon).await,
        }
    }

    /// Stores one delivery, durably, together with those that arrive at the same time.
    pub(crate) async fn accept(&self, entry: Entry) -> Result<Accepted, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.accept(entry).await,
            Self::Postgres(postgres) => postgres.accept(entry).await,
        }
    }

    /// Does a chore.
    pub(crate) async fn chore(&self, chore: Chore) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.chore(chore).await,
            Self::Postgres(postgres) => postgres.chore(chore).await,
        }
    }

    /// How the database would go about a question or a write.
    pub(crate) async fn plan(&self, query: Query) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.plan(query).await,
            Self::Postgres(postgres) => postgres.plan(query).await,
        }
    }

    /// Bytes on disk.
    pub(crate) async fn bytes(&self) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.bytes()),
            Self::Postgres(postgres) => postgres.bytes().await,
        }
    }

    /// What was counted.
    pub(crate) fn counted(&self) -> Counted {
        match self {
            Self::Sqlite(sqlite) => sqlite.counted(),
            Self::Postgres(postgres) => postgres.counted(),
        }
    }

    /// Finishes what was begun and lets go.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }
}

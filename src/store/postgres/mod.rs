//! PostgreSQL: a pool, and a door that commits the deliveries which wait together.

mod door;
mod open;
mod run;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot};

use crate::store::database::{Chore, Counted, OnDisk};
use crate::store::door::Entry;
use crate::store::postgres::door::Arrival;
use crate::store::postgres::run::{Texts, apply, ask, plan};
use crate::store::value::{Query, Row, Step, Written};
use crate::store::{Accepted, StoreError};

/// How often a write is tried again when the server says that two writes were in each other's way.
const AGAIN: u32 = 5;

/// A pool of connections.
pub(crate) struct Postgres {
    pool: PgPool,
    texts: Arc<Texts>,
    arrivals: mpsc::Sender<Arrival>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    transactions: AtomicU64,
    writes: AtomicU64,
}

impl Postgres {
    /// Connects and brings the database to today's shape.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let pool = open::connect(url).await?;
        open::migrate(&pool).await?;
        let (texts, counts) = (Arc::new(Texts::default()), Arc::new(Counts::default()));
        let arrivals = door::start(&pool, &texts, &counts);
        Ok(Self { pool, texts, arrivals, counts })
    }

    pub(crate) async fn read(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        let mut conn =
            self.pool.acquire().await.map_err(|error| StoreError::postgres("read", &error))?;
        let mut answers = Vec::with_capacity(queries.len());
        for query in &queries {
            answers.push(ask(&mut conn, &self.texts, &query.statement, &query.args).await?);
        }
        Ok(answers)
    }

    pub(crate) async fn plan(&self, query: Query) -> Result<Vec<String>, StoreError> {
        plan(&self.pool, &query.statement, &query.args).await
    }

    pub(crate) async fn write(
        &self,
        steps: &[Step],
        on_disk: OnDisk,
    ) -> Result<Written, StoreError> {
        for again in 1.. {
            match self.once(steps, on_disk).await {
                Err(Attempt::Collided(_)) if again < AGAIN => {
                    tokio::time::sleep(Duration::from_millis(u64::from(again * again * 3))).await;
                }
                Err(Attempt::Collided(error) | Attempt::Failed(error)) => return Err(error),
                Ok(written) => return Ok(written),
            }
        }
        Err(StoreError::Busy)
    }

    async fn once(&self, steps: &[Step], on_disk: OnDisk) -> Result<Written, Attempt> {
        let begin = match on_disk {
            OnDisk::AtOnce => "BEGIN",
            OnDisk::Soon => "BEGIN; SET LOCAL synchronous_commit = off",
        };
        let begun = self.pool.begin_with(begin).await;
        let mut tx = begun.map_err(|error| Attempt::of("begin", &error))?;
        let written = apply(&mut tx, &self.texts, steps).await?;
        match written {
            Written::Done(_) => {
                tx.commit().await.map_err(|error| Attempt::of("commit", &error))?;
                self.counts.transactions.fetch_add(1, Ordering::Relaxed);
                self.counts.writes.fetch_add(1, Ordering::Relaxed);
            }
            Written::Missed(_) => {
                tx.rollback().await.map_err(|error| Attempt::of("rollback", &error))?;
            }
        }
        Ok(written)
    }

    pub(crate) async fn accept(&self, entry: Entry) -> Result<Accepted, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.arrivals.try_send(Arrival { entry, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        answer.await.map_err(|_| closed())?
    }

    pub(crate) async fn chore(&self, chore: Chore) -> Result<(), StoreError> {
        match chore {
            Chore::Statistics => sqlx::raw_sql("ANALYZE")
                .execute(&self.pool)
                .await
                .map(|_| ())
                .map_err(|error| StoreError::postgres("analyze", &error)),
            // The server vacuums by itself.
            Chore::Shrink => Ok(()),
        }
    }

    pub(crate) async fn bytes(&self) -> Result<u64, StoreError> {
        let bytes: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())")
            .fetch_one(&self.pool)
            .await
            .map_err(|error| StoreError::postgres("size", &error))?;
        Ok(bytes.unsigned_abs())
    }

    pub(crate) fn counted(&self) -> Counted {
        Counted {
            transactions: self.counts.transactions.load(Ordering::Relaxed),
            writes: self.counts.writes.load(Ordering::Relaxed),
        }
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Why one try of a write came to nothing.
enum Attempt {
    /// Two writes were in each other's way; trying again is right.
    Collided(StoreError),
    Failed(StoreError),
}

impl Attempt {
    fn of(statement: &'static str, error: &sqlx::Error) -> Self {
        let collided = error
            .as_database_error()
            .and_then(|error| error.code())
            .is_some_and(|code| code == "40001" || code == "40P01");
        let sorted = StoreError::postgres(statement, error);
        if collided { Self::Collided(sorted) } else { Self::Failed(sorted) }
    }
}

impl From<StoreError> for Attempt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl From<Attempt> for StoreError {
    fn from(attempt: Attempt) -> Self {
        match attempt {
            Attempt::Collided(error) | Attempt::Failed(error) => error,
        }
    }
}

/// The store is not there any more.
fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

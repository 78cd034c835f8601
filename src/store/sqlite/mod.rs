//! SQLite: one thread writes, a few connections read, one more moves the log into the file.
//!
//! Invariant: exactly one connection of this process writes, and only in `writer.rs`.

mod checkpoint;
mod open;
mod readers;
mod run;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot};

use crate::store::database::{Chore, Counted, OnDisk};
use crate::store::door::Entry;
use crate::store::sqlite::readers::Readers;
use crate::store::sqlite::writer::Job;
use crate::store::value::{Query, Row, Step, Written};
use crate::store::{Accepted, StoreError};

/// How many writes may wait for the writer before callers do.
const QUEUE: usize = 4_096;

/// The database in one file.
pub(crate) struct Sqlite {
    jobs: mpsc::Sender<Job>,
    readers: Readers,
    shared: Arc<Shared>,
    /// Removed when the store is dropped: it was made for this process alone.
    private: Option<PathBuf>,
    path: PathBuf,
    _checkpoint: checkpoint::Checkpoint,
}

/// What the writer tells the others.
#[derive(Default)]
struct Shared {
    transactions: AtomicU64,
    writes: AtomicU64,
    /// Something was committed since the last checkpoint.
    dirty: AtomicBool,
    /// Bytes of the log at the last checkpoint; 0 when the writer has seen them.
    log: AtomicU64,
}

impl Sqlite {
    /// Opens, or makes, the database of an address after `sqlite:`.
    pub(crate) async fn open(address: &str) -> Result<Self, StoreError> {
        let (path, private) = open::place(address)?;
        let shared = Arc::new(Shared::default());
        let (jobs, queue) = mpsc::channel(QUEUE);
        let conn = {
            let path = path.clone();
            tokio::task::spawn_blocking(move || open::writer(&path))
                .await
                .map_err(|_| closed())??
        };
        let checkpoint = checkpoint::start(open::side(&path)?, Arc::clone(&shared))?;
        writer::start(conn, queue, Arc::clone(&shared))?;
        let readers = Readers::new(path.clone());
        Ok(Self {
            jobs,
            readers,
            shared,
            private: private.then(|| path.clone()),
            path,
            _checkpoint: checkpoint,
        })
    }

    pub(crate) async fn read(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        self.readers.read(queries).await
    }

    pub(crate) async fn plan(&self, query: Query) -> Result<Vec<String>, StoreError> {
        self.readers.plan(query).await
    }

    pub(crate) async fn write(
        &self,
        steps: Vec<Step>,
        on_disk: OnDisk,
    ) -> Result<Written, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(Job::Write(steps, on_disk, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    pub(crate) async fn accept(&self, entry: Entry) -> Result<Accepted, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(Job::Arrive(entry, reply)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        answer.await.map_err(|_| closed())?
    }

    pub(crate) async fn chore(&self, chore: Chore) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(Job::Chore(chore, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    pub(crate) fn bytes(&self) -> u64 {
        ["", "-wal", "-shm"].iter().map(|end| open::size(&open::beside(&self.path, end))).sum()
    }

    pub(crate) fn counted(&self) -> Counted {
        Counted {
            transactions: self.shared.transactions.load(Ordering::Relaxed),
            writes: self.shared.writes.load(Ordering::Relaxed),
        }
    }

    pub(crate) async fn close(&self) {
        let (reply, answer) = oneshot::channel();
        if self.jobs.send(Job::Stop(reply)).await.is_ok() {
            // No answer means that the writer has stopped already, which is what was asked.
            let _ = answer.await;
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        if let Some(path) = &self.private {
            for end in ["", "-wal", "-shm"] {
                // What is not there needs no removing.
                let _ = std::fs::remove_file(open::beside(path, end));
            }
        }
    }
}

/// The writer is not there any more.
fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

//! The one thread that writes. Writes that wait together share a transaction and its fsync.
//!
//! Each write stands under its own SAVEPOINT: one that misses or fails takes back only itself.
//! Deliveries go without, because a savepoint costs as much as storing one: they miss before they
//! write, and one that fails takes the batch with it. If a batch or its commit fails, every write
//! of it is tried again alone, so that each caller hears its own answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::store::StoreError;
use crate::store::database::Chore;
use crate::store::sqlite::run::{Texts, apply};
use crate::store::sqlite::{Shared, open};
use crate::store::value::{Step, Written};

/// Rows after which a batch is full: about ten milliseconds of work.
const BATCH: usize = 2_000;
/// Bytes of the log after which the writer moves it into the file itself.
const LOG: u64 = 128 << 20;
/// Pages given back to the file system by one chore.
const SHRINK: usize = 1_000;

/// What callers ask of the writer.
pub(super) enum Job {
    Write { write: Write, reply: Reply },
    Chore { chore: Chore, reply: oneshot::Sender<Result<(), StoreError>> },
    Stop { reply: oneshot::Sender<()> },
}

/// Steps that are written together or not at all.
pub(super) struct Write {
    pub(super) steps: Vec<Step>,
    /// Whether it can miss or fail after its first step, and must then take back only itself.
    pub(super) savepoint: bool,
}

type Reply = oneshot::Sender<Result<Written, StoreError>>;

struct Writer {
    conn: Connection,
    texts: Texts,
    log: PathBuf,
    shared: Arc<Shared>,
}

/// Starts the thread. It ends when it is told to, or when the last handle is dropped, and in both
/// cases only after what waits is written.
pub(super) fn start(
    conn: Connection,
    path: PathBuf,
    mut queue: mpsc::Receiver<Job>,
    shared: Arc<Shared>,
) -> Result<(), StoreError> {
    let log = open::beside(&path, "-wal");
    let mut writer = Writer { conn, texts: Texts::default(), log, shared };
    std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || {
            while let Some(job) = queue.blocking_recv() {
                if let Some(stop) = writer.turn(job, &mut queue) {
                    // The handle that asked may be gone.
                    let _ = stop.send(());
                    return;
                }
            }
            writer.finish();
        })
        .map(|_| ())
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}

impl Writer {
    /// Takes what waits. Answers whom to tell when it was told to stop.
    fn turn(&mut self, first: Job, queue: &mut mpsc::Receiver<Job>) -> Option<oneshot::Sender<()>> {
        let (mut batch, mut rows) = (Vec::new(), 0);
        let mut next = Some(first);
        let last = loop {
            match next {
                Some(Job::Write { write, reply }) => {
                    rows += write.steps.iter().map(|step| step.rows.len()).sum::<usize>();
                    batch.push((write, reply));
                }
                other => break other,
            }
            if rows >= BATCH {
                break None;
            }
            next = queue.try_recv().ok();
        };
        if !batch.is_empty() {
            self.commit(batch);
        }
        match last {
            Some(Job::Chore { chore, reply }) => {
                let _ = reply.send(self.chore(chore));
            }
            Some(Job::Stop { reply }) => {
                self.finish();
                return Some(reply);
            }
            Some(Job::Write { .. }) | None => {}
        }
        if open::size(&self.log) > LOG {
            self.pragma("PRAGMA wal_checkpoint(RESTART)");
        }
        None
    }

    fn commit(&mut self, batch: Vec<(Write, Reply)>) {
        if let Err(error) = self.run("BEGIN IMMEDIATE") {
            // Somebody else holds the lock: waiting again for each of them helps nobody.
            for (_, reply) in batch {
                let _ = reply.send(Err(error.clone()));
            }
            return;
        }
        match self.together(batch.iter().map(|(write, _)| write)) {
            Ok(outcomes) => {
                for ((_, reply), outcome) in batch.into_iter().zip(outcomes) {
                    // A caller that went away does not change what is written.
                    let _ = reply.send(outcome);
                }
            }
            Err(_) => {
                for (write, reply) in batch {
                    let _ = reply.send(self.alone(&write));
                }
            }
        }
    }

    fn alone(&mut self, write: &Write) -> Result<Written, StoreError> {
        self.run("BEGIN IMMEDIATE")?;
        let mut outcomes = self.together([write].into_iter())?;
        outcomes.pop().unwrap_or_else(|| Ok(Written::Done(Vec::new())))
    }

    /// The rest of a transaction that has begun. An error of the outer kind means that nothing of
    /// it happened.
    fn together<'a>(
        &mut self,
        writes: impl Iterator<Item = &'a Write>,
    ) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        let mut outcomes = Vec::new();
        for write in writes {
            let outcome = if write.savepoint {
                self.guarded(&write.steps)
            } else {
                apply(&self.conn, &mut self.texts, &write.steps)
            };
            if outcome.is_err() && !write.savepoint && !self.conn.is_autocommit() {
                self.run("ROLLBACK")?;
            }
            if self.conn.is_autocommit() {
                // All of it was taken back, here or by SQLite itself, as when the disk is full.
                return Err(outcome.err().unwrap_or_else(|| {
                    StoreError::Unavailable("the transaction was taken back".to_owned())
                }));
            }
            outcomes.push(outcome);
        }
        if let Err(error) = self.run("COMMIT") {
            if !self.conn.is_autocommit() {
                self.run("ROLLBACK")?;
            }
            return Err(error);
        }
        self.shared.transactions.fetch_add(1, Ordering::Relaxed);
        self.shared.writes.fetch_add(outcomes.len() as u64, Ordering::Relaxed);
        self.shared.dirty.store(true, Ordering::Relaxed);
        Ok(outcomes)
    }

    fn guarded(&mut self, steps: &[Step]) -> Result<Written, StoreError> {
        self.run("SAVEPOINT one")?;
        let outcome = apply(&self.conn, &mut self.texts, steps);
        if !matches!(outcome, Ok(Written::Done(_))) && !self.conn.is_autocommit() {
            self.run("ROLLBACK TO one")?;
        }
        if !self.conn.is_autocommit() {
            self.run("RELEASE one")?;
        }
        outcome
    }

    fn run(&self, sql: &'static str) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(|_| ())
            .map_err(|error| StoreError::sqlite("transaction", &error))
    }

    fn chore(&self, chore: Chore) -> Result<(), StoreError> {
        let sql = match chore {
            Chore::Statistics => "PRAGMA optimize = 0x10002".to_owned(),
            Chore::Shrink => format!("PRAGMA incremental_vacuum({SHRINK})"),
        };
        self.shared.dirty.store(true, Ordering::Relaxed);
        self.conn.execute_batch(&sql).map_err(|error| StoreError::sqlite("chore", &error))
    }

    fn finish(&self) {
        self.pragma("PRAGMA optimize");
        self.pragma("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// A pragma that is a help and no condition: what it leaves undone is done by the next one.
    fn pragma(&self, sql: &str) {
        let _ = self.conn.execute_batch(sql);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sql;
    use crate::store::value::row;

    fn delivery(guid: &str, bytes: usize) -> Write {
        let steps = vec![
            Step::one(sql::ACCEPT, row![guid, "ping", 0_i64, bytes]).must(1),
            Step::one(sql::KEEP_BODY, row![guid, vec![1_u8; bytes]]),
        ];
        Write { steps, savepoint: false }
    }

    #[test]
    fn a_full_disk_refuses_what_does_not_fit_and_keeps_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("full.db");
        let conn = open::writer(&path).unwrap();
        let pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        conn.execute_batch(&format!("PRAGMA max_page_count = {}", pages + 20)).unwrap();
        let log = open::beside(&path, "-wal");
        let mut writer = Writer { conn, texts: Texts::default(), log, shared: Arc::default() };

        let (mut batch, mut answers) = (Vec::new(), Vec::new());
        for (guid, bytes) in [("small", 10), ("large", 1 << 20), ("other", 10)] {
            let (reply, answer) = oneshot::channel();
            batch.push((delivery(guid, bytes), reply));
            answers.push((guid, answer));
        }
        writer.commit(batch);
        for (guid, mut answer) in answers {
            let answer = answer.try_recv().unwrap();
            let count = "SELECT COUNT(*) FROM inbox WHERE guid = ?1";
            let held: i64 = writer.conn.query_row(count, [guid], |row| row.get(0)).unwrap();
            match guid {
                "large" => {
                    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
                    assert_eq!(held, 0);
                }
                _ => {
                    assert!(matches!(answer, Ok(Written::Done(_))), "{guid}: {answer:?}");
                    assert_eq!(held, 1);
                }
            }
        }
    }
}

//! The one thread that writes. What waits together shares a transaction and its fsync.
//!
//! Deliveries go first, in transactions of their own: a Turn that is saved holds up only those that
//! arrive meanwhile. Then come other writes, each under its own SAVEPOINT, so that one that misses
//! or fails takes back only itself. Deliveries go without, because a savepoint costs as much as
//! storing one. If a transaction fails, everything in it is tried again alone, so that each caller
//! hears its own answer.
//!
//! A transaction waits for the disk only if one of its writes has to: see [`OnDisk`].

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::store::database::{Chore, OnDisk};
use crate::store::door::Entry;
use crate::store::sqlite::Shared;
use crate::store::sqlite::checkpoint::FULL;
use crate::store::sqlite::run::{Texts, apply, prepared, run};
use crate::store::value::{Step, Written};
use crate::store::{Accepted, StoreError, sql};

/// The most deliveries of one transaction: about ten milliseconds of work.
const DELIVERIES: usize = 512;
/// Rows after which other writes wait for the next transaction: about a millisecond. One write is
/// never split.
const ROWS: usize = 100;
/// Bytes of the log from which it is begun anew even if others have to be waited for.
const LOG: u64 = 128 << 20;
/// Pages given back to the file system by one chore.
const SHRINK: usize = 1_000;

/// What callers ask of the writer.
pub(super) enum Job {
    Arrive(Entry, Reply<Accepted>),
    /// All of the steps or none.
    Write(Vec<Step>, OnDisk, Reply<Written>),
    Chore(Chore, Reply<()>),
    Stop(oneshot::Sender<()>),
}

/// To whoever waits for the answer. One that went away does not change what is written.
type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What goes together, each with who waits for it.
type Batch<W, A> = Vec<(W, Reply<A>)>;

/// What was asked and is not begun.
#[derive(Default)]
struct Waiting {
    deliveries: Batch<Entry, Accepted>,
    others: VecDeque<Job>,
}

struct Writer {
    conn: Connection,
    texts: Texts,
    shared: Arc<Shared>,
    /// As the connection is set.
    on_disk: OnDisk,
}

/// Starts the thread. It ends when it is told to, or when the last handle is dropped, and in both
/// cases only after what waits is written.
pub(super) fn start(
    conn: Connection,
    queue: mpsc::Receiver<Job>,
    shared: Arc<Shared>,
) -> Result<(), StoreError> {
    let writer = Writer::new(conn, shared);
    std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || writer.work(queue))
        .map(|_| ())
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}

impl Waiting {
    /// Takes what is in the queue, and waits for something if nothing is left. `false` when nothing
    /// will come any more.
    fn fill(&mut self, queue: &mut mpsc::Receiver<Job>) -> bool {
        if self.others.is_empty() {
            let Some(job) = queue.blocking_recv() else { return false };
            self.add(job);
        }
        while self.deliveries.len() < DELIVERIES
            && let Ok(job) = queue.try_recv()
        {
            self.add(job);
        }
        true
    }

    fn add(&mut self, job: Job) {
        match job {
            Job::Arrive(entry, reply) => self.deliveries.push((entry, reply)),
            other => self.others.push_back(other),
        }
    }

    /// The writes that go together next, and when they have to be on disk.
    fn writes(&mut self) -> (Batch<Vec<Step>, Written>, OnDisk) {
        let (mut batch, mut rows, mut when) = (Vec::new(), 0, OnDisk::Soon);
        while rows < ROWS
            && let Some(Job::Write(steps, on_disk, reply)) =
                self.others.pop_front_if(|job| matches!(job, Job::Write(..)))
        {
            rows += steps.iter().map(|step| step.rows.len()).sum::<usize>();
            when = when.max(on_disk);
            batch.push((steps, reply));
        }
        (batch, when)
    }
}

impl Writer {
    fn new(conn: Connection, shared: Arc<Shared>) -> Self {
        Self { conn, texts: Texts::default(), shared, on_disk: OnDisk::AtOnce }
    }

    fn work(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut waiting = Waiting::default();
        while waiting.fill(&mut queue) {
            let deliveries = std::mem::take(&mut waiting.deliveries);
            self.commit(deliveries, OnDisk::AtOnce, Self::arrive);
            let (writes, on_disk) = waiting.writes();
            self.commit(writes, on_disk, Self::write);
            match waiting.others.pop_front_if(|job| !matches!(job, Job::Write(..))) {
                Some(Job::Chore(chore, reply)) => drop(reply.send(self.chore(chore))),
                Some(Job::Stop(reply)) => {
                    self.finish();
                    let _ = reply.send(());
                    return;
                }
                _ => {}
            }
            self.begin_anew();
        }
        self.finish();
    }

    /// Sees to it that a log that is full is written from its beginning again.
    fn begin_anew(&self) {
        match self.shared.log.swap(0, Ordering::Relaxed) {
            // Waits for those who read, so that it succeeds.
            log if log > LOG => self.pragma("PRAGMA wal_checkpoint(RESTART)"),
            // Moves the little that is left. If nobody reads, the next write starts at the
            // beginning; otherwise we are told again.
            log if log > FULL => self.pragma("PRAGMA wal_checkpoint(PASSIVE)"),
            _ => {}
        }
    }

    /// Writes a batch in one transaction and answers; if that fails, each alone.
    fn commit<W, A>(
        &mut self,
        batch: Batch<W, A>,
        on_disk: OnDisk,
        write: impl Fn(&mut Self, &[&W]) -> Result<Vec<Result<A, StoreError>>, StoreError>,
    ) {
        if batch.is_empty() {
            return;
        }
        if let Err(error) = self.set(on_disk).and_then(|()| self.run("BEGIN IMMEDIATE")) {
            // Somebody else holds the lock: waiting again for each of them helps nobody.
            for (_, reply) in batch {
                let _ = reply.send(Err(error.clone()));
            }
            return;
        }
        let all: Vec<&W> = batch.iter().map(|(asked, _)| asked).collect();
        let outcomes = write(self, &all);
        match self.end(outcomes) {
            Ok(outcomes) => {
                for ((_, reply), outcome) in batch.into_iter().zip(outcomes) {
                    let _ = reply.send(outcome);
                }
            }
            Err(_) => {
                for (asked, reply) in batch {
                    let alone = self.run("BEGIN IMMEDIATE").and_then(|()| {
                        let outcomes = write(self, &[&asked]);
                        self.end(outcomes)?.pop().unwrap_or(Err(StoreError::Busy))
                    });
                    let _ = reply.send(alone);
                }
            }
        }
    }

    /// Says when the next transaction is on disk: with its end, or when the log is synced next.
    fn set(&mut self, on_disk: OnDisk) -> Result<(), StoreError> {
        if self.on_disk == on_disk {
            return Ok(());
        }
        let sql = match on_disk {
            OnDisk::AtOnce => "PRAGMA synchronous = FULL",
            OnDisk::Soon => "PRAGMA synchronous = NORMAL",
        };
        self.conn.execute_batch(sql).map_err(|error| StoreError::sqlite("synchronous", &error))?;
        self.on_disk = on_disk;
        Ok(())
    }

    /// Ends the transaction. An error means that nothing of it happened.
    fn end<A>(
        &self,
        outcomes: Result<Vec<Result<A, StoreError>>, StoreError>,
    ) -> Result<Vec<Result<A, StoreError>>, StoreError> {
        let ended = outcomes.and_then(|outcomes| self.run("COMMIT").map(|()| outcomes));
        match &ended {
            Ok(outcomes) => {
                self.shared.transactions.fetch_add(1, Ordering::Relaxed);
                self.shared.writes.fetch_add(outcomes.len() as u64, Ordering::Relaxed);
                self.shared.dirty.store(true, Ordering::Relaxed);
            }
            Err(_) if !self.conn.is_autocommit() => self.run("ROLLBACK")?,
            Err(_) => {}
        }
        ended
    }

    /// Deliveries, in a transaction that has begun.
    fn arrive(
        &mut self,
        entries: &[&Entry],
    ) -> Result<Vec<Result<Accepted, StoreError>>, StoreError> {
        let Self { conn, texts, .. } = self;
        let mut arrive = prepared(conn, texts, &sql::ARRIVE, 0)?;
        let mut keep = prepared(conn, texts, &sql::KEEP_BODY, 0)?;
        // Those of which one waits to be routed already.
        let mut routed = BTreeSet::new();
        let mut outcomes = Vec::with_capacity(entries.len());
        for entry in entries {
            let first = entry.belongs.is_none_or(|belongs| !routed.contains(&belongs));
            let new = arrive
                .execute(entry.columns(first))
                .map_err(|error| StoreError::sqlite(sql::ARRIVE.name, &error))?;
            let accepted = if new == 1 {
                Accepted::New
            } else if run(conn, texts, &sql::ACCEPT, &entry.row(first))?.0.is_empty() {
                Accepted::Known
            } else {
                Accepted::Again
            };
            if accepted != Accepted::Known {
                keep.execute((&entry.guid, &entry.body))
                    .map_err(|error| StoreError::sqlite(sql::KEEP_BODY.name, &error))?;
                routed.extend(entry.belongs);
            }
            outcomes.push(Ok(accepted));
        }
        Ok(outcomes)
    }

    /// Other writes, in a transaction that has begun.
    fn write(
        &mut self,
        writes: &[&Vec<Step>],
    ) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        let mut outcomes = Vec::with_capacity(writes.len());
        for steps in writes {
            self.run("SAVEPOINT one")?;
            let outcome = apply(&self.conn, &mut self.texts, steps);
            if self.conn.is_autocommit() {
                // All of it was taken back by SQLite itself, as when the disk is full.
                return Err(outcome.err().unwrap_or_else(|| {
                    StoreError::Unavailable("the transaction was taken back".to_owned())
                }));
            }
            if !matches!(outcome, Ok(Written::Done(_))) {
                self.run("ROLLBACK TO one")?;
            }
            self.run("RELEASE one")?;
            outcomes.push(outcome);
        }
        Ok(outcomes)
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
    use std::path::Path;

    use super::*;
    use crate::domain::{OrgId, Timestamp};
    use crate::events::Delivery;
    use crate::store::door::Belongs;
    use crate::store::sqlite::{checkpoint, open};
    use crate::store::value::row;

    /// A delivery whose body does not get smaller.
    fn entry(guid: &str, bytes: usize) -> Entry {
        let mut state = 1_u32;
        let body = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        let delivery = Delivery {
            guid: guid.to_owned(),
            event: "ping".to_owned(),
            body: body.take(bytes).collect(),
            received: Timestamp::UNIX_EPOCH,
        };
        Entry::new(&delivery, None)
    }

    fn writer(path: &Path) -> Writer {
        let conn = open::writer(path).unwrap();
        Writer::new(conn, Arc::default())
    }

    #[test]
    fn the_first_new_one_of_each_sort_waits_to_be_routed() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder.path().join("first.db"));
        let mut store = |batch: &[(&str, Option<(i64, bool)>)]| {
            let batch = batch.iter().map(|(guid, belongs)| {
                let belongs = belongs.map(|(org, waits)| Belongs { org: OrgId(org), waits });
                let mut entry = entry(guid, 1);
                entry.belongs = belongs;
                (entry, oneshot::channel().0)
            });
            writer.commit(batch.collect(), OnDisk::AtOnce, Writer::arrive);
            let sql =
                "SELECT guid FROM inbox WHERE org IS NULL AND state = 'waiting' ORDER BY guid";
            let mut unrouted = writer.conn.prepare(sql).unwrap();
            let guids = unrouted.query_map([], |row| row.get::<_, String>(0)).unwrap();
            guids.map(Result::unwrap).collect::<Vec<_>>().join(" ")
        };
        let (waits, closed, other) = (Some((1, true)), Some((1, false)), Some((2, true)));
        assert_eq!(store(&[("a", None), ("b", None)]), "a b");
        let together = [("c", waits), ("d", waits), ("e", closed), ("f", other), ("g", closed)];
        assert_eq!(store(&together), "a b c e f");
        assert_eq!(store(&[("d", waits), ("h", waits), ("i", waits)]), "a b c e f h", "d is known");
    }

    #[test]
    fn the_disk_is_waited_for_where_one_of_those_together_has_to() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder.path().join("disk.db"));
        let mut waits = |asked: &[OnDisk]| {
            let mut waiting = Waiting::default();
            for on_disk in asked {
                let steps = vec![Step::one(sql::PING, row![1_i64])];
                waiting.add(Job::Write(steps, *on_disk, oneshot::channel().0));
            }
            let (writes, on_disk) = waiting.writes();
            writer.commit(writes, on_disk, Writer::write);
            writer.conn.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0)).unwrap()
        };
        let (normal, full) = (1, 2);
        assert_eq!(waits(&[OnDisk::Soon, OnDisk::Soon]), normal);
        assert_eq!(waits(&[OnDisk::Soon, OnDisk::AtOnce, OnDisk::Soon]), full);
        assert_eq!(waits(&[OnDisk::Soon]), normal);
        writer.commit(vec![(entry("a", 1), oneshot::channel().0)], OnDisk::AtOnce, Writer::arrive);
        let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        assert_eq!(writer.conn.query_row("PRAGMA synchronous", [], set).unwrap(), full);
    }

    #[test]
    fn a_log_that_is_full_is_written_from_its_beginning_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let mut writer = writer(&path);
        let side = open::side(&path).unwrap();
        let mut store = |guid: &str, bytes| {
            let batch = vec![(entry(guid, bytes), oneshot::channel().0)];
            writer.commit(batch, OnDisk::AtOnce, Writer::arrive);
            writer.shared.log.store(checkpoint::passes(&side).unwrap(), Ordering::Relaxed);
            let told = writer.shared.log.load(Ordering::Relaxed);
            writer.begin_anew();
            told
        };
        let large = usize::try_from(FULL).unwrap();
        assert!((1..FULL).contains(&store("small", 10)), "not full");
        assert!(store("large", large) > FULL);
        assert!((1..FULL).contains(&store("next", 10)), "from the beginning");

        let reader = open::reader(&path).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM inbox").unwrap();
        assert!(store("another", large) > FULL);
        assert!(store("while somebody reads", 10) > FULL, "a reader needs what is there");
        reader.execute_batch("COMMIT").unwrap();
        assert!(store("told again", 10) > FULL);
        assert!((1..FULL).contains(&store("anew", 10)), "nobody reads any more");
    }

    #[test]
    fn a_full_disk_refuses_what_does_not_fit_and_keeps_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("full.db");
        let mut writer = writer(&path);
        let pages: i64 = writer.conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        writer.conn.execute_batch(&format!("PRAGMA max_page_count = {}", pages + 20)).unwrap();

        let (mut batch, mut answers) = (Vec::new(), Vec::new());
        for (guid, bytes) in [("small", 10), ("large", 1 << 20), ("other", 10)] {
            let (reply, answer) = oneshot::channel();
            batch.push((entry(guid, bytes), reply));
            answers.push((guid, answer));
        }
        writer.commit(batch, OnDisk::AtOnce, Writer::arrive);
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
                    assert!(matches!(answer, Ok(Accepted::New)), "{guid}: {answer:?}");
                    assert_eq!(held, 1);
                }
            }
        }
    }
}

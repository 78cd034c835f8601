//! Moves the log into the file beside the writer, so that the writer seldom has to, and says when
//! the writer should begin the log anew: blocks that are written again cost the file system less
//! than a file that grows, and a log that nobody begins anew grows as long as there is work.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::sqlite::Shared;

/// How often it looks. While it syncs the file the disk keeps the writer waiting, longer the more there
/// is: often is little at a time.
const EVERY: Duration = Duration::from_millis(20);
/// Bytes of the log from which the writer is told.
pub(super) const FULL: u64 = 16 << 20;
/// Bytes that the writer moves without being held up: what came during the last pass.
const LITTLE: u64 = 1 << 20;
/// Passes in a row. While there is work, each one leaves what came during it.
const PASSES: usize = 3;
/// Bytes of a page of the log.
const PAGE: u64 = 4_096;

/// Keeps the thread going; it ends when this is dropped.
pub(super) struct Checkpoint {
    _stop: Sender<()>,
}

/// Starts the thread.
pub(super) fn start(conn: Connection, shared: Arc<Shared>) -> Result<Checkpoint, StoreError> {
    let (stop, stopped) = channel();
    std::thread::Builder::new()
        .name("store-checkpoint".to_owned())
        .spawn(move || {
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                if shared.dirty.swap(false, Ordering::Relaxed) {
                    // What it cannot move now it moves the next time.
                    let log = passes(&conn).unwrap_or_default();
                    shared.log.store(log, Ordering::Relaxed);
                }
            }
        })
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(Checkpoint { _stop: stop })
}

/// Moves what can be moved: the bytes of the log, moved or not.
pub(super) fn passes(conn: &Connection) -> rusqlite::Result<u64> {
    let mut log = 0;
    for _ in 0..PASSES {
        let sql = "PRAGMA wal_checkpoint(PASSIVE)";
        let pages = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        let (all, moved) = conn.prepare_cached(sql)?.query_row([], pages)?;
        let bytes = |pages: i64| u64::try_from(pages).unwrap_or_default() * PAGE;
        log = bytes(all);
        if log < FULL || bytes(all - moved) < LITTLE {
            break;
        }
    }
    Ok(log)
}

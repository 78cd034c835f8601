//! Moves the log into the file beside the writer, so that the writer seldom has to.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::sqlite::Shared;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(200);

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
                    let _ = conn.execute_batch("PRAGMA wal_checkpoint(PASSIVE)");
                }
            }
        })
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(Checkpoint { _stop: stop })
}

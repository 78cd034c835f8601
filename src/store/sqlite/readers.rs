//! A few connections that cannot write, used on blocking threads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::store::StoreError;
use crate::store::sqlite::run::{Texts, plan, run};
use crate::store::sqlite::{closed, open};
use crate::store::value::{Query, Row};

/// How many read at the same time; the others wait.
const MOST: usize = 4;

/// The connections.
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<(Connection, Texts)>>>,
    permits: Semaphore,
    path: PathBuf,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { idle: Arc::default(), permits: Semaphore::new(MOST), path }
    }

    /// Answers questions in one read transaction, so that they see the same moment.
    pub(super) async fn read(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, StoreError> {
        self.with(move |conn, texts| answer(conn, texts, &queries)).await
    }

    /// The plan of a question or a write.
    pub(super) async fn plan(&self, query: Query) -> Result<Vec<String>, StoreError> {
        self.with(move |conn, _| plan(conn, &query.statement, &query.args)).await
    }

    async fn with<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection, &mut Texts) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _permit = self.permits.acquire().await.map_err(|_| closed())?;
        let idle = Arc::clone(&self.idle);
        let path = self.path.clone();
        let work = move || {
            let held = idle.lock().ok().and_then(|mut idle| idle.pop());
            let (conn, mut texts) = match held {
                Some(held) => held,
                None => (open::reader(&path)?, Texts::default()),
            };
            let answers = ask(&conn, &mut texts);
            // A connection that failed is not used again.
            if answers.is_ok()
                && let Ok(mut idle) = idle.lock()
            {
                idle.push((conn, texts));
            }
            answers
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| closed())?
    }
}

fn answer(
    conn: &Connection,
    texts: &mut Texts,
    queries: &[Query],
) -> Result<Vec<Vec<Row>>, StoreError> {
    let fail = |error| StoreError::sqlite("read", &error);
    let together = queries.len() > 1;
    if together {
        conn.prepare_cached("BEGIN DEFERRED")
            .and_then(|mut begin| begin.execute([]))
            .map_err(fail)?;
    }
    let answers = queries
        .iter()
        .map(|query| Ok(run(conn, texts, &query.statement, &query.args)?.0))
        .collect();
    if together {
        conn.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])).map_err(fail)?;
    }
    answers
}

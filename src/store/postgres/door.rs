//! The door's group commit: deliveries that wait together share one transaction.
//!
//! Invariant: nobody is answered before the commit that holds their own delivery. A failed commit
//! is tried again one by one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use sqlx::PgPool;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::store::door::{Belongs, Entry};
use crate::store::postgres::run::{Texts, apply};
use crate::store::postgres::{Attempt, Counts};
use crate::store::value::{Step, Written, in_lists, row};
use crate::store::{Accepted, StoreError, sql};

/// How many deliveries may wait before the door says that it is busy.
const QUEUE: usize = 4_096;
/// The most deliveries of one transaction.
const BATCH: usize = 256;
/// How many transactions are under way at once: while one waits for the disk, the next fills.
const DOORS: usize = 2;

/// A delivery and whoever waits for its acknowledgement.
pub(super) struct Arrival {
    pub(super) entry: Entry,
    pub(super) reply: oneshot::Sender<Result<Accepted, StoreError>>,
}

/// Starts the tasks. They end when the last handle is dropped, after what waits is written.
pub(super) fn start(
    pool: &PgPool,
    texts: &Arc<Texts>,
    counts: &Arc<Counts>,
) -> mpsc::Sender<Arrival> {
    let (sender, queue) = mpsc::channel(QUEUE);
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..DOORS {
        let (pool, texts, counts) = (pool.clone(), Arc::clone(texts), Arc::clone(counts));
        let queue = Arc::clone(&queue);
        tokio::spawn(async move {
            loop {
                let mut batch = Vec::new();
                // Only one task waits at the queue; the other is at the database.
                if queue.lock().await.recv_many(&mut batch, BATCH).await == 0 {
                    return;
                }
                commit(&pool, &texts, &counts, batch).await;
            }
        });
    }
    sender
}

async fn commit(pool: &PgPool, texts: &Texts, counts: &Counts, batch: Vec<Arrival>) {
    let entries: Vec<&Entry> = batch.iter().map(|arrival| &arrival.entry).collect();
    match together(pool, texts, counts, &entries).await {
        Ok(answers) => {
            for (arrival, answer) in batch.into_iter().zip(answers) {
                // A caller that went away does not change what is written.
                let _ = arrival.reply.send(Ok(answer));
            }
        }
        Err(_) => {
            for arrival in batch {
                let alone = together(pool, texts, counts, &[&arrival.entry]).await;
                let answer = alone.map(|one| one.first().copied().unwrap_or(Accepted::Known));
                let _ = arrival.reply.send(answer.map_err(StoreError::from));
            }
        }
    }
}

/// One transaction: the rows, then the bodies of those that are not known already.
async fn together(
    pool: &PgPool,
    texts: &Texts,
    counts: &Counts,
    entries: &[&Entry],
) -> Result<Vec<Accepted>, Attempt> {
    let mut tx = pool.begin().await.map_err(|error| Attempt::of("begin", &error))?;
    // In one order everywhere, so that two doors do not wait for each other.
    let mut sorted = entries.to_vec();
    sorted.sort_by(|a, b| a.guid.cmp(&b.guid));
    let mut first: BTreeMap<Belongs, &str> = BTreeMap::new();
    for entry in &sorted {
        if let Some(belongs) = entry.belongs {
            first.entry(belongs).or_insert(&entry.guid);
        }
    }
    let is_first = |entry: &Entry| {
        entry.belongs.is_none_or(|belongs| first.get(&belongs).is_some_and(|it| *it == entry.guid))
    };
    let rows = sorted.iter().map(|entry| entry.row(is_first(entry))).collect();
    let mut arrivals = BTreeMap::new();
    if let Written::Done(returned) = apply(&mut tx, texts, &[Step::many(sql::ACCEPT, rows)]).await?
    {
        for mut row in returned.into_iter().flatten() {
            arrivals.insert(row.text()?, row.int()?);
        }
    }
    let arrived: Vec<&Entry> =
        sorted.into_iter().filter(|entry| arrivals.contains_key(&entry.guid)).collect();
    let bodies = arrived.iter().map(|entry| entry.body_row()).collect();
    // Where the first was known already, the next one waits to be routed.
    let instead = first
        .iter()
        .filter(|(_, guid)| !arrivals.contains_key(**guid))
        .filter_map(|(belongs, _)| arrived.iter().find(|entry| entry.belongs == Some(*belongs)));
    let instead = in_lists(row![], instead.map(|entry| entry.guid.as_str()));
    let steps = [Step::many(sql::KEEP_BODY, bodies), Step::many(sql::UNROUTE, instead)];
    apply(&mut tx, texts, &steps).await?;
    tx.commit().await.map_err(|error| Attempt::of("commit", &error))?;
    counts.transactions.fetch_add(1, Ordering::Relaxed);
    counts.writes.fetch_add(entries.len() as u64, Ordering::Relaxed);
    Ok(entries
        .iter()
        // The same GUID twice in one batch: the first of them made the row.
        .map(|entry| match arrivals.remove(&entry.guid) {
            Some(1) => Accepted::New,
            Some(_) => Accepted::Again,
            None => Accepted::Known,
        })
        .collect())
}

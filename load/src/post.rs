//! The post between the simulated GitHub and Beholden. It keeps what was not acknowledged and
//! brings it again, brings some things twice, and remembers what was acknowledged.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use github_sim::{Sim, Webhook};
use tokio::task::JoinSet;

/// Deliveries on their way at the same time.
const AT_ONCE: usize = 8;

/// How long an answer may take. GitHub waits ten seconds; three keep a frozen receiver from
/// stopping the post.
const PATIENCE: Duration = Duration::from_secs(3);

/// How likely it is that an acknowledged delivery is brought a second time.
const TWICE: f64 = 0.05;

/// The post. Clones are the same.
#[derive(Clone)]
pub(crate) struct Post {
    books: Arc<Mutex<Books>>,
    doors: Arc<Vec<String>>,
    next: Arc<AtomicUsize>,
}

/// What was brought.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    waiting: VecDeque<Webhook>,
    flying: usize,
    /// GUIDs that were answered with 202.
    pub(crate) acknowledged: BTreeSet<String>,
    /// Attempts that were not.
    pub(crate) unanswered: usize,
    /// Deliveries brought again although they were acknowledged.
    pub(crate) repeated: usize,
    /// Answers that no receiver should give.
    pub(crate) refused: Vec<String>,
}

impl Post {
    /// Brings deliveries to these doors, in turns.
    pub(crate) fn new(doors: Vec<String>) -> Self {
        Self { books: Arc::default(), doors: Arc::new(doors), next: Arc::default() }
    }

    /// Works until it is dropped.
    pub(crate) async fn work(self, github: Sim) {
        let client = reqwest::Client::builder().timeout(PATIENCE).build();
        let client = client.expect("plain HTTP needs nothing of the machine");
        let mut flying = JoinSet::new();
        loop {
            let new = github.take_webhooks();
            let mut ready = Vec::new();
            {
                let mut books = self.books();
                books.waiting.extend(new);
                while books.flying < AT_ONCE {
                    let Some(webhook) = books.waiting.pop_front() else { break };
                    books.flying += 1;
                    ready.push(webhook);
                }
            }
            for webhook in ready {
                flying.spawn(self.clone().bring(client.clone(), webhook));
            }
            while flying.try_join_next().is_some() {}
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Nothing waits and nothing is on its way.
    pub(crate) fn is_done(&self) -> bool {
        let books = self.books();
        books.waiting.is_empty() && books.flying == 0
    }

    /// What was brought so far.
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().expect("no panic holds this lock")
    }

    async fn bring(self, client: reqwest::Client, webhook: Webhook) {
        let mut answer = self.send(&client, &webhook).await;
        if answer == Some(202) && rand::random_bool(TWICE) {
            self.books().repeated += 1;
            answer = self.send(&client, &webhook).await.or(answer);
        }
        if answer.is_none() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let mut books = self.books();
        books.flying -= 1;
        match answer {
            Some(202) => {
                books.acknowledged.insert(webhook.guid.to_ascii_lowercase());
            }
            None | Some(503) => {
                books.unanswered += 1;
                books.waiting.push_back(webhook);
            }
            Some(status) => books.refused.push(format!("{}: {status}", webhook.name())),
        }
    }

    async fn send(&self, client: &reqwest::Client, webhook: &Webhook) -> Option<u16> {
        let door = &self.doors[self.next.fetch_add(1, Ordering::Relaxed) % self.doors.len()];
        let mut request = client.post(door).body(webhook.body.clone());
        for (name, value) in &webhook.headers {
            request = request.header(name, value);
        }
        request.send().await.ok().map(|answer| answer.status().as_u16())
    }
}

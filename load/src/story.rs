//! What people do while Beholden is under load: they add deploy keys, one to a repository, and
//! where an issue asks, one of them owns the key and another has it explained.
//!
//! One key has one issue and one owner, so that it is known in the end what has to stand.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use github_sim::{IssueView, Sim};

use crate::town::{self, BOT, PEOPLE};

/// A deploy key and what became of it on GitHub.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// Its number.
    pub(crate) id: u64,
    /// Its title, found nowhere else.
    pub(crate) title: String,
    /// The organisation's place in the town.
    pub(crate) organisation: usize,
    /// Where it hangs.
    pub(crate) repo: String,
    /// The issue that asks about it, once it was seen.
    pub(crate) issue: Option<u64>,
    /// Who said `/own`, and the comment.
    pub(crate) owner: Option<(&'static str, u64)>,
    /// The comment that says `/explain`.
    pub(crate) explained: Option<u64>,
}

/// The story so far. Clones are the same.
#[derive(Clone)]
pub(crate) struct Story {
    github: Sim,
    keys: Arc<Mutex<Vec<Key>>>,
}

impl Story {
    /// Nothing has happened yet.
    pub(crate) fn new(github: Sim) -> Self {
        Self { github, keys: Arc::default() }
    }

    /// Adds a key to the next repository of an organisation that has none.
    pub(crate) fn adds_key(&self, organisation: usize) {
        let mut keys = self.keys();
        let place = keys.iter().filter(|key| key.organisation == organisation).count();
        let repo = town::repository(organisation, place);
        let title = format!("deploys-{organisation}-{place:03}-end");
        let by = PEOPLE[keys.len() % PEOPLE.len()];
        let id = self.github.adds_deploy_key(&repo, &title, place.is_multiple_of(2), by);
        keys.push(Key { id, title, organisation, repo, issue: None, owner: None, explained: None });
    }

    /// Answers issues as they appear, until it is dropped.
    pub(crate) async fn people(self) {
        loop {
            self.looks();
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    /// The keys so far.
    pub(crate) fn keys(&self) -> MutexGuard<'_, Vec<Key>> {
        self.keys.lock().expect("no panic holds this lock")
    }

    /// Every key has been owned and explained.
    pub(crate) fn is_told(&self) -> bool {
        self.keys().iter().all(|key| key.owner.is_some() && key.explained.is_some())
    }

    /// One step for each key: see the issue and have it explained; next time own it.
    fn looks(&self) {
        for (place, key) in self.keys().iter_mut().enumerate() {
            if key.owner.is_some() {
                continue;
            }
            let Some(issue) = key.issue else {
                let issues = self.github.issues(&key.repo);
                key.issue = issues.iter().find(|issue| asks_about(issue, key)).map(|i| i.number);
                continue;
            };
            let speaker = |shift: usize| PEOPLE[(place + shift) % PEOPLE.len()];
            if key.explained.is_none() {
                let said = self.github.comments(&key.repo, issue, speaker(1), "/explain");
                key.explained = Some(said);
            } else {
                let owner = speaker(2);
                let text = format!("/own because {} is ours", key.title);
                let said = self.github.comments(&key.repo, issue, owner, &text);
                key.owner = Some((owner, said));
            }
        }
    }
}

/// Whether Beholden asks about this key here. A double that was taken back names no key.
pub(crate) fn asks_about(issue: &IssueView, key: &Key) -> bool {
    issue.author == BOT && issue.body.contains(&key.title)
}

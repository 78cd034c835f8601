//! Jobs that wait for others: who is shut out of a job that they need is shut out of them too.
//!
//! Source: "Using jobs in a workflow", prerequisite jobs.

use std::collections::{BTreeMap, BTreeSet};

use yaml_serde::{Mapping, Value};

use crate::power::model::{Ground, Guard};
use crate::power::workflow::entry::{self, Entry};
use crate::power::workflow::file::{text_of, texts_of};

/// What lets a job start.
#[derive(Clone)]
pub(super) struct Start {
    /// The ways in that are left.
    pub(super) entries: Vec<Entry>,
    /// What holds a job back before this one can start. An environment of which nothing is known
    /// holds only its own job back.
    pub(super) guard: Guard,
}

/// What lets each job of a file start.
pub(super) struct Starts<'v> {
    jobs: &'v Mapping,
    ids: BTreeSet<&'v str>,
    first: Start,
    ground: &'v Ground,
    known: BTreeMap<&'v str, Start>,
}

impl<'v> Starts<'v> {
    /// For jobs of which those that need nothing start with `first`.
    pub(super) fn new(jobs: &'v Mapping, first: Start, ground: &'v Ground) -> Self {
        let ids = jobs.keys().filter_map(Value::as_str).collect();
        Self { jobs, ids, first, ground, known: BTreeMap::new() }
    }

    /// What lets a job start.
    pub(super) fn of(&mut self, id: &'v str) -> Start {
        self.find(id, &mut BTreeSet::new())
    }

    fn find(&mut self, id: &'v str, above: &mut BTreeSet<&'v str>) -> Start {
        if let Some(known) = self.known.get(id) {
            return known.clone();
        }
        let Some(job) = self.jobs.get(id) else {
            return self.first.clone();
        };
        let condition = job.get("if").and_then(text_of);
        let mut start = self.first.clone();
        // Who asks for the state of others runs whatever became of them.
        let asks = condition.as_deref().is_some_and(|it| {
            let it = it.to_ascii_lowercase();
            ["always(", "cancelled(", "failure("].iter().any(|call| it.contains(call))
        });
        if !asks && above.insert(id) {
            let needed = job.get("needs").map(texts_of).unwrap_or_default();
            for needed in needed.into_iter().collect::<BTreeSet<_>>() {
                let known = self.ids.get(needed.as_str()).copied();
                if let Some(known) = known.filter(|it| !above.contains(it)) {
                    let before = self.find(known, above);
                    let guard = self.guard_of(known);
                    start = start.after(&before, guard);
                }
            }
            above.remove(id);
        }
        start.entries = entry::through(&start.entries, condition.as_deref());
        self.known.insert(id, start.clone());
        start
    }

    /// The guard of a job's own environment, if it is known.
    fn guard_of(&self, id: &str) -> Guard {
        let environment = self.jobs.get(id).and_then(|job| job.get("environment"));
        let name = environment.and_then(|it| text_of(it.get("name").unwrap_or(it)));
        match name.map(|name| self.ground.guard(&name)) {
            Some(guard @ Guard::Behind { .. }) => guard,
            _ => Guard::Open,
        }
    }
}

impl Start {
    /// After another job that started so, behind its guard.
    fn after(mut self, before: &Self, guard: Guard) -> Self {
        let by_event: BTreeMap<&str, &Entry> =
            before.entries.iter().rev().map(|it| (it.event.as_str(), it)).collect();
        self.entries = self
            .entries
            .into_iter()
            .filter_map(|mut entry| {
                let needed = by_event.get(entry.event.as_str())?;
                entry.crowd = entry.crowd.at_most(needed.crowd.most());
                entry.words.retain(|word| needed.words.contains(word));
                Some(entry)
            })
            .collect();
        self.guard = self.guard.and(before.guard.clone()).and(guard);
        self
    }
}

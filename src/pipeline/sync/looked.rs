//! What came of looking at code of others: what is to be decided about, and how well it is seen.

use std::collections::BTreeMap;

use crate::decide::{Input, Reading};
use crate::domain::{Covered, Evidence, Fact, Seen, Timestamp};
use crate::github::Failure;

/// After so many that GitHub did not answer now, the others wait too.
const PATIENCE: usize = 3;

/// How many of a kind there are, and how many of them could not be read.
#[derive(Default)]
pub(super) struct Tally {
    /// How many there are.
    pub(super) all: usize,
    /// How many were looked at, now or for good.
    pub(super) read: usize,
    /// How many cannot be read, and why the first of them cannot.
    unread: Option<(usize, String)>,
}

/// What came of looking.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) inputs: Vec<Input>,
    /// Branches and tags.
    pub(super) references: Tally,
    /// Repositories.
    pub(super) sources: Tally,
    /// Commits.
    pub(super) pins: Tally,
    /// How many GitHub did not answer about now.
    late: usize,
    /// When it makes sense to ask about those again.
    pub(super) again: Option<Timestamp>,
    /// The share of the hour's requests was used up before all were looked at.
    pub(super) spent: bool,
}

impl Tally {
    /// One that cannot be read.
    pub(super) fn not_read(&mut self, why: &str) {
        let first = self.unread.take();
        self.unread = Some(first.map_or_else(|| (1, why.to_owned()), |(n, why)| (n + 1, why)));
    }

    /// What it lacks, as sentences. `what` follows the numbers.
    fn lacks(&self, what: &str, spent: bool) -> Vec<String> {
        let Self { all, read, unread } = self;
        let mut why = Vec::new();
        if let Some((unread, first)) = unread {
            why.push(format!("{unread} of {all}{what} cannot be read. The first: {first}"));
        }
        if read < all {
            let because = if spent { ": its share of requests is used up" } else { "" };
            why.push(format!(
                "{} of {all}{what} were not looked at this time{because}.",
                all - read
            ));
        }
        why
    }
}

impl Looked {
    /// Whether the rest waits for another time.
    pub(super) fn stops(&self) -> bool {
        self.late >= PATIENCE || self.spent
    }

    /// Why one cannot be read, as a sentence.
    pub(super) fn fails(&mut self, failure: Failure) -> String {
        let Failure::Later { until, why, .. } = failure else { return failure.to_string() };
        self.late += 1;
        self.again = self.again.max(Some(until));
        format!("{why}.")
    }

    /// Facts that one answer showed.
    pub(super) fn shows(&mut self, facts: Vec<Fact>, request: String, as_of: Timestamp) {
        let evidence = Evidence::Api { request };
        let reading = Reading { facts, as_of, evidence };
        self.inputs.push(Input::Read { hints: Vec::new(), reading });
    }

    /// How well code of others is seen now.
    pub(super) fn covered(&self, before: Option<&Covered>, now: Timestamp) -> Covered {
        let mut why = self.references.lacks("", self.spent);
        why.extend(self.sources.lacks(" repositories", self.spent));
        why.extend(self.pins.lacks(" commits", self.spent));
        if why.is_empty() {
            let found = self.references.all + self.pins.all;
            let found = u32::try_from(found).unwrap_or(u32::MAX);
            return Covered::complete(before, now, found, BTreeMap::new());
        }
        Covered::short(before, now, Seen::Partial, why.join(" "), None)
    }
}

/// An answer, or nothing where GitHub does not give one. What it does not give now is asked later.
pub(super) fn known<T>(answer: Result<Option<T>, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Err(later @ Failure::Later { .. }) => Err(later),
        Err(_) => Ok(None),
        known => known,
    }
}

//! What a command did to each identity it was about, and how a reply says what it did not do.

use crate::commands::people::Talk;
use crate::domain::{Act, IdentityKey};
use crate::register::{NotLoaded, Record};

/// The most different reasons that a reply gives.
const MOST_REASONS: usize = 5;

/// What was done and what was not.
#[derive(Default)]
pub(super) struct Outcome<'a> {
    /// The acts made.
    pub(super) acts: Vec<(IdentityKey, Act)>,
    /// What they were made on.
    pub(super) done: Vec<&'a Record>,
    /// What was refused, and why.
    pub(super) refused: Vec<(&'a Record, String)>,
}

impl<'a> Outcome<'a> {
    /// Notes what was done.
    pub(super) fn did(&mut self, record: &'a Record, act: (IdentityKey, Act)) {
        self.acts.push(act);
        self.done.push(record);
    }

    /// Notes what was refused.
    pub(super) fn refuse(&mut self, record: &'a Record, why: String) {
        self.refused.push((record, why));
    }

    /// The refusals, for a reply that says nothing else: reason by reason.
    pub(super) fn refusals(&self, talk: &Talk<'_>) -> Result<String, NotLoaded> {
        if let [(_, why)] = &self.refused[..] {
            return Ok(why.clone());
        }
        let mut reasons: Vec<(&str, Vec<&Record>)> = Vec::new();
        for (record, why) in &self.refused {
            match reasons.iter_mut().find(|(known, _)| known == why) {
                Some((_, records)) => records.push(record),
                None => reasons.push((why, vec![record])),
            }
        }
        if let [(why, _)] = &reasons[..] {
            return Ok((*why).to_owned());
        }
        let mut lines = Vec::new();
        for (why, records) in reasons.iter().take(MOST_REASONS) {
            lines.push(format!("- {}: {why}", crate::words::upper(&talk.subject(records)?)));
        }
        if reasons.len() > MOST_REASONS {
            lines.push(format!("- and {} more reasons.", reasons.len() - MOST_REASONS));
        }
        Ok(lines.join("\n"))
    }

    /// The refusals, after a sentence about what was done; empty when there are none.
    pub(super) fn also_refused(&self, talk: &Talk<'_>) -> Result<String, NotLoaded> {
        if self.refused.is_empty() {
            return Ok(String::new());
        }
        let records: Vec<_> = self.refused.iter().map(|(record, _)| *record).collect();
        let subject = talk.subject(&records)?;
        Ok(format!("\n\nNot done for {subject}:\n{}", self.refusals(talk)?))
    }
}

//! The digest is about everything that was here before us. What a person says there is about the
//! identities that they name, or about those of the section with their name.

use std::collections::BTreeSet;

use crate::commands::{Command, Pick};
use crate::decide::{Turn, Wanting};
use crate::domain::{Actor, Case, Cause, IdentityKey, Row};

impl Turn<'_> {
    /// The digest as a case of those that a command is about; `None` for every other case, and
    /// for a command that is about no identity.
    pub(super) fn claimed(
        &self,
        case: &Case,
        command: &Command,
        speaker: &Actor,
    ) -> Result<Option<Case>, Wanting> {
        let Some(picks) = command.picks().filter(|_| case.cause == Cause::Baseline) else {
            return Ok(None);
        };
        let named: BTreeSet<IdentityKey> = picks.iter().filter_map(key).collect();
        let mut meant = named.clone();
        if named.len() < picks.len() || picks.is_empty() {
            meant.extend(waiting_for(case, speaker));
        }
        let mut rows: Vec<Row> = Vec::new();
        for identity in meant {
            // What is new, or only proposed yet, is asked about elsewhere, with its findings.
            let record = self.slice.record(&identity)?;
            let old = record.filter(|it| it.baseline && it.identity.is_live());
            let Some(settled) = old.map(|it| it.ownership.is_owned()) else { continue };
            if !settled || named.contains(&identity) {
                rows.push(Row { identity, findings: Vec::new(), settled });
            }
        }
        Ok(Some(Case { rows, ..case.clone() }))
    }
}

fn key(pick: &Pick) -> Option<IdentityKey> {
    match pick {
        Pick::Key(key) => Some(key.clone()),
        Pick::Rows(..) | Pick::All => None,
    }
}

/// Those of the section with the speaker's name, as last counted.
fn waiting_for<'a>(
    case: &'a Case,
    speaker: &'a Actor,
) -> impl Iterator<Item = IdentityKey> + use<'a> {
    let sections = case.backlog.iter().flat_map(|backlog| &backlog.sections);
    let theirs = sections.filter(|section| section.who.as_ref() == Some(&speaker.login));
    theirs.flat_map(|section| &section.first).map(|waiting| waiting.identity.clone())
}

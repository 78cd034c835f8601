//! Which identities of a case a command is about, and how a reply names them.

use crate::commands::command::Pick;
use crate::commands::known::Wanting;
use crate::commands::party::quote;
use crate::commands::people::Talk;
use crate::domain::RepoId;
use crate::register::{NotLoaded, Record};
use crate::words::{ability, count, named};

/// What a command does when it names no identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// Every row that still waits; every row when none does.
    Waiting,
    /// Every row.
    All,
    /// The only row; with several, the speaker must say which.
    Only,
}

impl<'a> Talk<'a> {
    /// The records that are meant, in the order of the rows. An error is a sentence.
    pub(super) fn records(
        &self,
        picks: &[Pick],
        unnamed: Unnamed,
    ) -> Result<Result<Vec<&'a Record>, String>, Wanting> {
        let rows = &self.case.rows;
        let mut meant = vec![picks.is_empty(); rows.len()];
        if picks.is_empty() {
            match unnamed {
                Unnamed::Waiting if self.case.waits() => {
                    meant = rows.iter().map(|row| !row.settled).collect();
                }
                Unnamed::Only if rows.len() > 1 => {
                    return Ok(Err(format!(
                        "This case has {}. Say which: row numbers such as `2` or `1-3`, or `all`.",
                        count(rows.len(), "row")
                    )));
                }
                Unnamed::Waiting | Unnamed::All | Unnamed::Only => {}
            }
        }
        for pick in picks {
            match pick {
                Pick::All => meant.fill(true),
                Pick::Rows(from, to) if *to <= rows.len() => meant[from - 1..*to].fill(true),
                Pick::Rows(..) => {
                    return Ok(Err(format!("This case has {}.", count(rows.len(), "row"))));
                }
                Pick::Key(key) => match rows.iter().position(|row| row.identity == *key) {
                    Some(at) => meant[at] = true,
                    None => {
                        let key = quote(&key.to_string());
                        return Ok(Err(format!("{key} is not in this case.")));
                    }
                },
            }
        }
        let meant = rows.iter().zip(meant).filter(|(_, meant)| *meant);
        let records = NotLoaded::all(meant.map(|(row, _)| self.slice.record(&row.identity)))?;
        let records: Vec<&Record> = records.into_iter().flatten().collect();
        if records.is_empty() {
            return Ok(Err("The register no longer holds what this is about.".to_owned()));
        }
        Ok(Ok(records))
    }

    /// Every record of the case.
    pub(super) fn all_records(&self) -> Result<Vec<&'a Record>, Wanting> {
        let rows = self.case.rows.iter();
        let records = NotLoaded::all(rows.map(|row| self.slice.record(&row.identity)))?;
        Ok(records.into_iter().flatten().collect())
    }

    /// One identity by name, several by number: `3 deploy keys`.
    pub(super) fn subject(&self, records: &[&Record]) -> Result<String, NotLoaded> {
        if let [one] = records {
            let repo = match one.identity.repo {
                Some(repo) => self.slice.repo(repo)?,
                None => None,
            };
            return Ok(named(&one.identity, repo.map(|repo| &repo.name)));
        }
        let kind = records.first().map(|record| record.identity.key.kind());
        let same = records.iter().all(|record| Some(record.identity.key.kind()) == kind);
        let noun = kind.filter(|_| same).map_or("identity", |kind| kind.words());
        Ok(count(records.len(), noun))
    }

    /// What one identity can do, one part per grant.
    pub(super) fn abilities(&self, record: &Record) -> Result<Vec<String>, NotLoaded> {
        let mut names = std::collections::BTreeMap::new();
        for repo in record.repos() {
            names.insert(repo, self.repo_name(repo)?);
        }
        let name = |repo: RepoId| names.get(&repo).cloned().flatten();
        Ok(record.grants.iter().map(|grant| ability(grant, &name)).collect())
    }
}

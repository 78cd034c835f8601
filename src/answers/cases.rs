//! Cases: what waits for a person, where it is asked, and what was found.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::answers::names;
use crate::domain::{
    Case, CaseId, CaseState, Cause, Finding, IdentityKey, OrgId, Place, RepoId, Timestamp,
};
use crate::store::{Store, StoreError};

/// One case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseAnswer {
    /// Which.
    pub id: CaseId,
    /// Whether it waits.
    pub state: CaseState,
    /// What brought it about.
    pub cause: String,
    /// The repository of its issue or pull request; `None` when it stays in the register.
    pub repository: Option<String>,
    /// The number of its issue or pull request there, once it is written.
    pub issue: Option<i64>,
    /// Why it has no issue.
    pub silent: Option<String>,
    /// When it was opened.
    pub opened: Timestamp,
    /// When something was added to it last.
    pub latest: Timestamp,
    /// How many of its rows wait.
    pub waiting: usize,
    /// What it is about.
    pub rows: Vec<CaseRow>,
    /// The case that took its rows over.
    pub merged_into: Option<CaseId>,
}

/// One identity of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    /// Which.
    pub identity: IdentityKey,
    /// Owned, retired, gone or put right.
    pub settled: bool,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
}

/// Cases in a state, newest first. `before` is the last of the page before.
pub async fn cases(
    store: &Store,
    org: OrgId,
    state: CaseState,
    before: Option<&CaseId>,
    limit: usize,
) -> Result<Vec<CaseAnswer>, StoreError> {
    let last = match before {
        Some(id) => store.case(org, id).await?,
        None => None,
    };
    let before = last.as_ref().map(|case| (case.opened, &case.id));
    let cases = store.cases(org, state, before, limit).await?;
    let places = names(store, org, cases.iter().filter_map(place)).await?;
    Ok(cases.into_iter().map(|case| answer(case, &places)).collect())
}

/// One case; `None` when there is none of this name.
pub async fn one_case(
    store: &Store,
    org: OrgId,
    id: &CaseId,
) -> Result<Option<CaseAnswer>, StoreError> {
    let Some(case) = store.case(org, id).await? else { return Ok(None) };
    let places = names(store, org, place(&case)).await?;
    Ok(Some(answer(case, &places)))
}

fn place(case: &Case) -> Option<RepoId> {
    match case.place {
        Place::Repo { repo } => Some(repo),
        Place::Register { .. } => None,
    }
}

fn answer(case: Case, places: &BTreeMap<RepoId, String>) -> CaseAnswer {
    CaseAnswer {
        cause: cause(&case.cause),
        repository: place(&case).and_then(|repo| places.get(&repo)).cloned(),
        issue: case.issue.map(|issue| issue.0),
        silent: match case.place {
            Place::Register { why } => Some(why),
            Place::Repo { .. } => None,
        },
        waiting: case.rows.iter().filter(|row| !row.settled).count(),
        rows: case
            .rows
            .into_iter()
            .map(|row| CaseRow {
                identity: row.identity,
                settled: row.settled,
                findings: row.findings,
            })
            .collect(),
        id: case.id,
        state: case.state,
        opened: case.opened,
        latest: case.latest,
        merged_into: case.merged_into,
    }
}

/// The word for a cause.
fn cause(cause: &Cause) -> String {
    let value = serde_json::to_value(cause).unwrap_or_default();
    value["cause"].as_str().unwrap_or_default().to_owned()
}

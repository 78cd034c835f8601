//! Code of others that workflows take at references which can be moved, and where those point.

use crate::domain::{
    Foreign, OrgId, Pointer, Reference, RepoId, RepoName, Taken, Taker, Timestamp,
};
use crate::store::value::{Query, Row, Value, row};
use crate::store::{Store, StoreError, sql};

/// The most references of an organisation that are looked at.
const MOST: usize = 2_000;

/// The most jobs that are told to take one of them.
const MOST_TAKERS: usize = 500;

/// A reference that somebody takes or calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Where it pointed; nowhere yet when it was never tried.
    pub pointer: Pointer,
    /// Whether it is of a repository of the organisation itself.
    pub own: bool,
}

impl Store {
    /// The references that workflows of an organisation take or call, those that were not tried for
    /// longest first: at most two thousand. A commit's own name is none.
    pub async fn references(&self, org: OrgId) -> Result<Vec<Watched>, StoreError> {
        let rows = self.database.ask(Query::new(sql::REFERENCES, row![org, MOST])).await?;
        rows.into_iter().map(watched).collect()
    }

    /// The jobs that take a reference: at most five hundred.
    pub async fn takers_of(
        &self,
        org: OrgId,
        reference: &Reference,
    ) -> Result<Vec<Taker>, StoreError> {
        let args = row![org, reference.repo.as_str(), reference.name.raw(), MOST_TAKERS];
        let rows = self.database.ask(Query::new(sql::TAKERS_OF, args)).await?;
        rows.into_iter()
            .map(|mut row| {
                let repo = RepoId(row.int()?);
                let taken = Taken {
                    workflow: Foreign::new(&row.text()?),
                    job: Foreign::new(&row.text()?),
                    code: Foreign::new(&row.text()?),
                    reference: reference.clone(),
                    holds: row.text()?,
                };
                Ok(Taker { repo, taken })
            })
            .collect()
    }
}

fn watched(mut row: Row) -> Result<Watched, StoreError> {
    let repo: RepoName = row.parsed()?;
    let reference = Reference { repo, name: Foreign::new(&row.text()?) };
    let head = row.maybe_text()?;
    let commit = head.map(|head| head.parse()).transpose();
    let commit = commit.map_err(|_| row.corrupt("a commit is malformed"))?;
    let (tag, tried, why): (_, Timestamp, _) = (row.maybe_text()?, row.time()?, row.maybe_text()?);
    let pointer = Pointer { reference, commit, tag, tried, why };
    Ok(Watched { pointer, own: row.int()? == 1 })
}

/// Parameters of `PUT_TAKEN`.
pub(crate) fn taken_row(org: OrgId, repo: RepoId, taken: &Taken) -> Vec<Value> {
    let Taken { workflow, job, code, reference: Reference { repo: callee, name }, holds } = taken;
    let (workflow, job, code, name) = (workflow.raw(), job.raw(), code.raw(), name.raw());
    row![org, repo, workflow, job, code, name, callee.as_str(), holds.as_str()]
}

/// Parameters of `PUT_POINTER`.
pub(crate) fn pointer_row(org: OrgId, pointer: &Pointer) -> Vec<Value> {
    let Pointer { reference: Reference { repo, name }, commit, tag, tried, why } = pointer;
    let commit = commit.as_ref().map(|commit| commit.as_str());
    let (repo, name) = (repo.as_str(), name.raw());
    row![org, repo, name, commit, *tried, tag.as_deref(), why.as_deref()]
}

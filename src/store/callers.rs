//! Which workflows of the organisation call a file of another repository, as far as their default
//! branches were read.

use crate::domain::{Called, Foreign, OrgId, RepoId, RepoName};
use crate::store::value::{Query, Value, row};
use crate::store::{Store, StoreError, sql};

/// The most calls of files of one repository that are told.
const MOST: usize = 5_000;

impl Store {
    /// The calls of files of a repository, each with the repository that makes it: at most five
    /// thousand, by repository.
    pub async fn callers_of(
        &self,
        org: OrgId,
        callee: &RepoName,
    ) -> Result<Vec<(RepoId, Called)>, StoreError> {
        let query = Query::new(sql::CALLERS_OF, row![org, callee.as_str(), MOST]);
        let rows = self.database.ask(query).await?;
        rows.into_iter()
            .map(|mut row| {
                let caller = RepoId(row.int()?);
                let called = Called {
                    workflow: Foreign::new(&row.text()?),
                    repo: callee.clone(),
                    file: Foreign::new(&row.text()?),
                    reference: Foreign::new(&row.text()?),
                };
                Ok((caller, called))
            })
            .collect()
    }
}

/// Parameters of `PUT_CALL`.
pub(crate) fn call_row(org: OrgId, caller: RepoId, called: &Called) -> Vec<Value> {
    let Called { workflow, repo, file, reference } = called;
    row![org, caller, workflow.raw(), repo.as_str(), file.raw(), reference.raw()]
}

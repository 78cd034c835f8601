//! Pull requests, branches, and which powers people were shown: rows.

use crate::domain::{Digest, Foreign, OrgId, Pull, PullState, RepoId, Sha, Timestamp};
use crate::register::Need;
use crate::store::value::{Query, Row, Value, json, row};
use crate::store::{Store, StoreError, sql};

/// The most pull requests of one repository that are loaded together.
const MOST_ASKING: usize = 200;

/// The most branches and tags of one repository at which others take something.
const MOST_REFERENCES: usize = 1_000;

/// The most pull requests of one digest that are loaded.
const MOST_ALIKE: usize = 1_000;

impl Store {
    /// Where a branch stood when it was last judged.
    pub async fn branch(
        &self,
        org: OrgId,
        repo: RepoId,
        branch: &Foreign,
    ) -> Result<Option<Sha>, StoreError> {
        let query = Query::new(sql::BRANCH, row![org, repo, branch.raw()]);
        match self.database.ask(query).await?.into_iter().next() {
            Some(mut row) => row.parsed().map(Some),
            None => Ok(None),
        }
    }

    /// Where any branch of a repository stood when it was last judged: a default branch that got
    /// another name is compared with what it was.
    pub async fn any_branch(&self, org: OrgId, repo: RepoId) -> Result<Option<Sha>, StoreError> {
        let query = Query::new(sql::ANY_BRANCH, row![org, repo]);
        match self.database.ask(query).await?.into_iter().next() {
            Some(mut row) => row.parsed().map(Some),
            None => Ok(None),
        }
    }

    /// One pull request.
    pub async fn pull(
        &self,
        org: OrgId,
        repo: RepoId,
        number: i64,
    ) -> Result<Option<Pull>, StoreError> {
        let rows = self.database.ask(Query::new(sql::PULL, row![org, repo, number])).await?;
        rows.into_iter().next().map(|mut row| row.doc()).transpose()
    }
}

/// The question that answers a need about pull requests.
pub(crate) fn question(org: OrgId, need: &Need) -> Option<Query> {
    Some(match need {
        Need::Pull(repo, number) => Query::new(sql::PULL, row![org, *repo, *number]),
        Need::PullsAt(repo, head) => Query::new(sql::PULLS_AT, row![org, *repo, head.as_str()]),
        Need::PullsOnto(repo, base) => Query::new(sql::PULLS_ONTO, row![org, *repo, base.raw()]),
        Need::PullsAsking(repo) => Query::new(sql::PULLS_ASKING, row![org, *repo, MOST_ASKING]),
        Need::PullsGranting(digest) => {
            Query::new(sql::PULLS_GRANTING, row![org, digest.0.as_str(), MOST_ALIKE])
        }
        Need::Shown(key) => Query::new(sql::SHOWN, row![org, key]),
        Need::CalledAt(repo) => {
            Query::new(sql::CALLED_AT, row![org, repo.as_str(), MOST_REFERENCES])
        }
        _ => return None,
    })
}

/// Which powers were shown, and when last.
pub(crate) fn read_shown(rows: Vec<Row>) -> Result<Vec<(Digest, Timestamp)>, StoreError> {
    rows.into_iter().map(|mut row| Ok((Digest(row.text()?), row.time()?))).collect()
}

/// Parameters of `PUT_PULL`.
pub(crate) fn pull_row(org: OrgId, pull: &Pull) -> Vec<Value> {
    let state = match pull.state {
        PullState::Open => "open",
        PullState::Closed => "closed",
        PullState::Merged => "merged",
    };
    let granting = pull.weighed.as_ref().filter(|weighed| weighed.grants_anything());
    row![
        org,
        pull.repo,
        pull.number,
        state,
        pull.head.as_ref().map(Sha::as_str),
        pull.base.raw(),
        i64::from(pull.case.is_some()),
        granting.map(|weighed| weighed.digest.0.as_str()),
        pull.since,
        json(pull),
    ]
}

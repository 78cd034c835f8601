//! Commits that workflows hold code of others to, and the repositories that such code comes from.

use crate::domain::{
    Came, Fate, Foreign, Holder, OrgId, Pinned, Reference, RepoId, RepoName, Sha, Source, Taken,
    Taker, UserId,
};
use crate::store::value::{Query, Row, Value, json, row};
use crate::store::{Store, StoreError, sql};

/// The most commits, and the most repositories, of an organisation that are looked at.
const MOST: usize = 2_000;

/// The most jobs that are told to take code from one repository.
const MOST_TAKERS: usize = 500;

impl Store {
    /// The commits that workflows of an organisation hold code of others to, each with whether any
    /// still does; those that were not looked for longest first: at most two thousand. Without those
    /// that are held to and were found where they belong.
    pub async fn pins(&self, org: OrgId) -> Result<Vec<(Pinned, bool)>, StoreError> {
        let rows = self.database.ask(Query::new(sql::PINS, row![org, MOST])).await?;
        rows.into_iter().map(pinned).collect()
    }

    /// The repositories that workflows of an organisation take code of others from, each with
    /// whether any still does; those that were not tried for longest first: at most two thousand.
    pub async fn sources(&self, org: OrgId) -> Result<Vec<(Source, bool)>, StoreError> {
        let rows = self.database.ask(Query::new(sql::SOURCES, row![org, MOST])).await?;
        rows.into_iter().map(source).collect()
    }

    /// How many commits workflows of an organisation hold code of others to, and how many of these were
    /// found where they belong.
    pub async fn count_pins(&self, org: OrgId) -> Result<(usize, usize), StoreError> {
        match self.database.ask(Query::new(sql::COUNT_PINS, row![org])).await?.into_iter().next() {
            Some(mut row) => Ok((row.count()?, row.count()?)),
            None => Ok((0, 0)),
        }
    }

    /// How many repositories workflows of an organisation take code of others from.
    pub async fn count_sources(&self, org: OrgId) -> Result<usize, StoreError> {
        let rows = self.database.ask(Query::new(sql::COUNT_SOURCES, row![org])).await?;
        rows.into_iter().next().map_or(Ok(0), |mut row| row.count())
    }

    /// The jobs that take code from a repository: at most five hundred.
    pub async fn takers_from(&self, org: OrgId, repo: &RepoName) -> Result<Vec<Taker>, StoreError> {
        let args = row![org, repo.as_str(), MOST_TAKERS];
        let rows = self.database.ask(Query::new(sql::TAKERS_FROM, args)).await?;
        rows.into_iter()
            .map(|mut row| {
                let taker = RepoId(row.int()?);
                let (workflow, job) = (Foreign::new(&row.text()?), Foreign::new(&row.text()?));
                let code = Foreign::new(&row.text()?);
                let reference = Reference { repo: repo.clone(), name: Foreign::new(&row.text()?) };
                let taken = Taken { workflow, job, code, reference, holds: row.text()? };
                Ok(Taker { repo: taker, taken })
            })
            .collect()
    }
}

fn pinned(mut row: Row) -> Result<(Pinned, bool), StoreError> {
    let pinned = Pinned {
        repo: row.parsed()?,
        commit: row.parsed()?,
        news: row.int()? == 1,
        belongs: row.maybe_int()?.map(|belongs| belongs == 1),
        tried: row.time()?,
        why: row.maybe_text()?,
    };
    Ok((pinned, row.int()? == 1))
}

fn source(mut row: Row) -> Result<(Source, bool), StoreError> {
    let repo = row.parsed()?;
    let (number, owner, name) = (row.maybe_int()?, row.maybe_int()?, row.maybe_text()?);
    let name = name.map(|name| name.parse()).transpose();
    let name: Option<RepoName> = name.map_err(|_| row.corrupt("a name is malformed"))?;
    let first = number.zip(owner).zip(name).map(|((number, owner), name)| Holder {
        number: RepoId(number),
        owner: UserId(owner),
        name,
    });
    let branch = row.maybe_text()?.map(|branch| Foreign::new(&branch));
    let fate = row.maybe_text()?.map(|fate| serde_json::from_str(&fate)).transpose();
    let fate: Option<Fate> = fate.map_err(|error| row.corrupt(&error.to_string()))?;
    let (tag, tried, why) = (row.maybe_text()?, row.time()?, row.maybe_text()?);
    let fate = fate.unwrap_or_default();
    let source = Source { repo, first, branch, fate, tag, tried, why };
    Ok((source, row.int()? == 1))
}

/// Parameters of `NEWS_PIN`, for each commit among what a repository takes since something changed.
pub(crate) fn news_pins(org: OrgId, by: RepoId, taken: &[Taken], came: Came) -> Vec<Vec<Value>> {
    let taken = if came == Came::Since { taken } else { &[] };
    commits(taken).map(|(repo, commit)| row![org, repo.as_str(), commit.as_str(), by]).collect()
}

/// Parameters of `NEW_PIN`, for each commit among what a repository takes: none where another
/// reading says whether they are news.
pub(crate) fn new_pins(org: OrgId, taken: &[Taken], came: Came) -> Vec<Vec<Value>> {
    let news: i64 = match came {
        Came::Before => 0,
        Came::Since => 1,
        Came::ByTheWay => return Vec::new(),
    };
    commits(taken).map(|(repo, commit)| row![org, repo.as_str(), commit.as_str(), news]).collect()
}

fn commits(taken: &[Taken]) -> impl Iterator<Item = (&RepoName, Sha)> {
    taken.iter().filter_map(|taken| {
        let Reference { repo, name } = &taken.reference;
        Some((repo, name.raw().parse().ok()?))
    })
}

/// Parameters of `PUT_PIN`.
pub(crate) fn pin_row(org: OrgId, pinned: &Pinned) -> Vec<Value> {
    let Pinned { repo, commit, news, belongs, tried, why } = pinned;
    let (news, belongs) = (i64::from(*news), belongs.map(i64::from));
    row![org, repo.as_str(), commit.as_str(), news, belongs, *tried, why.as_deref()]
}

/// Parameters of `PUT_SOURCE`.
pub(crate) fn source_row(org: OrgId, source: &Source) -> Vec<Value> {
    let Source { repo, first, branch, fate, tag, tried, why } = source;
    let number = first.as_ref().map(|first| first.number.0);
    let owner = first.as_ref().map(|first| first.owner.0);
    let name = first.as_ref().map(|first| first.name.as_str());
    let branch = branch.as_ref().map(Foreign::raw);
    let (fate, tag, why) = (json(fate), tag.as_deref(), why.as_deref());
    row![org, repo.as_str(), number, owner, name, branch, fate, tag, *tried, why]
}

//! What pages, the command line and metrics ask: keyset pages, and no totals but cheap counts.

use std::collections::BTreeMap;

use crate::domain::{
    Case, CaseId, CaseState, Finding, IdentityKey, IdentityKind, Login, OrgId, Person, Repo,
    RepoId, RepoName, SurfaceKey, Timestamp,
};
use crate::register::{Entry, Gap, Record};
use crate::store::rows::{normalised, read_case, read_person, state};
use crate::store::value::{FOREVER, Query, Row, row};
use crate::store::{Store, StoreError, sql};

/// Which identities a page shows. `None` means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<IdentityKind>,
    /// Standing at this word of [`crate::domain::Ownership::word`].
    pub word: Option<String>,
    /// Hanging on this repository.
    pub repo: Option<RepoId>,
    /// With a name that begins so, whatever the case. Ignored together with `repo`.
    pub text: Option<String>,
}

impl Filter {
    /// Whether a page would show an identity.
    pub fn passes(&self, record: &Record) -> bool {
        let identity = &record.identity;
        let begins =
            |text: &String| normalised(identity.name.raw()).starts_with(normalised(text).as_str());
        let hangs_there = |repo: &RepoId| identity.is_live() && record.repos().contains(repo);
        self.kind.is_none_or(|kind| identity.key.kind() == kind)
            && self.word.as_ref().is_none_or(|word| record.ownership.word() == word)
            && match &self.repo {
                Some(repo) => hangs_there(repo),
                None => self.text.as_ref().is_none_or(begins),
            }
    }
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins, if there may be one.
    pub next: Option<K>,
}

/// One line of history and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The Turn, and the line in it: where the next page begins.
    pub place: (i64, i64),
    /// What happened.
    pub entry: Entry,
}

/// Something put aside until somebody looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Whose it is, where that is known.
    pub org: Option<OrgId>,
    /// What it is.
    pub what: ParkedWhat,
    /// Why, as a sentence.
    pub why: String,
    /// Since when, where that is known.
    pub since: Option<Timestamp>,
}

/// What is put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParkedWhat {
    /// A delivery, by GUID.
    Delivery(String),
    /// A reading, by [`crate::domain::Entity::key`].
    Refresh(String),
    /// An effect.
    Effect(SurfaceKey),
}

/// What metrics show. Counts stop at a hundred thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Deliveries that wait.
    pub inbox_waiting: i64,
    /// When the oldest of them arrived.
    pub oldest_waiting: Option<Timestamp>,
    /// Objects to read again.
    pub refreshes_waiting: i64,
    /// Effects that wait.
    pub outbox_waiting: i64,
    /// Deliveries, readings and effects put aside.
    pub parked: i64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Transactions since this process opened the store.
    pub transactions: u64,
    /// Writes in them: deliveries, saves, reports.
    pub writes: u64,
}

impl Store {
    /// Identities that pass a filter, by key; by name when `text` is given. `after` is the last key
    /// of the page before.
    pub async fn register_page(
        &self,
        org: OrgId,
        filter: &Filter,
        after: Option<&IdentityKey>,
        limit: usize,
    ) -> Result<Page<Record, IdentityKey>, StoreError> {
        let after = after.map(ToString::to_string).unwrap_or_default();
        let word = filter.word.as_deref().unwrap_or_default();
        let kind = filter.kind.map(IdentityKind::as_str);
        // A key is `kind/id`, and `0` follows `/`.
        let first = kind.map(|kind| format!("{kind}/")).unwrap_or_default();
        let from = first.max(after.clone());
        let to = kind.map_or("\u{10ffff}".to_owned(), |kind| format!("{kind}0"));
        let query = match (&filter.repo, &filter.text) {
            (Some(repo), _) => {
                Query::new(sql::PAGE_BY_REPO, row![org, from, to, word, *repo, limit])
            }
            (None, Some(text)) => {
                let prefix = normalised(text);
                let end = format!("{prefix}\u{10ffff}");
                let args = row![org, prefix, end, after, word, kind.unwrap_or_default(), limit];
                Query::new(sql::PAGE_BY_NAME, args)
            }
            (None, None) if !word.is_empty() => {
                Query::new(sql::PAGE_BY_WORD, row![org, from, to, word, limit])
            }
            (None, None) => Query::new(sql::PAGE_BY_KEY, row![org, from, to, limit]),
        };
        let items: Vec<Record> = self
            .database
            .ask(query)
            .await?
            .into_iter()
            .map(|mut row| row.doc())
            .collect::<Result<_, _>>()?;
        let next = if items.len() == limit {
            items.last().map(|record| record.identity.key.clone())
        } else {
            None
        };
        Ok(Page { items, next })
    }

    /// One identity.
    pub async fn record(
        &self,
        org: OrgId,
        key: &IdentityKey,
    ) -> Result<Option<Record>, StoreError> {
        let rows = self.database.ask(Query::new(sql::IDENTITIES, row![org, key])).await?;
        match rows.into_iter().next() {
            Some(mut row) => {
                row.text()?;
                row.doc().map(Some)
            }
            None => Ok(None),
        }
    }

    /// The findings about an identity.
    pub async fn findings(
        &self,
        org: OrgId,
        key: &IdentityKey,
    ) -> Result<Vec<Finding>, StoreError> {
        let rows = self.database.ask(Query::new(sql::FINDINGS, row![org, key])).await?;
        rows.into_iter().map(|mut row| row.doc()).collect()
    }

    /// How many living identities stand at each word of ownership.
    pub async fn words(&self, org: OrgId) -> Result<BTreeMap<String, i64>, StoreError> {
        let rows = self.database.ask(Query::new(sql::WORDS, row![org])).await?;
        rows.into_iter().map(|mut row| Ok((row.text()?, row.int()?))).collect()
    }

    /// An identity's history, newest first. `before` is the place of the last line shown.
    pub async fn timeline_of(
        &self,
        org: OrgId,
        key: &IdentityKey,
        before: Option<(i64, i64)>,
        limit: usize,
    ) -> Result<Vec<Line>, StoreError> {
        let (turn, n) = before.unwrap_or((FOREVER, 0));
        self.lines(Query::new(sql::HISTORY_OF, row![org, key, turn, n, limit])).await
    }

    /// A repository's history, newest first.
    pub async fn timeline_in(
        &self,
        org: OrgId,
        repo: RepoId,
        before: Option<(i64, i64)>,
        limit: usize,
    ) -> Result<Vec<Line>, StoreError> {
        let (turn, n) = before.unwrap_or((FOREVER, 0));
        self.lines(Query::new(sql::HISTORY_IN, row![org, repo, turn, n, limit])).await
    }

    /// An organisation's history, newest first.
    pub async fn timeline(
        &self,
        org: OrgId,
        before: Option<(i64, i64)>,
        limit: usize,
    ) -> Result<Vec<Line>, StoreError> {
        let (turn, n) = before.unwrap_or((FOREVER, 0));
        self.lines(Query::new(sql::HISTORY, row![org, turn, n, limit])).await
    }

    /// What happened in an organisation from a moment on, oldest first. For the next page give the
    /// last line's moment and place.
    pub async fn timeline_since(
        &self,
        org: OrgId,
        since: Timestamp,
        after: Option<(i64, i64)>,
        limit: usize,
    ) -> Result<Vec<Line>, StoreError> {
        let (turn, n) = after.unwrap_or((-1, -1));
        self.lines(Query::new(sql::HISTORY_SINCE, row![org, since, turn, n, limit])).await
    }

    /// Cases in a state, newest first. `before` is the moment and name of the last one shown.
    pub async fn cases(
        &self,
        org: OrgId,
        in_state: CaseState,
        before: Option<(Timestamp, &CaseId)>,
        limit: usize,
    ) -> Result<Vec<Case>, StoreError> {
        let at = before.map_or(FOREVER, |(at, _)| at.as_millisecond());
        let id = before.map_or("", |(_, id)| id.as_str());
        let query = Query::new(sql::CASE_PAGE, row![org, state(in_state), at, id, limit]);
        self.database.ask(query).await?.into_iter().map(read_case).collect()
    }

    /// One case.
    pub async fn case(&self, org: OrgId, id: &CaseId) -> Result<Option<Case>, StoreError> {
        let rows = self.database.ask(Query::new(sql::CASES, row![org, id])).await?;
        match rows.into_iter().next() {
            Some(mut row) => {
                row.text()?;
                read_case(row).map(Some)
            }
            None => Ok(None),
        }
    }

    /// What cannot be seen in an organisation.
    pub async fn gaps(&self, org: OrgId) -> Result<Vec<Gap>, StoreError> {
        let rows = self.database.ask(Query::new(sql::GAPS, row![org])).await?;
        rows.into_iter()
            .map(|mut row| Ok(Gap { what: row.text()?, why: row.text()?, since: row.time()? }))
            .collect()
    }

    /// Repositories by number, after one.
    pub async fn repos(
        &self,
        org: OrgId,
        after: Option<RepoId>,
        limit: usize,
    ) -> Result<Vec<Repo>, StoreError> {
        let after = after.map_or(-1, |id| id.0);
        let rows = self.database.ask(Query::new(sql::REPO_PAGE, row![org, after, limit])).await?;
        rows.into_iter().map(|mut row| row.doc()).collect()
    }

    /// The repository of a name, as far as it is known; the one read last if several bore it.
    pub async fn repo_named(
        &self,
        org: OrgId,
        name: &RepoName,
    ) -> Result<Option<Repo>, StoreError> {
        let query = Query::new(sql::REPOS_NAMED, row![org, name.as_str()]);
        let repos: Vec<Repo> = self
            .database
            .ask(query)
            .await?
            .into_iter()
            .map(|mut row| row.doc())
            .collect::<Result<_, _>>()?;
        Ok(repos.into_iter().max_by_key(|repo| (!repo.gone, repo.as_of)))
    }

    /// The account of a login, as far as it is known, and when it was read; the one read last if
    /// several bore it.
    pub async fn person_named(
        &self,
        org: OrgId,
        login: &Login,
    ) -> Result<Option<(Person, Timestamp)>, StoreError> {
        let query = Query::new(sql::PEOPLE_NAMED, row![org, login.as_str()]);
        let people: Vec<_> = self
            .database
            .ask(query)
            .await?
            .into_iter()
            .map(read_person)
            .collect::<Result<_, _>>()?;
        Ok(people.into_iter().max_by_key(|(_, as_of)| *as_of))
    }

    /// What is put aside, at most `limit` of each sort.
    pub async fn parked(&self, limit: usize) -> Result<Vec<Parked>, StoreError> {
        let queries = vec![
            Query::new(sql::PARKED_DELIVERIES, row![limit]),
            Query::new(sql::PARKED_REFRESHES, row![limit]),
            Query::new(sql::PARKED_EFFECTS, row![limit]),
        ];
        let mut parked = Vec::new();
        for (sort, rows) in self.database.read(queries).await?.into_iter().enumerate() {
            for row in rows {
                parked.push(read_parked(sort, row)?);
            }
        }
        Ok(parked)
    }

    /// What metrics show.
    pub async fn stats(&self) -> Result<Stats, StoreError> {
        let counts =
            [sql::COUNT_WAITING, sql::COUNT_REFRESHES, sql::COUNT_EFFECTS, sql::COUNT_PARKED];
        let mut queries: Vec<_> =
            counts.iter().map(|statement| Query::new(*statement, row![])).collect();
        queries.push(Query::new(sql::OLDEST_WAITING, row![]));
        let mut answers = self.database.read(queries).await?.into_iter().flatten();
        let mut next = || answers.next().ok_or(StoreError::Busy);
        let counted = self.database.counted();
        Ok(Stats {
            inbox_waiting: next()?.int()?,
            refreshes_waiting: next()?.int()?,
            outbox_waiting: next()?.int()?,
            parked: next()?.int()?,
            oldest_waiting: next()?.maybe_time()?,
            bytes: self.database.bytes().await?,
            transactions: counted.transactions,
            writes: counted.writes,
        })
    }

    async fn lines(&self, query: Query) -> Result<Vec<Line>, StoreError> {
        let rows = self.database.ask(query).await?;
        rows.into_iter()
            .map(|mut row| Ok(Line { place: (row.int()?, row.int()?), entry: row.doc()? }))
            .collect()
    }
}

fn read_parked(sort: usize, mut row: Row) -> Result<Parked, StoreError> {
    let (org, what, since);
    match sort {
        0 => {
            what = ParkedWhat::Delivery(row.text()?);
            org = row.maybe_int()?.map(OrgId);
            since = row.maybe_time()?;
        }
        1 => {
            org = Some(OrgId(row.int()?));
            what = ParkedWhat::Refresh(row.text()?);
            since = None;
        }
        _ => {
            org = Some(OrgId(row.int()?));
            what = ParkedWhat::Effect(SurfaceKey(row.text()?));
            since = row.maybe_time()?;
        }
    }
    Ok(Parked { org, what, why: row.maybe_text()?.unwrap_or_default(), since })
}

//! Places of an organisation that are listed, each with what is due when: a sync that is broken off
//! goes on where it stopped, because what was read is due later than what was not.

use std::collections::BTreeMap;

use crate::domain::{
    Actor, ActorType, Breadth, Coverage, Login, OrgId, Overview, RepoId, Timestamp,
};
use crate::register::{Loaded, Need, Record, is_installation};
use crate::store::lanes::hold;
use crate::store::rows::read_person;
use crate::store::value::{Query, Row, Step, Value, json, row};
use crate::store::{Lease, Store, StoreError, sql};

/// A place: the organisation itself (`None`) or a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRow {
    /// Which.
    pub repo: Option<RepoId>,
    /// When it is read next; `None`: not any more.
    pub due: Option<Timestamp>,
    /// When it was last read without being broken off.
    pub read: Option<Timestamp>,
    /// How well it is seen.
    pub coverage: Coverage,
}

/// What a reading of a place changes about places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceSave {
    /// The place that was read.
    pub place: PlaceRow,
    /// Repositories to read from now on, with when they came about.
    pub add: Vec<(RepoId, Option<Timestamp>)>,
    /// Repositories that are not covered any more.
    pub drop: Vec<RepoId>,
}

/// How many places of a page are read at once.
const PAGE: usize = 1_000;

impl Store {
    /// Makes an organisation itself a place. One that is one stays as it is.
    pub async fn add_organisation(&self, org: OrgId, now: Timestamp) -> Result<(), StoreError> {
        let args = row![org, 0_i64, now, json(&Coverage::default())];
        self.database.write(vec![Step::one(sql::ADD_PLACE, args)]).await.map(|_| ())
    }

    /// An organisation itself as a place; `None` when nothing of it is listed.
    pub async fn organisation(&self, org: OrgId) -> Result<Option<PlaceRow>, StoreError> {
        let first = self.places(org, None, 1).await?.into_iter().next();
        Ok(first.filter(|place| place.repo.is_none()))
    }

    /// Keeps how well an organisation itself is seen. Whether the lane was still held; if not,
    /// nothing changes.
    pub async fn put_coverage(
        &self,
        lease: &Lease,
        coverage: &Coverage,
    ) -> Result<bool, StoreError> {
        let [doc, short, stale] = columns(coverage, Breadth::Organization);
        let put = Step::one(sql::PUT_COVERAGE, row![lease.org, doc, short, stale]);
        self.all_or_nothing(vec![hold(lease), put]).await
    }

    /// Places of an organisation that are due at `now`, those that wait longest first.
    pub async fn due_places(
        &self,
        org: OrgId,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<PlaceRow>, StoreError> {
        let rows = self.database.ask(Query::new(sql::DUE_PLACES, row![org, now, limit])).await?;
        rows.into_iter().map(place).collect()
    }

    /// Places by number, after one: the organisation itself comes first.
    pub async fn places(
        &self,
        org: OrgId,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<PlaceRow>, StoreError> {
        let args = row![org, after.unwrap_or(-1), limit];
        let rows = self.database.ask(Query::new(sql::PLACE_PAGE, args)).await?;
        rows.into_iter().map(place).collect()
    }

    /// Every place of an organisation.
    pub async fn all_places(&self, org: OrgId) -> Result<Vec<PlaceRow>, StoreError> {
        let mut all: Vec<PlaceRow> = Vec::new();
        loop {
            let after = all.last().map(|place| place.repo.map_or(0, |repo| repo.0));
            let page = self.places(org, after, PAGE).await?;
            let last = page.len() < PAGE;
            all.extend(page);
            if last {
                return Ok(all);
            }
        }
    }

    /// Every place with its repository's name; an empty one for the organisation itself, a number for
    /// a repository that is not known.
    pub async fn names_of_places(&self, org: OrgId) -> Result<Vec<(PlaceRow, String)>, StoreError> {
        let mut names = BTreeMap::new();
        let mut after = None;
        loop {
            let page = self.repos(org, after, PAGE).await?;
            after = page.last().map(|repo| repo.id);
            let last = page.len() < PAGE;
            names.extend(page.into_iter().map(|repo| (repo.id, repo.name.to_string())));
            if last {
                break;
            }
        }
        let places = self.all_places(org).await?.into_iter();
        Ok(places
            .map(|place| {
                let named = |repo: RepoId| names.get(&repo).cloned().unwrap_or(repo.to_string());
                let name = place.repo.map(named).unwrap_or_default();
                (place, name)
            })
            .collect())
    }

    /// How many places an organisation has, and how many of them are due at `now`.
    pub async fn count_places(&self, org: OrgId, now: Timestamp) -> Result<(i64, i64), StoreError> {
        let rows = self.database.ask(Query::new(sql::COUNT_PLACES, row![org, now])).await?;
        match rows.into_iter().next() {
            Some(mut row) => Ok((row.int()?, row.int()?)),
            None => Ok((0, 0)),
        }
    }

    /// Makes every place of an organisation due.
    pub async fn hasten(&self, org: OrgId, now: Timestamp) -> Result<(), StoreError> {
        self.database.write(vec![Step::one(sql::HASTEN, row![org, now])]).await.map(|_| ())
    }

    /// Whether any place waits for its first reading.
    pub async fn has_unread_place(&self, org: OrgId) -> Result<bool, StoreError> {
        let rows = self.database.ask(Query::new(sql::UNREAD_PLACE, row![org])).await?;
        Ok(!rows.is_empty())
    }

    /// When all of an organisation had been read once.
    pub async fn baseline(&self, org: OrgId) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.database.ask(Query::new(sql::BASELINE, row![org])).await?;
        rows.into_iter().next().map(|mut row| row.time()).transpose()
    }

    /// All of an organisation has been read once. Said again, it changes nothing.
    pub async fn put_baseline(&self, org: OrgId, at: Timestamp) -> Result<(), StoreError> {
        self.database.write(vec![Step::one(sql::PUT_BASELINE, row![org, at])]).await.map(|_| ())
    }

    /// How well an organisation is seen, over all its places.
    pub async fn overview(&self, org: OrgId) -> Result<Overview, StoreError> {
        read_overview(self.database.ask(Query::new(sql::OVERVIEW, row![org])).await?)
    }

    /// Makes places due that a reading of some parts put off: those that were never read whole, and
    /// those that were read whole before `before`.
    pub async fn resume_places(
        &self,
        org: OrgId,
        now: Timestamp,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        let resume = Step::one(sql::RESUME_PLACES, row![org, now, before]);
        self.database.write(vec![resume]).await.map(|_| ())
    }

    /// The account that goes by a login, where one of that name was seen acting.
    pub async fn account(&self, org: OrgId, login: &Login) -> Result<Option<Actor>, StoreError> {
        let found = self.load(org, &[Need::CalledSo(login.clone())]).await?;
        let records = found.into_iter().filter_map(|(_, loaded)| match loaded {
            Loaded::Records(records) => Some(records),
            _ => None,
        });
        let mut records = records.flatten().filter(|it| it.identity.login.as_ref() == Some(login));
        let user = records.find_map(|record| record.account());
        Ok(user.map(|id| Actor { id, login: login.clone(), kind: ActorType::Bot }))
    }

    /// The App that acts with an account, if the record is of such an account.
    pub async fn app_of(&self, org: OrgId, record: &Record) -> Result<Option<Record>, StoreError> {
        let login = record.identity.login.as_ref().filter(|login| login.is_bot());
        let Some(login) = login.filter(|_| record.account().is_some()) else { return Ok(None) };
        let found = self.load(org, &[Need::CalledSo(login.clone())]).await?;
        let records = found.into_iter().filter_map(|(_, loaded)| match loaded {
            Loaded::Records(records) => Some(records),
            _ => None,
        });
        let is_app = |it: &Record| it.identity.is_live() && is_installation(it);
        Ok(records.flatten().find(is_app))
    }

    /// The accounts that are members, as last read.
    pub async fn members(&self, org: OrgId) -> Result<Vec<Actor>, StoreError> {
        let rows = self.database.ask(Query::new(sql::EVERYBODY, row![org])).await?;
        let people = rows.into_iter().map(read_person);
        let people: Vec<_> = people.collect::<Result<_, _>>()?;
        let members = people.into_iter().map(|(person, _)| person);
        Ok(members.filter(|person| person.role.is_some()).map(|person| person.actor).collect())
    }
}

impl PlaceSave {
    /// The rows that write it, by statement.
    pub(crate) fn rows(
        &self,
        org: OrgId,
        now: Timestamp,
    ) -> Vec<(crate::store::sql::Statement, Vec<Value>)> {
        let Self { place, add, drop } = self;
        let repo = place.repo.map_or(0, |repo| repo.0);
        let breadth = place.repo.map_or(Breadth::Organization, |_| Breadth::Repository);
        let [doc, short, stale] = columns(&place.coverage, breadth);
        let put = row![org, repo, place.due, place.read, doc, short, stale];
        let mut rows = vec![(sql::PUT_PLACE, put)];
        for (repo, born) in add {
            let coverage = Coverage { born: *born, ..Coverage::default() };
            rows.push((sql::ADD_PLACE, row![org, *repo, now, json(&coverage)]));
        }
        rows.extend(drop.iter().map(|repo| (sql::DROP_PLACE, row![org, *repo])));
        rows
    }
}

/// An overview out of places that are seen alike.
pub(crate) fn read_overview(rows: Vec<Row>) -> Result<Overview, StoreError> {
    let mut overview = Overview::default();
    for mut row in rows {
        let of = if row.int()? == 0 { Breadth::Organization } else { Breadth::Repository };
        let short = row.maybe_text()?.map(|short| serde_json::from_str(&short)).transpose();
        let short = short.map_err(|_| row.corrupt("how well places are seen"))?;
        let places = u64::try_from(row.int()?).unwrap_or_default();
        overview.add(of, places, short.as_ref(), row.maybe_time()?);
        overview.baseline = row.maybe_time()?;
        overview.listed = row.maybe_time()?;
    }
    Ok(overview)
}

/// How well a place is seen: all of it, what is short, and since when what is stale.
fn columns(coverage: &Coverage, breadth: Breadth) -> [Value; 3] {
    let [doc, short, stale]: [Value; 3] =
        row![json(coverage), json(&coverage.shortfalls(breadth)), coverage.stale_since()]
            .try_into()
            .expect("three values");
    [doc, short, stale]
}

fn place(mut row: Row) -> Result<PlaceRow, StoreError> {
    let repo = row.int()?;
    Ok(PlaceRow {
        repo: (repo != 0).then_some(RepoId(repo)),
        due: row.maybe_time()?,
        read: row.maybe_time()?,
        coverage: row.doc()?,
    })
}

//! Loading the part of the register that a Turn needs: few questions, whole rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{CaseId, Foreign, IdentityKey, OrgId, RepoId, TeamId, UserId};
use crate::register::{Loaded, Need, secret_number};
use crate::store::inventory::read_overview;
use crate::store::pulls::{self, read_shown};
use crate::store::rows::{link, normalised, read_case, read_person};
use crate::store::sight::{read_answered, read_ours, read_sight};
use crate::store::value::{Query, Row, Value, in_lists, row};
use crate::store::{Store, StoreError, sql};

/// Answers by key, of one kind of need.
type Found<K> = BTreeMap<K, Row>;

/// The needs that are asked for together, by kind.
#[derive(Default)]
struct Asked<'a> {
    identities: Vec<&'a IdentityKey>,
    repos: Vec<RepoId>,
    teams: Vec<TeamId>,
    people: Vec<UserId>,
    cases: Vec<&'a CaseId>,
    /// One question each.
    single: Vec<(&'a Need, Query)>,
}

impl Store {
    /// Answers each need: one object, or every identity of a set, whole. What is not known is
    /// `None`, which is an answer. Needs of one kind share a statement.
    ///
    /// Read after [`Store::begin`]: a save refuses what was decided if anything changed since.
    pub async fn load(
        &self,
        org: OrgId,
        needs: &[Need],
    ) -> Result<Vec<(Need, Loaded)>, StoreError> {
        let asked = Asked::of(org, needs);
        let mut queries = Vec::new();
        let mut ask = |statement, lists: Vec<Vec<Value>>| {
            let count = lists.len();
            queries.extend(lists.into_iter().map(|args| Query::new(statement, args)));
            count
        };
        let org = row![org];
        let counts = [
            ask(sql::IDENTITIES, in_lists(org.clone(), asked.identities)),
            ask(sql::REPOS, in_lists(org.clone(), asked.repos)),
            ask(sql::TEAMS, in_lists(org.clone(), asked.teams)),
            ask(sql::PEOPLE, in_lists(org.clone(), asked.people)),
            ask(sql::CASES, in_lists(org.clone(), asked.cases)),
        ];
        let (singles, single_queries): (Vec<_>, Vec<_>) = asked.single.into_iter().unzip();
        queries.extend(single_queries);

        let mut answers = self.database.read(queries).await?.into_iter();
        let mut take = |count: usize| answers.by_ref().take(count).flatten().collect::<Vec<_>>();
        let mut identities = by_text(take(counts[0]))?;
        let mut repos = by_number(take(counts[1]))?;
        let mut teams = by_number(take(counts[2]))?;
        let mut people = by_number(take(counts[3]))?;
        let mut cases = by_text(take(counts[4]))?;
        let mut sets: BTreeMap<&Need, Vec<Row>> = singles.into_iter().zip(answers).collect();

        let mut loaded = Vec::with_capacity(needs.len());
        let mut answered = BTreeSet::new();
        for need in needs {
            if !answered.insert(need) {
                continue;
            }
            let answer = match need {
                Need::Identity(key) => {
                    let record = identities.remove(&key.to_string());
                    Loaded::Record(record.map(|mut row| row.doc()).transpose()?.map(Box::new))
                }
                Need::Repo(id) => {
                    Loaded::Repo(repos.remove(&id.0).map(|mut row| row.doc()).transpose()?)
                }
                Need::Team(id) => {
                    Loaded::Team(teams.remove(&id.0).map(|mut row| row.doc()).transpose()?)
                }
                Need::Person(id) => {
                    Loaded::Person(people.remove(&id.0).map(read_person).transpose()?)
                }
                Need::Case(id) => {
                    let case = cases.remove(id.as_str()).map(read_case).transpose()?;
                    Loaded::Case(case.map(Box::new))
                }
                Need::OpenCase(_) | Need::CaseOf(..) => {
                    let row = sets.remove(need).unwrap_or_default().into_iter().next();
                    Loaded::Case(row.map(read_case).transpose()?.map(Box::new))
                }
                Need::Sight => {
                    let sight = read_sight(sets.remove(need).unwrap_or_default())?;
                    Loaded::Sight(Box::new(sight))
                }
                Need::Overview => {
                    let overview = read_overview(sets.remove(need).unwrap_or_default())?;
                    Loaded::Overview(Box::new(overview))
                }
                Need::Answered(_) => {
                    Loaded::Answered(read_answered(sets.remove(need).unwrap_or_default())?)
                }
                Need::OursIn(_) => Loaded::Ours(read_ours(sets.remove(need).unwrap_or_default())?),
                Need::Pull(..) => {
                    let row = sets.remove(need).unwrap_or_default().into_iter().next();
                    Loaded::Pull(row.map(|mut row| row.doc()).transpose()?)
                }
                Need::PullsAt(..)
                | Need::PullsOnto(..)
                | Need::PullsAsking(_)
                | Need::PullsGranting(_) => Loaded::Pulls(docs(sets.remove(need))?),
                Need::Shown(_) => Loaded::Shown(read_shown(sets.remove(need).unwrap_or_default())?),
                Need::CalledAt(_) => {
                    let rows = sets.remove(need).unwrap_or_default().into_iter();
                    let names = rows.map(|mut row| Ok(Foreign::new(&row.text()?)));
                    Loaded::Called(names.collect::<Result<_, StoreError>>()?)
                }
                Need::Everybody => {
                    let rows = sets.remove(need).unwrap_or_default();
                    let people = rows.into_iter().map(read_person);
                    Loaded::People(people.collect::<Result<_, _>>()?)
                }
                Need::InRepo(_)
                | Need::OfKind(_)
                | Need::GrantedBy(_)
                | Need::HeldBy(_)
                | Need::CalledSo(_)
                | Need::OwnedBy(_)
                | Need::OwnedByTeam(_)
                | Need::InTeam(_)
                | Need::GivenWith(_)
                | Need::StartedBy(_)
                | Need::AcceptedFor(_)
                | Need::NamesSecret(_)
                | Need::RunnersCalled(_)
                | Need::SameKey(_) => Loaded::Records(docs(sets.remove(need))?),
            };
            loaded.push((need.clone(), answer));
        }
        Ok(loaded)
    }
}

impl<'a> Asked<'a> {
    fn of(org: OrgId, needs: &'a [Need]) -> Self {
        let mut asked = Self::default();
        for need in needs {
            let (kind, target) = match need {
                Need::Identity(key) => {
                    asked.identities.push(key);
                    continue;
                }
                Need::Repo(id) => {
                    asked.repos.push(*id);
                    continue;
                }
                Need::Team(id) => {
                    asked.teams.push(*id);
                    continue;
                }
                Need::Person(id) => {
                    asked.people.push(*id);
                    continue;
                }
                Need::Case(id) => {
                    asked.cases.push(id);
                    continue;
                }
                Need::OpenCase(cause) => {
                    let query = Query::new(sql::OPEN_CASE, row![org, cause.as_str()]);
                    asked.single.push((need, query));
                    continue;
                }
                Need::CaseOf(repo, issue) => {
                    asked.single.push((need, Query::new(sql::CASE_OF, row![org, *repo, *issue])));
                    continue;
                }
                Need::SameKey(print) => {
                    let query = Query::new(sql::SAME_KEY, row![org, print.as_str()]);
                    asked.single.push((need, query));
                    continue;
                }
                Need::Sight => {
                    asked.single.push((need, Query::new(sql::SIGHT, row![org])));
                    continue;
                }
                Need::Overview => {
                    asked.single.push((need, Query::new(sql::OVERVIEW, row![org])));
                    continue;
                }
                Need::Answered(user) => {
                    asked.single.push((need, Query::new(sql::ANSWERED, row![org, *user])));
                    continue;
                }
                Need::OursIn(repo) => {
                    asked.single.push((need, Query::new(sql::OURS_IN, row![org, *repo])));
                    continue;
                }
                Need::Pull(..)
                | Need::PullsAt(..)
                | Need::PullsOnto(..)
                | Need::PullsAsking(_)
                | Need::PullsGranting(_)
                | Need::Shown(_)
                | Need::CalledAt(_) => {
                    asked.single.extend(pulls::question(org, need).map(|query| (need, query)));
                    continue;
                }
                Need::OfKind(kind) => {
                    // A key is `kind/id`, and `0` follows `/`.
                    let (from, to) = (format!("{kind}/"), format!("{kind}0"));
                    let query = Query::new(sql::OF_KIND, row![org, from, to]);
                    asked.single.push((need, query));
                    continue;
                }
                Need::Everybody => {
                    asked.single.push((need, Query::new(sql::EVERYBODY, row![org])));
                    continue;
                }
                Need::CalledSo(login) => {
                    // An installation's name is the App's slug, without what its account adds.
                    let slug = login.as_str().trim_end_matches("[bot]");
                    let names = row![org, normalised(login.as_str()), normalised(slug)];
                    asked.single.push((need, Query::new(sql::CALLED_SO, names)));
                    continue;
                }
                Need::RunnersCalled(name) => {
                    let query = Query::new(sql::RUNNERS_CALLED, row![org, normalised(name)]);
                    asked.single.push((need, query));
                    continue;
                }
                Need::GivenWith(mark) => (link::CREDENTIAL, *mark),
                Need::StartedBy(user) => (link::STARTER, user.0),
                Need::AcceptedFor(mark) => (link::TASK, *mark),
                Need::NamesSecret(name) => (link::SECRET, secret_number(name)),
                Need::GrantedBy(user) => (link::GRANTER, user.0),
                Need::HeldBy(user) => (link::HOLDER, user.0),
                Need::InRepo(repo) => (link::REPO, repo.0),
                Need::OwnedBy(user) => (link::OWNER, user.0),
                Need::OwnedByTeam(team) => (link::OWNER_TEAM, team.0),
                Need::InTeam(team) => (link::TEAM, team.0),
            };
            asked.single.push((need, Query::new(sql::LINKED, row![org, kind, target])));
        }
        asked
    }
}

/// Rows that are whole documents.
fn docs<T: serde::de::DeserializeOwned>(rows: Option<Vec<Row>>) -> Result<Vec<T>, StoreError> {
    rows.unwrap_or_default().into_iter().map(|mut row| row.doc()).collect()
}

fn by_text(rows: Vec<Row>) -> Result<Found<String>, StoreError> {
    rows.into_iter().map(|mut row| Ok((row.text()?, row))).collect()
}

fn by_number(rows: Vec<Row>) -> Result<Found<i64>, StoreError> {
    rows.into_iter().map(|mut row| Ok((row.int()?, row))).collect()
}

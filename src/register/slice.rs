//! The part of the register that a Turn holds: what its observations name, and what its rules ask.
//!
//! A slice never guesses. What was not loaded answers [`NotLoaded`], which sends the Turn back to
//! load it; it never reads as "none".

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Called, Came, Case, CaseId, CaseState, Digest, Foreign, IdentityKey, IdentityKind, IssueNumber,
    OrgId, Ours, Overview, Owner, Person, Pinned, Pointer, Pull, Reference, Repo, RepoId, RepoName,
    Sha, Sight, Source, Taken, Task, Team, TeamId, Through, Timestamp, UserId,
};
use crate::register::{Answered, Delta, Record, secret_names};

mod need;
mod pulls;

pub use need::{Loaded, Need, NotLoaded};

/// A part of one organisation's register.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// The organisation.
    pub org: OrgId,
    records: BTreeMap<IdentityKey, Option<Record>>,
    repos: BTreeMap<RepoId, Option<Repo>>,
    teams: BTreeMap<TeamId, Option<Team>>,
    people: BTreeMap<UserId, Option<(Person, Timestamp)>>,
    cases: BTreeMap<CaseId, Option<Case>>,
    /// The needs for sets that are answered: all that belongs to them is in `records`.
    sets: BTreeSet<Need>,
    /// Answers to the needs that lead to a case.
    leads: BTreeMap<Need, Option<CaseId>>,
    sight: Option<Sight>,
    overview: Option<Overview>,
    answered: BTreeMap<UserId, Vec<Answered>>,
    ours: BTreeMap<RepoId, Vec<Ours>>,
    pulls: BTreeMap<(RepoId, IssueNumber), Option<Pull>>,
    shown: BTreeMap<IdentityKey, Vec<(Digest, Timestamp)>>,
    /// Where branches stand that were judged in this Turn.
    branches: BTreeMap<(RepoId, Foreign), Sha>,
    /// What the workflows of repositories call whose default branch was judged in this Turn.
    calls: BTreeMap<RepoId, Vec<Called>>,
    /// At which branches and tags workflows of others take something in a repository.
    called: BTreeMap<RepoName, BTreeSet<Foreign>>,
    /// What they take of others, and how that came to be known.
    taken: BTreeMap<RepoId, (Vec<Taken>, Came)>,
    /// Commits that workflows hold code of others to, as looked at in this Turn.
    pins: BTreeMap<(RepoName, Sha), Option<Pinned>>,
    /// Repositories that workflows take code from, as looked at in this Turn.
    sources: BTreeMap<RepoName, Option<Source>>,
    /// Where references point that were looked at in this Turn.
    pointers: BTreeMap<Reference, Pointer>,
    /// What was put since: the state after, to be saved.
    put: BTreeSet<Put>,
}

/// Something that was changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Put {
    Record(IdentityKey),
    Repo(RepoId),
    Team(TeamId),
    Person(UserId),
    Case(CaseId),
    Sight,
    Answered(UserId),
    Pull(RepoId, IssueNumber),
}

impl Slice {
    /// An organisation of which nothing is loaded yet.
    pub fn empty(org: OrgId) -> Self {
        Self {
            org,
            records: BTreeMap::new(),
            repos: BTreeMap::new(),
            teams: BTreeMap::new(),
            people: BTreeMap::new(),
            cases: BTreeMap::new(),
            sets: BTreeSet::new(),
            leads: BTreeMap::new(),
            sight: None,
            overview: None,
            answered: BTreeMap::new(),
            ours: BTreeMap::new(),
            pulls: BTreeMap::new(),
            shown: BTreeMap::new(),
            branches: BTreeMap::new(),
            calls: BTreeMap::new(),
            called: BTreeMap::new(),
            taken: BTreeMap::new(),
            pins: BTreeMap::new(),
            sources: BTreeMap::new(),
            pointers: BTreeMap::new(),
            put: BTreeSet::new(),
        }
    }

    /// Whose register it is a part of.
    pub(super) fn org(&self) -> OrgId {
        self.org
    }

    /// Takes in what the store found. What a decision has changed since stays as changed.
    ///
    /// # Panics
    /// When the answer is not of the kind that the need asks for.
    pub fn fill(&mut self, need: Need, loaded: Loaded) {
        match (need, loaded) {
            (Need::Identity(key), Loaded::Record(record)) => {
                self.records.entry(key).or_insert(record.map(|record| *record));
            }
            (Need::Repo(id), Loaded::Repo(repo)) => {
                self.repos.entry(id).or_insert(repo);
            }
            (Need::Team(id), Loaded::Team(team)) => {
                self.teams.entry(id).or_insert(team);
            }
            (Need::Person(id), Loaded::Person(person)) => {
                self.people.entry(id).or_insert(person);
            }
            (Need::Case(id), Loaded::Case(case)) => {
                self.cases.entry(id).or_insert(case.map(|case| *case));
            }
            (need @ (Need::OpenCase(_) | Need::CaseOf(..)), Loaded::Case(case)) => {
                self.leads.insert(need, case.as_ref().map(|case| case.id.clone()));
                if let Some(case) = case {
                    self.cases.entry(case.id.clone()).or_insert(Some(*case));
                }
            }
            (Need::Sight, Loaded::Sight(sight)) => {
                self.sight.get_or_insert(*sight);
            }
            (Need::Overview, Loaded::Overview(overview)) => {
                self.overview.get_or_insert(*overview);
            }
            (Need::Answered(user), Loaded::Answered(answered)) => {
                self.answered.entry(user).or_insert(answered);
            }
            (Need::OursIn(repo), Loaded::Ours(ours)) => {
                self.ours.entry(repo).or_insert(ours);
            }
            (need @ Need::Pull(..), Loaded::Pull(pull)) => self.fill_pull(&need, pull),
            (need, Loaded::Pulls(pulls)) => self.fill_pulls(need, pulls),
            (Need::Shown(key), Loaded::Shown(shown)) => {
                self.shown.entry(key).or_insert(shown);
            }
            (Need::CalledAt(repo), Loaded::Called(called)) => {
                self.called.entry(repo).or_insert(called);
            }
            (Need::Everybody, Loaded::People(people)) => {
                for (person, as_of) in people {
                    self.people.entry(person.actor.id).or_insert(Some((person, as_of)));
                }
                self.sets.insert(Need::Everybody);
            }
            (need, Loaded::Records(records)) => {
                for record in records {
                    self.records.entry(record.identity.key.clone()).or_insert(Some(record));
                }
                self.sets.insert(need);
            }
            (need, loaded) => panic!("{need:?} was answered with {loaded:?}"),
        }
    }

    /// One identity; `None` when the register has never heard of it.
    pub fn record(&self, key: &IdentityKey) -> Result<Option<&Record>, NotLoaded> {
        match self.records.get(key) {
            Some(record) => Ok(record.as_ref()),
            None => Err(NotLoaded::one(Need::Identity(key.clone()))),
        }
    }

    /// One repository.
    pub fn repo(&self, id: RepoId) -> Result<Option<&Repo>, NotLoaded> {
        self.repos.get(&id).map(Option::as_ref).ok_or_else(|| NotLoaded::one(Need::Repo(id)))
    }

    /// One team.
    pub fn team(&self, id: TeamId) -> Result<Option<&Team>, NotLoaded> {
        self.teams.get(&id).map(Option::as_ref).ok_or_else(|| NotLoaded::one(Need::Team(id)))
    }

    /// One account, and when that was read. One that is known only by its name was never read.
    pub fn person(&self, id: UserId) -> Result<Option<&(Person, Timestamp)>, NotLoaded> {
        let known = self.people.get(&id).ok_or_else(|| NotLoaded::one(Need::Person(id)))?;
        Ok(known.as_ref().filter(was_read))
    }

    /// One case.
    pub fn case(&self, id: &CaseId) -> Result<Option<&Case>, NotLoaded> {
        self.cases.get(id).map(Option::as_ref).ok_or_else(|| NotLoaded::one(Need::Case(id.clone())))
    }

    /// The case that a need leads to.
    pub fn lead(&self, need: &Need) -> Result<Option<&Case>, NotLoaded> {
        match self.leads.get(need) {
            Some(Some(id)) => self.case(id),
            Some(None) => Ok(None),
            None => Err(NotLoaded::one(need.clone())),
        }
    }

    /// How well the organisation was seen, over all its places, before this decision.
    pub fn overview(&self) -> Result<&Overview, NotLoaded> {
        self.overview.as_ref().ok_or_else(|| NotLoaded::one(Need::Overview))
    }

    /// What of the organisation was lost sight of.
    pub fn sight(&self) -> Result<&Sight, NotLoaded> {
        self.sight.as_ref().ok_or_else(|| NotLoaded::one(Need::Sight))
    }

    /// What a person was answered of late, oldest first.
    pub fn answered(&self, user: UserId) -> Result<&[Answered], NotLoaded> {
        self.answered
            .get(&user)
            .map(Vec::as_slice)
            .ok_or_else(|| NotLoaded::one(Need::Answered(user)))
    }

    /// What of ours stands in a repository.
    pub fn ours_in(&self, repo: RepoId) -> Result<&[Ours], NotLoaded> {
        self.ours.get(&repo).map(Vec::as_slice).ok_or_else(|| NotLoaded::one(Need::OursIn(repo)))
    }

    /// The identities that answer a need for a set, as they stand now. Identities that a decision
    /// has changed are judged by their changed state.
    pub fn set(&self, need: &Need) -> Result<Vec<&Record>, NotLoaded> {
        if !self.sets.contains(need) {
            return Err(NotLoaded::one(need.clone()));
        }
        Ok(self.records.values().flatten().filter(|record| belongs(record, need)).collect())
    }

    /// Every account that was ever read, as it stands now.
    pub fn everybody(&self) -> Result<Vec<&(Person, Timestamp)>, NotLoaded> {
        if !self.sets.contains(&Need::Everybody) {
            return Err(NotLoaded::one(Need::Everybody));
        }
        Ok(self.people.values().flatten().filter(was_read).collect())
    }

    /// The identities that were put, in their state now.
    pub fn touched(&self) -> Vec<IdentityKey> {
        self.put
            .iter()
            .filter_map(|put| match put {
                Put::Record(key) => Some(key.clone()),
                _ => None,
            })
            .collect()
    }

    /// The cases that were put.
    pub fn touched_cases(&self) -> Vec<CaseId> {
        self.put
            .iter()
            .filter_map(|put| match put {
                Put::Case(id) => Some(id.clone()),
                _ => None,
            })
            .collect()
    }

    /// Everything that was put, in its state now, as rows to save.
    pub fn into_delta(mut self) -> Delta {
        let calls = std::mem::take(&mut self.calls).into_iter().collect();
        let taken = std::mem::take(&mut self.taken).into_iter();
        let taken = taken.map(|(repo, (taken, came))| (repo, taken, came)).collect();
        let pins = std::mem::take(&mut self.pins).into_iter();
        let pins = pins.map(|((repo, commit), pinned)| (repo, commit, pinned)).collect();
        let sources = std::mem::take(&mut self.sources).into_iter().collect();
        let pointers = std::mem::take(&mut self.pointers).into_values().collect();
        let branches = self.take_branches();
        let mut delta =
            Delta { branches, calls, taken, pins, sources, pointers, ..Delta::default() };
        for put in self.put {
            match put {
                Put::Record(key) => delta.records.extend(self.records.remove(&key).flatten()),
                Put::Repo(id) => delta.repos.extend(self.repos.remove(&id).flatten()),
                Put::Team(id) => delta.teams.extend(self.teams.remove(&id).flatten()),
                Put::Person(id) => delta.people.extend(self.people.remove(&id).flatten()),
                Put::Case(id) => delta.cases.extend(self.cases.remove(&id).flatten()),
                Put::Sight => delta.sight = self.sight.take(),
                Put::Pull(repo, number) => {
                    delta.pulls.extend(self.pulls.remove(&(repo, number)).flatten());
                }
                Put::Answered(user) => {
                    delta.answered.extend(self.answered.remove(&user).map(|it| (user, it)));
                }
            }
        }
        delta
    }

    /// Puts an identity in its state after.
    pub fn put_record(&mut self, record: Record) {
        self.put.insert(Put::Record(record.identity.key.clone()));
        self.records.insert(record.identity.key.clone(), Some(record));
    }

    /// Puts a repository in its state after.
    pub fn put_repo(&mut self, repo: Repo) {
        self.put.insert(Put::Repo(repo.id));
        self.repos.insert(repo.id, Some(repo));
    }

    /// Puts a team in its state after.
    pub fn put_team(&mut self, team: Team) {
        self.put.insert(Put::Team(team.id));
        self.teams.insert(team.id, Some(team));
    }

    /// Puts an account in its state after.
    pub fn put_person(&mut self, person: Person, as_of: Timestamp) {
        self.put.insert(Put::Person(person.actor.id));
        self.people.insert(person.actor.id, Some((person, as_of)));
    }

    /// Puts how well the organisation is seen after.
    pub fn put_sight(&mut self, sight: Sight) {
        self.put.insert(Put::Sight);
        self.sight = Some(sight);
    }

    /// Puts what a person was answered of late.
    pub fn put_answered(&mut self, user: UserId, answered: Vec<Answered>) {
        self.put.insert(Put::Answered(user));
        self.answered.insert(user, answered);
    }

    /// Puts a case in its state after, and makes it the open one of its cause while it is open.
    pub fn put_case(&mut self, case: Case) {
        self.put.insert(Put::Case(case.id.clone()));
        let lead = Need::OpenCase(case.cause.key());
        match case.state {
            CaseState::Open => {
                self.leads.insert(lead, Some(case.id.clone()));
            }
            _ => {
                if self.leads.get(&lead) == Some(&Some(case.id.clone())) {
                    self.leads.insert(lead, None);
                }
            }
        }
        self.cases.insert(case.id.clone(), Some(case));
    }
}

/// Whether anything was read of an account besides its name.
fn was_read((_, read): &&(Person, Timestamp)) -> bool {
    *read > Timestamp::UNIX_EPOCH
}

/// Whether a record answers a need for a set.
fn belongs(record: &Record, need: &Need) -> bool {
    match need {
        Need::InRepo(repo) => record.identity.is_live() && record.repos().contains(repo),
        Need::OfKind(kind) => record.identity.is_live() && record.identity.key.kind() == *kind,
        Need::OwnedBy(user) => record.owner_people().contains(user),
        Need::OwnedByTeam(team) => record
            .ownership
            .owners()
            .any(|owner| matches!(owner, Owner::Team { id, .. } if id == team)),
        Need::GrantedBy(user) => {
            record.identity.is_live() && record.granters().any(|granter| granter == *user)
        }
        Need::HeldBy(user) => record.identity.holder.as_ref().map(|it| it.id) == Some(*user),
        Need::CalledSo(login) => record.identity.login.as_ref() == Some(login),
        Need::GivenWith(mark) => {
            record.identity.is_live() && record.given_marks().any(|given| given.number() == *mark)
        }
        Need::AcceptedFor(mark) => {
            let mut tasks = record.accepted_for().map(|(repo, number)| Task::mark(repo, number));
            record.identity.is_live() && tasks.any(|task| task == *mark)
        }
        Need::StartedBy(user) => {
            let sessions = &record.habits.sessions;
            record.identity.is_live() && sessions.iter().any(|it| it.by.id == *user)
        }
        Need::NamesSecret(name) => {
            record.identity.is_live() && secret_names(record).any(|named| named == *name)
        }
        Need::RunnersCalled(name) => {
            let identity = &record.identity;
            identity.key.kind() == IdentityKind::SelfHostedRunner
                && identity.name.raw().to_lowercase() == *name
        }
        Need::InTeam(team) => record.grant(&Through::Team { team: *team }).is_some(),
        Need::SameKey(print) => record.identity.fingerprint.as_ref() == Some(print),
        _ => false,
    }
}

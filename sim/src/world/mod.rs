//! The state of the simulated GitHub, and how things in it are found.
//!
//! Everything is kept by GitHub's number. Numbers come from one counter, so no two things of
//! different kinds share one: a program that mixes up ids fails here and not in production.

mod access;
mod account;
mod actions;
mod app;
mod checks;
mod git;
mod holdings;
mod issue;
mod pat;
mod pull;
mod repo;
mod rules;
mod seeding;

pub use access::Access;
pub use account::{Kind, Role};
pub use actions::{EnvironmentSpec, WorkflowDefaults};
pub use app::{Level, Permissions};
pub use holdings::Vault;
pub use repo::{BypassActor, Visibility};
pub use rules::{RequiredCheck, Rules};

pub(crate) use account::{Org, Team, User};
pub(crate) use actions::{Environment, RunOf, WorkflowRun};
pub(crate) use app::{App, Hook, Installation, Selection, Token};
pub(crate) use checks::{CheckRun, CheckSuite, Status};
pub(crate) use git::{
    Changed, Commit, Entry, Git, Merge, Method, NewCommit, PatchLine, Signature, Tree, ZERO,
    changed, place_of_line, sha,
};
pub(crate) use holdings::{
    ApiUse, Credential, Endpoint, Group as RunnerGroup, Holdings, Lent, Machine, OrgRole, Registry,
    Secret, Subject, Variable,
};
pub(crate) use issue::{Author, Comment, Issue, Label, Reaction};
pub(crate) use pat::{Pat, PatRequest};
pub(crate) use pull::{Merged, Pull, Review, ReviewComment};
pub(crate) use repo::{
    Activity, Collaborator, DeployKey, Group, Queued, Repo, Ruleset, SecretAlert,
};
pub(crate) use seeding::client_id;

use crate::{
    clock::Clock, faults::Faults, hooks::Deliveries, limits::Limits, manifest::Registration,
    mentions::Ping, seed::Settings, views::Request,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// Everything this GitHub knows.
pub(crate) struct World {
    /// Where it listens: `http://127.0.0.1:4010`.
    pub base: String,
    pub clock: Clock,
    pub settings: Settings,
    pub users: BTreeMap<u64, User>,
    pub orgs: BTreeMap<u64, Org>,
    pub repos: BTreeMap<u64, Repo>,
    /// Former full names in lower case, for redirects.
    pub moved: BTreeMap<String, u64>,
    pub apps: BTreeMap<u64, App>,
    pub installations: BTreeMap<u64, Installation>,
    pub tokens: HashMap<String, Token>,
    /// Manifests accepted and not yet converted, by code.
    pub registrations: BTreeMap<String, Registration>,
    pub deliveries: Deliveries,
    pub faults: Faults,
    pub limits: Limits,
    pub requests: Vec<Request>,
    pub pings: Vec<Ping>,
    /// What was asked for and is not simulated, and what did not match the official description.
    pub complaints: Vec<String>,
    /// Names to ids, in lower case: look-ups stay fast with thousands of repositories.
    logins: HashMap<String, u64>,
    org_names: HashMap<String, u64>,
    repo_names: HashMap<String, u64>,
    last_id: u64,
}

impl World {
    pub(crate) fn new(base: String, settings: Settings) -> Self {
        let limits = Limits::new(&settings);
        Self {
            base,
            clock: Clock::default(),
            settings,
            users: BTreeMap::new(),
            orgs: BTreeMap::new(),
            repos: BTreeMap::new(),
            moved: BTreeMap::new(),
            apps: BTreeMap::new(),
            installations: BTreeMap::new(),
            tokens: HashMap::new(),
            registrations: BTreeMap::new(),
            deliveries: Deliveries::default(),
            faults: Faults::default(),
            limits,
            requests: Vec::new(),
            pings: Vec::new(),
            complaints: Vec::new(),
            logins: HashMap::new(),
            org_names: HashMap::new(),
            repo_names: HashMap::new(),
            last_id: 1_000,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Takes the given number, or the next one. Numbers given out later stay above it.
    pub(crate) fn id_or_next(&mut self, wanted: Option<u64>) -> u64 {
        match wanted {
            Some(id) if id < 1_000_000 => {
                self.last_id = self.last_id.max(id);
                id
            }
            // The numbers of real, well-known accounts are large; counting on from them helps nobody.
            Some(id) => id,
            None => self.next_id(),
        }
    }

    pub(crate) fn add_user(&mut self, user: User) -> u64 {
        self.logins.insert(user.login.to_ascii_lowercase(), user.id);
        let id = user.id;
        self.users.insert(id, user);
        id
    }

    pub(crate) fn add_org(&mut self, org: Org) -> u64 {
        self.org_names.insert(org.login.to_ascii_lowercase(), org.id);
        let id = org.id;
        self.orgs.insert(id, org);
        id
    }

    pub(crate) fn add_repo(&mut self, repo: Repo) -> u64 {
        let full = self.full_name(&repo).to_ascii_lowercase();
        self.moved.remove(&full);
        self.repo_names.insert(full, repo.id);
        let id = repo.id;
        self.repos.insert(id, repo);
        id
    }

    pub(crate) fn user(&self, login: &str) -> Option<&User> {
        self.users.get(self.logins.get(&login.to_ascii_lowercase())?)
    }

    pub(crate) fn org(&self, login: &str) -> Option<&Org> {
        self.orgs.get(self.org_names.get(&login.to_ascii_lowercase())?)
    }

    /// A repository by its present full name.
    pub(crate) fn repo(&self, full_name: &str) -> Option<&Repo> {
        self.repos.get(self.repo_names.get(&full_name.to_ascii_lowercase())?)
    }

    pub(crate) fn repo_id(&self, full_name: &str) -> Option<u64> {
        self.repo_names.get(&full_name.to_ascii_lowercase()).copied()
    }

    pub(crate) fn full_name(&self, repo: &Repo) -> String {
        format!("{}/{}", self.owner_login(repo.org), repo.name)
    }

    /// The login of an organization or a person that owns a repository.
    pub(crate) fn owner_login(&self, id: u64) -> &str {
        let org = self.orgs.get(&id).map(|org| org.login.as_str());
        org.or_else(|| self.users.get(&id).map(|user| user.login.as_str())).unwrap_or("ghost")
    }

    /// What a commit says of an account.
    pub(crate) fn signature(&self, user: u64) -> Signature {
        let login = self.users.get(&user).map_or("ghost", |user| user.login.as_str());
        Signature {
            user: Some(user),
            name: login.to_owned(),
            email: format!("{login}@users.noreply.github.invalid"),
            at: self.now(),
        }
    }

    /// The repository of a fork network that belongs to somebody.
    pub(crate) fn family_member(&self, repo: u64, owner: &str) -> Option<u64> {
        let root = self.repos.get(&repo)?.fork_of.unwrap_or(repo);
        let family = self.repos.values().filter(|one| one.id == root || one.fork_of == Some(root));
        let mut there = family.filter(|one| self.owner_login(one.org).eq_ignore_ascii_case(owner));
        there.next().map(|there| there.id)
    }

    pub(crate) fn repos_of(&self, org: u64) -> impl Iterator<Item = &Repo> {
        self.repos.values().filter(move |repo| repo.org == org)
    }

    pub(crate) fn installation_on(&self, app: u64, org: u64) -> Option<&Installation> {
        self.installations.values().find(|i| i.app == app && i.org == org)
    }

    pub(crate) fn app_by_slug(&self, slug: &str) -> Option<&App> {
        self.apps.values().find(|app| app.slug.eq_ignore_ascii_case(slug))
    }

    /// Gives a repository another name or owner; the former name keeps redirecting.
    pub(crate) fn rename_repo(&mut self, id: u64, org: u64, name: &str) {
        let Some(repo) = self.repos.get(&id) else {
            return;
        };
        let before = self.full_name(repo).to_ascii_lowercase();
        self.repo_names.remove(&before);
        self.moved.insert(before, id);
        if let Some(repo) = self.repos.get_mut(&id) {
            repo.org = org;
            name.clone_into(&mut repo.name);
        }
        let after = self.full_name(&self.repos[&id]).to_ascii_lowercase();
        self.moved.remove(&after);
        self.repo_names.insert(after, id);
    }

    pub(crate) fn remove_repo(&mut self, id: u64) -> Option<Repo> {
        let full = self.full_name(self.repos.get(&id)?).to_ascii_lowercase();
        self.repo_names.remove(&full);
        self.moved.retain(|_, to| *to != id);
        self.repos.remove(&id)
    }

    pub(crate) fn rename_org(&mut self, id: u64, login: &str) {
        let Some(org) = self.orgs.get_mut(&id) else {
            return;
        };
        self.org_names.remove(&org.login.to_ascii_lowercase());
        login.clone_into(&mut org.login);
        self.org_names.insert(login.to_ascii_lowercase(), id);
        // The former names of its repositories lead on to it.
        let own = |repo: &u64| self.repos.get(repo).is_some_and(|repo| repo.org == id);
        let former: Vec<(String, u64)> = self
            .repo_names
            .iter()
            .filter(|(_, repo)| own(repo))
            .map(|(name, repo)| (name.clone(), *repo))
            .collect();
        self.moved.extend(former);
        self.repo_names = self
            .repos
            .values()
            .map(|repo| (self.full_name(repo).to_ascii_lowercase(), repo.id))
            .collect();
    }
}

//! Where pure and impure meet: what waits is taken, read, decided, saved, and carried out. Nothing
//! is decided here.
//!
//! Work is claimed by lane and organisation, so any number of processes share one database. No
//! request to GitHub is made while a Turn is open.

mod alert;
mod burst;
mod calendar;
mod change;
mod clock;
mod fault;
mod inbox;
mod missed;
mod outbox;
mod owner;
mod refresh;
mod route;
mod sync;
mod turn;
mod workers;

pub use clock::Clock;
pub use fault::Fault;
pub use missed::Looked;
pub use route::{Serves, belongs};
pub use sync::{Progress, SyncOptions};

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::alert::Alarm;
use crate::domain::{AppId, Login, Markers, OrgId, Repo, RepoId, Timestamp, UserId, Watch};
use crate::github::{Github, HookConfig, RepoRead};
use crate::policy::{Limits, Policy};
use crate::register::{Loaded, Need};
use crate::store::{Lane, OrgRow, Retention, Store};

/// What the workers are told.
pub struct Options {
    /// Our App's number.
    pub app: AppId,
    /// Whether an organisation is served. Installations elsewhere are ignored.
    pub serves: Serves,
    /// The operator's flags as a policy for an organisation: what a file may add to.
    pub floor: Box<dyn Fn(&Login) -> Policy + Send + Sync>,
    /// Where people find the pages, if they can.
    pub page_url: Option<String>,
    /// Knows our own words again.
    pub markers: Markers,
    /// What must be so for us to see.
    pub watch: Watch,
    /// Where the operator is told that we are blind, if anywhere.
    pub alarm: Option<Alarm>,
    /// How everything is listed; `None`: only what events name is read.
    pub sync: Option<SyncOptions>,
    /// How long things are kept.
    pub retention: Retention,
    /// A name for this process in leases and logs.
    pub worker: String,
}

/// The workers. Clones are the same.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

type Policies = BTreeMap<OrgId, (Option<String>, Arc<Policy>)>;

struct Inner {
    store: Store,
    github: Github,
    options: Options,
    clock: Clock,
    /// A delivery was stored.
    heard: Arc<Notify>,
    /// A lane may have become due: the scout looks which.
    has_work: Notify,
    /// A lane has work, by lane.
    due: BTreeMap<Lane, Notify>,
    /// Policies by organisation, with the reference of the file they were read from.
    policies: Mutex<Policies>,
    bot_user: tokio::sync::OnceCell<UserId>,
    /// Where the webhook leads, and when that was read.
    hook: Mutex<Option<(Timestamp, HookConfig)>>,
    /// When every open pull request of an organisation was last looked at, and under which policy.
    swept: Mutex<BTreeMap<OrgId, (Option<String>, Timestamp)>>,
    /// Settings of repositories whose files were judged of late, and when they were read.
    settings: Mutex<BTreeMap<RepoId, (Timestamp, RepoRead)>>,
    /// When what waits in an organisation was last counted.
    counted: Mutex<BTreeMap<OrgId, Timestamp>>,
    /// How much time may pass in an organisation, as last seen.
    limits: Mutex<BTreeMap<OrgId, Limits>>,
    /// The last webhook noted of each organisation.
    noted: Mutex<BTreeMap<OrgId, Timestamp>>,
}

impl Engine {
    /// Workers on a store and a GitHub. `heard` is told by the door when something waits.
    pub fn new(
        store: Store,
        github: Github,
        options: Options,
        clock: Clock,
        heard: Arc<Notify>,
    ) -> Self {
        let inner = Inner {
            store,
            github,
            options,
            clock,
            heard,
            has_work: Notify::new(),
            due: Lane::ALL.map(|lane| (lane, Notify::new())).into(),
            policies: Mutex::new(BTreeMap::new()),
            bot_user: tokio::sync::OnceCell::new(),
            hook: Mutex::new(None),
            swept: Mutex::new(BTreeMap::new()),
            settings: Mutex::new(BTreeMap::new()),
            counted: Mutex::new(BTreeMap::new()),
            limits: Mutex::new(BTreeMap::new()),
            noted: Mutex::new(BTreeMap::new()),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// GitHub.
    pub fn github(&self) -> &Github {
        &self.inner.github
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// What the workers were told.
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    fn noted(&self) -> MutexGuard<'_, BTreeMap<OrgId, Timestamp>> {
        self.inner.noted.lock().expect("no panic holds this lock")
    }

    fn heard(&self) -> &Notify {
        &self.inner.heard
    }

    fn has_work(&self) -> &Notify {
        &self.inner.has_work
    }

    fn due(&self, lane: Lane) -> &Notify {
        &self.inner.due[&lane]
    }

    /// The policy in force: the operator's flags, and the last good file in home over them.
    pub fn policy(&self, org: &OrgRow) -> Arc<Policy> {
        let reference = org.policy.as_ref().map(|policy| policy.reference.clone());
        let mut known = self.inner.policies.lock().expect("no panic holds this lock");
        if let Some((of, policy)) = known.get(&org.org)
            && *of == reference
        {
            return Arc::clone(policy);
        }
        // Only texts that were read well are kept, so a refusal here means that the operator's
        // flags have changed since; they count.
        let floor = self.floor(org);
        let policy = org
            .policy
            .as_ref()
            .and_then(|file| Policy::read(&file.text, &floor).ok())
            .unwrap_or(floor);
        let policy = Arc::new(policy);
        known.insert(org.org, (reference, Arc::clone(&policy)));
        policy
    }

    /// The operator's flags as a policy. An organisation without a name has none of its own.
    fn floor(&self, org: &OrgRow) -> Policy {
        let login = org.login.clone().unwrap_or_else(nobody);
        (self.inner.options.floor)(&login)
    }

    /// One repository as the register holds it.
    async fn repo(&self, org: OrgId, repo: RepoId) -> Result<Option<Repo>, Fault> {
        let loaded = self.store().load(org, &[Need::Repo(repo)]).await?;
        Ok(loaded.into_iter().find_map(|(_, loaded)| match loaded {
            Loaded::Repo(repo) => repo,
            _ => None,
        }))
    }

    /// Home's number in this organisation, once it was read.
    async fn home(&self, org: &OrgRow) -> Result<Option<RepoId>, Fault> {
        let Some(home) = &self.floor(org).home else { return Ok(None) };
        Ok(self.store().repo_named(org.org, home).await?.map(|repo| repo.id))
    }

    /// Our App's slug, by which people address us; the usual one while GitHub cannot be asked.
    async fn slug(&self) -> String {
        self.inner.github.slug().await.unwrap_or_else(|_| "beholden".to_owned())
    }

    /// Our bot user's number; `None` while GitHub cannot be asked.
    async fn bot_user(&self, org: &OrgRow) -> Option<UserId> {
        let asked =
            self.inner.bot_user.get_or_try_init(|| self.inner.github.bot_user(org.installation));
        match asked.await {
            Ok(user) => Some(*user),
            Err(failure) => {
                tracing::warn!(%failure, "our own bot user is not known yet");
                None
            }
        }
    }
}

/// Stands for an organisation whose login no delivery has named yet.
fn nobody() -> Login {
    "ghost".parse().expect("a valid login")
}

//! The handle that tests hold: starts a GitHub, moves its clock, breaks it, and asks at the end
//! whether everything was in order.

use crate::{
    faults::{Chaos, Fault, Queued},
    hooks::{self, Webhook},
    http,
    seed::Seed,
    shared::Shared,
    world::World,
};
use anyhow::Context;
use std::{
    future::Future,
    sync::{Arc, MutexGuard},
    thread,
    time::Duration,
};
use tokio::sync::oneshot;

/// A running GitHub on a port of this machine. Clones are handles of the same one; it stops when
/// the last is dropped. It runs on a thread of its own, so tests may be asynchronous or not.
#[derive(Clone)]
pub struct Sim {
    shared: Arc<Shared>,
    url: String,
    _stop: Option<Arc<Stop>>,
}

struct Stop(Option<oneshot::Sender<()>>);

impl Drop for Stop {
    fn drop(&mut self) {
        if let Some(stop) = self.0.take() {
            // It may have stopped by itself.
            let _ = stop.send(());
        }
    }
}

/// An App as its developer knows it.
#[derive(Clone, Debug)]
pub struct App {
    /// Its number.
    pub id: u64,
    /// What `iss` of its JWT says.
    pub client_id: String,
    /// Its name in addresses.
    pub slug: String,
    /// The number of the user that its writes are made by.
    pub bot_user_id: u64,
    /// PKCS#1.
    pub private_key_pem: String,
    /// What its webhooks are signed with.
    pub webhook_secret: String,
}

impl Sim {
    /// Starts a GitHub on a free port.
    ///
    /// # Panics
    /// When the seed contradicts itself or no port is free.
    #[track_caller]
    pub fn start(seed: Seed) -> Self {
        Self::start_on(0, &seed).expect("a simulated GitHub starts")
    }

    /// Starts a GitHub on this port of 127.0.0.1; 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken or the seed contradicts itself.
    pub fn start_on(port: u16, seed: &Seed) -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("port {port}"))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let mut world = World::new(format!("http://{address}"), seed.settings.clone());
        world.plant(seed)?;
        let shared = Arc::new(Shared::new(world));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&shared);
        thread::Builder::new().name("github-sim".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                tokio::select! {
                    _ = http::serve(listener, Arc::clone(&served)) => {}
                    () = hooks::run(served) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { _stop: Some(Arc::new(Stop(Some(stop)))), ..Self::of(shared) })
    }

    /// A handle that does not keep it running.
    pub(crate) fn of(shared: Arc<Shared>) -> Self {
        let url = shared.world().base.clone();
        Self { shared, url, _stop: None }
    }

    /// Where it answers: REST and pages, without a slash at the end.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world()
    }

    /// Does something to the world and sends what follows from it.
    pub(crate) fn act<T>(&self, deed: impl FnOnce(&mut World) -> T) -> T {
        let done = deed(&mut self.shared.world());
        self.shared.wake();
        done
    }

    /// The first App.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn app(&self) -> App {
        let slug = self.world().apps.values().next().map(|app| app.slug.clone());
        self.app_named(&slug.expect("the seed has an App"))
    }

    /// An App by its slug.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn app_named(&self, slug: &str) -> App {
        let world = self.world();
        let app = world.app_by_slug(slug).unwrap_or_else(|| panic!("there is no App {slug}"));
        App {
            id: app.id,
            client_id: app.client_id.clone(),
            slug: app.slug.clone(),
            bot_user_id: app.bot,
            private_key_pem: app.private_key_pem.clone(),
            webhook_secret: app.hook.secret.clone().unwrap_or_default(),
        }
    }

    /// The number of the first App's installation on an organization.
    ///
    /// # Panics
    /// When it is not installed there.
    #[track_caller]
    pub fn installation(&self, organization: &str) -> u64 {
        let app = self.app().id;
        let world = self.world();
        let org = world.org(organization).map(|org| org.id);
        let installation =
            org.and_then(|org| world.installation_on(app, org)).map(|installation| installation.id);
        installation.unwrap_or_else(|| panic!("the App is not installed on {organization}"))
    }

    /// A user's number.
    ///
    /// # Panics
    /// When there is no such login.
    #[track_caller]
    pub fn user_id(&self, login: &str) -> u64 {
        self.world()
            .user(login)
            .map(|user| user.id)
            .unwrap_or_else(|| panic!("there is no user {login}"))
    }

    /// A repository's number.
    ///
    /// # Panics
    /// When there is none of that name.
    #[track_caller]
    pub fn repo_id(&self, repo: &str) -> u64 {
        self.world().repo_id(repo).unwrap_or_else(|| panic!("there is no repository {repo}"))
    }

    /// An organization's number.
    ///
    /// # Panics
    /// When there is none of that name.
    #[track_caller]
    pub fn org_id(&self, organization: &str) -> u64 {
        self.world()
            .org(organization)
            .map(|org| org.id)
            .unwrap_or_else(|| panic!("there is no organization {organization}"))
    }

    /// A fresh token of an installation with everything that was granted, as if it had been asked for.
    ///
    /// # Panics
    /// When there is no such installation.
    #[track_caller]
    pub fn token(&self, installation: u64) -> String {
        let mut world = self.world();
        let expires = world.now() + crate::auth::TOKEN_LIFE;
        let (app, permissions) = {
            let place = world.installations.get(&installation).expect("the installation exists");
            (place.app, place.permissions.clone())
        };
        let text = world.token_text(app);
        let token = crate::world::Token { installation, permissions, repositories: None, expires };
        world.tokens.insert(text.clone(), token);
        text
    }

    /// Moves this GitHub's clock forward. Tokens expire, limits reset, timestamps follow.
    pub fn advance(&self, by: Duration) {
        self.act(|world| world.clock.advance(by));
    }

    /// Now, by this GitHub's clock.
    pub fn now(&self) -> jiff::Timestamp {
        self.world().now()
    }

    /// Sends the webhooks of the first App to this address from now on; those that wait on the
    /// shelf stay there.
    pub fn send_webhooks_to(&self, url: &str) {
        self.act(|world| {
            if let Some(app) = world.apps.values_mut().next() {
                app.hook.url = Some(url.to_owned());
            }
        });
    }

    /// Keeps webhooks for [`Sim::take_webhooks`] from now on.
    pub fn keep_webhooks(&self) {
        self.act(|world| {
            if let Some(app) = world.apps.values_mut().next() {
                app.hook.url = None;
            }
        });
    }

    /// Takes the webhooks that wait: those of Apps without an address. They count as delivered.
    pub fn take_webhooks(&self) -> Vec<Webhook> {
        self.world().take_webhooks()
    }

    /// Waits until every webhook was pushed, whatever the answer was.
    pub fn pushed(&self) -> impl Future<Output = ()> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        async move { shared.pushed().await }
    }

    /// Delivers these bytes as this event to the first App, signed: for events that GitHub may add
    /// and payloads that nobody expects. They are not checked. Gives back the GUID.
    ///
    /// # Panics
    /// When there is no App.
    #[track_caller]
    pub fn sends_webhook(&self, event: &str, body: &[u8]) -> String {
        let app = self.app().id;
        self.act(|world| world.deliver_raw(app, event, body.to_vec()))
    }

    /// Delivers the latest delivery of a GUID again, as the button in the App's settings does.
    /// Returns whether that GUID is known.
    pub fn redelivers(&self, guid: &str) -> bool {
        self.act(|world| {
            let id = world
                .deliveries
                .log
                .values()
                .rev()
                .find(|delivery| delivery.guid == guid)
                .map(|found| found.id);
            id.is_some_and(|id| world.redeliver(id))
        })
    }

    /// Lets this fault happen to the next request.
    pub fn next(&self, fault: Fault) {
        self.world().faults.queue(Queued { fault, method: None, path: None });
    }

    /// Lets this fault happen to the next request of this method whose path starts like this.
    pub fn next_on(&self, fault: Fault, method: &str, path: &str) {
        self.world().faults.queue(Queued {
            fault,
            method: Some(method.to_owned()),
            path: Some(path.to_owned()),
        });
    }

    /// The queued faults that have not happened yet.
    pub fn faults_waiting(&self) -> usize {
        self.world().faults.waiting()
    }

    /// Random faults from now on, or no more.
    pub fn chaos(&self, chaos: Option<Chaos>) {
        self.world().faults.set_chaos(chaos);
    }

    /// Ends the simulation and checks that nothing was asked for that is not simulated, and that
    /// requests and answers were as GitHub describes them.
    ///
    /// # Panics
    /// When something was not in order; the message lists all of it.
    #[track_caller]
    pub fn finish(&self) {
        let complaints = self.complaints();
        assert!(
            complaints.is_empty(),
            "the simulated GitHub has complaints:\n{}",
            complaints.join("\n")
        );
    }

    /// What [`Sim::finish`] would complain about.
    pub fn complaints(&self) -> Vec<String> {
        self.world().complaints.clone()
    }
}

//! The product as a person installs it: the public door, the workers, a database and a GitHub.
//! The only caller of the product's API in stories.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use beholden::alert::Alarm;
use beholden::domain::{AppId, Case, Markers, OrgId, Part, RepoName, Timestamp, Watch};
use beholden::events::{AuditToken, Delivery, Signed};
use beholden::github::{Github, Limits, Settings};
use beholden::pipeline::{Clock, Engine, Options, SyncOptions};
use beholden::policy::{Mode, Policy};
use beholden::register::Record;
use beholden::store::{Retention, Store};
use beholden::web::{Admin, Door, DoorSettings, admin, public};
use github_sim::{IssueView, Seed, Sim, Webhook};
use http::{Request, StatusCode};
use secrecy::SecretString;
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::support::databases::Base;

/// How a product is set up before a story begins.
pub(crate) struct Setup {
    seed: Seed,
    policy: Policy,
    store: Store,
    watch: Watch,
    alarm: Option<Alarm>,
    collector: Vec<AuditToken>,
    sync: Option<SyncOptions>,
}

/// A running product.
pub(crate) struct Product {
    pub(crate) github: Sim,
    pub(crate) engine: Engine,
    door: Router,
    secret: String,
    policy: Policy,
    watch: Watch,
    alarm: Option<Alarm>,
    collector: Vec<AuditToken>,
    sync: Option<SyncOptions>,
    /// Whether time was moved. The door's clock is the machine's, so from then on deliveries are
    /// stored with the product's time.
    moved: AtomicBool,
}

/// What a product is told: the operator's policy, what must be so for us to see, whom to tell, who
/// may bring records of the audit log, and how everything is listed.
type Settled = (Policy, Watch, Option<Alarm>, Vec<AuditToken>, Option<SyncOptions>);

impl Setup {
    /// Organisation `acme` as installed with `--mode comment --home acme/home`.
    pub(crate) fn on(base: &Base) -> Self {
        let policy = Policy {
            home: Some("acme/home".parse::<RepoName>().unwrap()),
            default_mode: Mode::Comment,
            ..Policy::default()
        };
        let (seed, store) = (Seed::acme(), base.store.clone());
        let collector = Vec::new();
        let watch = Watch::default();
        Self { seed, policy, store, watch, alarm: None, collector, sync: None }
    }

    pub(crate) fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    /// What must be so for us to see. Nothing, unless said otherwise.
    pub(crate) fn watch(mut self, watch: Watch) -> Self {
        self.watch = watch;
        self
    }

    /// Everything is listed too, not only what events name.
    pub(crate) fn listing(mut self) -> Self {
        self.sync = Some(SyncOptions::default());
        self
    }

    /// Where the operator is told that we are blind.
    pub(crate) fn alarm(mut self, url: &str, secret: &str) -> Self {
        let (url, secret) = (url.to_owned().into(), secret.to_owned().into());
        self.alarm = Some(Alarm::new(url, secret).unwrap());
        self
    }

    /// Who may bring records of the audit log.
    pub(crate) fn collector(mut self, tokens: Vec<AuditToken>) -> Self {
        self.collector = tokens;
        self
    }

    pub(crate) fn seed(mut self, change: impl FnOnce(Seed) -> Seed) -> Self {
        self.seed = change(self.seed);
        self
    }

    /// Starts it, lets it meet the organisation, and settles.
    pub(crate) async fn start(self) -> Product {
        let github = Sim::start(self.seed);
        let settings = (self.policy, self.watch, self.alarm, self.collector, self.sync);
        Product::with(github, self.store, settings, Clock::default()).await
    }
}

impl Product {
    /// A product on a GitHub that has a past.
    pub(crate) async fn of(github: Sim, store: Store, policy: Policy, clock: Clock) -> Self {
        let settings = (policy, Watch::default(), None, Vec::new(), None);
        Self::with(github, store, settings, clock).await
    }

    async fn with(github: Sim, store: Store, settings: Settled, clock: Clock) -> Self {
        let product = Self::assembled(github, store, settings, clock);
        product.engine.meet_installations().await.unwrap();
        product.settle().await;
        product
    }

    fn assembled(
        github: Sim,
        store: Store,
        (policy, watch, alarm, collector, sync): Settled,
        clock: Clock,
    ) -> Self {
        let app = github.app();
        let key = SecretString::from(app.private_key_pem.clone());
        let mut settings = Settings::new(AppId(app.id as i64), &app.client_id, key);
        settings.api_url = github.url();
        settings.web_url = github.url();
        // How we hold back is played elsewhere; here GitHub's own limits are there.
        settings.limits = Limits {
            creates_per_minute: u32::MAX,
            creates_per_hour: u32::MAX,
            between_writes: Duration::ZERO,
        };
        let github_time = clock.clone();
        settings.now = Arc::new(move || github_time.now());
        let client = Github::new(settings).unwrap();
        let heard = Arc::new(Notify::new());
        let floor = policy.clone();
        let options = Options {
            app: AppId(app.id as i64),
            serves: Arc::new(|_| true),
            floor: Box::new(move |_| floor.clone()),
            page_url: None,
            markers: Markers::new("a key for stories only"),
            watch: watch.clone(),
            alarm: alarm.clone(),
            sync: sync.clone(),
            retention: Retention::default(),
            worker: "story".to_owned(),
        };
        let engine = Engine::new(store.clone(), client, options, clock, Arc::clone(&heard));
        let secret = app.webhook_secret.clone();
        let secrets = vec![SecretString::from(secret.clone())];
        let app = AppId(app.id as i64);
        let serves = Arc::clone(&engine.options().serves);
        let settings = DoorSettings {
            app,
            secrets,
            source_header: None,
            serves,
            collector: collector.clone(),
        };
        let door = Door::new(store, settings, heard);
        let moved = AtomicBool::new(false);
        let door = public(door);
        Self { github, engine, door, secret, policy, watch, alarm, collector, sync, moved }
    }

    /// The same database and GitHub under another process, which lists everything too and has done
    /// nothing yet. Whoever held a lane before is gone for good.
    pub(crate) async fn after_a_crash(self, base: &Base) -> Self {
        base.ends_leases().await;
        let store = Store::open(&base.url).await.unwrap();
        let settings =
            (self.policy, self.watch, self.alarm, self.collector, Some(SyncOptions::default()));
        let product = Self::assembled(self.github, store, settings, self.engine.clock().clone());
        product.engine.meet_installations().await.unwrap();
        product
    }

    /// Stops it and starts it again with another policy, on the same database and GitHub.
    pub(crate) async fn restarts_with(self, change: impl FnOnce(&mut Policy)) -> Self {
        let mut policy = self.policy.clone();
        change(&mut policy);
        let (store, clock) = (self.engine.store().clone(), self.engine.clock().clone());
        let moved = self.moved;
        let settings = (policy, self.watch, self.alarm, self.collector, self.sync);
        Self { moved, ..Self::with(self.github, store, settings, clock).await }
    }

    /// Stops it and starts it again, and from now on everything is listed too.
    pub(crate) async fn restarts_listing(mut self) -> Self {
        self.sync = Some(SyncOptions::default());
        self.restarts_with(|_| ()).await
    }

    /// The same under `beholden sync --kind`: these parts are listed now, and nothing else is done.
    pub(crate) async fn lists_only(self, parts: &[Part]) -> Self {
        let (store, clock) = (self.engine.store().clone(), self.engine.clock().clone());
        let only = SyncOptions { parts: Some(parts.to_vec()), ..SyncOptions::default() };
        let settings = (self.policy, self.watch, self.alarm, self.collector, Some(only));
        let product = Self::assembled(self.github, store, settings, clock);
        product.engine.meet_installations().await.unwrap();
        product.engine.sync_now(product.org(), &mut |_| ()).await.unwrap();
        Self { moved: self.moved, ..product }
    }

    /// Lets everything that is due happen: webhooks in, decisions, writes, their webhooks in.
    /// Gives back what came in.
    pub(crate) async fn settle(&self) -> Vec<(Webhook, Timestamp)> {
        let mut heard = Vec::new();
        loop {
            let webhooks = self.github.take_webhooks();
            let none = webhooks.is_empty();
            for webhook in webhooks {
                let now = self.engine.clock().now();
                if self.moved.load(Ordering::Relaxed) {
                    self.hears(&webhook, now).await;
                } else {
                    let status = self.posts(&webhook).await;
                    assert_eq!(status, StatusCode::ACCEPTED, "{}", webhook.name());
                }
                heard.push((webhook, now));
            }
            self.engine.settle().await.unwrap();
            if none {
                return heard;
            }
        }
    }

    /// Asks the public door.
    pub(crate) async fn asks(&self, request: Request<Body>) -> Response {
        self.door.clone().oneshot(request).await.unwrap()
    }

    /// Sends one webhook through the public door.
    pub(crate) async fn posts(&self, webhook: &Webhook) -> StatusCode {
        let mut request = Request::post("/webhook");
        for (name, value) in &webhook.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(webhook.body.clone())).unwrap();
        self.asks(request).await.status()
    }

    /// Stores one webhook as received at this moment.
    pub(crate) async fn hears(&self, webhook: &Webhook, received: Timestamp) {
        let signature = webhook
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("x-hub-signature-256"))
            .map(|(_, value)| value.clone())
            .unwrap();
        let delivery = Delivery {
            guid: webhook.guid.to_ascii_lowercase(),
            event: webhook.event.clone(),
            body: webhook.body.clone().into(),
            received,
        };
        let signed = Signed::verify(delivery, &signature, &[&self.secret]).unwrap();
        self.engine.store().accept(&signed).await.unwrap();
    }

    /// Lets time pass here and on GitHub, and settles.
    pub(crate) async fn passes(&self, time: Duration) -> Vec<(Webhook, Timestamp)> {
        self.moved.store(true, Ordering::Relaxed);
        self.github.advance(time);
        self.engine.clock().advance(time);
        self.settle().await
    }

    /// A page of the private door.
    pub(crate) async fn page(&self, path: &str) -> String {
        let door = admin(Admin::new(self.engine.clone()).unwrap());
        let request = Request::get(path).header("host", "127.0.0.1:3000");
        let answer = door.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let body = to_bytes(answer.into_body(), 1_000_000).await.unwrap();
        String::from_utf8(body.into()).unwrap()
    }

    pub(crate) fn org(&self) -> OrgId {
        OrgId(self.github.org_id("acme") as i64)
    }

    /// What the register holds about an identity, by its key.
    pub(crate) async fn record(&self, key: &str) -> Option<Record> {
        self.engine.store().record(self.org(), &key.parse().unwrap()).await.unwrap()
    }

    /// `owned by octocat`, `unowned`, `orphaned` …, or `unknown`.
    pub(crate) async fn standing(&self, key: &str) -> String {
        let Some(record) = self.record(key).await else { return "unknown".to_owned() };
        let owners: Vec<String> = record.ownership.owners().map(|owner| owner.plain()).collect();
        let word = record.ownership.word();
        if owners.is_empty() { word.to_owned() } else { format!("{word} by {}", owners.join(", ")) }
    }

    /// The case that asks about an identity.
    pub(crate) async fn case(&self, key: &str) -> Option<Case> {
        let id = self.record(key).await?.case?;
        self.engine.store().case(self.org(), &id).await.unwrap()
    }

    /// The rules that found something about an identity, in order.
    pub(crate) async fn rules(&self, key: &str) -> Vec<String> {
        let found = self.engine.store().findings(self.org(), &key.parse().unwrap()).await.unwrap();
        let mut rules: Vec<String> = found.into_iter().map(|finding| finding.rule).collect();
        rules.sort();
        rules.dedup();
        rules
    }

    /// Why things were put aside.
    pub(crate) async fn parked(&self) -> Vec<String> {
        let parked = self.engine.store().parked(100).await.unwrap();
        parked.into_iter().map(|parked| parked.why).collect()
    }

    /// The issues that we wrote in a repository.
    pub(crate) fn ours(&self, repo: &str) -> Vec<IssueView> {
        let mut issues = self.github.issues(repo);
        issues.retain(|issue| issue.author == "beholden[bot]");
        issues
    }
}

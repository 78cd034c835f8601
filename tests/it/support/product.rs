//! The product as a person installs it: the public door, the workers, a database and a GitHub.
//! The only caller of the product's API in stories.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use beholden::domain::{AppId, Markers, OrgId, RepoName};
use beholden::github::{Github, Limits, Settings};
use beholden::pipeline::{Clock, Engine, Options};
use beholden::policy::{Mode, Policy};
use beholden::register::Record;
use beholden::store::{Retention, Store};
use beholden::web::{Door, DoorSettings, public};
use github_sim::{Seed, Sim, Webhook};
use http::{Request, StatusCode};
use secrecy::SecretString;
use tokio::sync::Notify;
use tower::ServiceExt;

/// How a product is set up before a story begins.
pub(crate) struct Setup {
    seed: Seed,
    policy: Policy,
    database: String,
}

/// A running product.
pub(crate) struct Product {
    pub(crate) github: Sim,
    pub(crate) engine: Engine,
    door: Router,
}

impl Setup {
    /// Organisation `acme` as installed with `--mode comment --home acme/home`.
    pub(crate) fn new(database: &str) -> Self {
        let policy = Policy {
            home: Some("acme/home".parse::<RepoName>().unwrap()),
            default_mode: Mode::Comment,
            ..Policy::default()
        };
        Self { seed: Seed::acme(), policy, database: database.to_owned() }
    }

    pub(crate) fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    pub(crate) fn seed(mut self, change: impl FnOnce(Seed) -> Seed) -> Self {
        self.seed = change(self.seed);
        self
    }

    /// Starts it, lets it meet the organisation, and settles.
    pub(crate) async fn start(self) -> Product {
        let github = Sim::start(self.seed);
        let app = github.app();
        let store = Store::open(&self.database).await.unwrap();
        let key = SecretString::from(app.private_key_pem.clone());
        let mut settings = Settings::new(AppId(app.id as i64), &app.client_id, key);
        settings.api_url = github.url();
        settings.web_url = github.url();
        settings.limits = Limits { between_writes: Duration::ZERO, ..Limits::default() };
        let client = Github::new(settings).unwrap();
        let clock = Clock::default();
        let heard = Arc::new(Notify::new());
        let options = Options {
            app: AppId(app.id as i64),
            serves: Box::new(|_| true),
            floor: Box::new(move |_| self.policy.clone()),
            page_url: None,
            markers: Markers::new("a key for stories only"),
            retention: Retention::default(),
            worker: "story".to_owned(),
        };
        let engine = Engine::new(store.clone(), client, options, clock, Arc::clone(&heard));
        let secrets = vec![SecretString::from(app.webhook_secret.clone())];
        let door = Door::new(store, DoorSettings { app: AppId(app.id as i64), secrets }, heard);
        let product = Product { github, engine, door: public(door) };
        product.engine.meet_installations().await.unwrap();
        product.settle().await;
        product
    }
}

impl Product {
    /// Lets everything that is due happen: webhooks in, decisions, writes, their webhooks in.
    pub(crate) async fn settle(&self) {
        loop {
            let webhooks = self.github.take_webhooks();
            for webhook in &webhooks {
                assert_eq!(self.posts(webhook).await, StatusCode::ACCEPTED, "{}", webhook.name());
            }
            self.engine.settle().await.unwrap();
            if webhooks.is_empty() {
                return;
            }
        }
    }

    /// Sends one webhook through the public door.
    pub(crate) async fn posts(&self, webhook: &Webhook) -> StatusCode {
        let mut request = Request::post("/webhook");
        for (name, value) in &webhook.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(webhook.body.clone())).unwrap();
        self.door.clone().oneshot(request).await.unwrap().status()
    }

    /// Lets time pass here and on GitHub, and settles.
    pub(crate) async fn passes(&self, time: Duration) {
        self.github.advance(time);
        self.engine.clock().advance(time);
        self.settle().await;
    }

    /// What the register holds about an identity, by its key.
    pub(crate) async fn record(&self, key: &str) -> Option<Record> {
        let org = OrgId(self.github.org_id("acme") as i64);
        self.engine.store().record(org, &key.parse().unwrap()).await.unwrap()
    }

    /// `owned by octocat`, `unowned`, `orphaned` …, or `unknown`.
    pub(crate) async fn standing(&self, key: &str) -> String {
        let Some(record) = self.record(key).await else { return "unknown".to_owned() };
        let owners: Vec<String> = record.ownership.owners().map(|owner| owner.plain()).collect();
        let word = record.ownership.word();
        if owners.is_empty() { word.to_owned() } else { format!("{word} by {}", owners.join(", ")) }
    }
}

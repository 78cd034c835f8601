//! Beholden as `serve` runs it, beside the simulated GitHub that it talks to. Between the two there
//! is nothing but HTTP on loopback.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use beholden::domain::{AppId, IdentityKind, Login, Markers, OrgId, Watch};
use beholden::github::{Github, Limits, Settings};
use beholden::pipeline::{Clock, Engine, Options};
use beholden::policy::{Mode, ModeRule, Policy};
use beholden::register::Record;
use beholden::store::{Filter, Retention, Store};
use beholden::web::{self, Admin, Door, DoorSettings};
use github_sim::{Access, Seed, Sim};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// The account that an AI agent works with. The policy says that it is a machine.
pub(crate) const AGENT: &str = "acme-agent";

/// The longest that anything in the story may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a person takes to read. GitHub dates words in whole seconds, and who says yes must have
/// read before.
const READING: Duration = Duration::from_secs(2);

/// How often we look whether it has happened.
const LOOK: Duration = Duration::from_millis(20);

/// How many identities the story asks for; it has two.
const ROWS: usize = 50;

/// Both sides, running.
pub(crate) struct Product {
    /// The simulated GitHub.
    pub(crate) github: Sim,
    /// Where the register is shown.
    pub(crate) pages: String,
    /// Where webhooks arrive.
    pub(crate) webhook: String,
    engine: Engine,
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
    _folder: TempDir,
}

impl Product {
    /// Starts both sides and lets them meet: organisation `acme`, mode `comment`, home `acme/home`.
    pub(crate) async fn start(port: u16) -> anyhow::Result<Self> {
        let github = Sim::start_on(0, &seed())?;
        let folder = tempfile::tempdir()?;
        let database = format!("sqlite:{}", folder.path().join("demo.db").display());
        let store = Store::open(&database).await?;
        let app = github.app();
        let id = AppId(i64::try_from(app.id)?);
        let heard = Arc::new(Notify::new());
        let engine = Engine::new(
            store.clone(),
            client(&github, id)?,
            workers(id)?,
            Clock::default(),
            Arc::clone(&heard),
        );
        let secrets = vec![SecretString::from(app.webhook_secret)];
        let serves = Arc::clone(&engine.options().serves);
        let settings =
            DoorSettings { app: id, secrets, source_header: None, serves, collector: Vec::new() };
        let door = Door::new(store, settings, heard);

        let public = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let private = private(port).await?;
        let webhook = format!("http://{}/webhook", public.local_addr()?);
        let pages = format!("http://{}", private.local_addr()?);
        github.send_webhooks_to(&webhook);
        engine.meet_installations().await.context("Beholden and the simulated GitHub must meet")?;

        let (stop, stopped) = watch::channel(false);
        let admin = web::admin(Admin::new(engine.clone())?);
        let workers = engine.clone();
        let until = stopped.clone();
        let running = vec![
            tokio::spawn(async move { workers.run(until).await }),
            tokio::spawn(web::serve(public, web::public(door), stopped.clone())),
            tokio::spawn(web::serve(private, admin, stopped)),
        ];
        Ok(Self { github, pages, webhook, engine, stop, running, _folder: folder })
    }

    /// Waits until this is so on GitHub and nothing more is under way. `what` ends the sentence
    /// that is said when it never comes: "GitHub did not show …".
    pub(crate) async fn until(&self, what: &str, so: impl Fn(&Sim) -> bool) -> anyhow::Result<()> {
        let mut look = tokio::time::interval(LOOK);
        let seen = tokio::time::timeout(PATIENCE, async {
            loop {
                look.tick().await;
                if so(&self.github) && self.is_idle().await? {
                    return anyhow::Ok(());
                }
            }
        });
        match seen.await {
            Ok(done) => done,
            Err(_) => bail!("GitHub did not show {what} within {} seconds", PATIENCE.as_secs()),
        }
    }

    /// Somebody reads what stands there.
    pub(crate) async fn reads(&self) {
        tokio::time::sleep(READING).await;
    }

    /// Whether no webhook is on its way, none waits here, and nothing waits to be written.
    async fn is_idle(&self) -> anyhow::Result<bool> {
        self.github.pushed().await;
        let stats = self.engine.store().stats().await?;
        Ok(stats.inbox_waiting == 0 && stats.outbox_waiting == 0)
    }

    /// Waits until an identity of this kind lives in the register and nothing more is under way.
    pub(crate) async fn until_registered(&self, kind: IdentityKind) -> anyhow::Result<()> {
        let mut look = tokio::time::interval(LOOK);
        let seen = tokio::time::timeout(PATIENCE, async {
            loop {
                look.tick().await;
                let lives = |record: &Record| {
                    record.identity.key.kind() == kind && record.identity.is_live()
                };
                if self.register().await?.iter().any(lives) && self.is_idle().await? {
                    return anyhow::Ok(());
                }
            }
        });
        match seen.await {
            Ok(done) => done,
            Err(_) => bail!("the register held no {} in time", kind.words()),
        }
    }

    /// Every identity in the register.
    pub(crate) async fn register(&self) -> anyhow::Result<Vec<Record>> {
        let org = OrgId(i64::try_from(self.github.org_id("acme"))?);
        let page = self.engine.store().register_page(org, &Filter::default(), None, ROWS).await?;
        Ok(page.items)
    }

    /// Stops both sides. The database goes with its folder.
    pub(crate) async fn stop(self) {
        // Nobody listening means that everything has stopped already.
        let _ = self.stop.send(true);
        for task in self.running {
            let _ = task.await;
        }
        self.engine.store().clone().close().await;
    }
}

/// `acme` with somebody who maintains `acme/api`, and with an agent's account.
fn seed() -> Seed {
    let mut seed = Seed::acme();
    for org in &mut seed.organizations {
        org.members.push(AGENT.to_owned());
        for repo in org.repositories.iter_mut().filter(|repo| repo.name == "api") {
            repo.collaborators.insert("monalisa".to_owned(), Access::Maintain);
            repo.collaborators.insert(AGENT.to_owned(), Access::Write);
        }
    }
    seed
}

fn client(github: &Sim, id: AppId) -> anyhow::Result<Github> {
    let app = github.app();
    let mut settings = Settings::new(id, &app.client_id, SecretString::from(app.private_key_pem));
    settings.api_url = github.url();
    settings.web_url = github.url();
    // GitHub asks for a second between two writes. Whoever watches need not wait for it.
    settings.limits = Limits { between_writes: Duration::ZERO, ..Limits::default() };
    Ok(Github::new(settings)?)
}

fn workers(app: AppId) -> anyhow::Result<Options> {
    let policy = Policy {
        home: Some("acme/home".parse()?),
        default_mode: Mode::Comment,
        // What files give to agents and workflows holds the merge until somebody answers.
        modes: vec![ModeRule {
            kinds: vec![IdentityKind::AiAgent, IdentityKind::Workflow],
            repos: None,
            mode: Mode::Require,
        }],
        machine_users: [AGENT.parse::<Login>()?].into(),
        ..Policy::default()
    };
    Ok(Options {
        sync: None,
        app,
        serves: Arc::new(|_| true),
        floor: Box::new(move |_| policy.clone()),
        page_url: None,
        markers: Markers::new("a key for this demonstration only"),
        watch: Watch::default(),
        alarm: None,
        retention: Retention::default(),
        worker: "demo".to_owned(),
    })
}

/// The listener of the pages: on this port, or on a free one when it is taken.
async fn private(port: u16) -> io::Result<TcpListener> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpListener::bind(at(port)).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => TcpListener::bind(at(0)).await,
        bound => bound,
    }
}

//! The receivers that are compared, each a process of its own with a fresh database.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use github_sim::Sim;
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::ack::generator::Signing;
use crate::database::{Database, Kind};
use crate::served::{Recipe, Served, free_port, resident_mib};
use crate::town::{self, Size};

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Contestant {
    /// `beholden serve` on a SQLite file.
    Beholden,
    /// A handler that checks the signature and keeps nothing.
    Bare,
    /// Probot with a handler that does nothing.
    ProbotForgetting,
    /// Probot with a handler that writes a durable row.
    ProbotStoring,
}

impl Contestant {
    /// Its name in tables.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Beholden => "**Beholden**, stored durably",
            Self::Bare => "bare axum, signature only",
            Self::ProbotForgetting => "Probot, storing nothing",
            Self::ProbotStoring => "Probot + better-sqlite3, stored durably",
        }
    }
}

/// What is needed to start them.
pub(super) struct Workshop {
    binary: PathBuf,
    cache: PathBuf,
    github: Sim,
}

/// A receiver that listens.
pub(super) struct Running {
    /// Where.
    pub(super) port: u16,
    /// What it accepts.
    pub(super) signing: Signing,
    process: Process,
    folder: TempDir,
    database: Option<Database>,
}

enum Process {
    Beholden(Recipe, Served),
    Other(Other),
}

/// A process that ends when it is dropped.
struct Other(Child);

impl Drop for Other {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const PACKAGES: [&str; 2] = ["probot@14.3.2", "better-sqlite3@12.11.1"];

/// Installs Probot where it is missing. Compiling better-sqlite3 takes about a minute.
pub(super) fn install_probot(cache: &Path) -> anyhow::Result<()> {
    if cache.join("node_modules/better-sqlite3/build/Release/better_sqlite3.node").is_file()
        && cache.join("node_modules/probot").is_dir()
    {
        return Ok(());
    }
    std::fs::create_dir_all(cache)?;
    let installed = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--prefix"])
        .arg(cache)
        .args(PACKAGES)
        .stdout(Stdio::null())
        .status()
        .context("npm is missing")?;
    if installed.success() { Ok(()) } else { bail!("npm could not install {PACKAGES:?}") }
}

impl Workshop {
    /// Everything starts from here. Probot is expected in `cache`.
    pub(super) fn new(binary: &Path, cache: &Path) -> anyhow::Result<Self> {
        let size = Size { organisations: 1, repositories: 1, content_per_minute: 80 };
        Ok(Self { binary: binary.to_owned(), cache: cache.to_owned(), github: town::start(size) })
    }

    /// Starts one and waits until it listens.
    pub(super) async fn start(&self, contestant: Contestant) -> anyhow::Result<Running> {
        let folder = tempfile::Builder::new().prefix("beholden-ack").tempdir()?;
        let app = self.github.app();
        let signing = Signing { secret: app.webhook_secret.clone(), app: app.id };
        if contestant == Contestant::Beholden {
            let database = Database::make(Kind::Sqlite, folder.path(), None).await?;
            let recipe =
                Recipe::new(&self.binary, folder.path(), "serve", &database.url, &self.github)?
                    .observing();
            let (port, database) = (recipe.port(), Some(database));
            let served = recipe.start_ready().await?;
            let process = Process::Beholden(recipe, served);
            return Ok(Running { port, signing, process, folder, database });
        }
        let port = free_port()?;
        let mut command = if contestant == Contestant::Bare {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["bare", "--port", &port.to_string(), "--secret", &signing.secret]);
            command
        } else {
            let (script, key) = (folder.path().join("probot.mjs"), folder.path().join("key.pem"));
            std::fs::write(&script, include_str!("probot.mjs"))?;
            std::fs::write(&key, &app.private_key_pem)?;
            let storing = contestant == Contestant::ProbotStoring;
            let rows = if storing { folder.path().join("rows.db") } else { PathBuf::new() };
            let mut command = Command::new("node");
            command
                .current_dir(&self.cache)
                .env("NODE_ENV", "production")
                .arg(script)
                .args([&port.to_string(), &signing.secret, &app.id.to_string()])
                .arg(key)
                .arg(rows);
            command
        };
        let child = Other(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?);
        listens(port).await.with_context(|| format!("{contestant:?}"))?;
        let database = (contestant == Contestant::ProbotStoring).then(|| {
            Database::existing(&format!("sqlite:{}", folder.path().join("rows.db").display()))
        });
        Ok(Running { port, signing, process: Process::Other(child), folder, database })
    }
}

impl Running {
    /// Memory that it holds, in MiB; 0 if that is not known.
    pub(super) fn resident_mib(&self) -> f64 {
        match &self.process {
            Process::Beholden(_, served) => served.resident_mib(),
            Process::Other(child) => resident_mib(child.0.id()),
        }
    }

    /// How many deliveries wait for a decision; none with those that take none.
    pub(super) async fn waiting(&self) -> anyhow::Result<f64> {
        match &self.process {
            Process::Beholden(recipe, _) => recipe.number("beholden_inbox_waiting").await,
            Process::Other(_) => Ok(0.0),
        }
    }

    /// Ends it, and counts the deliveries that it holds if it holds any.
    pub(super) async fn end(self) -> anyhow::Result<Option<u64>> {
        match self.process {
            Process::Beholden(_, served) => served.kill()?,
            Process::Other(child) => drop(child),
        }
        let rows = match &self.database {
            Some(database) => Some(database.deliveries().await?),
            None => None,
        };
        self.folder.close()?;
        Ok(rows)
    }
}

async fn listens(port: u16) -> anyhow::Result<()> {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if began.elapsed() > Duration::from_secs(30) {
            bail!("it does not listen after 30 s");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

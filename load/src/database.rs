//! Empty databases, and the one thing that a driver changes in them: it lets time pass for dead
//! processes, whose leases would otherwise hold their work for 90 seconds each.

use std::path::Path;

use anyhow::{Context, bail};
use clap::ValueEnum;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// An empty database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    /// Its address, as `--database` takes it.
    pub(crate) url: String,
    made_on: Option<String>,
}

impl Database {
    /// Makes one: a file in `folder`, or a database of its own on the server at `server`.
    pub(crate) async fn make(
        kind: Kind,
        folder: &Path,
        server: Option<&str>,
    ) -> anyhow::Result<Self> {
        let name = format!("load_{:016x}", rand::random::<u64>());
        if kind == Kind::Sqlite {
            let url = format!("sqlite:{}", folder.join(format!("{name}.db")).display());
            return Ok(Self { url, made_on: None });
        }
        let server = server.context("--postgres (or BEHOLDEN_TEST_POSTGRES) names no server")?;
        let mut admin = PgConnection::connect(server).await?;
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
        let Some((stem, _)) = server.rsplit_once('/').filter(|(stem, _)| !stem.ends_with('/'))
        else {
            bail!("the server's address ends without a database");
        };
        Ok(Self { url: format!("{stem}/{name}"), made_on: Some(server.to_owned()) })
    }

    /// One that somebody else has made.
    pub(crate) fn existing(url: &str) -> Self {
        Self { url: url.to_owned(), made_on: None }
    }

    /// Ends the leases of processes that are dead or frozen, as 90 seconds would. `worker` is the
    /// beginning of their name: the process id and a dash. Without it, all.
    ///
    /// A process that is frozen inside a transaction keeps what it has locked: to wait for that
    /// would freeze it for the minute after which the server ends its transaction.
    pub(crate) async fn end_leases(&self, worker: Option<u32>) -> anyhow::Result<()> {
        let like = worker.map_or("%".to_owned(), |pid| format!("{pid}-%"));
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            if !Path::new(path).exists() {
                return Ok(());
            }
            let file = rusqlite::Connection::open(path)?;
            file.busy_timeout(std::time::Duration::from_secs(10))?;
            if let Err(error) = file.execute(
                "UPDATE work SET lease_until = 1 WHERE lease_until > 1 AND lease_token LIKE ?1",
                [&like],
            ) {
                return not_made_yet(&error.to_string());
            }
            return Ok(());
        }
        let mut connection = PgConnection::connect(&self.url).await?;
        let update = "UPDATE work SET lease_until = 1 WHERE (org, lane) IN (SELECT org, lane \
            FROM work WHERE lease_until > 1 AND lease_token LIKE $1 FOR UPDATE SKIP LOCKED)";
        match sqlx::query(update).bind(&like).execute(&mut connection).await {
            Ok(_) => Ok(()),
            Err(error) => not_made_yet(&error.to_string()),
        }
    }

    /// How many deliveries are held.
    pub(crate) async fn deliveries(&self) -> anyhow::Result<u64> {
        let count: i64 = if let Some(path) = self.url.strip_prefix("sqlite:") {
            let file = rusqlite::Connection::open(path)?;
            file.query_row("SELECT COUNT(*) FROM inbox", [], |row| row.get(0))?
        } else {
            let mut connection = PgConnection::connect(&self.url).await?;
            sqlx::query_scalar("SELECT COUNT(*) FROM inbox").fetch_one(&mut connection).await?
        };
        Ok(count.unsigned_abs())
    }

    /// What is still to be read or written, and why it waits: a line for each, at most twenty.
    pub(crate) async fn what_waits(&self) -> anyhow::Result<Vec<String>> {
        const WAITS: &str = "SELECT org || ' ' || entity || ', tried ' || attempts || ' times, due at ' \
            || due_at || ': ' || COALESCE(reason, 'nothing said why') \
            FROM refreshes WHERE due_at IS NOT NULL \
            UNION ALL SELECT org || ' ' || key || ' (' || state || '), tried ' || attempts \
            || ' times, due at ' || due_at || ': ' || COALESCE(reason, 'nothing said why') \
            FROM outbox WHERE due_at IS NOT NULL LIMIT 20";
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let file = rusqlite::Connection::open(path)?;
            file.busy_timeout(std::time::Duration::from_secs(10))?;
            let mut asked = file.prepare(WAITS)?;
            let rows = asked.query_map([], |row| row.get(0))?;
            return Ok(rows.collect::<Result<_, _>>()?);
        }
        let mut connection = PgConnection::connect(&self.url).await?;
        Ok(sqlx::query_scalar(WAITS).fetch_all(&mut connection).await?)
    }

    /// Removes it from its server. A file goes with its folder.
    pub(crate) async fn remove(&self) -> anyhow::Result<()> {
        if let (Some(server), Some((_, name))) = (&self.made_on, self.url.rsplit_once('/')) {
            let mut admin = PgConnection::connect(server).await?;
            admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await?;
        }
        Ok(())
    }
}

/// A process that is killed early has made no tables.
fn not_made_yet(error: &str) -> anyhow::Result<()> {
    if error.contains("no such table") || error.contains("does not exist") {
        return Ok(());
    }
    bail!("the leases of dead processes cannot be ended: {error}")
}

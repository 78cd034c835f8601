//! The same story on each database: a SQLite file always, PostgreSQL where there is a server.
//!
//! `BEHOLDEN_TEST_POSTGRES` is the URL of a server on which databases may be made. Without it the
//! stories run on SQLite alone and say so; under `CI` that is a failure.

#![expect(clippy::print_stdout, reason = "a story that fails says which database it was on")]

use std::future::Future;

use beholden::store::Store;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// One database, empty, and the address of it: a second store on the same address is a replica,
/// or the same program after a crash.
#[derive(Clone)]
pub(crate) struct Base {
    /// The store.
    pub(crate) store: Store,
    /// Its address.
    pub(crate) url: String,
}

impl Base {
    /// Ends every lease, as time would: the database's own clock is not for tests to move.
    pub(crate) async fn ends_leases(&self) {
        self.is_told("UPDATE work SET lease_until = 0 WHERE lease_until IS NOT NULL").await;
    }

    /// Makes the register one that an older version wrote, which took down less of files.
    pub(crate) async fn grows_older(&self) {
        self.is_told("DELETE FROM links WHERE kind = 'secret'").await;
        let ties = "UPDATE identities SET doc = replace(doc, '\"ties\":', '\"unknown\":')";
        self.is_told(ties).await;
        let uses = "UPDATE coverage SET doc = replace(doc, '\"uses\":\"3\"', '\"uses\":\"2\"')";
        self.is_told(uses).await;
    }

    /// Makes half of the words that vendors are found by another catalogue's, and forgets the others.
    pub(crate) async fn has_words_of_another_catalogue(&self) {
        self.is_told("UPDATE vendor_words SET edition = 7, words = 'nothing'").await;
        self.is_told("DELETE FROM vendor_words WHERE identity > 'deploy_key/4'").await;
    }

    async fn is_told(&self, statement: &'static str) {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let file = rusqlite::Connection::open(path).unwrap();
                file.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
                file.execute(statement, []).unwrap();
            }
            None => {
                let mut server = PgConnection::connect(&self.url).await.unwrap();
                server.execute(statement).await.unwrap();
            }
        }
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }
}

/// Tells the story on each database. One that fails says which it was.
pub(crate) async fn on_each_database<F: Future<Output = ()>>(story: impl Fn(Base) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("story.db").display());
    println!("on SQLite");
    let store = Store::open(&url).await.unwrap();
    story(Base { store, url }).await;

    let Some(server) = server() else { return };
    println!("on PostgreSQL");
    let name = format!("story_{}", uuid::Uuid::new_v4().simple());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let url = with_database(&server, &name);
    let store = Store::open(&url).await.unwrap();
    // A story that fails leaves its database behind, to be looked at.
    story(Base { store, url }).await;
    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
}

/// The server to use, or none.
fn server() -> Option<String> {
    let server = std::env::var("BEHOLDEN_TEST_POSTGRES").ok();
    if server.is_none() {
        assert!(std::env::var_os("CI").is_none(), "set BEHOLDEN_TEST_POSTGRES: this is CI");
        println!("PostgreSQL was not run: set BEHOLDEN_TEST_POSTGRES to the URL of a server");
    }
    server
}

/// The server's URL with another database at the end.
fn with_database(server: &str, name: &str) -> String {
    let (host, query) = server.split_once('?').map_or((server, None), |(h, q)| (h, Some(q)));
    let scheme = host.find("://").map_or(0, |at| at + 3);
    let stem = match host[scheme..].find('/') {
        Some(at) => &host[..scheme + at],
        None => host,
    };
    match query {
        Some(query) => format!("{stem}/{name}?{query}"),
        None => format!("{stem}/{name}"),
    }
}

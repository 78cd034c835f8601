//! From an older shape of the database to today's: what was held is held, and is read as before.

use beholden::domain::{CaseState, OrgId, RepoId, Sight, SurfaceKey};
use beholden::store::{OutboxState, Store};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::support::databases::{Base, on_each_database};

/// The first shape, and rows as the first version wrote them.
const START: &str = include_str!("../../../src/store/migrations/0001_start.sql");
const ROWS: &str = include_str!("../../data/version-1.sql");
const LEDGER: &str = "
    CREATE TABLE migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO migrations (version, name) VALUES (1, 'start');";

/// A database of the first version beside the one of the story, and its address.
async fn version_1(base: &Base) -> String {
    if base.is_postgres() {
        let mut conn = PgConnection::connect(&base.url).await.unwrap();
        let clean = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;";
        let start = START.replace(" TEXT", " TEXT COLLATE \"C\"").replace(" BLOB", " BYTEA");
        for text in [clean, &start, LEDGER, ROWS] {
            sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut conn).await.unwrap();
        }
        base.url.clone()
    } else {
        let path = base.url.trim_start_matches("sqlite:").replace("story.db", "version-1.db");
        let conn = rusqlite::Connection::open(&path).unwrap();
        for text in [START, LEDGER, ROWS] {
            conn.execute_batch(text).unwrap();
        }
        format!("sqlite:{path}")
    }
}

#[tokio::test]
async fn a_database_of_the_first_version_is_taken_over_with_all_that_it_holds() {
    on_each_database(async |base| {
        let url = version_1(&base).await;
        // Twice: the second start finds today's shape.
        for _ in 0..2 {
            let store = Store::open(&url).await.unwrap();
            let org = OrgId(201);
            let row = store.org(org).await.unwrap().unwrap();
            assert_eq!((row.login.unwrap().as_str(), row.turn), ("acme", 7));
            let repos = store.repos(org, None, 9).await.unwrap();
            assert_eq!(repos.len(), 1);
            assert!(repos[0].id == RepoId(401) && !repos[0].hidden);
            let cases = store.cases(org, CaseState::Open, None, 9).await.unwrap();
            assert_eq!(cases.len(), 1);
            assert!(cases[0].exposed.is_empty() && cases[0].issue.is_some());
            let key = SurfaceKey::issue(&cases[0].id);
            let surface = store.surface(org, &key).await.unwrap().unwrap();
            assert_eq!((surface.state, surface.remote_id), (OutboxState::Applied, Some(1)));
            assert_eq!(store.stats().await.unwrap().inbox_waiting, 1);

            assert_eq!(store.sight(org).await.unwrap(), Sight::default(), "nothing is lost yet");
            assert_eq!(store.last_heard(org).await.unwrap(), None);
            assert_eq!(store.first_alert(org).await.unwrap(), None);
            store.exercise(org).await.unwrap();
            store.close().await;
        }
    })
    .await;
}

//! The shape of the database: the same columns on both, an index for what is asked often, and no
//! harm when several replicas start at once.

use std::collections::BTreeSet;

use beholden::register::Delta;
use beholden::store::{Save, Saved, Store, StoreError};
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::task::JoinSet;

use crate::store::world::{
    ACME, accept_all, at, case, deploy_key, entry, hint, issue, met, repo, signed, to_acme,
};
use crate::support::databases::{Base, on_each_database};

/// Asked seldom, or of a table with a row for each lane or organisation: reading it whole is right.
const MAY_SCAN: &[&str] = &["ORGS", "NEXT_DUE", "BLIND"];

/// What SQLite scans that is no table: answers that are counted.
const COUNTED: &[&str] = &[
    "CONSTANT ROW",
    "counted",
    "unrouted",
    "routed",
    "each",
    "used",
    "deliveries",
    "readings",
    "effects",
    "lanes",
];

#[tokio::test]
async fn hot_statements_use_an_index() {
    on_each_database(async |base| {
        seed(&base.store).await;
        base.store.tidy().await.unwrap();
        for statement in base.store.exercise(ACME).await.unwrap() {
            if MAY_SCAN.contains(&statement.name) {
                continue;
            }
            for line in statement.plan.lines() {
                let whole = if base.is_postgres() {
                    line.contains("Seq Scan")
                } else {
                    // Reading an index in its order is no scan, nor is counting an answer.
                    line.starts_with("SCAN ")
                        && !line.contains(" USING ")
                        && !COUNTED.iter().any(|counted| line[5..].starts_with(counted))
                };
                assert!(!whole, "{} reads a whole table:\n{}", statement.name, statement.plan);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn one_identitys_history_is_read_through_its_own_index() {
    on_each_database(async |base| {
        seed(&base.store).await;
        base.store.tidy().await.unwrap();
        for statement in base.store.exercise(ACME).await.unwrap() {
            let index = match statement.name {
                "HISTORY_OF" => "timeline_identity",
                "HISTORY_IN" => "timeline_repo",
                "WAITING" => "inbox_waiting",
                "DUE_EFFECTS" => "outbox_due",
                "DUE_REFRESHES" => "refreshes_due",
                "OPEN_CASE" => "cases_cause",
                "CASE_OF" => "cases_issue",
                "UNROUTED" => "inbox_unrouted",
                _ => continue,
            };
            assert!(statement.plan.contains(index), "{}:\n{}", statement.name, statement.plan);
        }
    })
    .await;
}

#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let shapes = std::sync::Mutex::new(Vec::new());
    on_each_database(async |base| {
        let shape = columns(&base).await;
        assert!(shape.len() > 80, "{} columns", shape.len());
        shapes.lock().unwrap().push(shape);
    })
    .await;
    if let [sqlite, postgres] = &shapes.lock().unwrap()[..] {
        assert_eq!(sqlite, postgres);
    }
}

#[tokio::test]
async fn replicas_that_start_together_make_one_database() {
    on_each_database(async |base| {
        let url = if base.is_postgres() {
            let mut conn = PgConnection::connect(&base.url).await.unwrap();
            sqlx::raw_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                .execute(&mut conn)
                .await
                .unwrap();
            base.url.clone()
        } else {
            base.url.replace("story.db", "fresh.db")
        };
        let mut replicas = JoinSet::new();
        for _ in 0..6 {
            let url = url.clone();
            replicas.spawn(async move { Store::open(&url).await.map(drop) });
        }
        for opened in replicas.join_all().await {
            opened.unwrap();
        }
        Store::open(&url).await.unwrap().ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_repeating_it() {
    for address in ["", "sqlite:", "mysql://octocat:password@db.invalid/x", "postgres://[::/x"] {
        let error = Store::open(address).await.err().unwrap();
        assert!(matches!(error, StoreError::Address), "{address}: {error}");
        assert!(!error.to_string().contains("password"));
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_and_a_folder_that_is_not_there_are_unavailable() {
    for address in ["postgres://octocat@127.0.0.1:1/acme", "sqlite:/nowhere/at/all/beholden.db"] {
        let error = Store::open(address).await.err().unwrap();
        assert!(matches!(error, StoreError::Unavailable(_)), "{address}: {error}");
    }
}

#[tokio::test]
async fn a_store_in_memory_is_its_own_and_goes_with_it() {
    let one = Store::open("sqlite::memory:").await.unwrap();
    let other = Store::open("sqlite::memory:").await.unwrap();
    one.accept(&signed("g", 0, "body")).await.unwrap();
    assert_eq!(one.unrouted(9).await.unwrap().len(), 1);
    assert!(other.unrouted(9).await.unwrap().is_empty());
}

/// Enough rows of each sort that a plan means something.
async fn seed(store: &Store) {
    met(store).await;
    for part in 0..10 {
        let numbers = part * 100..part * 100 + 100;
        let delta = Delta {
            records: numbers.clone().map(|n| deploy_key(n, n % 50, &format!("key {n}"))).collect(),
            repos: numbers.clone().map(|n| repo(n, &format!("acme/r{n}"))).collect(),
            timeline: numbers.clone().map(|n| entry(n, n % 50, n)).collect(),
            hints: numbers.clone().map(|n| hint(n, n)).collect(),
            cases: numbers.clone().map(|n| case(n.unsigned_abs(), 11, n)).collect(),
            surfaces: numbers.clone().map(|n| issue(n.unsigned_abs(), 11, "body")).collect(),
            ..Delta::default()
        };
        let turn = store.begin(ACME, at(part)).await.unwrap();
        let saved = store.save(&turn, &Save { delta, ..Save::default() }).await.unwrap();
        assert_eq!(saved, Saved::Done);
    }
    let guids: Vec<String> = (0..500).map(|n| format!("g{n}")).collect();
    accept_all(store, guids.clone()).await;
    let routed: Vec<_> = guids[..250].iter().map(|guid| to_acme(guid)).collect();
    store.route(&routed, at(1)).await.unwrap();
}

/// Every column as `table.column`, whether it may be missing, and its place in the key.
async fn columns(base: &Base) -> BTreeSet<(String, bool, bool)> {
    if base.is_postgres() {
        let mut conn = PgConnection::connect(&base.url).await.unwrap();
        let rows = sqlx::query(
            "SELECT c.table_name || '.' || c.column_name, c.is_nullable = 'YES',
                EXISTS (SELECT 1 FROM information_schema.key_column_usage k
                    WHERE k.table_name = c.table_name AND k.column_name = c.column_name)
             FROM information_schema.columns c WHERE c.table_schema = 'public'",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap();
        return rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    }
    let path = base.url.strip_prefix("sqlite:").unwrap();
    let conn = rusqlite::Connection::open(path).unwrap();
    let mut statement = conn
        .prepare(
            "SELECT m.name || '.' || c.name, c.\"notnull\" = 0, c.pk > 0
             FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

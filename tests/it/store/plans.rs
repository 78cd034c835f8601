//! No statement reads a whole table that grows, neither before the planner has statistics nor
//! with them.

use beholden::register::Delta;
use beholden::store::{Exercised, Save, Saved, Store};

use crate::store::world::{ACME, accept_all, at, deploy_key, entry, met};
use crate::support::databases::on_each_database;

/// Tables that hold a row for everything that ever happened, or for every identity.
const GROWING: &[&str] = &[
    "inbox",
    "bodies",
    "identities",
    "links",
    "timeline",
    "findings",
    "cases",
    "people",
    "missed",
    "vendor_words",
];

/// Statements that read through an organisation, and why that is right.
const WIDE: &[(&str, &str)] = &[
    ("WAITING", "a partial index of what waits, in its order, up to a limit"),
    ("NEXT_DELIVERY", "a partial index of what waits"),
    ("COUNT_WAITING", "counts what waits, up to a limit"),
    ("ALL_MISSED", "by an index in its order, up to a limit"),
    ("OLDEST_WAITING", "the first of what waits in each organisation, by a partial index"),
    ("UNROUTED", "a partial index of what is not routed yet"),
    ("PARKED_DELIVERIES", "a partial index of what is parked, up to a limit"),
    ("COUNT_PARKED", "partial indexes of what is parked, up to a limit"),
    ("EVERYBODY", "every account, once for each listing of who is in the organisation"),
    ("WORDS", "counts every identity, for one page"),
    ("MAYBE_OF_VENDOR", "a short text of each identity, for one answer"),
    ("OLD_VENDOR_WORDS", "by two keys in their order, once an hour"),
];

/// The steps of a plan that read a growing table without saying where in it.
fn wide(statement: &Exercised, is_postgres: bool) -> Vec<String> {
    let is_growing = |line: &str, before: &str| {
        GROWING.iter().any(|table| line.contains(&format!("{before}{table}")))
    };
    statement
        .plan
        .lines()
        .filter(|line| match is_postgres {
            true => line.contains("Seq Scan") && is_growing(line, " on "),
            false => {
                let through = line.starts_with("SCAN ") || line.trim_end().ends_with("(org=?)");
                // An alias hides the table, its index names it.
                through && (is_growing(line, "INDEX ") || is_growing(line, "sqlite_autoindex_"))
                    || GROWING.iter().any(|table| *line == format!("SCAN {table}"))
            }
        })
        .map(|line| format!("{}: {line}", statement.name))
        .collect()
}

async fn none_is_wide(store: &Store, is_postgres: bool, when: &str) {
    let exercised = store.exercise(ACME).await.unwrap();
    let wide: Vec<String> = exercised
        .iter()
        .filter(|statement| !WIDE.iter().any(|(name, _)| *name == statement.name))
        .flat_map(|statement| wide(statement, is_postgres))
        .collect();
    assert!(wide.is_empty(), "{when}: {wide:#?}");
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_that_grows() {
    on_each_database(async |base| {
        let store = &base.store;
        met(store).await;
        if !base.is_postgres() {
            none_is_wide(store, false, "on an empty database").await;
        }
        accept_all(store, (0..2_000).map(|n| format!("guid{n}"))).await;
        for step in 0..10 {
            let numbers = step * 200..(step + 1) * 200;
            let delta = Delta {
                records: numbers.clone().map(|n| deploy_key(n, n % 40, "key")).collect(),
                timeline: numbers.clone().map(|n| entry(n, n % 40, n)).collect(),
                ..Delta::default()
            };
            let turn = store.begin(ACME, at(step)).await.unwrap();
            let save = Save { delta, ..Save::default() };
            assert_eq!(store.save(&turn, &save).await.unwrap(), Saved::Done);
        }
        none_is_wide(store, base.is_postgres(), "before statistics").await;
        store.tidy().await.unwrap();
        none_is_wide(store, base.is_postgres(), "with statistics").await;
    })
    .await;
}

#[test]
fn a_plan_that_reads_everything_is_noticed() {
    let statement = |plan: &str| Exercised { name: "X", plan: plan.to_owned() };
    let sqlite = "SEARCH i USING INDEX sqlite_autoindex_identities_1 (org=?)";
    assert_eq!(wide(&statement(sqlite), false).len(), 1);
    assert_eq!(wide(&statement("SCAN timeline"), false).len(), 1);
    assert!(wide(&statement(&sqlite.replace("=?)", "=? AND key=?)")), false).is_empty());
    let postgres = "Limit\n  ->  Seq Scan on identities  (cost=0.00)";
    assert_eq!(wide(&statement(postgres), true).len(), 1);
}

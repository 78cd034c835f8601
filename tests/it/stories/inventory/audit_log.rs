//! The audit log, asked for: it says who made what a listing found, counts once with what is streamed,
//! and is read on from where it was read.

use std::time::Duration;

use axum::body::Body;
use beholden::domain::{Evidence, Part, Seen, Timestamp};
use beholden::events::AuditToken;
use beholden::policy::{Mode, Policy};
use github_sim::{Fault, Vault};
use http::{Request, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{living, seen};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const KEY: &str = "actions_secret/401:repo:deploy_token";

/// Long enough for the log to be asked once more, and for what it says to be decided.
const SOON: Duration = Duration::from_secs(12 * 60);

/// That `octocat` stored the secret of `acme/api`.
fn record(product: &Product, id: &str) -> Value {
    json!({
        "_document_id": id,
        "action": "repo.create_actions_secret",
        "actor": "octocat",
        "actor_id": product.github.user_id("octocat"),
        "repo": "acme/api",
        "repo_id": product.github.repo_id("acme/api"),
        "key": "DEPLOY_TOKEN",
    })
}

/// The lines of the secret's history that rest on records, by their names.
async fn told(product: &Product) -> Vec<String> {
    let store = product.engine.store();
    let lines = store.timeline_of(product.org(), &KEY.parse().unwrap(), None, 50).await.unwrap();
    let records = lines.into_iter().filter_map(|line| match line.entry.evidence {
        Evidence::Audit { record, .. } => Some(record),
        _ => None,
    });
    records.collect()
}

/// From which moments on the log was asked for, in the order of the requests.
fn asked_since(product: &Product) -> Vec<Timestamp> {
    let requests = product.github.requests();
    let phrases = requests.iter().filter_map(|request| {
        let (_, rest) = request.path.split_once("/audit-log?phrase=created%3A%3E%3D")?;
        let moment = rest.split('&').next()?.replace("%3A", ":").replace("%2B", "+");
        (!rest.contains("after=")).then(|| moment.parse().unwrap())
    });
    phrases.collect()
}

#[tokio::test]
async fn the_log_says_who_made_what_a_listing_found() {
    on_each_database(|base| async move {
        // Nothing is written, so no webhook comes of it.
        let quiet = |policy: &mut Policy| policy.default_mode = Mode::Observe;
        let product = Setup::on(&base).policy(quiet).start().await;
        product.github.stores_secret("acme/api", Vault::Actions, "DEPLOY_TOKEN");
        let product = product.restarts_listing().await;
        let by = |record: &beholden::register::Record| {
            record.grants[0].by.as_ref().map(|by| by.login.to_string())
        };
        assert_eq!(by(&product.record(KEY).await.unwrap()), None);
        let heard = product.engine.store().last_heard(product.org()).await.unwrap();

        product.github.writes_audit_record("acme", record(&product, "late"));
        product.passes(SOON).await;
        assert_eq!(by(&product.record(KEY).await.unwrap()).as_deref(), Some("octocat"));
        assert_eq!(told(&product).await, ["audit-late"]);
        assert!(product.case(KEY).await.is_none(), "what was there before opens no case");
        let still = product.engine.store().last_heard(product.org()).await.unwrap();
        assert_eq!(still, heard, "that records come is no sign that webhooks do");
        let word = seen(&product, "acme", Part::AuditLog).await;
        assert_eq!(word, Some((Seen::Complete, String::new())));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn in_its_own_log_an_organisation_goes_without_saying_and_what_says_nothing_is_put_aside() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let mut silent = record(&product, "silent");
        silent["org_id"] = Value::Null;
        let mut unclear = record(&product, "unclear");
        unclear["action"] = json!({ "verb": "create" });
        product.github.writes_audit_record("acme", silent);
        product.github.writes_audit_record("acme", unclear);
        let product = product.restarts_listing().await;
        product.passes(SOON).await;
        assert_eq!(told(&product).await, ["audit-silent"]);
        // Such records are not of GitHub's description, and the simulated one complains of them.
        assert_eq!(product.parked().await, ["the payload's `action` has an unknown form"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_streamed_and_asked_for_counts_once() {
    on_each_database(|base| async move {
        let token = AuditToken { orgs: Vec::new(), token: "token-for-stories".to_owned().into() };
        let product = Setup::on(&base).collector(vec![token]).listing().start().await;
        product.github.stores_secret("acme/api", Vault::Actions, "DEPLOY_TOKEN");
        let streams = async |record: &Value| {
            let mut record = record.clone();
            record["org"] = "acme".into();
            record["org_id"] = product.github.org_id("acme").into();
            record["@timestamp"] = product.engine.clock().now().as_millisecond().into();
            let request = Request::post("/services/collector")
                .header("authorization", "Splunk token-for-stories")
                .body(Body::from(record.to_string()))
                .unwrap();
            assert_eq!(product.asks(request).await.status(), StatusCode::OK);
            product.settle().await;
        };
        let (first, second) = (record(&product, "one"), record(&product, "two"));
        streams(&first).await;
        product.github.writes_audit_record("acme", first);
        product.github.writes_audit_record("acme", second.clone());
        product.passes(SOON).await;
        streams(&second).await;
        product.passes(SOON).await;
        let mut records = told(&product).await;
        records.sort();
        assert_eq!(records, ["audit-one", "audit-two"]);
    })
    .await;
}

#[tokio::test]
async fn a_log_that_is_broken_off_is_read_on_from_where_it_was_read() {
    on_each_database(|base| async move {
        let small = |mut seed: github_sim::Seed| {
            seed.settings.rows_of_a_page = Some(2);
            seed
        };
        let product = Setup::on(&base).seed(small).start().await;
        let now = product.engine.clock().now();
        let days = |days: i64| now - SignedDuration::from_hours(24 * days);
        for day in 1..=5 {
            let mut old = record(&product, &format!("day-{day}"));
            old["@timestamp"] = days(day).as_millisecond().into();
            product.github.writes_audit_record("acme", old);
        }
        // The first two pages come, the third does not.
        for fault in [Fault::Slow { ms: 0 }, Fault::Slow { ms: 0 }, Fault::Refuse { status: 502 }] {
            product.github.next_on(fault, "GET", "/orgs/acme/audit-log");
        }
        let product = product.restarts_listing().await;
        let (word, why) = seen(&product, "acme", Part::AuditLog).await.unwrap();
        assert_eq!(word, Seen::Blind, "{why}");
        let mut records = told(&product).await;
        records.sort();
        assert_eq!(records, ["audit-day-2", "audit-day-3", "audit-day-4", "audit-day-5"]);

        let product = product.after_a_crash(&base).await;
        product.passes(SOON).await;
        product.passes(SOON).await;
        let mut records = told(&product).await;
        records.sort();
        assert_eq!(records.len(), 5, "{records:?}");
        let asked = asked_since(&product);
        assert!(asked[0] < days(6) && asked[0] > days(8), "a week at first: {asked:?}");
        assert!(asked[1] < days(2) && asked[1] > days(3), "from where it was read: {asked:?}");
        assert!(asked[2] > days(1), "from now on only what is new: {asked:?}");
        let word = seen(&product, "acme", Part::AuditLog).await;
        assert_eq!(word, Some((Seen::Complete, String::new())));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn without_an_enterprise_there_is_no_log_and_nothing_goes_with_it() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.belongs_to_enterprise("acme", false);
        product.github.stores_secret("acme/api", Vault::Actions, "DEPLOY_TOKEN");
        let product = product.restarts_listing().await;
        let (word, why) = seen(&product, "acme", Part::AuditLog).await.unwrap();
        assert_eq!(word, Seen::Unsupported);
        assert!(why.contains("This plan or host may not have it."), "{why}");
        let held = living(&product).await;

        product.github.belongs_to_enterprise("acme", true);
        product.passes(Duration::from_secs(7 * 3_600)).await;
        let (word, _) = seen(&product, "acme", Part::AuditLog).await.unwrap();
        assert_eq!(word, Seen::Complete);

        product.github.belongs_to_enterprise("acme", false);
        product.passes(Duration::from_secs(7 * 3_600)).await;
        let (word, _) = seen(&product, "acme", Part::AuditLog).await.unwrap();
        assert_eq!(word, Seen::Partial, "what was read once is stale, not unsupported");
        let after = living(&product).await;
        assert_eq!(held.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    })
    .await;
}

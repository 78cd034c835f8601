//! A record of the audit log about something that has no webhook: its place is listed at once, and
//! what the listing finds says who granted it.

use std::time::Duration;

use axum::body::Body;
use beholden::events::AuditToken;
use github_sim::Vault;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::titles;
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

async fn streams(product: &Product, record: &Value) {
    let request = Request::post("/services/collector")
        .header("authorization", "Splunk token-for-stories")
        .body(Body::from(record.to_string()))
        .unwrap();
    assert_eq!(product.asks(request).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_secret_that_the_audit_log_tells_of_is_found_within_minutes_with_who_stored_it() {
    on_each_database(|base| async move {
        let token = AuditToken { orgs: Vec::new(), token: "token-for-stories".to_owned().into() };
        let product = Setup::on(&base).collector(vec![token]).listing().start().await;
        let before = titles(&product, &REPOS).len();
        product.github.stores_secret("acme/api", Vault::Actions, "NEW_TOKEN");
        let now = product.engine.clock().now().as_millisecond();
        let record = json!({
            "@timestamp": now,
            "_document_id": "hastened-1",
            "action": "repo.create_actions_secret",
            "actor": "octocat",
            "actor_id": product.github.user_id("octocat"),
            "org": "acme",
            "org_id": product.github.org_id("acme"),
            "repo": "acme/api",
            "repo_id": product.github.repo_id("acme/api"),
            "key": "NEW_TOKEN",
        });
        streams(&product, &record).await;
        product.settle().await;
        product.passes(Duration::from_secs(60)).await;
        let key = "actions_secret/401:repo:new_token";
        let held = product.record(key).await.expect("its place was listed");
        let by = held.grants[0].by.as_ref().map(|by| by.login.to_string());
        assert_eq!(by.as_deref(), Some("octocat"));
        assert_eq!(titles(&product, &REPOS).len(), before + 1);
        let issue = product.ours("acme/api").pop().unwrap();
        assert!(issue.body.contains("octocat` stored"), "{}", issue.body);

        let listed = |product: &Product| {
            let requests = product.github.requests();
            requests.iter().filter(|it| it.path.starts_with("/repos/acme/api/keys")).count()
        };
        let so_far = listed(&product);
        streams(&product, &record).await;
        product.settle().await;
        product.passes(Duration::from_secs(60)).await;
        assert_eq!(listed(&product), so_far, "the same record hastens nothing again");
        product.github.finish();
    })
    .await;
}

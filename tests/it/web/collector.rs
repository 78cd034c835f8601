//! The collector's door: how GitHub streams the audit log to us.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use beholden::domain::{IdentityKey, IdentityKind, RepoId};
use beholden::events::AuditToken;
use beholden::store::ParkedWhat;
use serde_json::{Value, json};

use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const TOKEN: &str = "0123456789-0123456789";

async fn product(base: &crate::support::databases::Base) -> Product {
    let orgs = vec!["acme".parse().unwrap()];
    let token = AuditToken { orgs, token: TOKEN.to_owned().into() };
    Setup::on(base).collector(vec![token]).start().await
}

/// Sends a body to a path with a token; status and code.
async fn sends(product: &Product, path: &str, auth: &str, body: impl Into<Body>) -> (u16, i64) {
    let mut request = Request::post(path);
    if !auth.is_empty() {
        request = request.header(header::AUTHORIZATION, auth);
    }
    let response = product.asks(request.body(body.into()).unwrap()).await;
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    let said: Value = serde_json::from_slice(&body).unwrap_or_default();
    (status, said["code"].as_i64().unwrap_or(-1))
}

async fn streams(product: &Product, body: &str) -> (u16, i64) {
    let auth = format!("Splunk {TOKEN}");
    sends(product, "/services/collector", &auth, body.to_owned()).await
}

/// Sends a body; what is answered.
async fn answered(product: &Product, body: &str) -> (u16, Value) {
    let request = Request::post("/services/collector")
        .header(header::AUTHORIZATION, format!("Splunk {TOKEN}"))
        .body(Body::from(body.to_owned()))
        .unwrap();
    let response = product.asks(request).await;
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

/// A record of something that octocat did in acme/api just now.
fn record(product: &Product, id: &str, action: &str, more: &Value) -> String {
    let mut record = json!({
        "@timestamp": product.engine.clock().now().as_millisecond(), "_document_id": id,
        "action": action, "actor": "octocat", "actor_id": product.github.user_id("octocat"),
        "org": "acme", "org_id": product.org().0, "repo": "acme/api", "repo_id": 401,
    });
    for (field, value) in more.as_object().unwrap() {
        record[field] = value.clone();
    }
    record.to_string()
}

#[tokio::test]
async fn without_tokens_there_is_no_such_door() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        assert_eq!(streams(&product, "{}").await.0, 404);
    })
    .await;
}

#[tokio::test]
async fn a_collectors_own_answers() {
    on_each_database(|base| async move {
        let product = product(&base).await;
        let path = "/services/collector/event";
        assert_eq!(sends(&product, path, "", "{}").await, (401, 2));
        assert_eq!(sends(&product, path, "Splunk wrong", "{}").await, (403, 4));
        assert_eq!(streams(&product, "").await, (200, 0), "GitHub looks whether it is there");
        assert_eq!(streams(&product, "no json").await, (400, 6));
        assert_eq!(streams(&product, r#"{"source":"github"}"#).await, (400, 12));
        assert_eq!(streams(&product, r#"{"event":" "}"#).await, (400, 13));
        let large = format!(r#"{{"action":"hook.create","x":"{}"}}"#, "x".repeat(2 << 20));
        assert_eq!(streams(&product, &large).await, (413, 27));
        let unknown = record(&product, "u", "issue.destroy", &json!({}));
        assert_eq!(streams(&product, &unknown).await, (200, 0), "what is no concern of ours");
        let health = Request::get("/services/collector/health").body(Body::empty()).unwrap();
        assert_eq!(product.asks(health).await.status(), StatusCode::OK);
        for auth in [format!("Bearer {TOKEN}"), "Basic eDowMTIzNDU2Nzg5LTAxMjM0NTY3ODk=".to_owned()]
        {
            assert_eq!(sends(&product, path, &auth, "").await, (200, 0), "{auth}");
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_key_that_no_webhook_told_of_is_read_and_has_an_issue() {
    on_each_database(|base| async move {
        let product = product(&base).await;
        let id = product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.github.take_webhooks();
        let key = json!({ "key": id.to_string(), "title": "ci", "read_only": "false" });
        let told = record(&product, "one", "public_key.create", &key);
        for _ in 0..3 {
            assert_eq!(streams(&product, &told).await, (200, 0));
        }
        product.settle().await;
        let issues = product.github.issues("acme/api");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains("octocat"), "who granted it: {}", issues[0].body);

        let key = IdentityKey::new(IdentityKind::DeployKey, i64::try_from(id).unwrap());
        let history =
            product.engine.store().timeline_of(product.org(), &key, None, 50).await.unwrap();
        let lines: Vec<String> = history.iter().map(|line| format!("{:?}", line.entry)).collect();
        let told = lines.iter().filter(|line| line.contains(&format!("public_key.create {id} ci")));
        assert_eq!(told.count(), 1, "each record counts once: {lines:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_has_no_webhook_stands_in_the_history_with_its_credential() {
    on_each_database(|base| async move {
        let product = product(&base).await;
        let with = json!({
            "key": "NPM_TOKEN", "programmatic_access_type": "Fine-grained personal access token",
            "user_programmatic_access_name": "nightly-sync",
        });
        let secret = record(&product, "two", "repo.create_actions_secret", &with);
        let job = json!({ "job_name": "deploy", "secrets_passed": ["NPM_TOKEN", "GITHUB_TOKEN"] });
        let used = record(&product, "three", "workflows.prepared_workflow_job", &job);
        assert_eq!(streams(&product, &format!("{secret}{used}")).await, (200, 0));
        product.settle().await;
        let repo = RepoId(401);
        let history =
            product.engine.store().timeline_in(product.org(), repo, None, 50).await.unwrap();
        let lines: Vec<String> = history.iter().map(|line| format!("{:?}", line.entry)).collect();
        for part in [
            "repo.create_actions_secret NPM_TOKEN, by means of Fine-grained personal access token \
             nightly-sync",
            "workflows.prepared_workflow_job in the job deploy with the secrets NPM_TOKEN, \
             GITHUB_TOKEN",
        ] {
            assert!(lines.iter().any(|line| line.contains(part)), "{part}: {lines:#?}");
        }
        assert!(product.github.issues("acme/api").is_empty());
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_token_speaks_only_of_its_organisations() {
    on_each_database(|base| async move {
        let product = product(&base).await;
        let other = json!({ "org": "globex", "org_id": 999 });
        let foreign = record(&product, "four", "hook.create", &other);
        assert_eq!(streams(&product, &foreign).await, (200, 0));
        product.settle().await;
        // The name of its own organisation, and the number of another.
        let forged = json!({ "org": "acme", "org_id": 999 });
        let forged = record(&product, "forged", "hook.create", &forged);
        assert_eq!(streams(&product, &forged).await, (200, 0));
        product.settle().await;
        let orgs = product.engine.store().orgs().await.unwrap();
        assert!(orgs.iter().all(|org| org.org.0 != 999), "{orgs:?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_bad_record_is_kept_aside_once_and_costs_no_other() {
    on_each_database(|base| async move {
        let product = product(&base).await;
        let secret = |id: &str| {
            let key = json!({ "key": id.to_uppercase() });
            record(&product, id, "repo.create_actions_secret", &key)
        };
        let large = format!(r#"{{"action":"hook.create","x":"{}"}}"#, "x".repeat(2 << 20));
        let none = r#"{"source":"github"}"#;
        let batch = format!(
            "{}{{\"action\": \"hook\n{}{none}{}{large}{}",
            secret("a"),
            secret("b"),
            secret("c"),
            secret("d"),
        );
        let (status, said) = answered(&product, &batch).await;
        let told = json!({ "text": "Invalid data format", "code": 6, "invalid-event-number": 1 });
        assert_eq!((status, said), (400, told), "the first that is bad is named");
        product.settle().await;
        let store = product.engine.store();
        let history = store.timeline_in(product.org(), RepoId(401), None, 50).await.unwrap();
        for name in ["A", "B", "C", "D"] {
            let line = format!("repo.create_actions_secret {name}");
            let told = history.iter().filter(|it| format!("{:?}", it.entry).contains(&line));
            assert_eq!(told.count(), 1, "{line}: {history:#?}");
        }
        let parked = store.parked(50).await.unwrap();
        let mut why: Vec<&str> = parked.iter().map(|it| it.why.as_str()).collect();
        why.sort_unstable();
        assert_eq!(why.len(), 3, "{why:?}");
        for (why, part) in why.iter().zip(["larger than is read", "neither a record", "no JSON"]) {
            assert!(why.contains(part), "{why}");
        }
        for one in &parked {
            let ParkedWhat::Delivery(guid) = &one.what else { panic!("{one:?}") };
            let kept = store.delivery(guid).await.unwrap().unwrap().delivery.body;
            assert!((1..=64 * 1024).contains(&kept.len()), "{one:?}: {}", kept.len());
        }

        for _ in 0..3 {
            assert_eq!(answered(&product, &batch).await.0, 200, "a repetition holds nothing up");
            product.settle().await;
        }
        assert_eq!(store.parked(50).await.unwrap().len(), 3, "and does not pile up");
        assert_eq!(answered(&product, none).await.1["code"], 12, "alone it is told each time");
        product.github.finish();
    })
    .await;
}

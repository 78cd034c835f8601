//! JWTs and installation tokens: what is accepted, what is refused, how far a token reaches.

use crate::client::{Client, jwt};
use github_sim::{Seed, Sim};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn an_app_is_known_by_its_client_id_and_by_its_number() {
    let sim = Sim::start(Seed::acme());
    let app = Client::app(&sim).get("/app").await.is(200).json();
    assert_eq!(app["slug"], "beholden");
    assert_eq!(app["installations_count"], 1);
    let by_number = jwt(&sim, json!({ "iss": sim.app().id.to_string() }));
    Client::with(&sim, &by_number).get("/app").await.is(200);
    sim.finish();
}

#[tokio::test]
async fn bad_jwts_are_refused() {
    let sim = Sim::start(Seed::acme());
    let now = sim.now().as_second();
    let bad = [
        json!({ "iat": now + 120 }),
        json!({ "exp": now - 1 }),
        json!({ "exp": now + 700 }),
        json!({ "iss": "Iv23liNobody" }),
        json!({ "iss": null }),
    ];
    for claims in bad {
        let client = Client::with(&sim, &jwt(&sim, claims.clone()));
        let reply = client.get("/app").await;
        assert_eq!(reply.status, 401, "{claims} was accepted");
    }
    let good = jwt(&sim, json!({}));
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let flipped: String = signature.chars().rev().collect();
    Client::with(&sim, &format!("{rest}.{flipped}")).get("/app").await.is(401);
    Client::with(&sim, "").get("/app").await.is(401);
    sim.finish();
}

#[tokio::test]
async fn a_jwt_opens_no_repository_and_a_token_is_no_app() {
    let sim = Sim::start(Seed::acme());
    Client::app(&sim).get("/repos/acme/api/issues").await.is(403);
    Client::acme(&sim).get("/app").await.is(401);
    Client::acme(&sim).get("/user").await.is(403);
    sim.finish();
}

#[tokio::test]
async fn a_narrowed_token_reaches_no_further() {
    let sim = Sim::start(Seed::acme());
    let path = format!("/app/installations/{}/access_tokens", sim.installation("acme"));
    let asked = json!({ "repositories": ["api"], "permissions": { "issues": "read" } });
    let granted = Client::app(&sim).post(&path, asked).await.is(201).json();
    assert_eq!(granted["permissions"], json!({ "issues": "read", "metadata": "read" }));
    assert_eq!(granted["repository_selection"], "selected");
    assert_eq!(granted["repositories"].as_array().unwrap().len(), 1);

    let token = granted["token"].as_str().unwrap();
    assert!(token.starts_with("ghs_") && token.contains('.') && token.len() > 100, "{token}");
    let narrow = Client::with(&sim, token);
    narrow.get("/repos/acme/api/issues").await.is(200);
    narrow.get("/repos/acme/home/issues").await.is(404);
    narrow.get("/repos/acme/api/contents/README.md").await.is(403);
    let refused = narrow.post("/repos/acme/api/issues", json!({ "title": "no" })).await.is(403);
    assert_eq!(refused.json()["message"], "Resource not accessible by integration");
    assert_eq!(refused.header("x-accepted-github-permissions"), "issues=write");
    let seen = narrow.get("/installation/repositories").await.is(200).json();
    assert_eq!(seen["total_count"], 1);
    sim.finish();
}

#[tokio::test]
async fn more_than_was_granted_is_not_given() {
    let sim = Sim::start(Seed::acme());
    let path = format!("/app/installations/{}/access_tokens", sim.installation("acme"));
    let app = Client::app(&sim);
    app.post(&path, json!({ "permissions": { "contents": "write" } })).await.is(422);
    app.post(&path, json!({ "permissions": { "packages": "read" } })).await.is(422);
    app.post(&path, json!({ "repositories": ["nowhere"] })).await.is(422);
    app.post(&path, json!({ "repository_ids": [1] })).await.is(422);
    app.post("/app/installations/1/access_tokens", json!({})).await.is(404);
    sim.finish();
}

#[tokio::test]
async fn a_token_ends_after_an_hour_and_with_its_installation() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.advance(Duration::from_secs(3599));
    client.get("/repos/acme/api").await.is(200);
    sim.advance(Duration::from_secs(2));
    client.get("/repos/acme/api").await.is(401);

    let path = format!("/app/installations/{}/access_tokens", sim.installation("acme"));
    let client = Client::acme(&sim);
    sim.suspends_installation("acme");
    client.get("/repos/acme/api").await.is(403);
    Client::app(&sim).post(&path, json!({})).await.is(403);
    sim.unsuspends_installation("acme");
    client.get("/repos/acme/api").await.is(200);
    sim.uninstalls("acme");
    client.get("/repos/acme/api").await.is(401);
    Client::app(&sim).post(&path, json!({})).await.is(404);
    sim.finish();
}

#[tokio::test]
async fn a_revoked_token_is_the_only_one_that_ends() {
    let sim = Sim::start(Seed::acme());
    let (one, other) = (Client::acme(&sim), Client::acme(&sim));
    one.delete("/installation/token").await.is(204);
    one.get("/repos/acme/api").await.is(401);
    other.get("/repos/acme/api").await.is(200);
    sim.finish();
}

/// A manifest that is in order.
fn manifest() -> serde_json::Value {
    json!({
        "name": "Beholden at acme",
        "url": "https://beholden.invalid",
        "hook_attributes": { "url": "https://beholden.invalid/webhook" },
        "redirect_url": "http://127.0.0.1:9/done",
        "public": false,
        "default_permissions": { "issues": "write", "deployments": "read", "metadata": "read" },
        "default_events": ["issues", "issue_comment", "deploy_key"],
    })
}

async fn submit(sim: &Sim, manifest: &serde_json::Value) -> crate::client::Reply {
    let client = Client::with(sim, "");
    let encoded: String = manifest.to_string().bytes().map(|b| format!("%{b:02X}")).collect();
    let url = format!("{}/organizations/acme/settings/apps/new?state=abc", sim.url());
    let response = client
        .http
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("manifest={encoded}"))
        .send()
        .await
        .unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    crate::client::Reply { status, headers, text: response.text().await.unwrap() }
}

#[tokio::test]
async fn an_app_registered_from_a_manifest_works_from_then_on() {
    let sim = Sim::start(Seed::acme());
    let reply = submit(&sim, &manifest()).await.is(302);
    let back = reply.header("location").to_owned();
    let code = back
        .strip_prefix("http://127.0.0.1:9/done?code=")
        .unwrap()
        .strip_suffix("&state=abc")
        .unwrap();
    let nobody = Client::with(&sim, "");
    let path = format!("/app-manifests/{code}/conversions");
    let app = nobody.post(&path, json!({})).await.is(201).json();
    nobody.post(&path, json!({})).await.is(404);
    assert!(app["pem"].as_str().unwrap().starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    assert_eq!(app["slug"], "beholden-at-acme");

    let known = sim.app_named("beholden-at-acme");
    assert_eq!(known.webhook_secret, app["webhook_secret"].as_str().unwrap());
    let install = format!("{}/apps/beholden-at-acme/installations/new", sim.url());
    let page = nobody.get(&install).await.is(200);
    assert!(page.text.contains("Install on acme"), "{}", page.text);
    let form = nobody.http.post(&install).body("organization=acme").send().await.unwrap();
    assert_eq!(form.status(), 200);

    let key =
        jsonwebtoken::EncodingKey::from_rsa_pem(app["pem"].as_str().unwrap().as_bytes()).unwrap();
    let now = sim.now().as_second();
    let claims = json!({ "iat": now - 60, "exp": now + 500, "iss": app["client_id"] });
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
    let jwt = jsonwebtoken::encode(&header, &claims, &key).unwrap();
    let as_app = Client::with(&sim, &jwt);
    let id = as_app.get("/orgs/acme/installation").await.is(200).json()["id"].as_u64().unwrap();
    let token = as_app
        .post(&format!("/app/installations/{id}/access_tokens"), json!({}))
        .await
        .is(201)
        .json();
    let client = Client::with(&sim, token["token"].as_str().unwrap());
    client.post("/repos/acme/api/issues", json!({ "title": "Hello" })).await.is(201);
    assert_eq!(sim.issue("acme/api", 1).author, "beholden-at-acme[bot]");
    sim.finish();
}

#[tokio::test]
async fn a_code_is_worth_nothing_after_an_hour() {
    let sim = Sim::start(Seed::acme());
    let reply = submit(&sim, &manifest()).await.is(302);
    let code = reply.header("location").split(['=', '&']).nth(1).unwrap().to_owned();
    sim.advance(Duration::from_secs(3_601));
    Client::with(&sim, "")
        .post(&format!("/app-manifests/{code}/conversions"), json!({}))
        .await
        .is(404);
    sim.finish();
}

#[tokio::test]
async fn bad_manifests_are_refused_with_the_reason() {
    let sim = Sim::start(Seed::acme().settings(|settings| settings.loopback_hooks = false));
    let bad = [
        (json!({ "name": "" }), "name must have"),
        (json!({ "url": null }), "url wasn't supplied"),
        (json!({ "surprise": true }), "surprise"),
        (json!({ "hook_attributes": { "url": "http://127.0.0.1:3000" } }), "public Internet"),
        (json!({ "hook_attributes": { "url": "http://beholden.invalid" } }), "https"),
        (json!({ "default_permissions": { "isues": "write" } }), "isues"),
        (json!({ "default_events": ["no_such_event"] }), "no_such_event"),
        (json!({ "default_events": ["installation"] }), "sent to every App"),
        (json!({ "default_events": ["member"] }), "not supported by permissions: member"),
        (json!({ "name": "beholden" }), "already taken"),
    ];
    for (change, reason) in bad {
        let mut manifest = manifest();
        for (field, value) in change.as_object().unwrap() {
            manifest[field] = value.clone();
        }
        let reply = submit(&sim, &manifest).await;
        assert_eq!(reply.status, 422, "{change} was accepted");
        assert!(reply.text.contains(reason), "{change}: {}", reply.text);
    }
    sim.finish();
}

#[tokio::test]
async fn the_webhook_address_can_be_changed() {
    let sim = Sim::start(Seed::acme().webhooks_to("https://former.invalid/webhook"));
    let app = Client::app(&sim);
    assert_eq!(
        app.get("/app/hook/config").await.is(200).json()["url"],
        "https://former.invalid/webhook"
    );
    let changed = json!({ "url": "https://next.invalid/webhook", "content_type": "json", "secret": "another" });
    let shown = app.patch("/app/hook/config", changed).await.is(200).json();
    assert_eq!(shown["url"], "https://next.invalid/webhook");
    assert_eq!(shown["secret"], "********");
    assert_eq!(sim.app().webhook_secret, "another");
    sim.finish();
}

//! Webhooks on their way: pushed, written down, delivered again.

use crate::{client::Client, webhooks::is_signed};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use github_sim::{Seed, Sim};
use serde_json::json;
use std::sync::{Arc, Mutex};

type Heard = Arc<Mutex<Vec<(String, String, bool)>>>;

/// A receiver that answers with this status and writes down event, GUID and whether it was signed.
async fn receiver(secret: String, status: u16) -> (String, Heard) {
    let heard = Heard::default();
    let write_down = async move |State((heard, secret)): State<(Heard, String)>,
                                 headers: HeaderMap,
                                 body: Bytes| {
        let header =
            |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let signed = is_signed(&secret, &body, &header("x-hub-signature-256"));
        heard.lock().unwrap().push((header("x-github-event"), header("x-github-delivery"), signed));
        axum::http::StatusCode::from_u16(status).unwrap()
    };
    let router =
        Router::new().route("/webhook", post(write_down)).with_state((Arc::clone(&heard), secret));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, heard)
}

#[tokio::test]
async fn pushed_webhooks_arrive_and_can_be_delivered_again() {
    let sim = Sim::start(Seed::acme());
    let (url, heard) = receiver(sim.app().webhook_secret, 503).await;
    sim.send_webhooks_to(&url);
    sim.adds_deploy_key("acme/api", "ci", true, "octocat");
    sim.pushed().await;
    assert_eq!(heard.lock().unwrap().len(), 1, "GitHub does not try again by itself");

    let app = Client::app(&sim);
    let failed = app.get("/app/hook/deliveries?status=failure").await.is(200).json();
    assert_eq!(failed.as_array().unwrap().len(), 1);
    assert_eq!(failed[0]["status_code"], 503);
    let at = format!("/app/hook/deliveries/{}", failed[0]["id"]);
    let detail = app.get(&at).await.is(200).json();
    assert_eq!(detail["request"]["payload"]["key"]["title"], "ci");
    app.post(&format!("{at}/attempts"), json!({})).await.is(202);
    sim.pushed().await;

    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0], heard[1], "the GUID stays");
    assert!(heard[0].2, "signed");
    let log = app.get("/app/hook/deliveries").await.is(200).json();
    assert_eq!(log[0]["redelivery"], true);
    assert_eq!(log[0]["guid"], log[1]["guid"]);
    assert_ne!(log[0]["id"], log[1]["id"]);
    sim.finish();
}

#[tokio::test]
async fn the_delivery_log_is_read_page_by_page() {
    let sim = Sim::start(Seed::acme());
    for number in 0..5 {
        sim.adds_deploy_key("acme/api", &format!("key {number}"), true, "octocat");
    }
    sim.take_webhooks();
    let app = Client::app(&sim);
    let mut next = "/app/hook/deliveries?per_page=2".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = app.get(&next).await.is(200);
        pages.push(page.json().as_array().unwrap().len());
        match page.header("link").strip_prefix('<').and_then(|link| link.split_once('>')) {
            Some((to, _)) => next = to.to_owned(),
            None => break,
        }
    }
    assert_eq!(pages, [2, 2, 1]);
    sim.finish();
}

#[tokio::test]
async fn a_webhook_can_come_before_the_answer() {
    let sim = Sim::start(Seed::acme());
    let (url, heard) = receiver(sim.app().webhook_secret, 202).await;
    sim.send_webhooks_to(&url);
    sim.webhook_before_answer();
    Client::acme(&sim).post("/repos/acme/api/issues", json!({ "title": "Hello" })).await.is(201);
    assert_eq!(heard.lock().unwrap().len(), 1);
    sim.finish();
}

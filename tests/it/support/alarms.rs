//! The operator's server: takes alerts, checks their signature as a receiver of GitHub's webhooks
//! would, and answers as it was told to.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use beholden::domain::Timestamp;
use beholden::events::{Delivery, Signed};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// What signs the alerts of stories.
pub(crate) const SECRET: &str = "an alarm's secret";

/// A server that takes alerts.
#[derive(Clone, Default)]
pub(crate) struct Alarms {
    taken: Arc<Mutex<Vec<Value>>>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
    url: String,
}

impl Alarms {
    /// Listens on this machine for as long as the test runs.
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/alerts?key=1", listener.local_addr().unwrap());
        let alarms = Self { url, ..Self::default() };
        let door = Router::new().route("/alerts", post(take)).with_state(alarms.clone());
        tokio::spawn(async move { axum::serve(listener, door).await });
        alarms
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Answers the next one so, although it was heard.
    pub(crate) fn answers(&self, status: StatusCode) {
        self.answers.lock().unwrap().push_back(status);
    }

    /// Everything that came, in order.
    pub(crate) fn taken(&self) -> Vec<Value> {
        self.taken.lock().unwrap().clone()
    }

    /// What came, as `blind suspended`.
    pub(crate) fn words(&self) -> Vec<String> {
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        self.taken()
            .iter()
            .map(|alert| format!("{} {}", word(&alert["what"]), word(&alert["cause"])))
            .collect()
    }
}

async fn take(State(alarms): State<Alarms>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    let delivery = Delivery {
        guid: text("x-beholden-alert"),
        event: "alert".to_owned(),
        body: body.clone(),
        received: Timestamp::UNIX_EPOCH,
    };
    let signature = text("x-hub-signature-256");
    if Signed::verify(delivery, &signature, &[SECRET]).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let alert: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(alert["id"], text("x-beholden-alert").as_str());
    assert_eq!(alert["schema"], "beholden/alert/1");
    alarms.taken.lock().unwrap().push(alert);
    alarms.answers.lock().unwrap().pop_front().unwrap_or(StatusCode::NO_CONTENT)
}

//! Who knocks with wrong signatures is turned away; GitHub never is.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::ConnectInfo;
use beholden::domain::AppId;
use beholden::web::{self, Door, DoorSettings};
use futures_util::stream;
use github_sim::Webhook;
use http::{HeaderName, Request, StatusCode};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

/// More wrong signatures in a minute than anybody may send.
const TOO_MANY: usize = 31;

const STRANGER: [u8; 4] = [192, 0, 2, 7];
const GITHUB: [u8; 4] = [192, 0, 2, 8];

fn webhook(product: &Product) -> Webhook {
    product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
    product.github.take_webhooks().remove(0)
}

/// The delivery as it comes from an address, signed rightly or not.
fn from(webhook: &Webhook, address: [u8; 4], signed: bool) -> Request<Body> {
    let mut request = Request::post("/webhook");
    for (name, value) in &webhook.headers {
        let signature = name.eq_ignore_ascii_case("x-hub-signature-256");
        let wrong = format!("sha256={}", "0".repeat(64));
        request = request.header(name, if signature && !signed { &wrong } else { value });
    }
    let mut request = request.body(Body::from(webhook.body.clone())).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 40_000))));
    request
}

#[tokio::test]
async fn too_many_wrong_signatures_are_answered_before_the_body_is_read() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let webhook = webhook(&product);
        for n in 1..=TOO_MANY {
            let status = product.asks(from(&webhook, STRANGER, false)).await.status();
            let turned_away = n == TOO_MANY;
            let right =
                if turned_away { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNAUTHORIZED };
            assert_eq!(status, right, "{n}");
        }
        let read = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&read);
        let body = Body::from_stream(stream::poll_fn(move |_| {
            noted.store(true, Ordering::Relaxed);
            std::task::Poll::Ready(None::<Result<bytes::Bytes, std::io::Error>>)
        }));
        let (head, _) = from(&webhook, STRANGER, false).into_parts();
        let answer = product.asks(Request::from_parts(head, body)).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers()["retry-after"], "60");
        assert!(!read.load(Ordering::Relaxed), "nobody read what it sent");

        let answer = product.asks(from(&webhook, GITHUB, true)).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "GitHub comes from elsewhere");
    })
    .await;
}

#[tokio::test]
async fn nobody_can_have_github_turned_away() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let webhook = webhook(&product);
        // A webhook of somebody's own repository, sent to us by GitHub's servers.
        let mut theirs = webhook.clone();
        for (name, value) in &mut theirs.headers {
            if name.eq_ignore_ascii_case("x-github-hook-installation-target-id") {
                *value = "987654321".to_owned();
            }
        }
        for _ in 0..TOO_MANY {
            product.asks(from(&theirs, GITHUB, false)).await;
        }
        let answer = product.asks(from(&theirs, GITHUB, false)).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        let answer = product.asks(from(&webhook, GITHUB, true)).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);

        // And once it has delivered, nothing from there is turned away.
        for _ in 0..3 * TOO_MANY {
            let answer = product.asks(from(&webhook, GITHUB, false)).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        }
        let answer = product.asks(from(&webhook, GITHUB, true)).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    })
    .await;
}

#[tokio::test]
async fn behind_a_proxy_the_last_address_of_its_header_counts_and_without_one_nobodys_does() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let webhook = webhook(&product);
        let (stop, stopped) = watch::channel(false);
        let open = async |source_header: Option<HeaderName>| {
            let app = product.github.app();
            let secrets = vec![SecretString::from(app.webhook_secret)];
            let app = AppId(app.id as i64);
            let serves = Arc::clone(&product.engine.options().serves);
            let settings =
                DoorSettings { app, secrets, source_header, serves, collector: Vec::new() };
            let store = product.engine.store().clone();
            let door = web::public(Door::new(store, settings, Arc::new(Notify::new())));
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let url = format!("http://{}/webhook", listener.local_addr().unwrap());
            (url, tokio::spawn(web::serve(listener, door, stopped.clone())))
        };
        let client = reqwest::Client::new();
        let knocks = async |url: &str, forwarded: &str, signed: bool| {
            let mut request = client.post(url).body(webhook.body.clone());
            for (name, value) in &webhook.headers {
                let signature = name.eq_ignore_ascii_case("x-hub-signature-256");
                let wrong = "sha256=00".to_owned();
                request = request.header(name, if signature && !signed { &wrong } else { value });
            }
            request.header("x-forwarded-for", forwarded).send().await.unwrap().status().as_u16()
        };

        let (url, served) = open(Some(HeaderName::from_static("x-forwarded-for"))).await;
        for _ in 0..TOO_MANY {
            knocks(&url, "198.51.100.1, 192.0.2.7", false).await;
        }
        assert_eq!(knocks(&url, "198.51.100.2, 192.0.2.7", false).await, 429);
        assert_eq!(knocks(&url, "192.0.2.7, 192.0.2.9", false).await, 401);
        assert_eq!(knocks(&url, "192.0.2.8", true).await, 202);

        let (direct, also) = open(None).await;
        for _ in 0..2 * TOO_MANY {
            assert_eq!(knocks(&direct, "192.0.2.7", false).await, 401, "a proxy of our own");
        }
        assert_eq!(knocks(&direct, "192.0.2.7", true).await, 202);
        stop.send(true).unwrap();
        drop(client);
        served.await.unwrap();
        also.await.unwrap();
    })
    .await;
}

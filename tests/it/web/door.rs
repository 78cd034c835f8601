//! The public door, which strangers reach: it answers GitHub and says that it lives.

use axum::body::{Body, to_bytes};
use github_sim::Webhook;
use http::{HeaderValue, Method, Request, StatusCode};

use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

/// One delivery that the product would take.
async fn delivery(product: &Product) -> Webhook {
    product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
    product.github.take_webhooks().remove(0)
}

fn request(webhook: &Webhook, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::post("/webhook");
    for (name, value) in &webhook.headers {
        request = request.header(name, value);
    }
    request.body(body.into()).unwrap()
}

/// The same delivery with one header set, or taken away.
fn with(webhook: &Webhook, name: &'static str, value: Option<&str>) -> Request<Body> {
    let mut request = request(webhook, webhook.body.clone());
    match value {
        Some(value) => {
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        None => {
            request.headers_mut().remove(name).unwrap();
        }
    }
    request
}

#[tokio::test]
async fn only_three_addresses_answer_and_they_say_nothing() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let get = async |path: &str| {
            let answer = product.asks(Request::get(path).body(Body::empty()).unwrap()).await;
            let status = answer.status();
            (status, String::from_utf8(to_bytes(answer.into_body(), 10_000).await.unwrap().into()))
        };
        assert_eq!(get("/healthz").await, (StatusCode::OK, Ok("ok\n".to_owned())));
        assert_eq!(get("/readyz").await, (StatusCode::OK, Ok("ready\n".to_owned())));
        for path in [
            "/",
            "/metrics",
            "/cases",
            "/coverage",
            "/rules",
            "/style.css",
            "/identities/deploy_key/1",
            "/webhook",
            "/webhook/",
            "/healthz/x",
            "//",
            "/..%2fmetrics",
        ] {
            let nothing = (StatusCode::NOT_FOUND, Ok("Nothing here.\n".to_owned()));
            assert_eq!(get(path).await, nothing, "{path}");
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            for path in ["/webhook", "/healthz", "/readyz"] {
                let asked = Request::builder().method(&method).uri(path);
                let answer = product.asks(asked.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_surely_from_github_is_refused_and_not_stored() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let webhook = delivery(&product).await;
        let other = "sha256=".to_owned() + &"0".repeat(64);
        let refused = [
            ("x-hub-signature-256", None, StatusCode::UNAUTHORIZED),
            ("x-hub-signature-256", Some(other.as_str()), StatusCode::UNAUTHORIZED),
            ("x-hub-signature-256", Some("sha1=00"), StatusCode::UNAUTHORIZED),
            ("x-hub-signature-256", Some(""), StatusCode::UNAUTHORIZED),
            ("x-github-event", None, StatusCode::BAD_REQUEST),
            ("x-github-event", Some("no such; event"), StatusCode::BAD_REQUEST),
            ("x-github-delivery", None, StatusCode::BAD_REQUEST),
            ("x-github-delivery", Some("a b"), StatusCode::BAD_REQUEST),
            ("x-github-hook-installation-target-id", None, StatusCode::BAD_REQUEST),
            ("x-github-hook-installation-target-id", Some("502"), StatusCode::BAD_REQUEST),
            (
                "content-type",
                Some("application/x-www-form-urlencoded"),
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ),
            ("content-length", Some("26214401"), StatusCode::PAYLOAD_TOO_LARGE),
        ];
        for (name, value, status) in refused {
            let answer = product.asks(with(&webhook, name, value)).await;
            assert_eq!(answer.status(), status, "{name}: {value:?}");
        }
        let mut body = webhook.body.clone();
        body.push(b' ');
        let answer = product.asks(request(&webhook, body)).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "one byte more");
        assert_eq!(product.engine.store().stats().await.unwrap().inbox_waiting, 0);

        let answer = product.asks(request(&webhook, webhook.body.clone())).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        assert_eq!(product.engine.store().stats().await.unwrap().inbox_waiting, 1);
        let answer = product.asks(request(&webhook, webhook.body.clone())).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "known, and said so");
        assert_eq!(product.engine.store().stats().await.unwrap().inbox_waiting, 1);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_acknowledged() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let webhook = delivery(&product).await;
        product.engine.store().clone().close().await;
        let answer = product.asks(request(&webhook, webhook.body.clone())).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let readiness = Request::get("/readyz").body(Body::empty()).unwrap();
        assert_eq!(product.asks(readiness).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        let alive = Request::get("/healthz").body(Body::empty()).unwrap();
        assert_eq!(product.asks(alive).await.status(), StatusCode::OK, "alive, and not ready");

        let store = beholden::store::Store::open(&base.url).await.unwrap();
        let kept = store.delivery(&webhook.guid.to_ascii_lowercase()).await.unwrap();
        assert!(kept.is_none(), "GitHub will send it again: it was told so");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_with_a_reason_and_stops_nobody() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        for body in ["", "not JSON", "[]", "{\"action\":\"created\"}", "\u{0}"] {
            product.github.sends_webhook("deploy_key", body.as_bytes());
        }
        product.github.sends_webhook("an_event_of_the_future", b"{\"action\":\"done\"}");
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "unowned");
        let parked = product.parked().await;
        assert!(!parked.is_empty());
        for why in parked {
            assert!(why.split(' ').count() > 2, "a reason in words: {why:?}");
        }
        assert_eq!(product.engine.store().stats().await.unwrap().inbox_waiting, 0);
    })
    .await;
}

//! What leaves, where to, how often, and what an answer makes us do next.

use std::net::TcpListener;
use std::time::Duration;

use beholden::domain::{Entity, RepoId, Timestamp};
use beholden::github::{Admit, Failure, Github, Kind, Pace};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::stand_in::{INSTALLATION, StandIn, in_repo, ok, repository, settings};

fn installation(id: i64) -> serde_json::Value {
    json!({ "id": id, "account": { "id": id, "login": "acme" }, "target_type": "Organization" })
}

#[tokio::test]
async fn absolute_links_on_the_same_host_are_authorised() {
    let stand_in = StandIn::start().await;
    let next = format!("{}/app/installations/page/2?a=1,2", stand_in.server.uri());
    let link = format!("<{next}>; rel=\"next\", <{next}>; rel=\"last\"");
    let first = ok(json!([installation(1)])).insert_header("link", link.as_str());
    stand_in.answers("GET", "/app/installations", first).await;
    stand_in.shows("/app/installations/page/2", json!([installation(2)])).await;

    let listing = stand_in.github.installations().await.unwrap();
    assert!(listing.complete);
    assert_eq!(listing.items.iter().map(|it| it.id.0).collect::<Vec<_>>(), [1, 2]);
    for request in stand_in.server.received_requests().await.unwrap() {
        assert!(request.headers.contains_key("authorization"), "{}", request.url);
    }
}

#[tokio::test]
async fn links_and_redirects_to_another_host_are_refused() {
    let other = StandIn::start().await;
    let stand_in = StandIn::start().await;
    let link = format!("<{}/app/installations?page=2>; rel=\"next\"", other.server.uri());
    let first = ok(json!([installation(1)])).insert_header("link", link.as_str());
    stand_in.answers("GET", "/app/installations", first).await;
    let away = format!("{}/app", other.server.uri());
    let moved = ResponseTemplate::new(301).insert_header("location", away.as_str());
    stand_in.answers("GET", "/app", moved).await;

    let failures = [stand_in.github.installations().await.err(), stand_in.github.app().await.err()];
    for failure in failures {
        assert!(matches!(failure, Some(Failure::Blind { .. })), "{failure:?}");
    }
    assert!(other.server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_write_that_is_answered_502_is_sent_once_and_may_be_done() {
    let stand_in = StandIn::start().await;
    let path = "/app/hook/deliveries/5/attempts";
    stand_in.answers("POST", path, ResponseTemplate::new(502)).await;
    let failure = stand_in.github.redeliver(5).await.unwrap_err();
    assert!(matches!(failure, Failure::Later { maybe_done: true, .. }), "{failure:?}");
    assert_eq!(stand_in.heard().await, [format!("POST {path}")]);
}

#[tokio::test]
async fn a_read_that_is_answered_502_changed_nothing() {
    let stand_in = StandIn::start().await;
    stand_in.answers("GET", "/app", ResponseTemplate::new(502)).await;
    let failure = stand_in.github.app().await.unwrap_err();
    assert!(matches!(failure, Failure::Later { maybe_done: false, .. }), "{failure:?}");
    assert_eq!(stand_in.heard().await.len(), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_leaves_doubt() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = [0; 4_096];
        std::io::Read::read(&mut stream, &mut heard).unwrap()
    });
    let github = Github::new(settings(&url)).unwrap();
    let failure = github.redeliver(5).await.unwrap_err();
    assert!(matches!(failure, Failure::Later { maybe_done: true, .. }), "{failure:?}");
    assert!(server.join().unwrap() > 0, "it had been sent");

    // Nobody listens any more: nothing was sent, so there is no doubt.
    let failure = github.redeliver(5).await.unwrap_err();
    assert!(matches!(failure, Failure::Later { maybe_done: false, .. }), "{failure:?}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for_for_ever() {
    let soon =
        |settings| beholden::github::Settings { timeout: Duration::from_millis(60), ..settings };
    let stand_in = StandIn::with(soon).await;
    let slow = ok(json!({})).set_delay(Duration::from_secs(30));
    stand_in.answers("POST", "/app/hook/deliveries/5/attempts", slow).await;
    let failure = stand_in.github.redeliver(5).await.unwrap_err();
    assert!(matches!(failure, Failure::Later { maybe_done: true, .. }), "{failure:?}");
}

#[tokio::test]
async fn a_body_that_is_cut_short_is_asked_for_again_later() {
    let stand_in = StandIn::start().await;
    let cut = ResponseTemplate::new(200).set_body_string("{\"id\": 4, \"sl");
    stand_in.answers("GET", "/app", cut).await;
    let failure = stand_in.github.app().await.unwrap_err();
    assert!(matches!(failure, Failure::Later { maybe_done: false, .. }), "{failure:?}");
}

#[tokio::test]
async fn when_github_asks_for_silence_nothing_leaves_until_it_ends() {
    let stand_in = StandIn::start().await;
    let wait = ResponseTemplate::new(429).insert_header("retry-after", "120");
    stand_in.answers("GET", "/repos/acme/api", wait).await;
    let read = || stand_in.reads(Entity::Repo { repo: RepoId(900) }, in_repo("acme/api"));
    let before = Timestamp::now();
    for _ in 0..2 {
        let failure = read().await.unwrap_err();
        let Failure::Later { until, maybe_done: false, .. } = failure else {
            panic!("{failure:?}")
        };
        let waits = until.duration_since(before).as_secs();
        assert!((119..=121).contains(&waits), "{waits}");
    }
    assert_eq!(stand_in.heard().await.len(), 1, "the second never left");

    // The pause is per installation and survives in what the store keeps.
    let kept = serde_json::to_string(&stand_in.github.pace(INSTALLATION)).unwrap();
    let other = StandIn::start().await;
    let now = Timestamp::now();
    assert_eq!(other.github.admit(INSTALLATION, Kind::Read, now), Admit::Now);
    other.github.adopt_pace(INSTALLATION, &serde_json::from_str::<Pace>(&kept).unwrap());
    assert!(matches!(other.github.admit(INSTALLATION, Kind::Read, now), Admit::Wait(_)));
}

#[tokio::test]
async fn the_last_request_of_the_hour_is_the_last() {
    let stand_in = StandIn::start().await;
    let reset = (Timestamp::now().as_second() + 600).to_string();
    let last = ok(repository(900, "acme/api", "private"))
        .insert_header("x-ratelimit-remaining", "0")
        .insert_header("x-ratelimit-reset", reset.as_str());
    stand_in.answers("GET", "/repos/acme/api", last).await;
    let read = || stand_in.reads(Entity::Repo { repo: RepoId(900) }, in_repo("acme/api"));
    read().await.unwrap();
    assert!(matches!(read().await, Err(Failure::Later { .. })));
    assert_eq!(stand_in.heard().await.len(), 1);
}

#[tokio::test]
async fn a_policy_file_that_did_not_change_is_not_sent_twice() {
    let stand_in = StandIn::start().await;
    let path = "/repos/acme/home/contents/beholden.yml";
    let file = json!({ "encoding": "base64", "content": "bW9kZTogb2JzZXJ2ZQo=\n", "sha": "abc", "size": 14 });
    stand_in.answers_once("GET", path, ok(file).insert_header("etag", "\"v1\"")).await;
    stand_in.answers("GET", path, ResponseTemplate::new(304)).await;
    let (org, home) = ("acme".parse().unwrap(), "acme/home".parse().unwrap());
    let reader = stand_in.github.reader();
    let read = || reader.policy_file_if_changed(INSTALLATION, &org, &home, Timestamp::now());
    let first = read().await.unwrap().unwrap();
    assert_eq!(
        serde_json::to_value(&first.facts).unwrap(),
        json!([{ "fact": "policy_file", "file": ["mode: observe\n", "abc"] }])
    );
    assert_eq!(read().await.unwrap(), None);
    let requests = stand_in.server.received_requests().await.unwrap();
    assert_eq!(requests.last().unwrap().headers["if-none-match"], "\"v1\"");
}

#[tokio::test]
async fn the_delivery_log_is_walked_by_cursor() {
    let stand_in = StandIn::start().await;
    let next = format!("{}/app/hook/deliveries?per_page=100&cursor=v1_9", stand_in.server.uri());
    let attempt = json!([{
        "id": 12, "guid": "g-1", "delivered_at": "2026-11-23T10:00:00Z", "status": "timed out",
        "status_code": 0, "event": "deploy_key", "action": "created", "installation_id": 77,
    }]);
    let page = ok(attempt).insert_header("link", format!("<{next}>; rel=\"next\"").as_str());
    stand_in.answers("GET", "/app/hook/deliveries", page).await;
    let (attempts, cursor) = stand_in.github.deliveries(None, None).await.unwrap();
    assert_eq!((attempts[0].id, attempts[0].guid.as_str()), (12, "g-1"));
    assert_eq!(cursor.as_deref(), Some("v1_9"));
    stand_in.github.deliveries(Some("v1_9"), Some("failure")).await.unwrap();
    let last = stand_in.heard().await.pop().unwrap();
    assert_eq!(last, "GET /app/hook/deliveries?per_page=100&cursor=v1_9&status=failure");
}

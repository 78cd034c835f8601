//! Bad days by name, limits, and the controls of the schema check.

use crate::client::Client;
use github_sim::{Chaos, Fault, LineSpec, PullSpec, Push, Seed, Sim};
use serde_json::json;
use std::time::{Duration, Instant};

fn new() -> serde_json::Value {
    json!({ "title": "Hello" })
}

#[tokio::test]
async fn a_lost_answer_is_not_a_lost_issue() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let path = "/repos/acme/api/issues";
    sim.drop_connection_before_doing_it();
    assert!(client.try_send("POST", path, Some(new()), &[]).await.is_err());
    assert_eq!(sim.issues("acme/api").len(), 0);
    sim.drop_connection_after_doing_it();
    assert!(client.try_send("POST", path, Some(new()), &[]).await.is_err());
    assert_eq!(sim.issues("acme/api").len(), 1);
    sim.answer_502_after_doing_it();
    client.post(path, new()).await.is(502);
    assert_eq!(sim.issues("acme/api").len(), 2);
    sim.answer_500();
    client.post(path, new()).await.is(500);
    assert_eq!(sim.issues("acme/api").len(), 2);
    sim.truncate_body();
    assert!(client.try_send("POST", path, Some(new()), &[]).await.is_err());
    assert_eq!(sim.issues("acme/api").len(), 3);
    sim.malformed_body();
    let reply = client.post(path, new()).await.is(201);
    assert!(serde_json::from_str::<serde_json::Value>(&reply.text).is_err());
    assert_eq!(sim.writes().len(), 4, "those that were carried out");
    client.post(path, new()).await.is(201);
    sim.finish();
}

#[tokio::test]
async fn a_fault_waits_for_the_request_it_is_meant_for() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.next_on(Fault::Answer500, "POST", "/repos/acme/home");
    client.get("/repos/acme/home").await.is(200);
    client.post("/repos/acme/api/issues", new()).await.is(201);
    assert_eq!(sim.faults_waiting(), 1);
    client.post("/repos/acme/home/issues", new()).await.is(500);
    assert_eq!(sim.faults_waiting(), 0);
    sim.finish();
}

#[tokio::test]
async fn limits_are_told_in_the_headers() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let reply = client.get("/repos/acme/api").await.is(200);
    assert_eq!(reply.header("x-ratelimit-limit"), "5000");
    assert_eq!(reply.header("x-ratelimit-remaining"), "4999");
    sim.rate_limit_next(1);
    let reply = client.get("/repos/acme/api").await.is(403);
    assert_eq!(reply.header("x-ratelimit-remaining"), "0");
    sim.secondary_limit_next();
    let reply = client.get("/repos/acme/api").await.is(403);
    assert_eq!(reply.header("retry-after"), "60");
    assert!(reply.json()["message"].as_str().unwrap().contains("secondary rate limit"));
    client.get("/repos/acme/api").await.is(200);
    sim.finish();
}

#[tokio::test]
async fn the_hour_of_an_installation_is_finite() {
    let sim = Sim::start(Seed::acme().settings(|settings| settings.requests_per_hour = Some(2)));
    let client = Client::acme(&sim);
    client.get("/repos/acme/api").await.is(200);
    client.get("/repos/acme/api").await.is(200);
    client.get("/repos/acme/api").await.is(403);
    sim.advance(Duration::from_secs(3_601));
    Client::acme(&sim).get("/repos/acme/api").await.is(200);
    sim.finish();
}

#[tokio::test]
async fn content_is_created_at_githubs_pace_only() {
    let sim = Sim::start(Seed::acme().settings(|settings| {
        settings.content_per_minute = 2;
        settings.content_per_hour = 3;
    }));
    let client = Client::acme(&sim);
    let path = "/repos/acme/api/issues";
    client.post(path, new()).await.is(201);
    client.post(path, new()).await.is(201);
    let refused = client.post(path, new()).await.is(403);
    assert_eq!(refused.header("retry-after"), "60");
    client.get(path).await.is(200);
    sim.advance(Duration::from_secs(61));
    client.post(path, new()).await.is(201);
    let refused = client.post(path, new()).await.is(403);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((3_000..3_600).contains(&wait), "{wait}");
    assert_eq!(sim.issues("acme/api").len(), 3);
    sim.finish();
}

#[tokio::test]
async fn new_issues_can_be_late_in_lists() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.lists_lag(5_000);
    client.post("/repos/acme/api/issues", new()).await.is(201);
    client.post("/repos/acme/api/issues/1/comments", json!({ "body": "hi" })).await.is(201);
    assert_eq!(client.get("/repos/acme/api/issues").await.is(200).json(), json!([]));
    assert_eq!(client.get("/repos/acme/api/issues/1/comments").await.is(200).json(), json!([]));
    client.get("/repos/acme/api/issues/1").await.is(200);
    sim.advance(Duration::from_secs(6));
    assert_eq!(
        client.get("/repos/acme/api/issues").await.is(200).json().as_array().unwrap().len(),
        1
    );
    assert_eq!(
        client
            .get("/repos/acme/api/issues/1/comments")
            .await
            .is(200)
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    sim.finish();
}

#[tokio::test]
async fn a_slow_answer_is_slow() {
    let sim = Sim::start(Seed::acme());
    sim.slow(80);
    let started = Instant::now();
    Client::acme(&sim).get("/repos/acme/api").await.is(200);
    assert!(started.elapsed() >= Duration::from_millis(80));
    sim.finish();
}

#[tokio::test]
async fn chaos_is_the_same_for_the_same_seed() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let sim = Sim::start(Seed::acme());
        let client = Client::acme(&sim);
        sim.chaos(Some(Chaos {
            seed: 7,
            probability: 0.3,
            faults: vec![Fault::Answer500, Fault::SecondaryLimitNext],
        }));
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(client.get("/repos/acme/api").await.status.as_u16());
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(
        runs[0].contains(&200) && runs[0].contains(&500) && runs[0].contains(&403),
        "{:?}",
        runs[0]
    );
}

#[tokio::test]
async fn what_is_not_simulated_is_refused_loudly() {
    let sim = Sim::start(Seed::acme());
    let reply = Client::acme(&sim).get("/repos/acme/api/stargazers").await.is(404);
    assert!(reply.json()["message"].as_str().unwrap().contains("not simulated"));
    assert_eq!(sim.complaints(), ["GET /repos/acme/api/stargazers is not simulated"]);
}

#[tokio::test]
#[should_panic(expected = "not simulated")]
async fn finish_fails_the_test_that_asked_for_it() {
    let sim = Sim::start(Seed::acme());
    Client::acme(&sim).get("/repos/acme/api/stargazers").await.is(404);
    sim.finish();
}

/// The control of the schema check: requests that GitHub's description does not allow.
#[tokio::test]
async fn a_bad_request_is_noticed() {
    for (method, path, body, noticed) in [
        (
            "POST",
            "/repos/acme/api/issues",
            Some(json!({ "title": "x", "assignee_list": ["octocat"] })),
            "assignee_list",
        ),
        (
            "POST",
            "/repos/acme/api/issues",
            Some(json!({ "title": "x", "labels": "bug" })),
            "labels",
        ),
        ("GET", "/repos/acme/api/issues?stat=open", None, "stat"),
        ("GET", "/repos/acme/api/issues?state=opened", None, "state=opened"),
        ("PATCH", "/repos/acme/api/issues/1", Some(json!({ "state": "shut" })), "shut"),
    ] {
        let sim = Sim::start(Seed::acme());
        sim.opens_issue("acme/api", "octocat", "Hello", "");
        Client::acme(&sim).try_send(method, path, body, &[]).await.unwrap();
        let complaints = sim.complaints().join("\n");
        assert!(complaints.contains(noticed), "{method} {path}: {complaints:?}");
    }
}

#[tokio::test]
async fn the_version_of_the_api_is_heeded() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let ask = async |version: &str| {
        client
            .try_send("GET", "/repos/acme/api", None, &[("x-github-api-version", version)])
            .await
            .unwrap()
    };
    assert_eq!(
        ask("2026-03-10").await.is(200).header("x-github-api-version-selected"),
        "2026-03-10"
    );
    ask("2021-01-01").await.is(410);
    let newer = [("x-github-api-version", "2026-03-10")];
    let limits = client.try_send("GET", "/rate_limit", None, &newer).await.unwrap().is(200).json();
    assert_eq!(
        (limits.get("rate"), limits["resources"]["core"]["limit"].as_u64()),
        (None, Some(5_000))
    );
    sim.finish();
}

#[tokio::test]
async fn reviews_comments_on_lines_and_checks_are_late_in_lists_too() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let sha = sim.pushes(&Push::to("acme/api", "feature").writes("a", "1\n"), "monalisa");
    sim.lists_lag(60_000);
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    sim.comments_on_line("acme/api", number, &LineSpec::new_line("a", 1), "octocat", "?");
    sim.reports_check("acme/api", &sha, "github-actions", "ci", None);
    let pulls = "/repos/acme/api/pulls";
    let lists = [
        (pulls.to_owned(), ""),
        (format!("{pulls}/{number}/reviews"), ""),
        (format!("{pulls}/{number}/comments"), ""),
        (format!("/repos/acme/api/commits/{sha}/check-runs"), "check_runs"),
    ];
    for (late, count) in [(true, 0), (false, 1)] {
        for (path, name) in &lists {
            let answer = client.get(path).await.is(200).json();
            let list = if name.is_empty() { &answer } else { &answer[*name] };
            assert_eq!(list.as_array().unwrap().len(), count, "{path} {late}");
        }
        sim.advance(Duration::from_secs(61));
    }
    client.get(&format!("{pulls}/{number}")).await.is(200);
    sim.finish();
}

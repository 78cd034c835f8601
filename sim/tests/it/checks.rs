//! Suites, runs of other Apps, and commit statuses.

use crate::client::Client;
use github_sim::{Level, PullSpec, Push, Seed, Sim, Webhook};
use serde_json::{Value, json};

const API: &str = "/repos/acme/api";

fn names(sim: &Sim) -> Vec<String> {
    sim.take_webhooks().iter().map(Webhook::name).collect()
}

/// A pull request; its number and head.
fn opened(sim: &Sim) -> (u64, String) {
    let sha = sim.pushes(&Push::to("acme/api", "feature").writes("a", "1\n"), "monalisa");
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    sim.take_webhooks();
    (number, sha)
}

#[tokio::test]
async fn a_suite_is_asked_for_once_ends_with_its_runs_and_can_be_asked_for_again() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let sha = sim.pushes(&Push::to("acme/api", "feature").writes("a", "1\n"), "monalisa");
    let told = sim.take_webhooks().pop().unwrap().payload();
    assert_eq!(
        (&told["action"], &told["check_suite"]["head_sha"]),
        (&json!("requested"), &json!(sha))
    );
    assert_eq!(told["check_suite"]["head_branch"], "feature");
    let new = json!({ "name": "beholden", "head_sha": sha, "conclusion": "success" });
    let run = client.post(&format!("{API}/check-runs"), new).await.is(201).json();
    assert_eq!(run["check_suite"]["id"], told["check_suite"]["id"]);
    assert_eq!(names(&sim), ["check_run.created", "check_run.completed", "check_suite.completed"]);
    let at = format!("{API}/check-suites/{}", run["check_suite"]["id"]);
    assert_eq!(client.get(&at).await.is(200).json()["conclusion"], "success");
    sim.reruns_all_checks("acme/api", run["id"].as_u64().unwrap(), "octocat");
    assert_eq!(names(&sim), ["check_suite.rerequested"]);
    sim.finish();
}

#[tokio::test]
async fn a_run_names_the_pull_requests_with_its_head() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, sha) = opened(&sim);
    let new = json!({ "name": "beholden", "head_sha": sha });
    let run = client.post(&format!("{API}/check-runs"), new).await.is(201).json();
    assert_eq!(run["pull_requests"][0]["number"], number);
    assert_eq!(sim.checks("acme/api", "feature")[0].status, "queued");
    sim.finish();
}

#[tokio::test]
async fn what_another_app_and_a_person_say_under_our_name_is_told_and_buttons_are_not() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (_, sha) = opened(&sim);
    let spoofed =
        sim.reports_check("acme/api", &sha, "github-actions", "beholden", Some("success"));
    let told = sim.take_webhooks();
    assert_eq!(told[0].name(), "check_run.created");
    assert_eq!(told[0].payload()["check_run"]["app"]["id"], 15_368);
    sim.presses_check_button("acme/api", spoofed, "own", "octocat");
    sim.reruns_check("acme/api", spoofed, "octocat");
    assert_eq!(names(&sim), Vec::<String>::new(), "these are for the App that made it");
    client.patch(&format!("{API}/check-runs/{spoofed}"), json!({ "name": "x" })).await.is(403);
    let own = format!("{API}/commits/{sha}/check-runs?app_id={}", sim.app().id);
    assert_eq!(client.get(&own).await.is(200).json()["total_count"], 0);
    sim.sets_status("acme/api", &sha, "beholden", "success", "monalisa");
    let told = sim.take_webhooks()[0].payload();
    assert_eq!((&told["context"], &told["state"]), (&json!("beholden"), &json!("success")));
    assert_eq!(told["sender"]["login"], "monalisa");
    sim.finish();
}

#[tokio::test]
async fn the_worst_of_the_latest_statuses_counts() {
    let permissions = [("statuses", Level::Write), ("contents", Level::Read)];
    let sim = Sim::start(Seed::acme().permissions(&permissions));
    let client = Client::acme(&sim);
    let (_, sha) = opened(&sim);
    let state = async || {
        client.get(&format!("{API}/commits/feature/status")).await.is(200).json()["state"].clone()
    };
    assert_eq!(state().await, "pending");
    let at = format!("{API}/statuses/{sha}");
    client.post(&at, json!({ "state": "failure", "context": "ci" })).await.is(201);
    client.post(&at, json!({ "state": "success", "context": "lint" })).await.is(201);
    assert_eq!(state().await, "failure");
    client.post(&at, json!({ "state": "success", "context": "ci" })).await.is(201);
    assert_eq!(state().await, "success");
    let all = client.get(&format!("{API}/commits/{sha}/statuses")).await.is(200).json();
    assert_eq!(all.as_array().unwrap().len(), 3);
    sim.finish();
}

#[tokio::test]
async fn a_run_holds_githubs_limits() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (_, sha) = opened(&sim);
    let annotation = |more: Value| {
        let mut one = json!({
            "path": "a", "start_line": 1, "end_line": 2, "annotation_level": "notice", "message": "m",
        });
        one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        one
    };
    let button = |label: &str, description: &str, identifier: &str| json!({ "label": label, "description": description, "identifier": identifier });
    let long = "x".repeat(65_536);
    for (more, status) in [
        (json!({ "output": { "title": "t", "summary": long } }), 422),
        (json!({ "output": { "title": long, "summary": "s" } }), 422),
        (json!({ "output": { "title": "t", "summary": &long[1..] } }), 201),
        (
            json!({ "output": { "title": "t", "summary": "s", "annotations": vec![annotation(json!({})); 51] } }),
            422,
        ),
        (
            json!({ "output": { "title": "t", "summary": "s", "annotations": vec![annotation(json!({})); 50] } }),
            201,
        ),
        (
            json!({ "output": { "title": "t", "summary": "s", "annotations": [annotation(json!({ "start_column": 1 }))] } }),
            422,
        ),
        (json!({ "actions": vec![button("a", "b", "c"); 4] }), 422),
        (json!({ "actions": [button(&"a".repeat(21), "b", "c")] }), 422),
        (json!({ "actions": [button("a", &"b".repeat(41), "c")] }), 422),
        (json!({ "actions": [button("a", "b", &"c".repeat(21))] }), 422),
        (json!({ "status": "completed" }), 422),
    ] {
        let mut body = json!({ "name": "beholden", "head_sha": sha });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = client.post(&format!("{API}/check-runs"), body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    assert!(!sim.complaints().is_empty(), "GitHub's description has these limits too");
}

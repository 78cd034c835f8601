//! Pull requests, reviews and check runs.

use crate::client::Client;
use github_sim::{Seed, Sim, Webhook};
use serde_json::{Value, json};

/// A pull request with one new file of two lines; its number and head.
fn pull(sim: &Sim) -> (u64, String) {
    let sha =
        sim.writes_file_on("acme/api", "feature", "deploy.yml", "on: push\njobs: {}\n", "monalisa");
    (sim.opens_pull("acme/api", "feature", "Deploy from CI", "monalisa"), sha)
}

fn names(sim: &Sim) -> Vec<String> {
    sim.take_webhooks().iter().map(Webhook::name).collect()
}

#[tokio::test]
async fn a_pull_request_shows_its_files_and_follows_its_branch() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, sha) = pull(&sim);
    let at = format!("/repos/acme/api/pulls/{number}");
    let shown = client.get(&at).await.is(200).json();
    assert_eq!(shown["head"]["sha"], sha);
    assert_eq!((shown["changed_files"].as_u64(), shown["additions"].as_u64()), (Some(1), Some(2)));
    let files = client.get(&format!("{at}/files")).await.is(200).json();
    assert_eq!(files[0]["filename"], "deploy.yml");
    assert_eq!(files[0]["patch"], "@@ -0,0 +1,2 @@\n+on: push\n+jobs: {}");
    let next = sim.writes_file_on("acme/api", "feature", "deploy.yml", "on: push\n", "monalisa");
    assert_eq!(client.get(&at).await.is(200).json()["head"]["sha"], next);
    assert_eq!(
        names(&sim),
        [
            "create",
            "push",
            "check_suite.requested",
            "pull_request.opened",
            "push",
            "check_suite.requested",
            "pull_request.synchronize"
        ]
    );
    client.get("/repos/acme/api/pulls").await.is(200);
    let listed = client.get("/repos/acme/api/issues").await.is(200).json();
    assert!(listed[0]["pull_request"].is_object(), "a pull request is an issue too");
    sim.finish();
}

#[tokio::test]
async fn a_review_waits_until_it_is_submitted() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, sha) = pull(&sim);
    names(&sim);
    let at = format!("/repos/acme/api/pulls/{number}/reviews");
    let comment =
        json!({ "path": "deploy.yml", "line": 2, "side": "RIGHT", "body": "Who owns this?" });
    let new = json!({ "commit_id": sha, "body": "One question", "comments": [comment] });
    let review = client.post(&at, new).await.is(200).json();
    assert_eq!(review["state"], "PENDING");
    assert_eq!(names(&sim), Vec::<String>::new());
    let submit = format!("{at}/{}/events", review["id"]);
    let submitted = client.post(&submit, json!({ "event": "COMMENT" })).await.is(200).json();
    assert_eq!(submitted["state"], "COMMENTED");
    assert_eq!(
        names(&sim),
        ["pull_request_review.submitted", "pull_request_review_comment.created"]
    );
    client.post(&submit, json!({ "event": "COMMENT" })).await.is(422);
    let comments = client.get(&format!("{at}/{}/comments", review["id"])).await.is(200).json();
    let first = comments[0]["id"].as_u64().unwrap();
    let reply = format!("/repos/acme/api/pulls/{number}/comments/{first}/replies");
    let answered = client.post(&reply, json!({ "body": "I do" })).await.is(201).json();
    assert_eq!(answered["in_reply_to_id"], first);
    let edit = format!("/repos/acme/api/pulls/comments/{first}");
    client.patch(&edit, json!({ "body": "changed" })).await.is(200);
    client.delete(&edit).await.is(204);
    client.get(&edit).await.is(404);
    sim.finish();
}

#[tokio::test]
async fn one_line_outside_of_the_diff_refuses_the_whole_review() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, _) = pull(&sim);
    let at = format!("/repos/acme/api/pulls/{number}/reviews");
    let comment =
        |line: u64| json!({ "path": "deploy.yml", "line": line, "side": "RIGHT", "body": "?" });
    let new = json!({ "body": "x", "event": "COMMENT", "comments": [comment(1), comment(9)] });
    client.post(&at, new).await.is(422);
    assert_eq!(client.get(&at).await.is(200).json(), json!([]));
    sim.finish();
}

#[tokio::test]
async fn nobody_approves_their_own_pull_request() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.writes_file_on("acme/api", "bot", "a.txt", "text\n", "monalisa");
    let new = json!({ "title": "By the App", "head": "bot", "base": "main" });
    let number = client.post("/repos/acme/api/pulls", new).await.is(201).json()["number"].clone();
    let at = format!("/repos/acme/api/pulls/{number}/reviews");
    client.post(&at, json!({ "event": "APPROVE" })).await.is(422);
    sim.approves_pull("acme/api", number.as_u64().unwrap(), "octocat");
    assert_eq!(client.get(&at).await.is(200).json()[0]["state"], "APPROVED");
    sim.finish();
}

#[tokio::test]
async fn a_merged_pull_request_changes_the_default_branch() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, _) = pull(&sim);
    client.get(&format!("/repos/acme/api/pulls/{number}/merge")).await.is(404);
    sim.merges_pull("acme/api", number, "octocat");
    client.get(&format!("/repos/acme/api/pulls/{number}/merge")).await.is(204);
    client.get("/repos/acme/api/contents/deploy.yml").await.is(200);
    let shown = client.get(&format!("/repos/acme/api/pulls/{number}")).await.is(200).json();
    assert_eq!((shown["merged"].as_bool(), shown["state"].as_str()), (Some(true), Some("closed")));
    sim.finish();
}

#[tokio::test]
async fn a_check_run_is_made_changed_and_found_again() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (_, sha) = pull(&sim);
    names(&sim);
    let runs = "/repos/acme/api/check-runs";
    let new = json!({
        "name": "beholden",
        "head_sha": sha,
        "external_id": "case 1",
        "status": "in_progress",
        "actions": [{ "label": "I own it", "description": "Take it", "identifier": "own" }],
    });
    let run = client.post(runs, new).await.is(201).json();
    let at = format!("{runs}/{}", run["id"]);
    let annotation = |line: u64| json!({ "path": "deploy.yml", "start_line": line, "end_line": line, "annotation_level": "failure", "message": "unowned" });
    let output = |annotations: Vec<Value>| json!({ "output": { "title": "One grant", "summary": "…", "annotations": annotations } });
    client.patch(&at, output(vec![annotation(1)])).await.is(200);
    let changed = client.patch(&at, output(vec![annotation(2)])).await.is(200).json();
    assert_eq!(changed["output"]["annotations_count"], 2, "annotations are added");
    client.get(&format!("{at}/annotations")).await.is(200);
    client.patch(&at, json!({ "conclusion": "failure" })).await.is(200);
    assert_eq!(names(&sim), ["check_run.created", "check_run.completed", "check_suite.completed"]);
    let found = format!(
        "/repos/acme/api/commits/{sha}/check-runs?check_name=beholden&app_id={}",
        sim.app().id
    );
    assert_eq!(client.get(&found).await.is(200).json()["check_runs"][0]["conclusion"], "failure");
    client.get(&format!("/repos/acme/api/commits/{sha}/check-suites")).await.is(200);
    sim.presses_check_button("acme/api", run["id"].as_u64().unwrap(), "own", "octocat");
    let pressed = sim.take_webhooks()[0].payload();
    assert_eq!(pressed["requested_action"]["identifier"], "own");
    client.post(runs, json!({ "name": "x", "head_sha": "0".repeat(40) })).await.is(422);
    sim.finish();
}

/// `finish` holds each payload against GitHub's description.
#[tokio::test]
async fn what_people_do_with_pull_requests_is_told() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, sha) = pull(&sim);
    let at = format!("/repos/acme/api/pulls/{number}");
    names(&sim);
    sim.labels_issue("acme/api", number, "risky", "octocat");
    sim.unlabels_issue("acme/api", number, "risky", "octocat");
    sim.assigns("acme/api", number, "octocat", "octocat");
    sim.unassigns("acme/api", number, "octocat", "octocat");
    client.patch(&at, json!({ "title": "Better" })).await.is(200);
    sim.locks("acme/api", number, "octocat");
    sim.unlocks("acme/api", number, "octocat");
    client.patch(&at, json!({ "state": "closed" })).await.is(200);
    client.patch(&at, json!({ "state": "open" })).await.is(200);
    let told = "labeled unlabeled assigned unassigned edited locked unlocked closed reopened";
    let expected: Vec<String> =
        told.split(' ').map(|action| format!("pull_request.{action}")).collect();
    assert_eq!(names(&sim), expected);

    let new = json!({ "event": "REQUEST_CHANGES", "body": "No owner" });
    let review = client.post(&format!("{at}/reviews"), new).await.is(200).json()["id"].clone();
    let one = format!("{at}/reviews/{review}");
    client.put(&one, json!({ "body": "No owner yet" })).await.is(200);
    client.put(&format!("{one}/dismissals"), json!({ "message": "Owned now" })).await.is(200);
    let line =
        json!({ "body": "?", "commit_id": sha, "path": "deploy.yml", "line": 1, "side": "RIGHT" });
    client.post(&format!("{at}/comments"), line).await.is(201);
    let told = names(&sim);
    assert_eq!(
        told,
        [
            "pull_request_review.submitted",
            "pull_request_review.edited",
            "pull_request_review.dismissed",
            "pull_request_review.submitted",
            "pull_request_review_comment.created",
        ]
    );
    let run = json!({ "name": "beholden", "head_sha": sha });
    let run = client.post("/repos/acme/api/check-runs", run).await.is(201).json();
    sim.reruns_check("acme/api", run["id"].as_u64().unwrap(), "octocat");
    assert_eq!(names(&sim), ["check_run.created", "check_run.rerequested"]);
    sim.finish();
}

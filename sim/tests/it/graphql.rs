//! Hiding comments and resolving threads.

use crate::client::Client;
use github_sim::{Level, LineSpec, PullSpec, Push, Seed, Sim, Webhook};
use serde_json::{Value, json};

const HIDE: &str = "mutation Hide($id: ID!) { \
    minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { \
        minimizedComment { isMinimized minimizedReason ... on PullRequestReviewComment { databaseId } } } }";

async fn ask(client: &Client, query: &str, variables: Value) -> Value {
    client.post("/graphql", json!({ "query": query, "variables": variables })).await.is(200).json()
}

/// A pull request with a comment on a line; their numbers.
fn commented(sim: &Sim) -> (u64, u64) {
    sim.pushes(&Push::to("acme/api", "feature").writes("a", "1\n"), "monalisa");
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    let at = LineSpec::new_line("a", 1);
    let line = sim.comments_on_line("acme/api", number, &at, "octocat", "Who?");
    sim.take_webhooks();
    (number, line)
}

#[tokio::test]
async fn a_comment_is_hidden_with_a_reason_and_shown_again() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, line) = commented(&sim);
    let at = format!("/repos/acme/api/pulls/comments/{line}");
    let id = client.get(&at).await.is(200).json()["node_id"].clone();
    let hidden = ask(&client, HIDE, json!({ "id": id })).await;
    assert_eq!(
        hidden["data"]["minimizeComment"]["minimizedComment"],
        json!({ "isMinimized": true, "minimizedReason": "outdated", "databaseId": line })
    );
    let reason = || sim.line_comments("acme/api", number)[0].minimized.clone();
    assert_eq!(reason().as_deref(), Some("outdated"));
    let show = "mutation($id: ID!) { again: unminimizeComment(input: { subjectId: $id }) { unminimizedComment { isMinimized } } }";
    let shown = ask(&client, show, json!({ "id": id })).await;
    assert_eq!(shown["data"]["again"]["unminimizedComment"]["isMinimized"], false);
    assert_eq!(reason(), None);
    let comment = sim.comments("acme/api", number, "octocat", "Hello");
    ask(&client, HIDE, json!({ "id": format!("IC_{comment}") })).await;
    assert_eq!(sim.comments_of("acme/api", number)[0].minimized.as_deref(), Some("outdated"));
    sim.finish();
}

#[tokio::test]
async fn a_thread_is_found_and_resolved() {
    let sim = Sim::start(Seed::acme().events(&["pull_request_review_thread"]));
    let client = Client::acme(&sim);
    let (number, line) = commented(&sim);
    let query = "query($number: Int!) { repository(owner: \"acme\", name: \"api\") { pullRequest(number: $number) { \
        reviewThreads(first: 1) { pageInfo { hasNextPage } nodes { id isResolved comments(first: 5) { nodes { databaseId } } } } } } }";
    let found = ask(&client, query, json!({ "number": number })).await;
    let thread = &found["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0];
    assert_eq!(thread["comments"]["nodes"][0]["databaseId"], line);
    assert_eq!(thread["isResolved"], false);
    let resolve = "mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { isResolved } } }";
    let resolved = ask(&client, resolve, json!({ "id": thread["id"] })).await;
    assert_eq!(resolved["data"]["resolveReviewThread"]["thread"]["isResolved"], true);
    assert!(sim.line_comments("acme/api", number)[0].resolved);
    sim.unresolves_thread("acme/api", number, line, "monalisa");
    let told: Vec<String> = sim.take_webhooks().iter().map(Webhook::name).collect();
    assert_eq!(
        told,
        ["pull_request_review_thread.resolved", "pull_request_review_thread.unresolved"]
    );
    sim.finish();
}

#[tokio::test]
async fn a_failure_comes_with_200() {
    let sim = Sim::start(Seed::acme().permissions(&[("pull_requests", Level::Read)]));
    let client = Client::acme(&sim);
    let (_, line) = commented(&sim);
    let refused = ask(&client, HIDE, json!({ "id": format!("PRRC_{line}") })).await;
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
    assert_eq!(refused["data"]["minimizeComment"], Value::Null);
    let missing = ask(&client, HIDE, json!({ "id": "PRRC_1" })).await;
    assert_eq!(missing["errors"][0]["type"], "NOT_FOUND");
    let broken = ask(&client, "mutation {", json!({})).await;
    assert!(broken["errors"][0]["message"].is_string());
    sim.finish();
    ask(&client, "{ viewer { login } }", json!({})).await;
    assert_eq!(sim.complaints(), ["POST /graphql: github-sim: Query.viewer is not simulated"]);
}

//! Forks and the pull requests that come from them.

use crate::client::Client;
use github_sim::{Person, PullSpec, Push, Seed, Sim, Webhook};
use serde_json::{Value, json};

const API: &str = "/repos/acme/site";

/// An outsider's pull request from a fork: its number and head.
fn outsider(sim: &Sim) -> (u64, String) {
    assert_eq!(sim.forks("acme/site", "defunkt"), "defunkt/site");
    let push = Push::to("defunkt/site", "patch-1").writes("page.html", "<p>\n");
    let sha = sim.pushes(&push, "defunkt");
    let number = sim.opens("acme/site", &PullSpec::from("defunkt:patch-1"), "defunkt");
    (number, sha)
}

fn start() -> Sim {
    let person = Person { login: "defunkt".to_owned(), ..Person::default() };
    Sim::start(Seed::acme().person(person))
}

#[tokio::test]
async fn a_head_in_a_fork_is_read_in_the_repository_it_is_for() {
    let sim = start();
    let client = Client::acme(&sim);
    let (number, sha) = outsider(&sim);
    let told: Vec<String> = sim.take_webhooks().iter().map(Webhook::name).collect();
    assert_eq!(
        told,
        ["pull_request.opened", "check_suite.requested"],
        "nothing of the fork itself"
    );
    let shown = client.get(&format!("{API}/pulls/{number}")).await.is(200).json();
    assert_eq!(shown["head"]["label"], "defunkt:patch-1");
    assert_eq!(shown["head"]["repo"]["full_name"], "defunkt/site");
    assert_eq!(shown["head"]["repo"]["fork"], true);
    assert_eq!(shown["author_association"], "NONE");
    let head = client.get(&format!("{API}/git/ref/pull/{number}/head")).await.is(200).json();
    assert_eq!(head["object"]["sha"], sha);
    client.get(&format!("{API}/git/trees/{sha}?recursive=1")).await.is(200);
    client.get(&format!("{API}/contents/page.html?ref=refs/pull/{number}/head")).await.is(200);
    let files = client.get(&format!("{API}/compare/main...defunkt:patch-1")).await.is(200).json();
    assert_eq!(files["files"][0]["filename"], "page.html");
    let listed = client.get(&format!("{API}/pulls?head=defunkt:patch-1")).await.is(200).json();
    assert_eq!(listed[0]["number"], number);
    let run = json!({ "name": "beholden", "head_sha": sha, "external_id": number.to_string() });
    let run = client.post(&format!("{API}/check-runs"), run).await.is(201).json();
    assert_eq!(run["pull_requests"], json!([]), "empty for forks");
    let next = sim.pushes(&Push::to("defunkt/site", "patch-1").writes("b", "\n"), "defunkt");
    let told = sim.take_webhooks();
    let told: Vec<&Webhook> =
        told.iter().filter(|one| one.name() == "pull_request.synchronize").collect();
    assert_eq!(told[0].payload()["after"], next);
    sim.merges_pull("acme/site", number, "octocat");
    client.get(&format!("{API}/contents/page.html")).await.is(200);
    sim.finish();
}

#[tokio::test]
async fn a_deleted_fork_leaves_its_pull_request_without_a_repository() {
    let sim = start();
    let client = Client::acme(&sim);
    let (number, sha) = outsider(&sim);
    sim.deletes_repository("defunkt/site", "defunkt");
    let shown = client.get(&format!("{API}/pulls/{number}")).await.is(200).json();
    assert_eq!((&shown["head"]["repo"], &shown["head"]["sha"]), (&Value::Null, &json!(sha)));
    client.get(&format!("{API}/pulls?state=all")).await.is(200);
    client.get(&format!("{API}/pulls/{number}/files")).await.is(200);
    client.get(&format!("{API}/git/ref/pull/{number}/head")).await.is(200);
    sim.take_webhooks();
    sim.closes_pull("acme/site", number, "octocat");
    assert_eq!(sim.take_webhooks()[0].payload()["pull_request"]["head"]["repo"], Value::Null);
    sim.finish();
}

#[test]
fn the_parent_hears_of_a_fork() {
    let sim = Sim::start(Seed::acme().events(&["fork"]));
    sim.forks("acme/site", "monalisa");
    let told = sim.take_webhooks()[0].payload();
    assert_eq!(told["forkee"]["full_name"], "monalisa/site");
    sim.finish();
}

//! Required checks, approvals, bypasses and the merge queue.

use crate::client::Client;
use github_sim::{BypassActor, Level, MergeMethod, PullSpec, Push, Rules, Seed, Sim, Webhook};
use serde_json::{Value, json};

const API: &str = "/repos/acme/api";

fn names(sim: &Sim) -> Vec<String> {
    sim.take_webhooks().iter().map(Webhook::name).collect()
}

/// Opens a pull request from a branch that adds a file of its name.
fn opens(sim: &Sim, branch: &str) -> u64 {
    sim.pushes(&Push::to("acme/api", branch).writes(branch, "1\n"), "monalisa");
    sim.opens("acme/api", &PullSpec::from(branch), "monalisa")
}

async fn concludes(client: &Client, sha: &str, conclusion: &str) {
    let new = json!({ "name": "beholden", "head_sha": sha, "conclusion": conclusion });
    client.post(&format!("{API}/check-runs"), new).await.is(201);
}

fn refusal(sim: &Sim, number: u64) -> String {
    sim.tries_to_merge("acme/api", number, MergeMethod::Merge, "monalisa").unwrap_err()
}

#[tokio::test]
async fn a_required_check_holds_the_merge_until_it_ends_well() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let number = opens(&sim, "feature");
    let sha = sim.commit_at("acme/api", "feature");
    sim.demands("acme/api", "checks", &Rules::new().check("beholden"), "octocat");
    assert!(refusal(&sim, number).ends_with("\"beholden\" is expected."));
    assert_eq!(sim.pull("acme/api", number).standing, "blocked");
    concludes(&client, &sha, "action_required").await;
    assert!(refusal(&sim, number).ends_with("\"beholden\" is failing."));
    concludes(&client, &sha, "success").await;
    sim.merges_pull("acme/api", number, "monalisa");
    sim.finish();
}

#[tokio::test]
async fn a_check_that_names_its_app_is_not_met_by_anybody_else() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let number = opens(&sim, "feature");
    let rules = Rules::new().check_of("beholden", sim.app().id);
    sim.demands("acme/api", "checks", &rules, "octocat");
    sim.sets_status("acme/api", "feature", "beholden", "success", "monalisa");
    sim.reports_check("acme/api", "feature", "github-actions", "beholden", Some("success"));
    assert!(refusal(&sim, number).ends_with("is expected."));
    sim.demands("acme/api", "checks", &Rules::new().check("beholden"), "octocat");
    assert_eq!(sim.pull("acme/api", number).standing, "clean", "without the App anybody can");
    sim.demands("acme/api", "checks", &rules, "octocat");
    concludes(&client, &sim.commit_at("acme/api", "feature"), "success").await;
    sim.merges_pull("acme/api", number, "monalisa");
    sim.finish();
}

#[tokio::test]
async fn approvals_count_when_others_with_write_access_give_them() {
    let sim = Sim::start(Seed::acme());
    let number = opens(&sim, "feature");
    sim.demands("acme/api", "reviews", &Rules::new().approvals(1), "octocat");
    sim.approves_pull("acme/api", number, "hubot");
    assert!(refusal(&sim, number).contains("At least 1 approving review"), "hubot only reads");
    sim.requests_changes("acme/api", number, "No", "octocat");
    assert!(refusal(&sim, number).contains("Changes have been requested"));
    sim.approves_pull("acme/api", number, "octocat");
    sim.merges_pull("acme/api", number, "monalisa");
    sim.finish();
}

#[tokio::test]
async fn who_may_pass_by_the_rules_can() {
    let sim = Sim::start(Seed::acme());
    let number = opens(&sim, "feature");
    let rules = Rules::new().check("beholden").bypassed_by(BypassActor::organization_owners());
    sim.demands("acme/api", "checks", &rules, "octocat");
    let past = |by| sim.merges_past_the_rules("acme/api", number, MergeMethod::Merge, by);
    assert!(past("monalisa").is_err());
    sim.take_webhooks();
    let sha = past("octocat").unwrap();
    let told = sim.take_webhooks().pop().unwrap().payload();
    assert_eq!(told["pull_request"]["merge_commit_sha"], sha);
    assert_eq!(told["pull_request"]["merged_by"]["login"], "octocat");
    sim.finish();
}

#[tokio::test]
async fn the_older_protection_lets_administrators_pass_unless_it_holds_for_them_too() {
    let sim = Sim::start(Seed::acme());
    let number = opens(&sim, "feature");
    let rules = Rules::new().check("beholden");
    sim.protects_branch("acme/api", "main", Some(&rules.clone().for_admins()));
    let past = |by| sim.merges_past_the_rules("acme/api", number, MergeMethod::Merge, by);
    assert!(past("octocat").is_err());
    let client = Client::acme(&sim);
    let at = format!("{API}/branches/main/protection");
    let shown = client.get(&at).await.is(200).json();
    assert_eq!(shown["required_status_checks"]["contexts"], json!(["beholden"]));
    assert_eq!(shown["enforce_admins"]["enabled"], true);
    client.get(&format!("{API}/branches/feature/protection")).await.is(404);
    sim.protects_branch("acme/api", "main", Some(&rules));
    assert!(past("monalisa").is_err());
    assert!(past("octocat").is_ok());
    sim.protects_branch("acme/api", "main", None);
    client.get(&at).await.is(404);
    sim.finish();
}

#[tokio::test]
async fn the_rules_of_a_branch_name_the_app_that_is_meant() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let rules = Rules::new().check_of("beholden", 501).check("ci").approvals(1).queue();
    let id = sim.demands("acme/api", "all", &rules, "octocat");
    let shown = client.get(&format!("{API}/rules/branches/main")).await.is(200).json();
    let kinds: Vec<&str> =
        shown.as_array().unwrap().iter().map(|rule| rule["type"].as_str().unwrap()).collect();
    let expected =
        ["deletion", "non_fast_forward", "pull_request", "required_status_checks", "merge_queue"];
    assert_eq!(kinds, expected);
    let checks = &shown[3]["parameters"]["required_status_checks"];
    assert_eq!(
        checks,
        &json!([{ "context": "beholden", "integration_id": 501 }, { "context": "ci" }])
    );
    assert_eq!(shown[3]["ruleset_id"], id);
    let other = client.get(&format!("{API}/rules/branches/feature/x")).await.is(200).json();
    assert_eq!(other, json!([]));
    client.get(&format!("{API}/rulesets/{id}")).await.is(200);
    sim.finish();
}

#[tokio::test]
async fn the_api_refuses_a_merge_in_githubs_words() {
    let permissions =
        [("contents", Level::Write), ("pull_requests", Level::Write), ("checks", Level::Write)];
    let sim = Sim::start(Seed::acme().permissions(&permissions));
    let client = Client::acme(&sim);
    let number = opens(&sim, "feature");
    let at = format!("{API}/pulls/{number}/merge");
    sim.demands("acme/api", "checks", &Rules::new().check("beholden"), "octocat");
    let refused = client.put(&at, json!({})).await.is(405).json();
    assert!(refused["message"].as_str().unwrap().contains("is expected"));
    client.put(&at, json!({ "sha": "0".repeat(40) })).await.is(405);
    concludes(&client, &sim.commit_at("acme/api", "feature"), "success").await;
    client.put(&at, json!({ "sha": "0".repeat(40) })).await.is(409);
    client.put(&at, json!({ "merge_method": "squash" })).await.is(200);
    client.put(&at, json!({})).await.is(405);
    let other = opens(&sim, "other");
    let bypass = BypassActor::app(sim.app().id);
    let rules = Rules::new().check("beholden").bypassed_by(bypass);
    sim.demands("acme/api", "checks", &rules, "octocat");
    client.put(&format!("{API}/pulls/{other}/merge"), json!({})).await.is(200);
    sim.finish();
}

/// Three pull requests in a queue that demands our check; their numbers.
async fn queued(sim: &Sim, client: &Client) -> Vec<u64> {
    let rules = Rules::new().check("beholden").queue();
    sim.demands("acme/api", "queue", &rules, "octocat");
    let mut numbers = Vec::new();
    for branch in ["one", "two", "three"] {
        let number = opens(sim, branch);
        assert!(refusal(sim, number).contains("expected"));
        concludes(client, &sim.commit_at("acme/api", branch), "success").await;
        assert!(refusal(sim, number).contains("merge queue"));
        sim.enqueues("acme/api", number, "octocat");
        numbers.push(number);
    }
    numbers
}

fn groups(sim: &Sim) -> Vec<Value> {
    let taken = sim.take_webhooks();
    let groups = taken.iter().filter(|webhook| webhook.event == "merge_group");
    groups.map(Webhook::payload).collect()
}

#[tokio::test]
async fn a_queue_of_three_merges_in_line() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let base = sim.commit_at("acme/api", "main");
    let numbers = queued(&sim, &client).await;
    let asked = groups(&sim);
    assert_eq!(asked.len(), 3);
    let group = &asked[0]["merge_group"];
    assert_eq!(group["base_sha"], base);
    assert_eq!(group["base_ref"], "refs/heads/main");
    let named = format!("refs/heads/gh-readonly-queue/main/pr-{}-{base}", numbers[0]);
    assert_eq!(group["head_ref"], named);
    assert_eq!(asked[1]["merge_group"]["base_sha"], group["head_sha"], "on top of the first");
    let heads: Vec<String> =
        sim.queue("acme/api", "main").into_iter().map(|(_, head)| head).collect();
    concludes(&client, &heads[2], "success").await;
    assert_eq!(sim.queue("acme/api", "main").len(), 3, "the last one waits for those before it");
    sim.take_webhooks();
    concludes(&client, &heads[0], "success").await;
    let told = names(&sim);
    let expected = [
        "check_run.created",
        "check_run.completed",
        "check_suite.completed",
        "merge_group.destroyed",
        "delete",
        "push",
        "pull_request.dequeued",
        "push",
        "pull_request.closed",
    ];
    assert_eq!(told, expected);
    concludes(&client, &heads[1], "success").await;
    assert_eq!(sim.queue("acme/api", "main"), []);
    assert_eq!(sim.commit_at("acme/api", "main"), heads[2]);
    for number in numbers {
        assert!(sim.pull("acme/api", number).merged.is_some());
    }
    sim.finish();
}

#[tokio::test]
async fn what_fails_in_a_queue_leaves_it_and_the_rest_is_tried_again() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let numbers = queued(&sim, &client).await;
    let before = sim.queue("acme/api", "main");
    sim.take_webhooks();
    concludes(&client, &before[1].1, "failure").await;
    let taken = sim.take_webhooks();
    let of = |name: &str| -> Vec<Value> {
        taken.iter().filter(|one| one.name() == name).map(Webhook::payload).collect()
    };
    assert_eq!(of("pull_request.dequeued")[0]["reason"], "CI_FAILURE");
    let reasons: Vec<Value> =
        of("merge_group.destroyed").iter().map(|one| one["reason"].clone()).collect();
    assert_eq!(reasons, ["invalidated", "dequeued"]);
    assert_eq!(of("merge_group.checks_requested").len(), 1);
    let after = sim.queue("acme/api", "main");
    assert_eq!(
        after.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
        [numbers[0], numbers[2]]
    );
    assert_eq!(after[0], before[0]);
    assert_ne!(after[1].1, before[2].1);
    assert!(sim.pull("acme/api", numbers[1]).open);
    sim.finish();
}

#[tokio::test]
async fn a_push_to_the_base_tries_the_queue_again_and_one_to_the_head_leaves_it() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let numbers = queued(&sim, &client).await;
    let before = sim.queue("acme/api", "main");
    sim.pushes(&Push::to("acme/api", "main").writes("hotfix", "1\n"), "octocat");
    let after = sim.queue("acme/api", "main");
    assert!(before.iter().zip(&after).all(|(before, after)| before.1 != after.1));
    sim.pushes(&Push::to("acme/api", "one").writes("one", "2\n"), "monalisa");
    let left: Vec<u64> =
        sim.queue("acme/api", "main").into_iter().map(|(number, _)| number).collect();
    assert_eq!(left, numbers[1..]);
    sim.dequeues("acme/api", numbers[2], "octocat");
    assert_eq!(sim.queue("acme/api", "main").len(), 1);
    sim.finish();
}

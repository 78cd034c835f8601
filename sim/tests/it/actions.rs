//! Environments, what tokens of workflows may do, and runs.

use crate::client::Client;
use github_sim::{EnvironmentSpec, Push, RunSpec, Seed, Sim, Webhook, WorkflowDefaults};
use serde_json::{Value, json};

const API: &str = "/repos/acme/api";

#[tokio::test]
async fn an_environment_shows_its_guards() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.sets_up_environment("acme/api", &EnvironmentSpec::named("staging"));
    let guarded = EnvironmentSpec::named("production")
        .reviewed_by("octocat")
        .reviewed_by("acme/platform")
        .waiting(30)
        .for_branches("release/*");
    sim.sets_up_environment("acme/api", &guarded);
    let all = client.get(&format!("{API}/environments")).await.is(200).json();
    assert_eq!(all["total_count"], 2);
    assert_eq!(all["environments"][0]["protection_rules"], json!([]));
    assert_eq!(all["environments"][0]["deployment_branch_policy"], Value::Null);
    let at = format!("{API}/environments/production");
    let shown = client.get(&at).await.is(200).json();
    let kinds: Vec<&Value> =
        shown["protection_rules"].as_array().unwrap().iter().map(|rule| &rule["type"]).collect();
    assert_eq!(kinds, ["wait_timer", "required_reviewers", "branch_policy"]);
    assert_eq!(shown["protection_rules"][1]["reviewers"][1]["reviewer"]["slug"], "platform");
    assert_eq!(shown["deployment_branch_policy"]["custom_branch_policies"], true);
    let policies = client.get(&format!("{at}/deployment-branch-policies")).await.is(200).json();
    assert_eq!(policies["branch_policies"][0]["name"], "release/*");
    client.get(&format!("{API}/environments/unknown")).await.is(404);
    sim.forbid("actions");
    client.get(&at).await.is(403);
    sim.finish();
}

#[tokio::test]
async fn a_repository_follows_its_organization_until_it_says_otherwise() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let at = format!("{API}/actions/permissions/workflow");
    let level = async |at: &str| {
        client.get(at).await.is(200).json()["default_workflow_permissions"].clone()
    };
    assert_eq!(level(&at).await, "read");
    let write = WorkflowDefaults { write: true, can_approve: true };
    sim.sets_workflow_permissions_of("acme", write);
    assert_eq!(level("/orgs/acme/actions/permissions/workflow").await, "write");
    assert_eq!(level(&at).await, "write");
    sim.sets_workflow_permissions("acme/api", Some(WorkflowDefaults::default()));
    assert_eq!(level(&at).await, "read");
    sim.finish();
}

#[tokio::test]
async fn a_run_is_told_of_with_its_commit_and_actor() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let sha = sim.pushes(&Push::to("acme/api", "feature").writes("a", "1\n"), "monalisa");
    sim.take_webhooks();
    let spec = RunSpec::of(".github/workflows/ci.yml").on("workflow_dispatch").on_branch("feature");
    let run = sim.starts_run("acme/api", &spec, "hubot");
    let told = sim.take_webhooks();
    let names: Vec<String> = told.iter().map(Webhook::name).collect();
    assert_eq!(names, ["workflow_run.requested", "workflow_run.in_progress"]);
    let shown = &told[0].payload()["workflow_run"];
    assert_eq!((&shown["head_sha"], &shown["head_branch"]), (&json!(sha), &json!("feature")));
    assert_eq!(
        (&shown["event"], &shown["actor"]["login"]),
        (&json!("workflow_dispatch"), &json!("hubot"))
    );
    sim.finishes_run("acme/api", run, "failure");
    assert_eq!(sim.take_webhooks()[0].payload()["workflow_run"]["conclusion"], "failure");
    let at = format!("{API}/actions/runs");
    assert_eq!(client.get(&format!("{at}/{run}")).await.is(200).json()["status"], "completed");
    for (query, count) in [("branch=feature", 1), ("branch=main", 0), ("status=failure", 1)] {
        let found = client.get(&format!("{at}?{query}")).await.is(200).json();
        assert_eq!(found["total_count"], count, "{query}");
    }
    sim.finish();
}

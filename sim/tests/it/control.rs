//! Control over HTTP, and seeds in YAML.

use crate::client::Client;
use github_sim::{Seed, Sim};
use serde_json::{Value, json};

#[tokio::test]
async fn another_process_can_act_and_look() {
    let sim = Sim::start(Seed::acme());
    let control = Client::with(&sim, "");
    let deed = json!({ "do": "adds_deploy_key", "repo": "acme/api", "title": "ci", "read_only": false, "by": "monalisa" });
    let id = control.post("/_sim/act", deed).await.is(200).json()["id"].as_u64().unwrap();
    let state = control.get("/_sim/state").await.is(200).json();
    assert_eq!(state["repositories"][0]["keys"][0]["id"], id);
    let kept = control.get("/_sim/webhooks").await.is(200).json();
    assert_eq!(kept[0]["payload"]["key"]["id"], id);
    let app = control.get("/_sim/app").await.is(200).json();
    assert_eq!(app["webhook_secret"], sim.app().webhook_secret);
    let deed =
        json!({ "do": "opens_issue", "repo": "acme/api", "login": "octocat", "title": "Hello" });
    assert_eq!(control.post("/_sim/act", deed).await.is(200).json()["number"], 1);
    let text = control.get("/_sim/issues/acme/api/1").await.is(200).text;
    assert!(text.starts_with("acme/api#1 Hello"), "{text}");
    let unknown = json!({ "do": "adds_deploy_key", "repo": "acme/nowhere", "by": "monalisa" });
    let refused = control.post("/_sim/act", unknown).await.is(422).json();
    assert_eq!(refused["message"], "github-sim: there is no repository acme/nowhere");
    control.post("/_sim/act", json!({ "do": "flies" })).await.is(422);
    sim.finish();
}

#[tokio::test]
async fn another_process_can_play_a_pull_request() {
    let sim = Sim::start(Seed::acme());
    let control = Client::with(&sim, "");
    let act = async |deed: Value| control.post("/_sim/act", deed).await.is(200).json();
    let files = json!({ ".github/workflows/ci.yml": "on: push\n", "README.md": null });
    act(json!({ "do": "pushes", "repo": "acme/api", "branch": "feature", "files": files, "by": "monalisa" })).await;
    let opened = act(json!({ "do": "opens", "repo": "acme/api", "head": "feature", "message": "CI", "by": "monalisa" })).await;
    let number = opened["number"].as_u64().unwrap();
    let rules = json!({ "checks": [{ "context": "beholden", "app": 501 }] });
    act(json!({ "do": "demands", "repo": "acme/api", "context": "checks", "rules": rules, "by": "octocat" })).await;
    act(json!({ "do": "comments_on_line", "repo": "acme/api", "number": number, "file": ".github/workflows/ci.yml", "line": 1, "text": "Who?", "by": "octocat" })).await;
    let merge =
        json!({ "do": "merges_pull", "repo": "acme/api", "number": number, "by": "octocat" });
    assert!(act(merge.clone()).await["refused"].as_str().unwrap().contains("is expected"));
    let text = control.get(&format!("/_sim/pulls/acme/api/{number}")).await.is(200).text;
    assert!(text.contains("--- octocat on .github/workflows/ci.yml:1\n\nWho?"), "{text}");
    act(json!({ "do": "demands", "repo": "acme/api", "context": "checks", "by": "octocat" })).await;
    assert!(act(merge).await["commit"].is_string());
    sim.finish();
}

#[tokio::test]
async fn another_process_can_break_things() {
    let sim = Sim::start(Seed::acme());
    let (control, client) = (Client::with(&sim, ""), Client::acme(&sim));
    let fault = json!({ "fault": "answer_502_after_doing_it", "method": "POST", "path": "/repos/", "times": 2 });
    assert_eq!(control.post("/_sim/faults", fault).await.is(200).json()["waiting"], 2);
    client.get("/repos/acme/api").await.is(200);
    client.post("/repos/acme/api/issues", json!({ "title": "one" })).await.is(502);
    control.delete("/_sim/faults").await.is(200);
    client.post("/repos/acme/api/issues", json!({ "title": "two" })).await.is(201);
    control.post("/_sim/forbid", json!({ "permission": "issues" })).await.is(200);
    client.get("/repos/acme/api/issues").await.is(403);
    control
        .post("/_sim/forbid", json!({ "permission": "issues", "forbidden": false }))
        .await
        .is(200);
    client.get("/repos/acme/api/issues").await.is(200);
    control.post("/_sim/advance", json!({ "seconds": 4_000 })).await.is(200);
    client.get("/repos/acme/api/issues").await.is(401);
    let chaos = control
        .post("/_sim/chaos", json!({ "seed": 1, "probability": 0.1, "faults": [] }))
        .await
        .is(200)
        .json();
    assert!(chaos["faults"].as_array().unwrap().len() > 5);
    sim.finish();
}

#[test]
fn a_seed_can_be_written_in_yaml() {
    let seed = Seed::from_yaml(
        "
people:
  - { login: 'renovate[bot]', id: 29139614 }
organizations:
  - login: acme
    base_permission: read
    owners: [octocat]
    members: [monalisa]
    teams:
      - { slug: platform, members: [monalisa], repositories: { api: admin } }
    repositories:
      - name: api
        visibility: public
        files: { README.md: '# api' }
        keys: [{ title: ci, read_only: true }]
        collaborators: { hubot: push }
apps:
  - slug: beholden
    owner: acme
    permissions: { issues: write }
    events: [issues]
    installed_on: [{ organization: acme, repositories: [api] }]
settings: { content_per_minute: 5 }
",
    )
    .unwrap();
    let sim = Sim::start(seed);
    assert_eq!(sim.user_id("renovate[bot]"), 29_139_614);
    assert!(sim.installation("acme") > 0);
    assert!(Seed::from_yaml("peple: []").is_err(), "a misspelt key is refused");
}

#[test]
fn the_seed_for_newcomers_is_the_one_of_the_tests() {
    let written = Seed::from_yaml(include_str!("../../acme.yaml")).unwrap();
    assert_eq!(format!("{written:?}"), format!("{:?}", Seed::acme()));
}

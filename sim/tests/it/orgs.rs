//! What an organization shows of its people, Apps and tokens.

use crate::client::Client;
use github_sim::{Access, Level, PatSpec, Person, Seed, Sim};
use serde_json::json;

#[tokio::test]
async fn an_organization_lists_its_people() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.adds_collaborator("acme/api", "outsider", Access::Write, "octocat");
    let logins = async |path: &str| {
        let listed = client.get(path).await.is(200).json();
        let logins = listed
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["login"].as_str().unwrap().to_owned());
        logins.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(logins("/orgs/acme/members").await, "octocat monalisa hubot");
    assert_eq!(logins("/orgs/acme/members?role=admin").await, "octocat");
    assert_eq!(logins("/orgs/acme/outside_collaborators").await, "outsider");
    assert_eq!(logins("/repos/acme/api/collaborators").await, "octocat monalisa hubot outsider");
    assert_eq!(logins("/repos/acme/api/collaborators?affiliation=outside").await, "outsider");
    assert_eq!(logins("/orgs/acme/teams/platform/members").await, "monalisa");
    assert_eq!(client.get("/orgs/acme/memberships/octocat").await.is(200).json()["role"], "admin");
    client.get("/orgs/acme/memberships/outsider").await.is(404);
    client.get("/orgs/acme/members/monalisa").await.is(204);
    let role = client.get("/orgs/acme/teams/platform/memberships/monalisa").await.is(200).json();
    assert_eq!(role["role"], "member");
    client.get("/orgs/acme/teams/platform").await.is(200);
    client.get("/orgs/acme/teams").await.is(200);
    client.get("/orgs/acme/teams/platform/repos").await.is(200);
    client.get("/repos/acme/api/teams").await.is(200);
    client.get("/orgs/acme").await.is(200);
    client.get("/orgs/acme/repos").await.is(200);
    client.get("/repos/acme/api/assignees").await.is(200);
    sim.finish();
}

#[tokio::test]
async fn people_and_bots_are_found_by_name_and_number() {
    let robot =
        Person { login: "dependabot[bot]".to_owned(), id: Some(49_699_333), ..Person::default() };
    let sim = Sim::start(Seed::acme().person(robot));
    let client = Client::acme(&sim);
    let bot = client.get("/users/dependabot%5Bbot%5D").await.is(200).json();
    assert_eq!((bot["type"].as_str(), bot["id"].as_u64()), (Some("Bot"), Some(49_699_333)));
    assert_eq!(client.get("/user/49699333").await.is(200).json()["login"], "dependabot[bot]");
    assert_eq!(
        client.get("/users/beholden%5Bbot%5D").await.is(200).json()["id"],
        sim.app().bot_user_id
    );
    sim.suspends_user("hubot");
    client.get("/users/hubot").await.is(404);
    client.get("/users/no-such-person").await.is(404);
    sim.finish();
}

#[tokio::test]
async fn tokens_of_people_are_listed_to_apps() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let first =
        sim.requests_pat("monalisa", &PatSpec::new("nightly", "acme/api", "contents", "write"));
    let waiting = client.get("/orgs/acme/personal-access-token-requests").await.is(200).json();
    assert_eq!(waiting[0]["id"], first);
    assert_eq!(waiting[0]["token_expires_at"], json!(null));
    let path = format!("/orgs/acme/personal-access-token-requests/{first}/repositories");
    assert_eq!(client.get(&path).await.is(200).json()[0]["full_name"], "acme/api");
    let granted = sim.approves_pat_request(first, "octocat");
    sim.grants_pat_without_request(
        "octocat",
        &PatSpec::new("owner's", "acme/home", "issues", "read"),
    );
    let listed = client.get("/orgs/acme/personal-access-tokens").await.is(200).json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let by_owner =
        client.get("/orgs/acme/personal-access-tokens?owner[]=monalisa").await.is(200).json();
    assert_eq!(by_owner.as_array().unwrap().len(), 1);
    let token = &by_owner[0]["token_id"];
    let by_token = client
        .get(&format!("/orgs/acme/personal-access-tokens?token_id[]={token}"))
        .await
        .is(200)
        .json();
    assert_eq!(by_token[0]["id"], granted);
    let path = format!("/orgs/acme/personal-access-tokens/{granted}/repositories");
    assert_eq!(client.get(&path).await.is(200).json()[0]["full_name"], "acme/api");
    sim.finish();
}

#[tokio::test]
async fn an_upgrade_of_a_token_tells_what_is_new() {
    let sim = Sim::start(Seed::acme());
    let first = PatSpec::new("nightly", "acme/api", "contents", "read");
    let request = sim.requests_pat("monalisa", &first);
    sim.approves_pat_request(request, "octocat");
    let token =
        sim.take_webhooks()[0].payload()["personal_access_token_request"]["token_id"].as_u64();
    let more =
        PatSpec { token_id: token, ..PatSpec::new("nightly", "acme/api", "contents", "write") };
    sim.requests_pat("monalisa", &more);
    let told = sim.take_webhooks()[0].payload();
    let about = &told["personal_access_token_request"];
    assert_eq!(about["permissions_upgraded"], json!({ "repository": { "contents": "write" } }));
    assert_eq!(about["permissions_added"], json!({}));
    assert_eq!(about["token_id"].as_u64(), token);
    sim.finish();
}

#[tokio::test]
async fn an_app_with_the_right_to_may_answer_requests_for_tokens() {
    let sim = Sim::start(Seed::acme().permissions(&[
        ("organization_personal_access_tokens", Level::Write),
        ("organization_personal_access_token_requests", Level::Write),
    ]));
    let client = Client::acme(&sim);
    let ask =
        || sim.requests_pat("monalisa", &PatSpec::new("nightly", "acme/api", "contents", "write"));
    let (one, two) = (ask(), ask());
    let at = |id: u64| format!("/orgs/acme/personal-access-token-requests/{id}");
    client.post(&at(one), json!({ "action": "approve" })).await.is(204);
    client.post(&at(two), json!({ "action": "deny", "reason": "no" })).await.is(204);
    client.post(&at(two), json!({ "action": "deny" })).await.is(404);
    let listed = client.get("/orgs/acme/personal-access-tokens").await.is(200).json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let grant = format!("/orgs/acme/personal-access-tokens/{}", listed[0]["id"]);
    client.post(&grant, json!({ "action": "revoke" })).await.is(204);
    client.post(&grant, json!({ "action": "revoke" })).await.is(404);
    sim.finish();
}

#[tokio::test]
async fn the_secret_of_an_alert_is_hidden_when_asked() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let number = sim.raises_secret_alert("acme/api", "github_personal_access_token", "README.md");
    let path = format!("/repos/acme/api/secret-scanning/alerts/{number}");
    assert!(client.get(&path).await.is(200).json()["secret"].is_string());
    let hidden = client.get(&format!("{path}?hide_secret=true")).await.is(200).json();
    assert_eq!(hidden.get("secret"), None);
    client.get(&format!("{path}/locations")).await.is(200);
    client.get("/repos/acme/api/secret-scanning/alerts?state=open").await.is(200);
    sim.finish();
}

#[tokio::test]
async fn keys_are_listed_added_and_removed() {
    let sim = Sim::start(Seed::acme().permissions(&[("administration", Level::Write)]));
    let client = Client::acme(&sim);
    let body = json!({ "title": "ci", "key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIexample", "read_only": true });
    let key = client.post("/repos/acme/api/keys", body).await.is(201).json();
    assert_eq!(key["added_by"], "beholden[bot]");
    let at = format!("/repos/acme/api/keys/{}", key["id"]);
    client.get(&at).await.is(200);
    client.delete(&at).await.is(204);
    client.get(&at).await.is(404);
    sim.finish();
}

#[tokio::test]
async fn the_rest_of_what_apps_ask_answers_as_described() {
    let sim = Sim::start(Seed::acme());
    let (app, client) = (Client::app(&sim), Client::acme(&sim));
    let id = sim.installation("acme");
    for path in [
        "/app/installations",
        &format!("/app/installations/{id}"),
        "/orgs/acme/installation",
        "/repos/acme/api/installation",
        "/app/hook/config",
    ] {
        app.get(path).await.is(200);
    }
    for path in [
        "/orgs/acme/installations",
        "/apps/beholden",
        "/meta",
        "/versions",
        "/rate_limit",
        "/repos/acme/api/rulesets",
        "/repos/acme/api/labels",
    ] {
        client.get(path).await.is(200);
    }
    sim.finish();
}

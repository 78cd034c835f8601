//! Permissions: per route, per person.

use crate::client::Client;
use github_sim::{Access, Level, Role, Seed, Sim};
use serde_json::json;

#[tokio::test]
async fn a_permission_that_was_not_granted_is_named() {
    let sim = Sim::start(Seed::acme().permissions(&[("issues", Level::Read)]));
    let client = Client::acme(&sim);
    client.get("/repos/acme/api/issues").await.is(200);
    for (path, needs) in [
        ("/repos/acme/api/keys", "administration=read"),
        ("/repos/acme/api/contents/README.md", "contents=read"),
        ("/orgs/acme/members", "members=read"),
        ("/orgs/acme/personal-access-tokens", "organization_personal_access_tokens=read"),
        ("/orgs/acme/installations", "organization_administration=read"),
    ] {
        let reply = client.get(path).await.is(403);
        assert_eq!(reply.header("x-accepted-github-permissions"), needs, "{path}");
    }
    sim.finish();
}

#[tokio::test]
async fn a_forbidden_permission_is_gone_until_it_is_allowed_again() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.forbid("issues");
    client.get("/repos/acme/api/issues").await.is(403);
    sim.allow("issues");
    client.get("/repos/acme/api/issues").await.is(200);
    sim.finish();
}

#[tokio::test]
async fn a_persons_access_is_the_highest_of_all_sources() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let role = async |login: &str, repo: &str| {
        let path = format!("/repos/acme/{repo}/collaborators/{login}/permission");
        let shown = client.get(&path).await.is(200).json();
        format!(
            "{} {}",
            shown["permission"].as_str().unwrap(),
            shown["role_name"].as_str().unwrap()
        )
    };
    assert_eq!(role("octocat", "api").await, "admin admin", "an owner");
    assert_eq!(role("monalisa", "api").await, "write write", "through the team");
    assert_eq!(role("hubot", "api").await, "read read", "the base permission");
    sim.adds_collaborator("acme/api", "hubot", Access::Maintain, "octocat");
    assert_eq!(role("hubot", "api").await, "write maintain", "directly");
    sim.grants_team("acme/home", "acme/platform", Access::Triage, "octocat");
    assert_eq!(role("monalisa", "home").await, "read triage");
    sim.signs_up(github_sim::Person { login: "stranger".to_owned(), ..Default::default() });
    assert_eq!(role("stranger", "api").await, "none none");
    assert_eq!(role("stranger", "site").await, "read read", "a public repository");
    sim.leaves_organization("monalisa");
    assert_eq!(role("monalisa", "api").await, "none none", "who left has nothing");
    sim.joins_organization("monalisa", Role::Admin);
    assert_eq!(role("monalisa", "api").await, "admin admin");
    sim.finish();
}

#[tokio::test]
async fn a_team_shows_its_access_only_when_asked_for() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let path = "/orgs/acme/teams/platform/repos/acme/api";
    assert_eq!(client.get(path).await.is(204).text, "");
    let media = [("accept", "application/vnd.github.v3.repository+json")];
    let shown = client.try_send("GET", path, None, &media).await.unwrap().is(200).json();
    assert_eq!(shown["role_name"], "write");
    assert_eq!(shown["permissions"]["admin"], false);
    client.get("/orgs/acme/teams/platform/repos/acme/home").await.is(404);
    sim.finish();
}

#[tokio::test]
async fn what_is_not_covered_is_not_there() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    client.get("/repos/acme/home").await.is(200);
    sim.deselects("acme/home");
    client.get("/repos/acme/home").await.is(404);
    client.post("/repos/acme/home/issues", json!({ "title": "no" })).await.is(404);
    sim.selects("acme/home");
    client.get("/repos/acme/home").await.is(200);
    sim.finish();
}

#[tokio::test]
async fn bypass_actors_are_shown_to_those_who_may_change_them() {
    let bypass = github_sim::BypassActor {
        actor_id: Some(5),
        actor_type: "RepositoryRole".to_owned(),
        bypass_mode: "always".to_owned(),
    };
    let sim = Sim::start(Seed::acme());
    let id = sim.changes_ruleset("acme/api", std::slice::from_ref(&bypass), "octocat");
    let path = format!("/repos/acme/api/rulesets/{id}");
    let shown = Client::acme(&sim).get(&path).await.is(200).json();
    assert_eq!(shown.get("bypass_actors"), None);
    sim.finish();

    let sim = Sim::start(Seed::acme().permissions(&[("administration", Level::Write)]));
    let id = sim.changes_ruleset("acme/api", &[bypass], "octocat");
    let shown =
        Client::acme(&sim).get(&format!("/repos/acme/api/rulesets/{id}")).await.is(200).json();
    assert_eq!(shown["bypass_actors"][0]["actor_type"], "RepositoryRole");
    sim.finish();
}

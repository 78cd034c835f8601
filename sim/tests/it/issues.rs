//! Issues and everything on them.

use crate::client::Client;
use github_sim::{Seed, Sim};
use serde_json::{Value, json};

#[tokio::test]
async fn an_app_opens_an_issue_and_a_person_answers() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let body = json!({
        "title": "A deploy key has no owner",
        "body": "Who answers for it? <!-- marker -->",
        "labels": ["unowned"],
        "assignees": ["monalisa", "nobody-here"],
    });
    let issue = client.post("/repos/acme/api/issues", body).await.is(201).json();
    assert_eq!(issue["number"], 1);
    assert_eq!(issue["user"]["login"], "beholden[bot]");
    assert_eq!(issue["user"]["type"], "Bot");
    assert_eq!(issue["performed_via_github_app"]["slug"], "beholden");
    assert_eq!(
        issue["assignees"].as_array().unwrap().len(),
        1,
        "who cannot be assigned is dropped"
    );
    sim.comments("acme/api", 1, "monalisa", "/own");
    client
        .patch(
            "/repos/acme/api/issues/1",
            json!({ "state": "closed", "state_reason": "completed" }),
        )
        .await
        .is(200);
    assert_eq!(
        sim.render_issue("acme/api", 1),
        "acme/api#1 A deploy key has no owner\n\
         closed as completed by beholden[bot] · opened by beholden[bot] · labels unowned · assigned to monalisa\n\
         \n\
         Who answers for it?\n\
         \n\
         --- monalisa\n\
         \n\
         /own\n"
    );
    sim.finish();
}

#[tokio::test]
async fn comments_can_be_written_changed_listed_and_deleted() {
    let sim = Sim::start(Seed::acme());
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    let client = Client::acme(&sim);
    let path = format!("/repos/acme/api/issues/{number}/comments");
    let first = client.post(&path, json!({ "body": "one" })).await.is(201).json();
    sim.comments("acme/api", number, "octocat", "two");
    let listed = client.get(&path).await.is(200).json();
    let bodies: Vec<&str> =
        listed.as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["one", "two"]);
    let at = format!("/repos/acme/api/issues/comments/{}", first["id"]);
    assert_eq!(client.patch(&at, json!({ "body": "uno" })).await.is(200).json()["body"], "uno");
    assert_eq!(client.get(&at).await.is(200).json()["body"], "uno");
    client.delete(&at).await.is(204);
    client.get(&at).await.is(404);
    assert_eq!(
        client
            .get("/repos/acme/api/issues/comments")
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
async fn since_leaves_out_what_is_older() {
    let sim = Sim::start(Seed::acme());
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    sim.comments("acme/api", number, "octocat", "old");
    sim.advance(std::time::Duration::from_secs(60));
    let since = sim.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    sim.comments("acme/api", number, "octocat", "new");
    let path = format!("/repos/acme/api/issues/{number}/comments?since={since}");
    let listed = Client::acme(&sim).get(&path).await.is(200).json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["body"], "new");
    sim.finish();
}

#[tokio::test]
async fn lists_of_issues_are_filtered() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let one = sim.opens_issue("acme/api", "octocat", "one", "");
    let two = sim.opens_issue("acme/api", "monalisa", "two", "");
    client.post("/repos/acme/api/issues", json!({ "title": "three" })).await.is(201);
    sim.labels_issue("acme/api", one, "bug", "octocat");
    sim.assigns("acme/api", two, "hubot", "octocat");
    sim.closes_issue("acme/api", one, "octocat");
    let titles = async |query: &str| {
        let listed = client.get(&format!("/repos/acme/api/issues{query}")).await.is(200).json();
        let titles = listed
            .as_array()
            .unwrap()
            .iter()
            .map(|issue| issue["title"].as_str().unwrap().to_owned());
        titles.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(titles("").await, "three two");
    assert_eq!(titles("?state=all&direction=asc").await, "one two three");
    assert_eq!(titles("?state=closed").await, "one");
    assert_eq!(titles("?labels=bug&state=all").await, "one");
    assert_eq!(titles("?assignee=hubot").await, "two");
    assert_eq!(titles("?creator=beholden%5Bbot%5D").await, "three");
    assert_eq!(titles("?state=all&sort=updated&direction=desc").await, "one two three");
    sim.finish();
}

#[tokio::test]
async fn labels_belong_to_the_repository() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let label = json!({ "name": "owner needed", "color": "D4C5F9", "description": "Nobody answers for it" });
    assert_eq!(
        client.post("/repos/acme/api/labels", label.clone()).await.is(201).json()["color"],
        "d4c5f9"
    );
    let again = client.post("/repos/acme/api/labels", label).await.is(422).json();
    assert_eq!(again["errors"][0]["code"], "already_exists");
    client.get("/repos/acme/api/labels/owner%20needed").await.is(200);
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    let on = format!("/repos/acme/api/issues/{number}/labels");
    client.post(&on, json!({ "labels": ["owner needed", "urgent"] })).await.is(200);
    assert_eq!(sim.issue("acme/api", number).labels, ["owner needed", "urgent"]);
    client.delete(&format!("{on}/urgent")).await.is(200);
    client.delete(&format!("{on}/urgent")).await.is(404);
    client.put(&on, json!({ "labels": ["done"] })).await.is(200);
    assert_eq!(sim.issue("acme/api", number).labels, ["done"]);
    client.delete(&on).await.is(204);
    client.patch("/repos/acme/api/labels/done", json!({ "new_name": "finished" })).await.is(200);
    client.delete("/repos/acme/api/labels/finished").await.is(204);
    assert_eq!(sim.labels("acme/api"), ["owner needed", "urgent"]);
    sim.finish();
}

#[tokio::test]
async fn only_those_who_belong_can_be_assigned() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    client.get("/repos/acme/api/assignees/monalisa").await.is(204);
    client.get("/repos/acme/api/assignees/ghost").await.is(404);
    let on = format!("/repos/acme/api/issues/{number}/assignees");
    client.post(&on, json!({ "assignees": ["monalisa", "ghost"] })).await.is(201);
    assert_eq!(sim.issue("acme/api", number).assignees, ["monalisa"]);
    let body = Some(json!({ "assignees": ["monalisa"] }));
    client.try_send("DELETE", &on, body, &[]).await.unwrap().is(200);
    assert!(sim.issue("acme/api", number).assignees.is_empty());
    sim.finish();
}

#[tokio::test]
async fn reacting_twice_is_reacting_once() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    let id = sim.comments("acme/api", number, "octocat", "/own");
    for place in [
        format!("/repos/acme/api/issues/{number}/reactions"),
        format!("/repos/acme/api/issues/comments/{id}/reactions"),
    ] {
        let first = client.post(&place, json!({ "content": "eyes" })).await.is(201).json();
        let second = client.post(&place, json!({ "content": "eyes" })).await.is(200).json();
        assert_eq!(first["id"], second["id"]);
        assert_eq!(client.get(&place).await.is(200).json().as_array().unwrap().len(), 1);
    }
    assert_eq!(sim.comments_of("acme/api", number)[0].reactions, ["beholden[bot] eyes"]);
    sim.finish();
}

#[tokio::test]
async fn issues_that_cannot_be_written_to_say_why() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    let new = || json!({ "title": "Hello" });
    sim.disables_issues("acme/api");
    client.post("/repos/acme/api/issues", new()).await.is(410);
    client.get(&format!("/repos/acme/api/issues/{number}")).await.is(410);
    sim.enables_issues("acme/api");
    sim.archives("acme/api", "octocat");
    client.post("/repos/acme/api/issues", new()).await.is(403);
    sim.unarchives("acme/api", "octocat");
    sim.deletes_issue("acme/api", number, "octocat");
    client.get(&format!("/repos/acme/api/issues/{number}")).await.is(410);
    client.get("/repos/acme/api/issues/99").await.is(404);
    let too_long = client
        .post("/repos/acme/api/issues", json!({ "title": "Hello", "body": "x".repeat(65_537) }))
        .await;
    assert_eq!(too_long.status, 422);
    sim.finish();
}

#[tokio::test]
async fn a_renamed_repository_is_found_by_its_former_name() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.opens_issue("acme/api", "octocat", "Hello", "");
    sim.renames_repository("acme/api", "server", "octocat");
    let moved = client.get("/repos/acme/api/issues?state=all").await.is(301);
    let to = moved.header("location").to_owned();
    assert_eq!(to, format!("{}/repositories/401/issues?state=all", sim.url()));
    assert_eq!(client.get(&to).await.is(200).json()[0]["title"], "Hello");
    sim.finish();
}

#[tokio::test]
async fn a_transferred_issue_gets_another_number() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.opens_issue("acme/home", "octocat", "first", "");
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    sim.comments("acme/api", number, "octocat", "kept");
    let there = sim.transfers_issue("acme/api", number, "acme/home", "octocat");
    assert_eq!(there, 2);
    assert_eq!(sim.comments_of("acme/home", there)[0].body, "kept");
    let moved = client.get(&format!("/repos/acme/api/issues/{number}")).await.is(301);
    assert_eq!(client.get(moved.header("location")).await.is(200).json()["number"], there);
    sim.finish();
}

#[tokio::test]
async fn pings_are_written_down() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let body = "Hi @octocat and @acme/platform, not `@monalisa`, not @nobody-here";
    client.post("/repos/acme/api/issues", json!({ "title": "@hubot", "body": body })).await.is(201);
    sim.comments("acme/api", 1, "octocat", "@monalisa please");
    assert_eq!(sim.pinged(), ["octocat", "acme/platform"], "people's own words do not count");
    assert_eq!(sim.pings().len(), 3);
    sim.finish();
}

#[tokio::test]
async fn writes_are_those_that_were_carried_out() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    client.get("/repos/acme/api/issues").await.is(200);
    client.post("/repos/acme/api/issues", json!({ "title": "one" })).await.is(201);
    client.post("/repos/acme/nowhere/issues", json!({ "title": "two" })).await.is(404);
    let writes = sim.writes();
    assert_eq!(writes.len(), 1);
    assert_eq!(
        (writes[0].method.as_str(), writes[0].path.as_str()),
        ("POST", "/repos/acme/api/issues")
    );
    assert_eq!(writes[0].body, json!({ "title": "one" }));
    assert_eq!(sim.requests().len(), 3);
    assert_ne!(sim.requests()[0].caller, Value::Null.to_string());
    sim.finish();
}

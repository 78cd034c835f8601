//! Comments on lines: where they may stand, and what becomes of them.

use crate::client::{Client, Reply};
use github_sim::{LineSpec, PullSpec, Push, Seed, Sim, Webhook};
use serde_json::{Value, json};

const FILE: &str = "ci.yml";

/// A file of thirty lines of which the change replaces the 15th; number and head.
fn changed_in_the_middle(sim: &Sim) -> (u64, String) {
    let lines = |fifteenth: &str| -> String {
        (1..=30)
            .map(|n| if n == 15 { format!("{fifteenth}\n") } else { format!("line {n}\n") })
            .collect()
    };
    sim.pushes(&Push::to("acme/api", "main").writes(FILE, &lines("old")), "octocat");
    let sha = sim.pushes(&Push::to("acme/api", "feature").writes(FILE, &lines("new")), "monalisa");
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    sim.take_webhooks();
    (number, sha)
}

async fn comment(client: &Client, number: u64, sha: &str, more: Value) -> Reply {
    let mut body = json!({ "body": "?", "commit_id": sha, "path": FILE });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post(&format!("/repos/acme/api/pulls/{number}/comments"), body).await
}

#[tokio::test]
async fn a_comment_stands_on_changed_lines_and_on_the_three_around_them() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, sha) = changed_in_the_middle(&sim);
    for (more, status) in [
        (json!({ "line": 15, "side": "RIGHT" }), 201),
        (json!({ "line": 15, "side": "LEFT" }), 201),
        (json!({ "line": 12 }), 201),
        (json!({ "line": 18 }), 201),
        (json!({ "line": 11 }), 422),
        (json!({ "line": 19 }), 422),
        (json!({ "line": 31 }), 422),
        (json!({ "line": 15, "start_line": 13 }), 201),
        (json!({ "line": 15, "start_line": 2 }), 422),
        (json!({ "line": 15, "start_line": 16 }), 422),
        (json!({ "position": 5 }), 201),
        (json!({ "position": 9 }), 422),
        (json!({ "subject_type": "file" }), 201),
        (json!({ "line": 15, "path": "README.md" }), 422),
        (json!({ "line": 15, "commit_id": sim.commit_at("acme/api", "main") }), 422),
        (json!({}), 422),
    ] {
        let answer = comment(&client, number, &sha, more.clone()).await;
        assert_eq!(answer.status, status, "{more}: {}", answer.text);
    }
    let hunk = client.get(&format!("/repos/acme/api/pulls/{number}/comments")).await.is(200).json();
    assert_eq!(hunk[1]["diff_hunk"], "@@ -12,7 +12,7 @@\n line 12\n line 13\n line 14\n-old");
    sim.finish();
}

#[tokio::test]
async fn a_comment_on_several_lines_stays_within_one_hunk() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let lines = |ends: &str| -> String {
        (1..=30)
            .map(|n| if [5, 25].contains(&n) { format!("{ends}\n") } else { format!("{n}\n") })
            .collect()
    };
    sim.pushes(&Push::to("acme/api", "main").writes(FILE, &lines("old")), "octocat");
    let sha = sim.pushes(&Push::to("acme/api", "feature").writes(FILE, &lines("new")), "monalisa");
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    comment(&client, number, &sha, json!({ "line": 26, "start_line": 24 })).await.is(201);
    let refused =
        comment(&client, number, &sha, json!({ "line": 26, "start_line": 5 })).await.is(422);
    assert!(refused.text.contains("must be part of the same hunk"), "{}", refused.text);
    sim.finish();
}

#[tokio::test]
async fn a_push_moves_comments_and_outdates_those_whose_line_is_gone() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let push = Push::to("acme/api", "feature").writes(FILE, "one\ntwo\nthree\n");
    sim.pushes(&push, "monalisa");
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    let stays =
        sim.comments_on_line("acme/api", number, &LineSpec::new_line(FILE, 3), "octocat", "a");
    let goes =
        sim.comments_on_line("acme/api", number, &LineSpec::new_line(FILE, 2), "octocat", "b");
    let whole = sim.comments_on_line("acme/api", number, &LineSpec::file(FILE), "octocat", "c");
    let head = sim
        .pushes(&Push::to("acme/api", "feature").writes(FILE, "zero\none\n2\nthree\n"), "monalisa");
    let get = async |id: u64| {
        client.get(&format!("/repos/acme/api/pulls/comments/{id}")).await.is(200).json()
    };
    let moved = get(stays).await;
    assert_eq!((&moved["line"], &moved["original_line"]), (&json!(4), &json!(3)));
    assert_eq!(moved["commit_id"], head);
    let outdated = get(goes).await;
    assert_eq!((&outdated["line"], &outdated["position"]), (&Value::Null, &Value::Null));
    assert_eq!(outdated["original_line"], 2);
    assert_eq!(get(whole).await["subject_type"], "file");
    let views = sim.line_comments("acme/api", number);
    assert_eq!(views.iter().map(|one| one.outdated).collect::<Vec<_>>(), [false, true, false]);
    sim.finish();
}

#[tokio::test]
async fn a_review_tells_of_itself_and_of_each_comment() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, sha) = changed_in_the_middle(&sim);
    let line = |line: u64| json!({ "path": FILE, "line": line, "body": "?" });
    let new = json!({ "commit_id": sha, "event": "COMMENT", "body": "Two", "comments": [line(15), line(16)] });
    let review =
        client.post(&format!("/repos/acme/api/pulls/{number}/reviews"), new).await.is(200).json();
    let told = sim.take_webhooks();
    assert_eq!(
        told.iter().map(Webhook::name).collect::<Vec<_>>(),
        [
            "pull_request_review.submitted",
            "pull_request_review_comment.created",
            "pull_request_review_comment.created"
        ]
    );
    let first = told[1].payload()["comment"]["id"].as_u64().unwrap();
    assert_eq!(told[1].payload()["comment"]["pull_request_review_id"], review["id"]);
    let answer =
        sim.replies_to_line("acme/api", number, first, "monalisa", "/own because I built it");
    let told = sim.take_webhooks().pop().unwrap().payload();
    assert_eq!(told["comment"]["in_reply_to_id"], first);
    let deeper = sim.replies_to_line("acme/api", number, answer, "octocat", "Thanks");
    assert_eq!(sim.line_comments("acme/api", number).last().unwrap().reply_to, Some(first));
    let at = format!("/repos/acme/api/pulls/comments/{answer}/reactions");
    client.post(&at, json!({ "content": "+1" })).await.is(201);
    client.post(&at, json!({ "content": "+1" })).await.is(200);
    let listed = client.get(&at).await.is(200).json();
    client.delete(&format!("{at}/{}", listed[0]["id"])).await.is(204);
    sim.take_webhooks();
    sim.edits_line_comment("acme/api", answer, "octocat", "/own");
    let edited = sim.take_webhooks()[0].payload();
    assert_eq!(edited["changes"]["body"]["from"], "/own because I built it");
    assert_eq!(
        (&edited["sender"]["login"], &edited["comment"]["user"]["login"]),
        (&json!("octocat"), &json!("monalisa"))
    );
    sim.deletes_line_comment("acme/api", deeper, "octocat");
    assert_eq!(sim.take_webhooks()[0].name(), "pull_request_review_comment.deleted");
    sim.finish();
}

#[tokio::test]
async fn one_pending_review_is_enough_and_nobody_else_sees_it() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let (number, _) = changed_in_the_middle(&sim);
    let at = format!("/repos/acme/api/pulls/{number}/reviews");
    client.post(&at, json!({ "body": "one" })).await.is(200);
    client.post(&at, json!({ "body": "two" })).await.is(422);
    let review = sim.requests_changes("acme/api", number, "No owner", "octocat");
    sim.dismisses_review("acme/api", number, review, "octocat");
    let states: Vec<String> =
        sim.reviews("acme/api", number).into_iter().map(|review| review.state).collect();
    assert_eq!(states, ["PENDING", "DISMISSED"]);
    sim.finish();
}

#[tokio::test]
async fn a_rename_and_a_large_file_are_shown_without_a_patch() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let base = Push::to("acme/api", "main").writes("examples/x.yml", "on: issues\njobs: {}\n");
    sim.pushes(&base, "octocat");
    let large: String = (0..20_001).map(|n| format!("{n}\n")).collect();
    let push = Push::to("acme/api", "feature")
        .renames("examples/x.yml", ".github/workflows/x.yml")
        .writes("large.txt", &large)
        .writes_bytes("image.png", b"\x89PNG\0");
    sim.pushes(&push, "monalisa");
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    let files = client.get(&format!("/repos/acme/api/pulls/{number}/files")).await.is(200).json();
    assert_eq!(files[0]["status"], "renamed");
    assert_eq!(files[0]["previous_filename"], "examples/x.yml");
    assert_eq!(files[2]["additions"], 20_001);
    for file in files.as_array().unwrap() {
        assert!(file.get("patch").is_none(), "{file}");
    }
    let head = sim.commit_at("acme/api", "feature");
    for (path, status) in [(".github/workflows/x.yml", 422), ("large.txt", 422)] {
        let more = json!({ "path": path, "line": 1 });
        comment(&client, number, &head, more).await.is(status);
        let more = json!({ "path": path, "subject_type": "file" });
        comment(&client, number, &head, more).await.is(201);
    }
    sim.finish();
}

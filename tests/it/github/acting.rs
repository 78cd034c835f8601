//! What is written, what is left alone, and what is found again.

use beholden::domain::{CommentId, Effect, IssueNumber, Reaction, Spoken, Timestamp, Visibility};
use beholden::github::{Applied, Failure};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::stand_in::{APP, BOT, INSTALLATION, StandIn, api, missing, ok, surface, user};

const MARKER: &str = "<!-- beholden:begin case=0123456789abcdef what=issue mac=00ff -->";

fn ours(words: &str) -> String {
    format!("{MARKER}\n{words}\n<!-- beholden:end -->")
}

fn issue(words: &str, open: bool) -> Effect {
    Effect::Issue {
        title: "A new deploy key in api".to_owned(),
        body: ours(words),
        labels: vec!["beholden".to_owned()],
        open,
    }
}

fn reply(words: &str) -> Effect {
    Effect::Reply { issue: IssueNumber(8), in_pull: false, body: ours(words) }
}

/// Something that stands on GitHub, written by our bot unless changed.
fn post(number: i64, body: &str) -> Value {
    json!({
        "id": number, "number": number, "title": "A new deploy key in api", "body": body,
        "state": "open", "user": user(BOT, "beholden[bot]", "Bot"),
        "performed_via_github_app": { "id": APP }, "labels": [{ "name": "beholden" }],
    })
}

fn with(mut post: Value, field: &str, value: Value) -> Value {
    post[field] = value;
    post
}

fn created(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(201).set_body_json(body)
}

async fn acme() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    stand_in.shows("/users/beholden%5Bbot%5D", json!({ "id": BOT })).await;
    stand_in.shows("/repos/acme/api/labels/beholden", json!({ "name": "beholden" })).await;
    stand_in
}

async fn apply(stand_in: &StandIn, effect: Effect, remote: Option<i64>) -> Result<i64, Failure> {
    let effects = stand_in.github.effects();
    let applied = effects.apply(INSTALLATION, &api(), &surface(effect), remote).await;
    applied.map(|Applied { remote_id, .. }| remote_id)
}

/// The writes that were sent, mintings left out.
async fn writes(stand_in: &StandIn) -> Vec<String> {
    stand_in.heard().await.into_iter().filter(|request| !request.starts_with("GET ")).collect()
}

#[tokio::test]
async fn an_issue_is_opened_with_its_label_made_first() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    stand_in.answers("POST", "/repos/acme/api/labels", created(json!({}))).await;
    stand_in.answers("POST", "/repos/acme/api/issues", created(json!({ "number": 8 }))).await;
    assert_eq!(apply(&stand_in, issue("Words.", true), None).await, Ok(8));
    assert_eq!(
        writes(&stand_in).await,
        ["POST /repos/acme/api/labels", "POST /repos/acme/api/issues"]
    );
    let sent = stand_in.bodies("POST", "/repos/acme/api/issues").await;
    let title = "A new deploy key in api";
    assert_eq!(sent, [json!({ "title": title, "body": ours("Words."), "labels": ["beholden"] })]);
}

#[tokio::test]
async fn a_label_that_somebody_makes_meanwhile_is_fine() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    let body = json!({ "message": "Validation Failed", "errors": [{ "code": "already_exists" }] });
    let twice = ResponseTemplate::new(422).set_body_json(body);
    stand_in.answers("POST", "/repos/acme/api/labels", twice).await;
    stand_in.answers("POST", "/repos/acme/api/issues", created(json!({ "number": 8 }))).await;
    assert_eq!(apply(&stand_in, issue("Words.", true), None).await, Ok(8));
}

#[tokio::test]
async fn an_issue_whose_answer_is_lost_is_not_opened_twice() {
    for answer in
        [ResponseTemplate::new(502), ResponseTemplate::new(201).set_body_string("{\"numb")]
    {
        let stand_in = acme().await;
        stand_in.answers("POST", "/repos/acme/api/issues", answer).await;
        let failure = apply(&stand_in, issue("Words.", true), None).await.unwrap_err();
        assert!(matches!(failure, Failure::Later { maybe_done: true, .. }), "{failure:?}");
        assert_eq!(writes(&stand_in).await, ["POST /repos/acme/api/issues"]);
    }
}

#[tokio::test]
async fn an_issue_that_is_settled_before_it_was_opened_is_closed_at_once() {
    let stand_in = acme().await;
    stand_in.answers("POST", "/repos/acme/api/issues", created(json!({ "number": 8 }))).await;
    let failure = apply(&stand_in, issue("Words.", false), None).await.unwrap_err();
    assert!(matches!(failure, Failure::Later { maybe_done: true, .. }), "{failure:?}");
    stand_in.answers("PATCH", "/repos/acme/api/issues/8", ok(json!({}))).await;
    assert_eq!(apply(&stand_in, issue("Words.", false), None).await, Ok(8));
    let closed = stand_in.bodies("PATCH", "/repos/acme/api/issues/8").await;
    assert_eq!(closed[0], json!({ "state": "closed", "state_reason": "completed" }));
}

#[tokio::test]
async fn words_of_people_stay_around_our_part() {
    let stand_in = acme().await;
    let held = format!("Note from ops.\n\n{}\n\n- [x] asked Mona", ours("Old."));
    stand_in.shows("/repos/acme/api/issues/8", post(8, &held)).await;
    stand_in.answers("PATCH", "/repos/acme/api/issues/8", ok(json!({}))).await;
    assert_eq!(apply(&stand_in, issue("New.", true), Some(8)).await, Ok(8));
    let sent = stand_in.bodies("PATCH", "/repos/acme/api/issues/8").await;
    assert_eq!(sent, [json!({ "body": held.replace("Old.", "New.") })], "nothing else is sent");
}

#[tokio::test]
async fn an_issue_that_looks_right_is_left_alone() {
    let stand_in = acme().await;
    let standing = post(8, &ours("Words."));
    let labels = json!([{ "name": "Beholden" }, { "name": "urgent" }]);
    stand_in.shows("/repos/acme/api/issues/8", with(standing, "labels", labels)).await;
    assert_eq!(apply(&stand_in, issue("Words.", true), Some(8)).await, Ok(8));
    assert!(writes(&stand_in).await.is_empty());
}

#[tokio::test]
async fn a_closed_issue_is_opened_again_and_a_renamed_one_gets_its_title_back() {
    let stand_in = acme().await;
    let standing = with(post(8, &ours("Words.")), "state", json!("closed"));
    let standing = with(standing, "title", json!("never mind"));
    stand_in.shows("/repos/acme/api/issues/8", standing).await;
    stand_in.answers("PATCH", "/repos/acme/api/issues/8", ok(json!({}))).await;
    apply(&stand_in, issue("Words.", true), Some(8)).await.unwrap();
    let sent = stand_in.bodies("PATCH", "/repos/acme/api/issues/8").await;
    assert_eq!(sent, [json!({ "title": "A new deploy key in api", "state": "open" })]);
}

#[tokio::test]
async fn what_somebody_else_wrote_is_never_edited() {
    for user in [user(5, "mallory", "User"), user(BOT, "beholden", "User"), json!(null)] {
        let stand_in = acme().await;
        let standing = with(post(8, &ours("Old.")), "user", user);
        stand_in.shows("/repos/acme/api/issues/8", standing.clone()).await;
        stand_in.shows("/repos/acme/api/issues/comments/8", standing).await;
        for effect in [issue("New.", true), reply("New.")] {
            let failure = apply(&stand_in, effect.clone(), Some(8)).await.unwrap_err();
            assert!(matches!(failure, Failure::Refused { .. }), "{failure:?}");
            let double = surface(effect);
            let effects = stand_in.github.effects();
            effects.remove_double(INSTALLATION, &api(), &double, 8, 7).await.unwrap_err();
        }
        assert!(writes(&stand_in).await.is_empty());
    }
}

#[tokio::test]
async fn an_issue_that_is_deleted_moved_or_missing_is_gone() {
    for answer in [
        ResponseTemplate::new(410),
        missing(),
        ResponseTemplate::new(301).insert_header("location", "/repos/acme/site/issues/2"),
    ] {
        let stand_in = acme().await;
        stand_in.answers("GET", "/repos/acme/api/issues/8", answer).await;
        assert_eq!(apply(&stand_in, issue("New.", true), Some(8)).await, Err(Failure::Gone));
    }
    let blind = StandIn::start().await;
    let failure = apply(&blind, issue("New.", true), Some(8)).await.unwrap_err();
    assert!(matches!(failure, Failure::Blind { .. }), "nobody answers: {failure:?}");
}

#[tokio::test]
async fn an_issue_is_found_under_the_new_name_of_its_repository() {
    let stand_in = acme().await;
    let to = format!("{}/repositories/900/issues/8", stand_in.server.uri());
    let moved = ResponseTemplate::new(301).insert_header("location", to.as_str());
    stand_in.answers("GET", "/repos/acme/api/issues/8", moved).await;
    let moved = ResponseTemplate::new(307).insert_header("location", to.as_str());
    stand_in.answers("PATCH", "/repos/acme/api/issues/8", moved).await;
    stand_in.shows("/repositories/900/issues/8", post(8, &ours("Old."))).await;
    stand_in.answers("PATCH", "/repositories/900/issues/8", ok(json!({}))).await;
    assert_eq!(apply(&stand_in, issue("New.", true), Some(8)).await, Ok(8));
    assert_eq!(stand_in.bodies("PATCH", "/repositories/900/issues/8").await.len(), 1);
}

#[tokio::test]
async fn switched_off_issues_and_archived_repositories_are_refusals_in_words() {
    for (status, message, words) in [
        (410, "Issues are disabled for this repo", "disabled"),
        (403, "Repository was archived so is read-only.", "archived"),
    ] {
        let stand_in = acme().await;
        let answer = ResponseTemplate::new(status).set_body_json(json!({ "message": message }));
        stand_in.answers("POST", "/repos/acme/api/issues", answer).await;
        let failure = apply(&stand_in, issue("Words.", true), None).await.unwrap_err();
        let Failure::Refused { why, .. } = failure else { panic!("{failure:?}") };
        assert!(why.contains(words), "{why}");
    }
}

#[tokio::test]
async fn a_lost_issue_is_found_by_author_app_and_marker_and_nothing_else_is() {
    let stand_in = acme().await;
    let ask = "/repos/acme/api/issues";
    let mine = ours("Whatever it said.");
    let other = mine.replace("mac=00ff", "mac=00fe");
    let theirs = user(5, "mallory", "User");
    let listed = json!([
        post(30, &format!("Above.\r\n{}", mine.replace('\n', "\r\n"))),
        with(post(29, &mine), "performed_via_github_app", json!(null)),
        with(post(28, &mine), "user", theirs),
        with(post(27, &mine), "performed_via_github_app", json!({ "id": 5 })),
        post(26, &other),
        with(post(25, &mine), "pull_request", json!({ "url": "…" })),
        with(post(24, &mine), "body", json!(null)),
        post(23, &format!("Quoted: {MARKER}")),
    ]);
    stand_in.shows(ask, listed).await;
    let since: Timestamp = "2026-11-23T12:00:00.5Z".parse().unwrap();
    let lost = surface(issue("Words.", true));
    let found = stand_in.github.effects().look(INSTALLATION, &api(), &lost, since).await;
    assert_eq!(found, Ok(vec![29, 30]), "lowest first");
    let asked = stand_in.heard().await.into_iter().find(|it| it.contains("creator=")).unwrap();
    let query = "creator=beholden%5Bbot%5D&state=all&sort=created&direction=desc\
                 &since=2026-11-23T11%3A55%3A00Z&per_page=100";
    assert_eq!(asked, format!("GET {ask}?{query}"));
}

#[tokio::test]
async fn a_lost_reply_is_found_in_its_issue() {
    let stand_in = acme().await;
    let listed = json!([post(31, &ours("Hello.")), post(32, "Hello.")]);
    stand_in.shows("/repos/acme/api/issues/8/comments", listed).await;
    let lost = surface(reply("Hello."));
    let now = Timestamp::now();
    let found = stand_in.github.effects().look(INSTALLATION, &api(), &lost, now).await;
    assert_eq!(found, Ok(vec![31]));
    let react = surface(Effect::React {
        comment: CommentId(31),
        on: Spoken::Conversation,
        reaction: Reaction::Done,
    });
    let found = stand_in.github.effects().look(INSTALLATION, &api(), &react, now).await;
    assert_eq!(found, Ok(Vec::new()));
}

#[tokio::test]
async fn a_list_without_end_is_not_taken_for_absence() {
    let stand_in = acme().await;
    let again = format!("{}/repos/acme/api/issues?page=2", stand_in.server.uri());
    let page = ok(json!([])).insert_header("link", format!("<{again}>; rel=\"next\"").as_str());
    stand_in.answers("GET", "/repos/acme/api/issues", page).await;
    let lost = surface(issue("Words.", true));
    let found = stand_in.github.effects().look(INSTALLATION, &api(), &lost, Timestamp::now()).await;
    assert!(matches!(found, Err(Failure::Later { maybe_done: true, .. })), "{found:?}");
}

#[tokio::test]
async fn a_double_is_taken_back_and_is_not_found_again() {
    let stand_in = acme().await;
    stand_in.shows("/repos/acme/api/issues/9", post(9, &ours("Words."))).await;
    stand_in.answers("PATCH", "/repos/acme/api/issues/9", ok(json!({}))).await;
    let effects = stand_in.github.effects();
    let double = surface(issue("Words.", true));
    effects.remove_double(INSTALLATION, &api(), &double, 9, 8).await.unwrap();
    let sent = stand_in.bodies("PATCH", "/repos/acme/api/issues/9").await;
    assert_eq!(sent[0]["state"], "closed");
    let body = sent[0]["body"].as_str().unwrap();
    assert!(body.contains("#8") && !body.contains("beholden:begin"), "{body}");

    stand_in.answers_once("GET", "/repos/acme/api/issues/comments/9", ok(post(9, "Hello."))).await;
    let gone = ResponseTemplate::new(204);
    stand_in.answers("DELETE", "/repos/acme/api/issues/comments/9", gone).await;
    let double = surface(reply("Hello."));
    for _ in 0..2 {
        effects.remove_double(INSTALLATION, &api(), &double, 9, 8).await.unwrap();
    }
    let deleted = writes(&stand_in).await;
    assert_eq!(deleted.iter().filter(|it| it.starts_with("DELETE")).count(), 1);
}

#[tokio::test]
async fn a_reply_is_made_once_and_edited_in_place() {
    let stand_in = acme().await;
    let path = "/repos/acme/api/issues/8/comments";
    stand_in.answers("POST", path, created(json!({ "id": 31 }))).await;
    assert_eq!(apply(&stand_in, reply("Hello."), None).await, Ok(31));
    let standing = "/repos/acme/api/issues/comments/31";
    stand_in.shows(standing, post(31, &ours("Hello."))).await;
    stand_in.answers("PATCH", standing, ok(json!({}))).await;
    assert_eq!(apply(&stand_in, reply("Hello."), Some(31)).await, Ok(31));
    assert_eq!(apply(&stand_in, reply("Good bye."), Some(31)).await, Ok(31));
    assert_eq!(stand_in.bodies("PATCH", standing).await, [json!({ "body": ours("Good bye.") })]);
}

#[tokio::test]
async fn a_reaction_is_made_and_a_deleted_comment_is_gone() {
    let stand_in = acme().await;
    let path = "/repos/acme/api/issues/comments/31/reactions";
    stand_in.answers_once("POST", path, ok(json!({ "id": 600, "content": "+1" }))).await;
    let effect = || Effect::React {
        comment: CommentId(31),
        on: Spoken::Conversation,
        reaction: Reaction::Done,
    };
    assert_eq!(apply(&stand_in, effect(), None).await, Ok(600));
    assert_eq!(stand_in.bodies("POST", path).await, [json!({ "content": "+1" })]);
    assert_eq!(apply(&stand_in, effect(), None).await, Err(Failure::Gone));
}

#[tokio::test]
async fn only_writing_may_write() {
    let stand_in = acme().await;
    stand_in.answers("POST", "/repos/acme/api/issues", created(json!({ "number": 8 }))).await;
    let effects = stand_in.github.effects();
    effects.place(INSTALLATION, &api()).await.unwrap();
    apply(&stand_in, issue("Words.", true), None).await.unwrap();
    let asked = stand_in.bodies("POST", "/app/installations/77/access_tokens").await;
    let narrow = json!({ "permissions": { "metadata": "read" } });
    let wide = json!({ "permissions": { "issues": "write", "metadata": "read" } });
    assert_eq!(asked, [narrow, wide]);
}

#[tokio::test]
async fn who_can_read_a_place_is_asked_of_github() {
    let stand_in = acme().await;
    let effects = stand_in.github.effects();
    for (login, permission, want) in [("monalisa", "read", true), ("mallory", "none", false)] {
        let path = format!("/repos/acme/api/collaborators/{login}/permission");
        let body = json!({ "permission": permission, "role_name": permission });
        stand_in.shows(&path, body).await;
        let login = login.parse().unwrap();
        assert_eq!(effects.readable_by(INSTALLATION, &api(), &login).await, Ok(want));
    }
    let nobody = "nobody".parse().unwrap();
    assert_eq!(effects.readable_by(INSTALLATION, &api(), &nobody).await, Ok(false));
    let place = effects.place(INSTALLATION, &api()).await.unwrap();
    assert_eq!(place.visibility, Visibility::Private);
}

#[tokio::test]
async fn nothing_is_written_when_the_time_for_it_is_over() {
    let stand_in = acme().await;
    stand_in.answers("POST", "/repos/acme/api/issues", created(json!({ "number": 8 }))).await;
    let over = Timestamp::now() - std::time::Duration::from_secs(1);
    let effects = stand_in.github.effects().not_after(over);
    let late = effects.apply(INSTALLATION, &api(), &surface(issue("Words.", true)), None).await;
    assert!(matches!(late, Err(Failure::Later { maybe_done: false, .. })), "{late:?}");
    assert!(stand_in.heard().await.is_empty());
    let later = Timestamp::now() + std::time::Duration::from_secs(60);
    let effects = stand_in.github.effects().not_after(later);
    let timely = effects.apply(INSTALLATION, &api(), &surface(issue("Words.", true)), None).await;
    assert_eq!(timely.map(|applied| applied.remote_id), Ok(8));
}

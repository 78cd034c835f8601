//! Webhooks: who gets them, how they are signed, and the delivery log.

use crate::client::Client;
use github_sim::{
    Access, BypassActor, Level, PatSpec, Role, Runner, Seed, Sim, Visibility, Webhook,
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

fn names(webhooks: &[Webhook]) -> Vec<String> {
    webhooks.iter().map(Webhook::name).collect()
}

pub(crate) fn is_signed(secret: &str, body: &[u8], signature: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    signature
        .strip_prefix("sha256=")
        .and_then(|hex| hex::decode(hex).ok())
        .is_some_and(|bytes| mac.verify_slice(&bytes).is_ok())
}

#[test]
fn a_webhook_carries_what_github_sends() {
    let sim = Sim::start(Seed::acme());
    let key = sim.adds_deploy_key("acme/api", "ci", false, "monalisa");
    let taken = sim.take_webhooks();
    assert_eq!(names(&taken), ["deploy_key.created"]);
    let webhook = &taken[0];
    let app = sim.app();
    assert!(is_signed(
        &app.webhook_secret,
        &webhook.body,
        webhook.header("X-Hub-Signature-256").unwrap()
    ));
    assert!(webhook.header("X-Hub-Signature").unwrap().starts_with("sha1="));
    assert_eq!(webhook.header("X-GitHub-Event"), Some("deploy_key"));
    assert_eq!(webhook.header("X-GitHub-Delivery"), Some(webhook.guid.as_str()));
    assert_eq!(webhook.header("X-GitHub-Hook-Installation-Target-Type"), Some("integration"));
    assert_eq!(
        webhook.header("X-GitHub-Hook-Installation-Target-ID"),
        Some(app.id.to_string().as_str())
    );
    assert!(webhook.header("User-Agent").unwrap().starts_with("GitHub-Hookshot/"));
    let payload = webhook.payload();
    assert_eq!(payload["key"]["id"], key);
    assert_eq!(payload["key"]["read_only"], false);
    assert_eq!(payload["repository"]["full_name"], "acme/api");
    assert_eq!(payload["organization"]["login"], "acme");
    assert_eq!(payload["sender"]["login"], "monalisa");
    assert_eq!(payload["installation"]["id"], sim.installation("acme"));
    assert!(sim.take_webhooks().is_empty(), "they are taken once");
    sim.finish();
}

#[test]
fn an_event_needs_its_permission_and_a_subscription() {
    let sim = Sim::start(
        Seed::acme().permissions(&[("issues", Level::Read)]).events(&["issues", "deploy_key"]),
    );
    sim.adds_deploy_key("acme/api", "ci", true, "octocat");
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    sim.comments("acme/api", number, "octocat", "not subscribed");
    assert_eq!(names(&sim.take_webhooks()), ["issues.opened"]);
    sim.deselects("acme/api");
    sim.closes_issue("acme/api", number, "octocat");
    assert_eq!(
        names(&sim.take_webhooks()),
        ["installation_repositories.removed"],
        "always delivered"
    );
    sim.suspends_installation("acme");
    sim.opens_issue("acme/home", "octocat", "while suspended", "");
    assert_eq!(names(&sim.take_webhooks()), ["installation.suspend"]);
    sim.finish();
}

#[test]
fn everything_people_do_is_told() {
    let sim = Sim::start(Seed::acme());
    let told = |expected: &[&str]| assert_eq!(names(&sim.take_webhooks()), expected);
    sim.adds_collaborator("acme/api", "hubot", Access::Write, "octocat");
    sim.changes_collaborator("acme/api", "hubot", Access::Admin, "octocat");
    sim.removes_collaborator("acme/api", "hubot", "octocat");
    told(&["member.added", "member.edited", "member.removed"]);
    sim.joins_organization("defunkt", Role::Member);
    sim.adds_to_team("acme/platform", "defunkt", "octocat");
    sim.removes_from_team("acme/platform", "defunkt", "octocat");
    sim.leaves_organization("defunkt");
    told(&[
        "organization.member_added",
        "membership.added",
        "membership.removed",
        "organization.member_removed",
    ]);
    sim.grants_team("acme/home", "acme/platform", Access::Read, "octocat");
    sim.grants_team("acme/home", "acme/platform", Access::Admin, "octocat");
    sim.revokes_team("acme/home", "acme/platform", "octocat");
    told(&["team.added_to_repository", "team_add", "team.edited", "team.removed_from_repository"]);
    sim.makes_public("acme/api", "octocat");
    sim.renames_repository("acme/api", "server", "octocat");
    sim.archives("acme/server", "octocat");
    sim.deletes_repository("acme/server", "octocat");
    told(&[
        "repository.publicized",
        "public",
        "repository.renamed",
        "repository.archived",
        "repository.deleted",
    ]);
    let number = sim.opens_issue("acme/home", "octocat", "Hello", "");
    sim.assigns("acme/home", number, "monalisa", "octocat");
    sim.edits_issue_body("acme/home", number, "changed", "octocat");
    let comment = sim.comments("acme/home", number, "monalisa", "hi");
    sim.edits_comment(comment, "octocat", "ho");
    sim.locks("acme/home", number, "octocat");
    sim.closes_issue("acme/home", number, "octocat");
    sim.reopens("acme/home", number, "octocat");
    sim.deletes_issue("acme/home", number, "octocat");
    told(&[
        "issues.opened",
        "issues.assigned",
        "issues.edited",
        "issue_comment.created",
        "issue_comment.edited",
        "issues.locked",
        "issues.closed",
        "issues.reopened",
        "issues.deleted",
    ]);
    sim.writes_file("acme/home", "beholden.yml", "mode: observe\n", "octocat");
    sim.runs_job(
        "acme/home",
        ".github/workflows/ci.yml",
        &Runner::self_hosted(7, "box"),
        "octocat",
    );
    told(&[
        "push",
        "check_suite.requested",
        "workflow_run.requested",
        "workflow_job.queued",
        "workflow_run.in_progress",
        "workflow_job.in_progress",
        "workflow_job.completed",
        "workflow_run.completed",
    ]);
    let alert = sim.raises_secret_alert("acme/home", "github_personal_access_token", "README.md");
    sim.resolves_secret_alert("acme/home", alert, "revoked", "octocat");
    let actor = BypassActor {
        actor_id: None,
        actor_type: "DeployKey".to_owned(),
        bypass_mode: "always".to_owned(),
    };
    sim.changes_ruleset("acme/home", &[], "octocat");
    sim.changes_ruleset("acme/home", &[actor], "octocat");
    told(&[
        "secret_scanning_alert.created",
        "secret_scanning_alert.resolved",
        "repository_ruleset.created",
        "repository_ruleset.edited",
    ]);
    let request =
        sim.requests_pat("monalisa", &PatSpec::new("nightly", "acme/home", "contents", "write"));
    sim.approves_pat_request(request, "octocat");
    let request =
        sim.requests_pat("monalisa", &PatSpec::new("other", "acme/home", "contents", "read"));
    sim.denies_pat_request(request, "octocat");
    told(&[
        "personal_access_token_request.created",
        "personal_access_token_request.approved",
        "personal_access_token_request.created",
        "personal_access_token_request.denied",
    ]);
    sim.uninstalls("acme");
    told(&["installation.deleted"]);
    sim.finish();
}

/// `finish` holds each payload against GitHub's description.
#[test]
fn the_rarer_things_are_told_too() {
    let other = github_sim::Organization { login: "initech".to_owned(), ..Default::default() };
    let sim = Sim::start(Seed::acme().organization(other));
    let told = |expected: &[&str]| assert_eq!(names(&sim.take_webhooks()), expected);
    sim.creates_repository("acme/lab", Visibility::Public, "octocat");
    sim.makes_private("acme/lab", "octocat");
    sim.archives("acme/lab", "octocat");
    sim.unarchives("acme/lab", "octocat");
    told(&[
        "repository.created",
        "repository.privatized",
        "repository.archived",
        "repository.unarchived",
    ]);
    sim.transfers("acme/lab", "initech", "octocat");
    told(&["installation_repositories.removed"]);
    sim.transfers("initech/lab", "acme", "octocat");
    told(&["repository.transferred"]);
    let key = sim.adds_deploy_key("acme/lab", "ci", false, "octocat");
    sim.removes_deploy_key("acme/lab", key, "octocat");
    told(&["deploy_key.created", "deploy_key.deleted"]);
    let number = sim.opens_issue("acme/api", "octocat", "Hello", "");
    sim.labels_issue("acme/api", number, "bug", "octocat");
    sim.unlabels_issue("acme/api", number, "bug", "octocat");
    sim.assigns("acme/api", number, "monalisa", "octocat");
    sim.unassigns("acme/api", number, "monalisa", "octocat");
    sim.edits_issue_title("acme/api", number, "Hi", "octocat");
    sim.locks("acme/api", number, "octocat");
    sim.unlocks("acme/api", number, "octocat");
    let comment = sim.comments("acme/api", number, "octocat", "x");
    sim.deletes_comment(comment, "octocat");
    sim.transfers_issue("acme/api", number, "acme/home", "octocat");
    told(&[
        "issues.opened",
        "issues.labeled",
        "issues.unlabeled",
        "issues.assigned",
        "issues.unassigned",
        "issues.edited",
        "issues.locked",
        "issues.unlocked",
        "issue_comment.created",
        "issue_comment.deleted",
        "issues.transferred",
        "issues.opened",
    ]);
    let request =
        sim.requests_pat("monalisa", &PatSpec::new("nightly", "acme/home", "contents", "write"));
    sim.cancels_pat_request(request);
    let alert = sim.raises_secret_alert("acme/home", "github_personal_access_token", "README.md");
    sim.leaks_secret_publicly("acme/home", alert);
    let ruleset = sim.changes_ruleset("acme/home", &[], "octocat");
    sim.deletes_ruleset("acme/home", ruleset, "octocat");
    sim.deletes_team("acme/platform", "octocat");
    told(&[
        "personal_access_token_request.created",
        "personal_access_token_request.cancelled",
        "secret_scanning_alert.created",
        "secret_scanning_alert.publicly_leaked",
        "repository_ruleset.created",
        "repository_ruleset.deleted",
        "team.deleted",
    ]);
    sim.renames_organization("acme", "apex", "octocat");
    told(&["organization.renamed", "installation_target.renamed"]);
    sim.accepts_permissions("apex");
    sim.suspends_installation("apex");
    sim.unsuspends_installation("apex");
    sim.uninstalls("apex");
    sim.installs("beholden", "apex", Some(&["apex/api"]));
    sim.selects("apex/home");
    told(&[
        "installation.new_permissions_accepted",
        "installation.suspend",
        "installation.unsuspend",
        "installation.deleted",
        "installation.created",
        "installation_repositories.added",
    ]);
    sim.finish();
}

#[test]
fn an_event_of_tomorrow_can_be_sent_today() {
    let sim = Sim::start(Seed::acme());
    let guid = sim.sends_webhook("agent_session", b"{ \"action\": \"started\" }");
    let taken = sim.take_webhooks();
    assert_eq!(
        (taken[0].name().as_str(), taken[0].guid.as_str()),
        ("agent_session.started", guid.as_str())
    );
    let signature = taken[0].header("X-Hub-Signature-256").unwrap();
    assert!(is_signed(&sim.app().webhook_secret, b"{ \"action\": \"started\" }", signature));
    sim.finish();
}

#[tokio::test]
async fn what_the_app_does_comes_back_with_its_bot_as_sender() {
    let sim = Sim::start(Seed::acme());
    Client::acme(&sim)
        .post("/repos/acme/api/issues", json!({ "title": "Hello", "labels": ["x"] }))
        .await
        .is(201);
    let taken = sim.take_webhooks();
    assert_eq!(names(&taken), ["issues.opened", "issues.labeled"]);
    assert_eq!(taken[0].payload()["sender"]["id"], sim.app().bot_user_id);
    assert_eq!(taken[0].payload()["sender"]["type"], "Bot");
    sim.finish();
}

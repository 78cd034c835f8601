//! What each kind of object says, and what may be called gone.

use beholden::domain::{
    Access, Entity, Expiry, Fact, IssueNumber, Names, Reach, RepoId, Through, Visibility,
};
use beholden::github::Failure;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::stand_in::{StandIn, in_repo, ok, repository, user};

pub(super) const REPO: RepoId = RepoId(900);

pub(super) fn names(repo: Option<&str>, login: Option<&str>, team: Option<&str>) -> Names {
    Names {
        repo: repo.map(|name| name.parse().unwrap()),
        login: login.map(|login| login.parse().unwrap()),
        team: team.map(|slug| slug.parse().unwrap()),
        before: None,
    }
}

/// The only fact of a reading.
pub(super) async fn one(stand_in: &StandIn, entity: Entity, names: Names) -> Fact {
    let mut read = stand_in.reads(entity, names).await.unwrap();
    // Dates of its use come beside it.
    read.facts.retain(|fact| !matches!(fact, Fact::Dated { .. }));
    assert_eq!(read.facts.len(), 1, "{:?}", read.facts);
    read.facts.remove(0)
}

/// The sentence of a reading that cannot tell.
pub(super) async fn blind(stand_in: &StandIn, entity: Entity, names: Names) -> String {
    match stand_in.reads(entity, names).await {
        Err(Failure::Blind { why }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_repository_is_followed_through_its_renaming() {
    let stand_in = StandIn::start().await;
    let to = format!("{}/repositories/900", stand_in.server.uri());
    let moved = ResponseTemplate::new(301).insert_header("location", to.as_str());
    stand_in.answers("GET", "/repos/acme/old", moved).await;
    stand_in.shows("/repositories/900", repository(900, "acme/api", "public")).await;
    let fact = one(&stand_in, Entity::Repo { repo: REPO }, in_repo("acme/old")).await;
    let Fact::Repo { repo } = fact else { panic!("{fact:?}") };
    assert_eq!((repo.name.as_str(), repo.visibility), ("acme/api", Visibility::Public));
}

#[tokio::test]
async fn a_name_that_another_repository_took_is_not_believed() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/repos/acme/api", repository(901, "acme/api", "public")).await;
    stand_in.shows("/repositories/900", repository(900, "acme/api-old", "private")).await;
    let fact = one(&stand_in, Entity::Repo { repo: REPO }, in_repo("acme/api")).await;
    let Fact::Repo { repo } = fact else { panic!("{fact:?}") };
    assert_eq!((repo.id, repo.name.as_str()), (REPO, "acme/api-old"));

    stand_in.shows("/orgs/acme", json!({ "id": 1 })).await;
    let key = Entity::DeployKey { repo: RepoId(777), key: 5 };
    let why = blind(&stand_in, key, in_repo("acme/api")).await;
    assert!(why.contains("777"), "{why}");
}

#[tokio::test]
async fn a_repository_that_left_the_organisation_is_not_taken_for_its_own() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/repos/acme/api", repository(900, "monalisa/api", "public")).await;
    let why = blind(&stand_in, Entity::Repo { repo: REPO }, in_repo("acme/api")).await;
    assert!(why.contains("monalisa"), "{why}");
}

#[tokio::test]
async fn a_repository_is_gone_only_while_its_organisation_answers() {
    let stand_in = StandIn::start().await;
    let read = || stand_in.reads(Entity::Repo { repo: REPO }, in_repo("acme/api"));
    assert!(matches!(read().await, Err(Failure::Blind { .. })));
    stand_in.shows("/orgs/acme", json!({ "id": 1 })).await;
    assert_eq!(read().await, Err(Failure::Gone));
}

#[tokio::test]
async fn a_deploy_key_says_what_it_may_do() {
    let stand_in = StandIn::start().await;
    stand_in
        .shows(
            "/repos/acme/api/keys/7",
            json!({
                "id": 7, "title": "deploy @octocat", "key": "ssh-ed25519 QUFB monalisa@laptop",
                "read_only": false, "created_at": "2026-11-20T08:00:00Z", "added_by": "octocat",
            }),
        )
        .await;
    let entity = Entity::DeployKey { repo: REPO, key: 7 };
    let read = stand_in.reads(entity, in_repo("acme/api")).await.unwrap();
    let [Fact::Holds { identity, grant }, Fact::Dated { stored, used, .. }] = &read.facts[..]
    else {
        panic!("{:?}", read.facts)
    };
    assert_eq!((*stored, *used), (Some(grant.at), None));
    assert_eq!(identity.key.to_string(), "deploy_key/7");
    assert_eq!(identity.name.raw(), "deploy @octocat");
    assert_eq!(grant.through, Through::DeployKey);
    assert_eq!((grant.access, &grant.reach), (Some(Access::Write), &Reach::one(REPO)));
    assert_eq!((grant.at.to_string().as_str(), &grant.by), ("2026-11-20T08:00:00Z", &None));
    assert_eq!((grant.as_of, &grant.evidence), (read.as_of, &read.evidence));
}

#[tokio::test]
async fn a_deploy_key_is_gone_only_while_its_repository_answers() {
    let stand_in = StandIn::start().await;
    let entity = Entity::DeployKey { repo: REPO, key: 7 };
    blind(&stand_in, entity.clone(), in_repo("acme/api")).await;
    stand_in.shows_acme().await;
    let fact = one(&stand_in, entity, in_repo("acme/api")).await;
    let Fact::Gone { identity } = fact else { panic!("{fact:?}") };
    assert_eq!(identity.to_string(), "deploy_key/7");
}

#[tokio::test]
async fn absence_is_never_read_out_of_an_error() {
    for status in [401, 403, 429, 500, 502] {
        let stand_in = StandIn::start().await;
        stand_in.shows_acme().await;
        let answer = ResponseTemplate::new(status).set_body_json(json!({ "message": "no" }));
        stand_in.answers("GET", "/repos/acme/api/keys/7", answer).await;
        let entity = Entity::DeployKey { repo: REPO, key: 7 };
        let read = stand_in.reads(entity, in_repo("acme/api")).await;
        assert!(
            matches!(read, Err(Failure::Later { .. } | Failure::Refused { .. })),
            "{status}: {read:?}"
        );
    }
}

fn pat(selection: &str, permissions: Value) -> Value {
    json!({
        "id": 500, "owner": user(5, "monalisa", "User"), "repository_selection": selection,
        "permissions": permissions, "access_granted_at": "2026-11-01T00:00:00Z", "token_id": 41,
        "token_name": "ci", "token_expired": false, "token_expires_at": null,
    })
}

#[tokio::test]
async fn a_token_says_whose_it_is_and_how_far_it_reaches() {
    let read = json!({ "members": "read" });
    let push = json!({ "contents": "write", "metadata": "read" });
    let listed = Reach::Repos { repos: [REPO, RepoId(901)].into() };
    for (selection, permissions, access, reach) in [
        ("all", json!({ "repository": push }), Some(Access::Write), Reach::AllRepos),
        (
            "subset",
            json!({ "repository": push, "organization": read }),
            Some(Access::Write),
            listed,
        ),
        ("none", json!({ "organization": read }), None, Reach::Organization),
        ("none", json!({}), None, Reach::Repos { repos: [].into() }),
        ("some", json!({}), None, Reach::Unknown),
    ] {
        let stand_in = StandIn::start().await;
        let tokens = "/orgs/acme/personal-access-tokens";
        stand_in.shows(tokens, json!([pat(selection, permissions.clone())])).await;
        let repos = json!([{ "id": 900 }, { "id": 901 }]);
        stand_in.shows(&format!("{tokens}/500/repositories"), repos).await;
        let fact = one(&stand_in, Entity::Pat { token: 41 }, Names::default()).await;
        let Fact::Holds { identity, grant } = fact else { panic!("{fact:?}") };
        assert_eq!(identity.key.to_string(), "fine_grained_pat/41");
        assert_eq!(identity.holder.unwrap().login.as_str(), "monalisa");
        assert_eq!((grant.access, grant.reach, grant.expiry), (access, reach, Expiry::Never));
        let flat: usize =
            permissions.as_object().unwrap().values().map(|it| it.as_object().unwrap().len()).sum();
        assert_eq!(grant.permissions.len(), flat);
    }
}

#[tokio::test]
async fn a_token_is_gone_when_a_whole_list_lacks_it() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/orgs/acme/personal-access-tokens", json!([])).await;
    let fact = one(&stand_in, Entity::Pat { token: 41 }, Names::default()).await;
    assert!(matches!(fact, Fact::Gone { .. }), "{fact:?}");
}

#[tokio::test]
async fn an_alert_never_brings_the_secret_and_a_revoked_one_is_gone() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    let path = "/repos/acme/api/secret-scanning/alerts/3";
    let alert = |state: &str, resolution: Option<&str>| {
        ok(json!({
            "number": 3, "state": state, "resolution": resolution, "secret_type": "aws_access_key",
            "secret_type_display_name": "Amazon AWS Access Key ID",
        }))
    };
    stand_in.answers_once("GET", path, alert("open", None)).await;
    stand_in.answers_once("GET", path, alert("resolved", Some("revoked"))).await;
    stand_in.answers_once("GET", path, alert("resolved", Some("false_positive"))).await;
    let entity = Entity::SecretAlert { repo: REPO, alert: 3 };
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(one(&stand_in, entity.clone(), in_repo("acme/api")).await);
    }
    let [Fact::Holds { identity, grant }, Fact::Gone { .. }, Fact::Lacks { .. }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(identity.key.to_string(), "leaked_credential/900:3");
    assert_eq!(grant.through, Through::Leak { repo: REPO, alert: 3 });
    let heard = stand_in.heard().await;
    assert!(heard.contains(&format!("GET {path}?hide_secret=true")), "{heard:?}");
}

#[tokio::test]
async fn a_ruleset_that_is_there_says_nothing_and_one_that_is_not_is_gone() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    let path = "/repos/acme/api/rulesets/12";
    stand_in.answers_once("GET", path, ok(json!({ "id": 12 }))).await;
    let entity = Entity::Ruleset { repo: REPO, ruleset: 12 };
    let read = stand_in.reads(entity.clone(), in_repo("acme/api")).await.unwrap();
    assert_eq!(read.facts, []);
    let Fact::Gone { identity } = one(&stand_in, entity, in_repo("acme/api")).await else {
        panic!("still there")
    };
    assert_eq!(identity.to_string(), "ruleset_bypass/900:12");
}

#[tokio::test]
async fn our_issue_says_whether_it_stands_and_what_is_left_of_our_words() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    let part = "<!-- beholden:begin case=1 -->\nWords.\n<!-- beholden:end -->";
    let issue = json!({
        "number": 8, "state": "open", "title": "A key", "body": format!("Mine.\n{part}\n"),
        "user": user(4100, "beholden[bot]", "Bot"), "assignees": [user(5, "monalisa", "User")],
        "labels": ["beholden", { "name": "bug" }],
    });
    stand_in.answers_once("GET", "/repos/acme/api/issues/8", ok(issue)).await;
    let entity = Entity::Issue { repo: REPO, issue: IssueNumber(8) };
    let fact = one(&stand_in, entity.clone(), in_repo("acme/api")).await;
    let Fact::Issue { open, ours, assignees, .. } = fact else { panic!("{fact:?}") };
    assert_eq!((open, assignees.len()), (Some(true), 1));
    let sha = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(part));
    assert_eq!(ours, Some(sha));
    // Nothing stands there now, while the repository does.
    let fact = one(&stand_in, entity, in_repo("acme/api")).await;
    assert!(matches!(fact, Fact::Issue { open: None, .. }), "{fact:?}");
}

#[tokio::test]
async fn a_deleted_or_transferred_issue_is_neither_open_nor_closed() {
    for answer in [
        ResponseTemplate::new(410).set_body_json(json!({ "message": "This issue was deleted" })),
        ResponseTemplate::new(301).insert_header("location", "/repos/acme/site/issues/2"),
    ] {
        let stand_in = StandIn::start().await;
        stand_in.shows_acme().await;
        stand_in.shows("/repos/acme/site/issues/2", json!({ "number": 2, "state": "open" })).await;
        stand_in.answers("GET", "/repos/acme/api/issues/8", answer).await;
        let entity = Entity::Issue { repo: REPO, issue: IssueNumber(8) };
        let fact = one(&stand_in, entity, in_repo("acme/api")).await;
        assert!(matches!(fact, Fact::Issue { open: None, number: 8, .. }), "{fact:?}");
    }
}

#[tokio::test]
async fn our_installation_says_what_it_may_do() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/app", json!({ "id": 4, "slug": "beholden" })).await;
    let body = json!({
        "id": 77, "permissions": { "issues": "write" }, "suspended_at": "2026-11-20T08:00:00Z",
    });
    stand_in.answers_once("GET", "/app/installations/77", ok(body)).await;
    let fact = one(&stand_in, Entity::Installation, Names::default()).await;
    let Fact::Installation { permissions, suspended } = fact else { panic!("{fact:?}") };
    assert_eq!((permissions["issues"].as_str(), suspended), ("write", true));
    let fact = one(&stand_in, Entity::Installation, Names::default()).await;
    assert_eq!(fact, Fact::Uninstalled);
}

#[tokio::test]
async fn a_home_without_a_policy_has_none() {
    let stand_in = StandIn::start().await;
    blind(&stand_in, Entity::PolicyFile, in_repo("acme/home")).await;
    stand_in.shows("/repos/acme/home", repository(902, "acme/home", "private")).await;
    let fact = one(&stand_in, Entity::PolicyFile, in_repo("acme/home")).await;
    assert_eq!(fact, Fact::PolicyFile { file: None });
}

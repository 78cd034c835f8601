//! What each kind of object says, and what may be called gone.

use beholden::domain::{
    Access, ActorType, Entity, Expiry, Fact, IssueNumber, Login, Names, OrgRole, Reach, RepoId,
    TeamId, Through, UserId, Visibility,
};
use beholden::github::Failure;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::stand_in::{StandIn, in_repo, missing, ok, repository, user};

const REPO: RepoId = RepoId(900);

fn names(repo: Option<&str>, login: Option<&str>, team: Option<&str>) -> Names {
    Names {
        repo: repo.map(|name| name.parse().unwrap()),
        login: login.map(|login| login.parse().unwrap()),
        team: team.map(|slug| slug.parse().unwrap()),
    }
}

/// The only fact of a reading.
async fn one(stand_in: &StandIn, entity: Entity, names: Names) -> Fact {
    let mut read = stand_in.reads(entity, names).await.unwrap();
    assert_eq!(read.facts.len(), 1, "{:?}", read.facts);
    read.facts.remove(0)
}

/// The sentence of a reading that cannot tell.
async fn blind(stand_in: &StandIn, entity: Entity, names: Names) -> String {
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
    let [Fact::Holds { identity, grant }] = &read.facts[..] else { panic!("{:?}", read.facts) };
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

#[tokio::test]
async fn the_word_for_a_role_becomes_an_access() {
    for (permission, role, want) in [
        ("admin", "admin", Access::Admin),
        ("write", "maintain", Access::Maintain),
        ("read", "triage", Access::Triage),
        ("write", "release-manager", Access::Write),
        ("none", "none", Access::None),
    ] {
        let stand_in = StandIn::start().await;
        stand_in.shows_acme().await;
        let body = json!({
            "permission": permission, "role_name": role, "user": user(5, "hubot", "User"),
        });
        stand_in.shows("/repos/acme/api/collaborators/hubot/permission", body).await;
        let entity = Entity::Collaborator { repo: REPO, user: UserId(5) };
        let fact = one(&stand_in, entity, names(Some("acme/api"), Some("hubot"), None)).await;
        let expected = Fact::Permission { user: UserId(5), repo: REPO, access: want };
        assert_eq!(fact, expected, "{role}");
    }
}

#[tokio::test]
async fn everybody_can_read_a_public_repository_and_that_is_no_grant() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/repos/acme/site", repository(900, "acme/site", "public")).await;
    let body =
        json!({ "permission": "read", "role_name": "read", "user": user(5, "hubot", "User") });
    stand_in.shows("/repos/acme/site/collaborators/hubot/permission", body).await;
    let member = "/repos/acme/site/collaborators/hubot";
    stand_in.answers_once("GET", member, missing()).await;
    stand_in.answers("GET", member, ResponseTemplate::new(204)).await;
    for want in [Access::None, Access::Read] {
        let entity = Entity::Collaborator { repo: REPO, user: UserId(5) };
        let fact = one(&stand_in, entity, names(Some("acme/site"), Some("hubot"), None)).await;
        assert_eq!(fact, Fact::Permission { user: UserId(5), repo: REPO, access: want });
    }
}

#[tokio::test]
async fn a_login_that_another_account_took_is_not_believed() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    let body =
        json!({ "permission": "admin", "role_name": "admin", "user": user(6, "hubot", "User") });
    stand_in.shows("/repos/acme/api/collaborators/hubot/permission", body).await;
    let entity = Entity::Collaborator { repo: REPO, user: UserId(5) };
    blind(&stand_in, entity, names(Some("acme/api"), Some("hubot"), None)).await;
}

async fn person(stand_in: &StandIn, login: &str) -> (Option<OrgRole>, bool, ActorType, Login) {
    let entity = Entity::Person { user: UserId(5) };
    let fact = one(stand_in, entity, names(None, Some(login), None)).await;
    let Fact::Person { person } = fact else { panic!("{fact:?}") };
    (person.role, person.suspended, person.actor.kind, person.actor.login)
}

#[tokio::test]
async fn invited_people_and_billing_managers_are_no_members() {
    for (state, role, want) in [
        ("active", "admin", Some(OrgRole::Owner)),
        ("active", "member", Some(OrgRole::Member)),
        ("active", "billing_manager", None),
        ("pending", "admin", None),
    ] {
        let stand_in = StandIn::start().await;
        stand_in.shows("/users/monalisa", user(5, "monalisa", "User")).await;
        let membership = json!({ "state": state, "role": role, "user": { "id": 5 } });
        stand_in.shows("/orgs/acme/memberships/monalisa", membership).await;
        let (found, suspended, kind, _) = person(&stand_in, "monalisa").await;
        assert_eq!((found, suspended, kind), (want, false, ActorType::User), "{state} {role}");
    }
}

#[tokio::test]
async fn who_is_no_member_has_no_role_and_who_is_nowhere_cannot_act() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/orgs/acme", json!({ "id": 1 })).await;
    stand_in.shows("/user/5", user(5, "mona-lisa", "User")).await;
    let (role, suspended, _, login) = person(&stand_in, "monalisa").await;
    assert_eq!((role, suspended, login.as_str()), (None, false, "mona-lisa"), "renamed");

    let empty = StandIn::start().await;
    let entity = Entity::Person { user: UserId(5) };
    blind(&empty, entity, names(None, Some("monalisa"), None)).await;
    empty.shows("/orgs/acme", json!({ "id": 1 })).await;
    let (role, suspended, kind, login) = person(&empty, "monalisa").await;
    assert_eq!((role, suspended, kind), (None, true, ActorType::Unknown));
    assert_eq!(login.as_str(), "monalisa");
}

#[tokio::test]
async fn bots_are_asked_for_by_their_bracketed_login() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/orgs/acme", json!({ "id": 1 })).await;
    stand_in.shows("/users/claude%5Bbot%5D", user(5, "claude[bot]", "Bot")).await;
    let (role, _, kind, _) = person(&stand_in, "claude[bot]").await;
    assert_eq!((role, kind), (None, ActorType::Bot));
}

#[tokio::test]
async fn a_team_is_found_again_under_its_new_slug() {
    let stand_in = StandIn::start().await;
    let teams = json!([{ "id": 30, "slug": "other" }, { "id": 31, "slug": "platform" }]);
    stand_in.shows("/orgs/acme/teams", teams).await;
    let members = json!([user(5, "monalisa", "User"), user(6, "claude[bot]", "Bot")]);
    stand_in.shows("/orgs/acme/teams/platform/members", members).await;
    let entity = Entity::Team { team: TeamId(31) };
    let fact = one(&stand_in, entity, names(None, None, Some("infra"))).await;
    let Fact::TeamHumans { team, humans } = fact else { panic!("{fact:?}") };
    assert_eq!((team.id, team.slug.as_str()), (TeamId(31), "platform"));
    assert_eq!(humans.iter().map(|it| it.id.0).collect::<Vec<_>>(), [5]);

    let entity = Entity::Team { team: TeamId(32) };
    let fact = one(&stand_in, entity, names(None, None, Some("infra"))).await;
    assert_eq!(fact, Fact::TeamGone { team: TeamId(32) });
}

#[tokio::test]
async fn a_team_says_what_it_may_do_with_a_repository() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    stand_in.shows("/orgs/acme/teams/platform", json!({ "id": 31, "slug": "platform" })).await;
    let path = "/orgs/acme/teams/platform/repos/acme/api";
    let flags = json!({ "admin": false, "maintain": true, "push": true, "pull": true });
    let body = json!({ "id": 900, "full_name": "acme/api", "permissions": flags });
    stand_in.answers_once("GET", path, ok(body)).await;
    for want in [Access::Maintain, Access::None] {
        let entity = Entity::TeamRepo { team: TeamId(31), repo: REPO };
        let fact = one(&stand_in, entity, names(Some("acme/api"), None, Some("platform"))).await;
        let Fact::Team { team } = fact else { panic!("{fact:?}") };
        assert_eq!(team.repos.get(&REPO), Some(&want));
    }
    let requests = stand_in.server.received_requests().await.unwrap();
    let asked = requests.iter().find(|request| request.url.path() == path).unwrap();
    assert_eq!(asked.headers["accept"], "application/vnd.github.v3.repository+json");
}

#[tokio::test]
async fn an_invitation_to_a_team_is_no_membership() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/orgs/acme/teams/platform", json!({ "id": 31, "slug": "platform" })).await;
    stand_in.shows("/user/5", user(5, "hubot", "User")).await;
    let path = "/orgs/acme/teams/platform/memberships/hubot";
    stand_in.answers_once("GET", path, ok(json!({ "state": "active" }))).await;
    stand_in.answers_once("GET", path, ok(json!({ "state": "pending" }))).await;
    for member in [true, false, false] {
        let entity = Entity::TeamMember { team: TeamId(31), user: UserId(5) };
        let fact = one(&stand_in, entity, names(None, Some("hubot"), Some("platform"))).await;
        assert_eq!(fact, Fact::TeamMembership { team: TeamId(31), user: UserId(5), member });
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
    let read = stand_in.reads(Entity::Installation, Names::default()).await;
    assert_eq!(read, Err(Failure::Gone));
}

#[tokio::test]
async fn a_home_without_a_policy_has_none() {
    let stand_in = StandIn::start().await;
    blind(&stand_in, Entity::PolicyFile, in_repo("acme/home")).await;
    stand_in.shows("/repos/acme/home", repository(902, "acme/home", "private")).await;
    let fact = one(&stand_in, Entity::PolicyFile, in_repo("acme/home")).await;
    assert_eq!(fact, Fact::PolicyFile { file: None });
}

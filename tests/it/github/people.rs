//! The client against answers that a test writes down: accounts, teams, and what they may do.

use beholden::domain::{Access, ActorType, Entity, Fact, Login, OrgRole, TeamId, UserId};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::reading::{REPO, blind, names, one};
use super::stand_in::{StandIn, missing, ok, repository, user};

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

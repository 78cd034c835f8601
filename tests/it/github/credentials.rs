//! Who we say we are, and how seldom we have to ask for it.

use std::time::Duration;

use beholden::domain::{Entity, RepoId, Timestamp};
use beholden::github::{Failure, Github, Unusable};
use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::stand_in::{StandIn, in_repo, key, ok, settings, token};

#[derive(Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
    exp: i64,
}

fn claims(bearer: &str) -> Claims {
    let jwt = bearer.strip_prefix("Bearer ").unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    decode(jwt, &DecodingKey::from_rsa_der(&key().1), &validation).unwrap().claims
}

async fn bearers(stand_in: &StandIn, path: &str) -> Vec<String> {
    let requests = stand_in.server.received_requests().await.unwrap();
    let at = requests.iter().filter(|request| request.url.path() == path);
    at.map(|request| request.headers["authorization"].to_str().unwrap().to_owned()).collect()
}

fn app() -> serde_json::Value {
    json!({ "id": 4, "slug": "beholden", "permissions": {}, "events": [] })
}

#[tokio::test]
async fn the_app_signs_as_its_client_id_a_minute_back_and_reuses_the_jwt() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/app", app()).await;
    stand_in.github.app().await.unwrap();
    stand_in.github.app().await.unwrap();

    let sent = bearers(&stand_in, "/app").await;
    assert_eq!(sent[0], sent[1], "one signature serves both");
    let claims = claims(&sent[0]);
    let now = Timestamp::now().as_second();
    assert_eq!(claims.iss, "Iv1.client");
    assert!((now - 65..=now - 60).contains(&claims.iat), "{} at {now}", claims.iat);
    assert!(claims.exp - now <= 540 && claims.exp - claims.iat <= 600);
}

#[tokio::test]
async fn every_request_wears_version_and_agent_exactly_once() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    stand_in.reads(Entity::Repo { repo: RepoId(900) }, in_repo("acme/api")).await.unwrap();
    for request in stand_in.server.received_requests().await.unwrap() {
        for (name, value) in [
            ("x-github-api-version", "2022-11-28"),
            ("user-agent", concat!("beholden/", env!("CARGO_PKG_VERSION"))),
            ("accept", "application/vnd.github+json"),
        ] {
            let values: Vec<_> = request.headers.get_all(name).iter().collect();
            assert_eq!(values, [value], "{name} of {}", request.url);
        }
    }
}

#[tokio::test]
async fn twenty_first_calls_at_once_mint_one_token() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    let read = || stand_in.reads(Entity::Repo { repo: RepoId(900) }, in_repo("acme/api"));
    let answers = join_all((0..20).map(|_| read())).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(stand_in.mintings().await, 1);
}

#[tokio::test]
async fn a_token_holds_only_what_the_reading_needs() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    let key = Entity::DeployKey { repo: RepoId(900), key: 7 };
    stand_in.reads(key, in_repo("acme/api")).await.unwrap();
    let asked = stand_in.bodies("POST", "/app/installations/77/access_tokens").await;
    let narrowed = json!({ "permissions": { "administration": "read", "metadata": "read" } });
    assert_eq!(asked, [narrowed]);
}

#[tokio::test]
async fn a_refused_token_is_minted_anew_once_and_the_request_sent_again() {
    let stand_in = StandIn::start().await;
    stand_in.shows_acme().await;
    stand_in.answers_once("GET", "/repos/acme/api", ResponseTemplate::new(401)).await;
    let read = || stand_in.reads(Entity::Repo { repo: RepoId(900) }, in_repo("acme/api"));
    read().await.unwrap();
    let sent = bearers(&stand_in, "/repos/acme/api").await;
    assert_eq!(sent, [1, 2].map(|number| format!("Bearer {}", token(number))));

    let never = StandIn::start().await;
    never.answers("GET", "/repos/acme/api", ResponseTemplate::new(401)).await;
    let failure =
        never.reads(Entity::Repo { repo: RepoId(900) }, in_repo("acme/api")).await.unwrap_err();
    assert!(matches!(failure, Failure::Later { maybe_done: false, .. }), "{failure:?}");
    assert_eq!(never.heard().await.len(), 2, "not a third time");
}

#[tokio::test]
async fn a_wrong_clock_is_learnt_from_the_refusal() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/app", app()).await;
    // One hour ahead of us, said in the header that every refusal carries.
    let ahead = Timestamp::now() + Duration::from_secs(3_600);
    let date = ahead.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let refusal = ResponseTemplate::new(401).insert_header("date", date.as_str());
    stand_in.answers_once("GET", "/app", refusal).await;
    stand_in.github.app().await.unwrap();

    assert!((3_598..=3_600).contains(&stand_in.github.skew()), "{}", stand_in.github.skew());
    let sent = bearers(&stand_in, "/app").await;
    let shift = claims(&sent[1]).iat - claims(&sent[0]).iat;
    assert!((3_598..=3_602).contains(&shift), "{shift}");
}

#[tokio::test]
async fn a_right_clock_and_a_wrong_key_are_tried_once() {
    let stand_in = StandIn::start().await;
    stand_in.answers("GET", "/app", ResponseTemplate::new(401)).await;
    let failure = stand_in.github.app().await.unwrap_err();
    assert!(matches!(failure, Failure::Later { .. }), "{failure:?}");
    assert_eq!(stand_in.heard().await.len(), 1);
}

#[tokio::test]
async fn what_the_installation_lacks_is_named() {
    let mint = "/app/installations/77/access_tokens";
    for (status, message, words) in [
        (
            422,
            "The permissions requested are not granted to this installation.",
            "administration: read",
        ),
        (403, "This installation has been suspended", "suspended"),
        (404, "Not Found", "not installed"),
    ] {
        let stand_in = StandIn::start().await;
        let answer = ResponseTemplate::new(status).set_body_json(json!({ "message": message }));
        stand_in.answers("POST", mint, answer).await;
        let key = Entity::DeployKey { repo: RepoId(900), key: 7 };
        let failure = stand_in.reads(key, in_repo("acme/api")).await.unwrap_err();
        let Failure::Refused { why, .. } = &failure else { panic!("{failure:?}") };
        assert!(why.contains(words), "{why}");
    }
}

#[tokio::test]
async fn the_bot_user_is_asked_for_once_with_an_installations_token() {
    let stand_in = StandIn::start().await;
    stand_in.shows("/users/beholden%5Bbot%5D", json!({ "id": 4100 })).await;
    for _ in 0..2 {
        let bot = stand_in.github.bot_user(Some(super::stand_in::INSTALLATION)).await.unwrap();
        assert_eq!(bot.0, 4100);
    }
    assert_eq!(stand_in.heard().await.len(), 1);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_in_words() {
    let mut settings = settings("http://127.0.0.1:9");
    settings.private_key_pem = "not a key".to_owned().into();
    assert!(matches!(Github::new(settings.clone()), Err(Unusable::Key(_))));
    settings.api_url = "http://api.github.com".to_owned();
    assert!(matches!(Github::new(settings), Err(Unusable::Plain { .. })));
}

#[tokio::test]
async fn an_app_that_answers_and_has_no_installation_says_none() {
    let stand_in = StandIn::start().await;
    let org = "acme".parse().unwrap();
    assert!(stand_in.github.installation_for(&org).await.is_err(), "404 alone proves nothing");
    stand_in.shows("/app", app()).await;
    assert_eq!(stand_in.github.installation_for(&org).await.unwrap(), None);
    let installation = json!({
        "id": 77, "account": { "id": 1, "login": "acme" }, "target_type": "Organization",
        "permissions": { "issues": "write" }, "repository_selection": "all", "suspended_at": null,
    });
    stand_in.answers("GET", "/orgs/acme/installation", ok(installation)).await;
    let found = stand_in.github.installation_for(&org).await.unwrap().unwrap();
    assert_eq!((found.org.0, found.all_repositories, found.suspended), (1, true, false));
}

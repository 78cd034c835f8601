//! An API on a loopback port that mints tokens and otherwise answers what it was told.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beholden::domain::{
    AppId, Effect, Entity, Force, InstallationId, Login, Names, RepoId, RepoName, Surface,
    SurfaceKey, Timestamp,
};
use beholden::github::{Failure, Github, Limits, Read, Settings};
use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

pub(super) const INSTALLATION: InstallationId = InstallationId(77);
pub(super) const APP: i64 = 4;
pub(super) const BOT: i64 = 4100;

/// The stand-in and a client of it.
pub(super) struct StandIn {
    pub(super) server: MockServer,
    pub(super) github: Github,
}

/// An RSA key that exists for this process: PKCS#8 PEM, and the public half as DER.
pub(super) fn key() -> &'static (String, Vec<u8>) {
    static KEY: OnceLock<(String, Vec<u8>)> = OnceLock::new();
    KEY.get_or_init(|| {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let (word, text) = ("PRIVATE KEY", STANDARD.encode(der.as_ref()));
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        let pem = format!("-----BEGIN {word}-----\n{}\n-----END {word}-----\n", lines.join("\n"));
        (pem, pair.public_key().as_ref().to_vec())
    })
}

/// Settings for a client of an API at `url`, without a pause between writes.
pub(super) fn settings(url: &str) -> Settings {
    let limits = Limits { between_writes: Duration::ZERO, ..Limits::default() };
    Settings {
        api_url: url.to_owned(),
        slug: Some("beholden".to_owned()),
        limits,
        ..Settings::new(AppId(APP), "Iv1.client", key().0.clone().into())
    }
}

/// Answers each minting with another token.
struct Mint(AtomicUsize);

impl Respond for Mint {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let expires_at = Timestamp::now() + jiff::SignedDuration::from_hours(1);
        ResponseTemplate::new(201)
            .set_body_json(json!({ "token": token(number), "expires_at": expires_at }))
            .set_delay(Duration::from_millis(20))
    }
}

/// The token of the n-th minting, in the long form that GitHub uses since 2026.
pub(super) fn token(number: usize) -> String {
    format!("ghs_{APP}_test.{number}.not-a-credential")
}

impl StandIn {
    pub(super) async fn start() -> Self {
        Self::with(|settings| settings).await
    }

    pub(super) async fn with(change: impl FnOnce(Settings) -> Settings) -> Self {
        let server = MockServer::start().await;
        let github = Github::new(change(settings(&server.uri()))).unwrap();
        let stand_in = Self { server, github };
        Mock::given(method("POST"))
            .and(path_regex("^/app/installations/[0-9]+/access_tokens$"))
            .respond_with(Mint(AtomicUsize::new(0)))
            .with_priority(9)
            .mount(&stand_in.server)
            .await;
        stand_in
    }

    /// From now on this request is answered so.
    pub(super) async fn answers(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    /// The next such request is answered so; later ones by what stands below.
    pub(super) async fn answers_once(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        Mock::given(method(verb))
            .and(path(at))
            .respond_with(answer)
            .up_to_n_times(1)
            .with_priority(1)
            .mount(&self.server)
            .await;
    }

    /// `GET`s that answer 200.
    pub(super) async fn shows(&self, at: &str, body: Value) {
        self.answers("GET", at, ResponseTemplate::new(200).set_body_json(body)).await;
    }

    /// The organisation and its repository `acme/api`, number 900, private.
    pub(super) async fn shows_acme(&self) {
        self.shows("/orgs/acme", json!({ "id": 1, "login": "acme" })).await;
        self.shows("/repos/acme/api", repository(900, "acme/api", "private")).await;
    }

    pub(super) async fn reads(&self, entity: Entity, names: Names) -> Result<Read, Failure> {
        let org: Login = "acme".parse().unwrap();
        let now = Timestamp::now();
        self.github.reader().read(INSTALLATION, &org, &entity, &names, now).await
    }

    /// What arrived, as `METHOD path?query`, mintings left out.
    pub(super) async fn heard(&self) -> Vec<String> {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().map(name).filter(|name| !name.ends_with("/access_tokens")).collect()
    }

    /// The bodies of such requests.
    pub(super) async fn bodies(&self, verb: &str, at: &str) -> Vec<Value> {
        let requests = self.server.received_requests().await.unwrap();
        let wanted =
            |request: &&Request| request.method.as_str() == verb && request.url.path() == at;
        requests.iter().filter(wanted).map(|request| request.body_json().unwrap()).collect()
    }

    pub(super) async fn mintings(&self) -> usize {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().filter(|request| name(request).ends_with("/access_tokens")).count()
    }
}

fn name(request: &Request) -> String {
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{} {}{query}", request.method, request.url.path())
}

pub(super) fn repository(id: i64, name: &str, visibility: &str) -> Value {
    json!({
        "id": id, "full_name": name, "visibility": visibility,
        "private": visibility != "public", "archived": false, "has_issues": true,
    })
}

pub(super) fn user(id: i64, login: &str, kind: &str) -> Value {
    json!({ "id": id, "login": login, "type": kind })
}

pub(super) fn missing() -> ResponseTemplate {
    ResponseTemplate::new(404).set_body_json(json!({ "message": "Not Found" }))
}

pub(super) fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

pub(super) fn in_repo(name: &str) -> Names {
    Names { repo: Some(name.parse().unwrap()), ..Names::default() }
}

pub(super) fn api() -> RepoName {
    "acme/api".parse().unwrap()
}

pub(super) fn surface(effect: Effect) -> Surface {
    let case = "0123456789abcdef".parse().unwrap();
    Surface { key: SurfaceKey::issue(&case), case, repo: RepoId(900), effect, force: Force::No }
}

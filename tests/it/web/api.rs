//! The API: what it answers, that its description says the same, and what it refuses.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use beholden::web::{Admin, admin, api_paths};
use github_sim::{PatSpec, Vault};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup, prints};

const LATER: Duration = Duration::from_secs(7 * 3_600);

async fn asks(product: &Product, method: Method, path: &str, host: &str) -> (StatusCode, Value) {
    let door = admin(Admin::new(product.engine.clone()).unwrap());
    let request = Request::builder().method(method).uri(path).header("host", host);
    let answer = door.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = answer.status();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/json"), "{path}: {kind}");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
    let body = to_bytes(answer.into_body(), 10_000_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn gets(product: &Product, path: &str) -> Value {
    let (status, answer) = asks(product, Method::GET, path, "127.0.0.1:3000").await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer:#}");
    answer
}

async fn fails(product: &Product, path: &str) -> (StatusCode, Value) {
    let (status, answer) = asks(product, Method::GET, path, "127.0.0.1:3000").await;
    fits("#/components/schemas/Error", &answer, path);
    (status, answer["error"].clone())
}

fn description() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Whether an answer is as the description has it.
#[track_caller]
fn fits(schema: &str, answer: &Value, path: &str) {
    let mut whole = description();
    whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    whole["$ref"] = json!(schema);
    let validator = jsonschema::validator_for(&whole).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(answer)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{path}: {wrong:#?}\n{answer:#}");
}

/// An organisation with a bit of everything.
async fn furnished(base: &Base) -> (Product, String) {
    let product = Setup::on(base).streaming().listing().start().await;
    let github = &product.github;
    github.stores_secret("acme/api", Vault::Actions, "NPM_TOKEN");
    github.registers_runner("acme", "build-1", false);
    let in_a_year = github.now() + jiff::SignedDuration::from_hours(24 * 365);
    let spec = PatSpec::new("nightly", "acme/api", "administration", "write").until(in_a_year);
    github.grants_pat_without_request("octocat", &spec);
    product.passes(LATER).await;
    let title = "<script>alert(1)</script>\u{202e}\u{7}";
    let key = github.adds_deploy_key("acme/api", title, true, "octocat").to_string();
    product.settle().await;
    let with = json!({
        "key": key, "programmatic_access_type": "Fine-grained personal access token",
        "user_programmatic_access_name": "nightly", "actor_ip": "192.0.2.7",
    });
    product.audits("public_key.create", "octocat", &with).await;
    let workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    environment: production\n\
                    \u{20}   permissions: { contents: write }\n    steps:\n      - run: ./publish\n        env:\n\
                    \u{20}         TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    github.writes_file("acme/api", ".github/workflows/release.yml", workflow, "octocat");
    product.settle().await;
    let key = format!("deploy_key/{key}");
    let issue = product.case(&key).await.unwrap().issue.unwrap().0;
    github.comments("acme/api", issue as u64, "octocat", "/own until 90d because <b>ci</b>");
    product.settle().await;
    product.passes(LATER).await;
    (product, key)
}

#[tokio::test]
async fn the_description_the_routes_and_real_answers_agree() {
    on_each_database(|base| async move {
        let (product, key) = furnished(&base).await;
        let routes: BTreeSet<String> = api_paths().collect();
        let description = description();
        let described = description["paths"].as_object().unwrap();
        assert_eq!(described.keys().cloned().collect::<BTreeSet<_>>(), routes);

        let cases = gets(&product, "/api/v1/cases").await;
        let settled = gets(&product, "/api/v1/cases?state=settled").await;
        let case = settled["items"][0]["id"].as_str().or(cases["items"][0]["id"].as_str());
        let case = case.expect("there is a case").to_owned();
        let org = product.engine.store().org(product.org()).await.unwrap().unwrap();
        let own = org.ourselves().unwrap().to_string();
        let answers = |route: &str| -> Vec<String> {
            let path = route.replace("{login}", "octocat");
            match route {
                "/api/v1/identities" => [
                    "",
                    "?org=acme",
                    "?kind=deploy_key&standing=owned",
                    "?vendor=npm",
                    "?text=npm",
                    "?repository=acme/api",
                    "?limit=2",
                ]
                .map(|asked| format!("{path}{asked}"))
                .into(),
                "/api/v1/vendors/{vendor}" => {
                    let path = path.replace("{vendor}", "npm");
                    ["", "?since=2099-01-01", "?since=2020-01-01&limit=1"]
                        .map(|asked| format!("{path}{asked}"))
                        .into()
                }
                "/api/v1/cases" => {
                    ["", "?state=settled&limit=1"].map(|it| format!("{path}{it}")).into()
                }
                "/api/v1/coverage" => ["", "?places=true"].map(|it| format!("{path}{it}")).into(),
                "/api/v1/settings" => {
                    ["", "?repository=acme/api"].map(|it| format!("{path}{it}")).into()
                }
                "/api/v1/cases/{id}" => vec![path.replace("{id}", &case)],
                _ => [&key, &own].map(|key| path.replace("{kind}/{id}", key)).into(),
            }
        };
        for route in &routes {
            let schema = format!(
                "#/paths/{}/get/responses/200/content/application~1json/schema",
                route.replace('/', "~1").replace('{', "%7B").replace('}', "%7D")
            );
            for path in answers(route) {
                let answer = gets(&product, &path).await;
                fits(&schema, &answer, &path);
                if !route.ends_with("openapi.json") && !route.ends_with("organisations") {
                    let line = answer["coverage"]["line"].as_str().unwrap();
                    let said =
                        ["listed", "No listing shows"].iter().all(|part| line.contains(part));
                    assert!(said, "{path}: {line}");
                    assert_eq!(answer["organisation"], "acme", "{path}");
                }
            }
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn one_identity_says_who_acted_with_what_and_whether_it_was_accepted() {
    on_each_database(|base| async move {
        let (product, key) = furnished(&base).await;
        let answer = gets(&product, &format!("/api/v1/identities/{key}")).await;
        let it = &answer["identity"];
        assert_eq!(it["standing"], "owned");
        assert_eq!(it["ownership"]["because"], "<b>ci</b>", "text is text");
        assert!(it["name"].as_str().unwrap().contains("<script>"));
        assert_eq!(it["repository"], "acme/api");
        assert_eq!(it["findings"][0]["rule"], "unowned-identity", "{it:#}");
        let how: Vec<&str> =
            it["joined"].as_array().unwrap().iter().map(|it| it["how"].as_str().unwrap()).collect();
        assert_eq!(how, ["given access by means of"]);
        let pat = it["joined"][0]["identity"].as_str().unwrap().to_owned();

        let history = gets(&product, &format!("/api/v1/identities/{key}/timeline?limit=1")).await;
        assert_eq!(history["items"].as_array().unwrap().len(), 1);
        let next = history["next"].as_str().unwrap();
        let path = format!("/api/v1/identities/{key}/timeline?before={next}");
        let older = gets(&product, &path).await;
        let told = older["items"].as_array().unwrap();
        assert!(told.iter().any(|line| line["with"]["name"] == "nightly"), "{told:#?}");
        assert!(told.iter().all(|line| line["place"] != *next), "each line stands on one page");

        product
            .audits(
                "git.clone",
                "octocat",
                &json!({
                    "programmatic_access_type": "Fine-grained personal access token",
                    "user_programmatic_access_name": "nightly",
                }),
            )
            .await;
        product.settle().await;
        let answer = gets(&product, &format!("/api/v1/identities/{pat}")).await;
        let used = answer["identity"]["used"].to_string();
        assert!(used.contains("192.0.2.0/24") && !used.contains("192.0.2.7"), "{used}");

        let printed = prints(&base, &["explain", &key, "--json"]);
        let mut printed: Value = serde_json::from_str(&printed).unwrap();
        let mut same = gets(&product, &format!("/api/v1/identities/{key}?limit=50")).await;
        let seen = printed.as_object_mut().unwrap().remove("coverage");
        assert_eq!(seen.as_ref(), Some(&same["coverage"]), "and as much stands behind it");
        assert_eq!(printed, same["identity"].take(), "one shape for both");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn pages_hold_each_identity_once_and_ours_first_and_the_command_line_the_same() {
    on_each_database(|base| async move {
        let (product, _) = furnished(&base).await;
        let org = product.engine.store().org(product.org()).await.unwrap().unwrap();
        let mut rows: Vec<Value> = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/v1/identities?limit=2{after}");
            let answer = gets(&product, &path).await;
            rows.extend(answer["items"].as_array().unwrap().iter().cloned());
            match answer["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(rows[0]["identity"], org.ourselves().unwrap().to_string());
        let keys: BTreeSet<String> = rows.iter().map(|row| row["identity"].to_string()).collect();
        assert_eq!(keys.len(), rows.len(), "each once");
        let printed = prints(&base, &["register", "--json"]);
        let mut printed: Vec<Value> =
            printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let seen = printed.pop().unwrap();
        assert!(seen["coverage"]["line"].is_string(), "the last line says what is seen: {seen}");
        assert_eq!(printed, rows, "one shape for both");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_wrongly_is_answered_with_what_to_do() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        for (path, status, says) in [
            ("/api/v1/nothing", 404, "openapi.json"),
            ("/api/v1/identities?kind=robot", 400, "deploy_key"),
            ("/api/v1/identities?standing=lost", 400, "orphaned"),
            ("/api/v1/identities?limit=0", 400, "1 to 500"),
            ("/api/v1/identities?limit=501", 400, "1 to 500"),
            ("/api/v1/identities?limit=many", 400, "openapi.json"),
            ("/api/v1/identities?sort=name", 400, "openapi.json"),
            ("/api/v1/identities?after=x", 400, "kind/id"),
            ("/api/v1/identities?repository=acme/nothing", 404, "owner/name"),
            ("/api/v1/identities?org=globex", 404, "organisations"),
            ("/api/v1/identities/deploy_key/0", 404, "/api/v1/identities"),
            ("/api/v1/identities/robot/1", 400, "kind/id"),
            ("/api/v1/identities/deploy_key/0/timeline?before=1", 400, "next"),
            ("/api/v1/people/nobody-here", 404, "acted or answered"),
            ("/api/v1/people/%3Cb%3E", 400, "login"),
            ("/api/v1/vendors/npm?since=yesterday", 400, "2026-03-19"),
            ("/api/v1/vendors/npm?after=x", 400, "next"),
            ("/api/v1/cases/xyz", 400, "/api/v1/cases"),
            ("/api/v1/cases/0123456789abcdef", 404, "/api/v1/cases"),
            ("/api/v1/cases?state=lost", 400, "openapi.json"),
            ("/api/v1/settings?repository=acme/nothing", 404, "installation covers"),
            ("/api/v1/settings?repository=nothing", 400, "owner/name"),
        ] {
            let (was, error) = fails(&product, path).await;
            assert_eq!(was.as_u16(), status, "{path}: {error}");
            let to_do = error["what_to_do"].as_str().unwrap();
            assert!(to_do.contains(says), "{path}: {to_do}");
        }
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let (status, answer) = asks(&product, method, "/api/v1/identities", "localhost").await;
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(answer["error"]["code"], "read_only");
        }
        for host in ["beholden.invalid", "192.0.2.1"] {
            let (status, answer) = asks(&product, Method::GET, "/api/v1/identities", host).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{host}");
            assert_eq!(answer["error"]["code"], "not_local");
        }
        let public = Request::get("/api/v1/identities").body(Body::empty()).unwrap();
        assert_eq!(product.asks(public).await.status(), StatusCode::NOT_FOUND, "the public door");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn who_only_wrote_own_is_found_and_nothing_is_claimed_of_them() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.settle().await;
        let (status, _) = fails(&product, "/api/v1/people/octocat").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "nobody said anything yet");
        product.github.comments("acme/api", 1, "octocat", "/own because ci");
        product.settle().await;
        assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "owned by octocat");
        let answer = gets(&product, "/api/v1/people/octocat").await;
        let person = &answer["person"];
        assert_eq!(person["standing"], "unread", "{person:#}");
        assert_eq!(person["read"], Value::Null);
        assert_eq!(person["hangs"][0]["identity"], format!("deploy_key/{key}"));
        let line = answer["coverage"]["line"].as_str().unwrap();
        assert!(line.contains("only what events told of"), "{line}");
        let door = admin(Admin::new(product.engine.clone()).unwrap());
        let page = Request::get("/people/octocat").header("host", "localhost");
        let page = door.oneshot(page.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        product.github.finish();
    })
    .await;
}

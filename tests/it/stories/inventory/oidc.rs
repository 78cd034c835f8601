//! Which roles elsewhere a job takes with its OIDC token, and under which subject: by the template of
//! the repository, of the organisation, or GitHub's own.

use beholden::domain::IdentityKind;
use github_sim::Fault;
use serde_json::Value;

use super::{LATER, living};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup, prints};

const ROLE: &str = "arn:aws:iam::111122223333:role/deploy";

fn workflow(on: &str, environment: &str) -> String {
    let environment = match environment {
        "" => String::new(),
        name => format!("    environment: {name}\n"),
    };
    format!(
        "on: {on}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n{environment}    permissions:\n      \
         id-token: write\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        \
         with:\n          role-to-assume: {ROLE}\n          aws-region: eu-west-1\n"
    )
}

/// What is said of the job that signs in: the API's answer, which the command line and the page repeat.
async fn said(product: &Product, base: &Base) -> Value {
    let held = living(product).await;
    let is_job = |key: &&String| held[*key].identity.key.kind() == IdentityKind::Workflow;
    let key = held.keys().find(is_job).expect("there is a job").clone();
    let answer = product.page(&format!("/api/v1/identities/{key}")).await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let oidc = answer["identity"]["oidc"].clone();
    let printed = prints(base, &["explain", &key]);
    let page = product.page(&format!("/identities/{key}")).await;
    for line in oidc["subjects"].as_array().unwrap().iter().chain([&oidc["template"]]) {
        let line = line.as_str().unwrap();
        assert!(printed.contains(line), "{line} is not printed: {printed}");
        let shown = line.replace('\'', "&#39;");
        assert!(page.contains(&shown), "{shown} is not on the page: {page}");
    }
    assert!(printed.contains(&format!("aws: {ROLE}")), "{printed}");
    assert!(printed.contains("No cloud was asked whom it lets in."), "{printed}");
    oidc
}

#[tokio::test]
async fn a_job_says_which_role_it_takes_and_as_whom() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let github = product.github.clone();
        let path = ".github/workflows/deploy.yml";
        let writes = async |on: &str, environment: &str| {
            github.writes_file("acme/api", path, &workflow(on, environment), "octocat");
            product.settle().await;
            product.passes(LATER).await;
            said(&product, &base).await
        };
        let oidc = writes("schedule", "").await;
        assert_eq!(oidc["roles"][0]["principal"], ROLE);
        assert_eq!(oidc["subjects"][0], "repo:acme/api:ref:refs/heads/main");
        assert_eq!(oidc["template"], "GitHub's default template is in use: repo, context.");
        assert_eq!(oidc["is_known"], true);
        let oidc = writes("[push, pull_request]", "").await;
        let all = ["pull_request", "ref:refs/heads/*", "ref:refs/tags/*"];
        let all: Vec<String> = all.iter().map(|it| format!("repo:acme/api:{it}")).collect();
        assert_eq!(oidc["subjects"], serde_json::json!(all));
        let oidc = writes("push", "prod").await;
        assert_eq!(oidc["subjects"], serde_json::json!(["repo:acme/api:environment:prod"]));

        // The organisation's template counts only where the repository says so.
        github.sets_oidc_subject("acme", &["repository_owner", "context"], false);
        product.passes(LATER).await;
        let oidc = said(&product, &base).await;
        assert_eq!(oidc["subjects"], serde_json::json!(["repo:acme/api:environment:prod"]));
        github.sets_oidc_subject("acme/api", &[], true);
        product.passes(LATER).await;
        let oidc = said(&product, &base).await;
        let shared = "repository_owner:acme:environment:prod";
        assert_eq!(oidc["subjects"], serde_json::json!([shared]), "{oidc}");
        let says = oidc["template"].as_str().unwrap();
        assert!(says.contains("The organisation's template is in use"), "{says}");

        github.sets_oidc_subject("acme/api", &["repo", "context", "actor"], true);
        product.passes(LATER).await;
        let oidc = said(&product, &base).await;
        let own = format!(
            "repo:acme@{}/api@{}:environment:prod:actor:*",
            github.org_id("acme"),
            github.repo_id("acme/api")
        );
        assert_eq!(oidc["subjects"], serde_json::json!([own]), "{oidc}");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_template_that_was_not_read_is_not_known() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        let path = ".github/workflows/deploy.yml";
        github.writes_file("acme/api", path, &workflow("schedule", ""), "octocat");
        let address = "/repos/acme/api/actions/oidc/customization/sub";
        github.always(address, Fault::Refuse { status: 502 });
        let product = product.restarts_listing().await;
        let oidc = said(&product, &base).await;
        assert_eq!(oidc["is_known"], false);
        let says = oidc["template"].as_str().unwrap();
        assert!(says.contains("is not known: GitHub"), "{says}");
        assert_eq!(oidc["subjects"][0], "repo:acme/api:ref:refs/heads/main");
        github.works_again();
        product.passes(LATER).await;
        assert_eq!(said(&product, &base).await["is_known"], true);
        github.finish();
    })
    .await;
}

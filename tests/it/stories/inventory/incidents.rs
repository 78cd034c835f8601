//! Public incidents that need more than webhooks, each as it would have been seen here, and as it is on a
//! plan without that source: then the answers say what is not visible.

use std::time::Duration;

use beholden::domain::{Part, Seen};
use beholden::policy::Policy;
use beholden::words::JOINER;
use github_sim::{Access, PatSpec, Push};
use serde_json::{Value, json};

use super::credentials::{called, with};
use super::references::{LINT, LINT_YML, beside, linted, lints_at, tags, watching};
use super::{LATER, living, seen, titles};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup, prints};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A job that pipes somebody else's script to a shell, with a token among its secrets.
const UPLOADS: &str = "\
on: push
permissions: {}
jobs:
  cover:
    runs-on: ubuntu-latest
    steps:
      - run: curl -s https://coverage.invalid/bash | bash
        env:
          CI_TOKEN: ${{ secrets.CI_TOKEN }}
";

/// What is told of something in the repositories of every story.
fn bodies(product: &Product) -> String {
    let bodies = REPOS.iter().flat_map(|repo| product.ours(repo)).map(|issue| issue.body);
    bodies.collect::<String>().replace(JOINER, "")
}

/// The plan has no audit log and no API Insights, and everything is listed.
async fn on_a_small_plan(base: &Base) -> Product {
    let product = Setup::on(base).start().await;
    product.github.belongs_to_enterprise("acme", false);
    product
}

/// That this plan does not show a part is said by coverage and by every answer.
async fn is_not_visible(product: &Product, base: &Base, part: Part, key: &str) {
    let (word, why) = seen(product, "acme", part).await.unwrap();
    assert_eq!(word, Seen::Unsupported, "{part}: {why}");
    assert!(why.contains("This plan or host may not have it"), "{part}: {why}");
    for printed in [prints(base, &["register"]), prints(base, &["explain", key])] {
        let line = printed.lines().find(|line| line.contains("GitHub does not show here"));
        let line = line.unwrap_or_else(|| panic!("{part} is not said to be missing: {printed}"));
        assert!(line.contains(part.words()), "{part}: {line}");
    }
}

/// A token of octocat's for acme/api, which a workflow is given as a secret.
async fn with_a_ci_token(product: Product) -> (Product, String) {
    let github = product.github.clone();
    github.writes_file("acme/api", ".github/workflows/cover.yml", UPLOADS, "octocat");
    product.settle().await;
    let in_a_year = github.now() + jiff::SignedDuration::from_hours(24 * 365);
    let spec = PatSpec::new("ci", "acme/api", "contents", "read").until(in_a_year);
    github.grants_pat_without_request("octocat", &spec);
    github.take_webhooks();
    let product = product.restarts_listing().await;
    let token = called(&product, "ci").await;
    (product, token)
}

#[tokio::test]
async fn a_burst_of_clones_with_a_ci_token_leads_back_to_the_script_that_could_have_read_it() {
    on_each_database(|base| async move {
        let (product, token) = with_a_ci_token(Setup::on(&base).streaming().start().await).await;
        let number: u64 = token.rsplit('/').next().unwrap().parse().unwrap();
        let clones = async |count: usize| {
            for _ in 0..count {
                let record = with(&json!({ "token_id": number }));
                product.audits("git.clone", "octocat", &record).await;
            }
            product.settle().await;
        };
        for _ in 0..8 {
            clones(1).await;
            product.passes(DAY).await;
        }
        assert!(!bodies(&product).contains("could have read it"));
        clones(30).await;
        let found = product.rules(&token).await;
        assert!(found.contains(&"unusual-rate".to_owned()), "{found:?}");
        let body = bodies(&product);
        let back = "`https://coverage.invalid/bash` beside `CI_TOKEN` in \
                    `.github/workflows/cover.yml` of `acme/api`";
        assert!(body.contains(back), "{body}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn without_a_log_clones_are_not_visible_and_the_answers_say_so() {
    on_each_database(|base| async move {
        let (product, token) = with_a_ci_token(on_a_small_plan(&base).await).await;
        is_not_visible(&product, &base, Part::AuditLog, &token).await;
        let printed = prints(&base, &["explain", &token]);
        assert!(printed.contains("From where it is used is not known"), "{printed}");
    })
    .await;
}

/// An OAuth app that an owner let in so many days ago, as the log tells.
fn approved(product: &Product, name: &str, days: i64) -> Value {
    let at = product.engine.clock().now() - jiff::SignedDuration::from_hours(24 * days);
    json!({
        "action": "org.oauth_app_access_approved", "actor": "octocat",
        "actor_id": product.github.user_id("octocat"), "oauth_application_name": name,
        "@timestamp": at.as_millisecond(),
    })
}

/// The OAuth app of this name.
async fn oauth_app(product: &Product, name: &str) -> String {
    let held = living(product).await;
    let is_it =
        |key: &&String| key.starts_with("oauth_app/") && held[*key].identity.name.raw() == name;
    let found: Vec<String> = held.keys().filter(is_it).cloned().collect();
    let [key] = &found[..] else { panic!("{name}: {found:?}") };
    key.clone()
}

#[tokio::test]
async fn an_old_grant_to_an_oauth_app_is_broad_unowned_and_dormant_and_its_use_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let at = product.engine.clock().now() - jiff::SignedDuration::from_hours(24 * 200);
        let app = json!({
            "oauth_application_name": "Builder", "@timestamp": at.as_millisecond(),
            "repo": null, "repo_id": null,
        });
        let issues = titles(&product, &REPOS);
        product.audits("org.oauth_app_access_approved", "octocat", &app).await;
        product.settle().await;
        let key = oauth_app(&product, "Builder").await;
        assert_eq!(product.standing(&key).await, "unowned");
        let printed = prints(&base, &["explain", &key]);
        assert!(printed.contains("can reach here whatever each member"), "broad: {printed}");
        product.passes(DAY).await;
        assert_eq!(titles(&product, &REPOS), issues, "it was there before us");
        product.passes(DAY * 91).await;
        let found = product.rules(&key).await;
        assert!(found.contains(&"dormant-grant".to_owned()), "dormant: {found:?}");

        let before = titles(&product, &REPOS).len();
        product.github.uses_api("monalisa", "oauth_app", "Builder");
        product.passes(LATER).await;
        assert_eq!(oauth_app(&product, "Builder").await, key, "it is the same app");
        let found = product.rules(&key).await;
        assert!(found.contains(&"woken-identity".to_owned()), "{found:?}");
        assert_eq!(titles(&product, &REPOS).len(), before, "in the case that asks already");
        assert!(bodies(&product).contains("used again after"), "{}", bodies(&product));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_new_grant_to_an_oauth_app_says_who_gave_it_and_what_it_can_do() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let before = titles(&product, &REPOS).len();
        let app = json!({
            "oauth_application_name": "Security check", "repo": null, "repo_id": null,
        });
        product.audits("org.oauth_app_access_approved", "octocat", &app).await;
        product.settle().await;
        let key = oauth_app(&product, "Security check").await;
        assert_eq!(product.rules(&key).await, ["unowned-identity"]);
        assert_eq!(titles(&product, &REPOS).len(), before + 1, "one case");
        let body = product.ours("acme/home").pop().unwrap().body;
        for words in
            ["octocat", "Security check", "can reach here whatever each member who lets it in"]
        {
            assert!(body.contains(words), "{words}: {body}");
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn without_a_log_or_insights_oauth_apps_are_not_visible_and_the_answers_say_so() {
    on_each_database(|base| async move {
        let product = on_a_small_plan(&base).await;
        let own = format!(
            "deploy_key/{}",
            product.github.adds_deploy_key("acme/api", "ci", true, "octocat")
        );
        product.settle().await;
        product.github.uses_api("monalisa", "oauth_app", "Builder");
        product.github.writes_audit_record("acme", approved(&product, "Builder", 1));
        let product = product.restarts_listing().await;
        let held = living(&product).await;
        assert!(!held.keys().any(|key| key.starts_with("oauth_app/")), "{:?}", held.keys());
        for part in [Part::AuditLog, Part::ApiUse] {
            is_not_visible(&product, &base, part, &own).await;
        }
        let printed = prints(&base, &["coverage"]);
        let line = printed.lines().find(|line| line.contains("OAuth apps")).unwrap();
        assert!(
            line.contains("no API that lists them") || printed.contains("no API that lists them"),
            "{printed}"
        );
    })
    .await;
}

#[tokio::test]
async fn tags_that_move_without_a_webhook_are_found_by_asking_with_who_takes_them() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4"), ("site", "v4")]).await;
        let theirs = beside(&product);
        let logs_in =
            lints_at("v4").replace("contents: read\n", "contents: read\n  id-token: write\n");
        product.github.writes_file("acme/site", LINT_YML, &logs_in, "octocat");
        product.settle().await;
        product.github.take_webhooks();
        tags(&product, &["v1.0.0", "v2.0.0", "v4", "v4.1.2"], &theirs);
        assert!(product.github.take_webhooks().is_empty(), "nobody tells of so many tags");
        product.passes(LATER).await;
        let told = product
            .ours("acme/home")
            .into_iter()
            .find(|issue| issue.title == "References to code of others moved as they should not");
        let body = told.expect("it is told").body;
        for words in [
            "`acme/api`",
            "`acme/site`",
            "`LINT_TOKEN`",
            "workflows of 2 repositories",
            "- 1 job with `id-token: write` can log in to clouds",
        ] {
            assert!(body.contains(words), "{words}: {body}");
        }
        let row = |repo: &str| body.find(&format!("| `{repo}` |")).unwrap();
        assert!(row("acme/site") < row("acme/api"), "who can log in comes first: {body}");
    })
    .await;
}

/// I-17 again: the same hands rename everything with the token of a service account.
#[tokio::test]
async fn forty_renames_at_once_by_a_service_account_are_one_case() {
    on_each_database(|base| async move {
        let (product, key) = with_a_guest(Setup::on(&base).streaming(), true).await;
        let issues = titles(&product, &REPOS).len();
        for _ in 0..9 {
            product.audits("git.clone", "guest-bot", &json!({})).await;
            product.settle().await;
            product.passes(DAY).await;
        }
        let quiet = product.rules(&key).await;
        assert!(!quiet.contains(&"unusual-rate".to_owned()), "{quiet:?}");
        for _ in 0..44 {
            product.audits("repo.rename", "guest-bot", &json!({})).await;
        }
        product.settle().await;
        let found = product.rules(&key).await;
        assert!(found.contains(&"unusual-rate".to_owned()), "{found:?}");
        assert_eq!(titles(&product, &REPOS).len(), issues, "in the case that asks about it");
        assert!(bodies(&product).contains("things within"), "{}", bodies(&product));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn references_that_nobody_may_read_are_not_visible_and_coverage_says_so() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| linted(seed, &[("api", "v4")])).start().await;
        tags(&product, &["v4"], "main");
        let key = product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.github.take_webhooks();
        product.github.makes_private(LINT, "octocat");
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        product.passes(LATER).await;
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!(word, Seen::Partial, "{why}");
        assert!(why.contains("cannot be read"), "{why}");
        let printed = prints(&base, &["explain", &format!("deploy_key/{key}")]);
        assert!(printed.contains("references to others' code in 1 place"), "{printed}");
        product.github.pushes(&Push::to(LINT, "main").writes("dist.js", "1"), "octocat");
        product.passes(LATER).await;
        assert!(!bodies(&product).contains("moved as they should not"), "and guesses nothing");
    })
    .await;
}

/// A machine from outside that was given a repository.
async fn with_a_guest(setup: Setup, belongs: bool) -> (Product, String) {
    let product = setup.policy(guest_is_a_machine).start().await;
    product.github.belongs_to_enterprise("acme", belongs);
    let product = product.restarts_listing().await;
    product.github.adds_collaborator("acme/site", "guest-bot", Access::Write, "octocat");
    product.settle().await;
    let key = format!("machine_user/{}", product.github.user_id("guest-bot"));
    (product, key)
}

fn guest_is_a_machine(policy: &mut Policy) {
    policy.machine_users.insert("guest-bot".parse().unwrap());
}

#[tokio::test]
async fn a_guest_is_asked_about_on_the_first_day_and_what_follows_joins_that_case() {
    on_each_database(|base| async move {
        let (product, key) = with_a_guest(Setup::on(&base).streaming(), true).await;
        let first = product.case(&key).await.expect("the first day");
        assert_eq!(product.standing(&key).await, "unowned");
        let issues = titles(&product, &REPOS).len();
        for _ in 0..21 {
            product.audits("git.clone", "guest-bot", &json!({})).await;
            product.settle().await;
            product.passes(DAY).await;
        }
        product.github.adds_collaborator("acme/api", "guest-bot", Access::Admin, "octocat");
        product.settle().await;
        for _ in 0..60 {
            product.audits("git.clone", "guest-bot", &json!({})).await;
        }
        product.settle().await;
        let found = product.rules(&key).await;
        for rule in ["unowned-identity", "admin-machine", "unusual-rate"] {
            assert!(found.contains(&rule.to_owned()), "{rule}: {found:?}");
        }
        assert_eq!(product.case(&key).await.unwrap().id, first.id, "the same case");
        assert_eq!(titles(&product, &REPOS).len(), issues, "and no other");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn without_a_log_a_guest_is_asked_about_and_its_clones_are_not_visible() {
    on_each_database(|base| async move {
        let (product, key) = with_a_guest(Setup::on(&base), false).await;
        assert!(product.case(&key).await.is_some(), "the webhook tells of it on any plan");
        is_not_visible(&product, &base, Part::AuditLog, &key).await;
    })
    .await;
}

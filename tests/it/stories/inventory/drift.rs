//! What becomes of things after they were granted: they age, they rest, they wake up. What was so
//! before we came is no news; what becomes so while we watch is told once.

use std::time::Duration;

use github_sim::Vault;

use super::titles;
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

fn days(days: u64) -> Duration {
    Duration::from_secs(days * 24 * 3_600)
}

/// Listed once, with one secret that somebody answers for.
async fn with_an_owned_secret(base: &Base) -> Product {
    let product = Setup::on(base).listing().start().await;
    product.github.stores_secret("acme/api", Vault::Actions, "TOKEN");
    product.passes(days(1)).await;
    owns(&product, SECRET).await;
    product
}

const SECRET: &str = "actions_secret/401:repo:token";

async fn owns(product: &Product, key: &str) {
    let issue = product.case(key).await.unwrap().issue.unwrap().0;
    product.github.comments("acme/api", issue as u64, "octocat", "/own because deploys");
    product.settle().await;
    assert_eq!(product.standing(key).await, "owned by octocat");
}

#[tokio::test]
async fn a_secret_that_nobody_replaces_for_a_year_asks_its_owner_again() {
    on_each_database(|base| async move {
        let product = with_an_owned_secret(&base).await;
        let before = titles(&product, &REPOS).len();
        product.passes(days(300)).await;
        assert_eq!(product.rules(SECRET).await, ["unowned-identity"]);
        product.passes(days(70)).await;
        assert_eq!(product.rules(SECRET).await, ["unowned-identity", "unrotated-secret"]);
        let case = product.case(SECRET).await.unwrap();
        assert!(case.waits(), "an earlier yes does not cover it");
        let issue = product.ours("acme/api").into_iter().last().unwrap();
        assert!(issue.open);
        assert!(issue.title.starts_with("Look again at this Actions secret"), "{}", issue.title);
        assert!(issue.body.contains("Nobody has replaced it since"), "{}", issue.body);
        assert!(issue.body.contains("Its owner is"), "{}", issue.body);
        product.passes(days(5)).await;
        assert_eq!(titles(&product, &REPOS).len(), before + 1, "told once");

        product.github.stores_secret("acme/api", Vault::Actions, "TOKEN");
        product.passes(days(1)).await;
        assert!(!product.case(SECRET).await.unwrap().waits(), "it was replaced");
        assert!(!product.ours("acme/api").last().unwrap().open);
        product.passes(days(380)).await;
        assert!(product.case(SECRET).await.unwrap().waits(), "another year has passed");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_yes_counts_for_as_long_again() {
    on_each_database(|base| async move {
        let product = with_an_owned_secret(&base).await;
        product.passes(days(370)).await;
        owns(&product, SECRET).await;
        assert!(!product.case(SECRET).await.unwrap().waits());
        product.passes(days(200)).await;
        assert!(!product.case(SECRET).await.unwrap().waits());
        product.passes(days(180)).await;
        assert!(product.case(SECRET).await.unwrap().waits());
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_was_overdue_before_we_came_stays_in_the_register() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.stores_secret("acme/api", Vault::Actions, "TOKEN");
        let key = product.github.adds_deploy_key("acme/api", "old", false, "octocat");
        product.github.take_webhooks();
        product.passes(days(400)).await;
        let product = product.restarts_listing().await;
        product.passes(days(1)).await;
        assert_eq!(product.rules(SECRET).await, ["unowned-identity", "unrotated-secret"]);
        let found = product.rules(&format!("deploy_key/{key}")).await;
        assert!(found.contains(&"unused-identity".to_owned()), "{found:?}");
        assert_eq!(titles(&product, &REPOS), ["Who owns what was here before Beholden?"]);
        product.passes(days(60)).await;
        assert_eq!(titles(&product, &REPOS).len(), 1, "time does not make it news");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_key_that_rests_and_one_that_wakes_up() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.settle().await;
        let name = format!("deploy_key/{key}");
        product.passes(days(10)).await;
        product.github.uses_deploy_key("acme/api", key);
        product.passes(days(1)).await;
        assert_eq!(product.rules(&name).await, ["unowned-identity"], "ten days are no silence");
        owns(&product, &name).await;

        product.passes(days(95)).await;
        assert_eq!(product.rules(&name).await, ["unowned-identity", "unused-identity"]);
        assert!(product.case(&name).await.unwrap().waits());

        product.github.uses_deploy_key("acme/api", key);
        product.passes(days(1)).await;
        let found = product.rules(&name).await;
        assert_eq!(found, ["unowned-identity", "unused-identity", "woken-identity"]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn another_limit_in_the_policy_counts_from_the_next_look() {
    on_each_database(|base| async move {
        let product = with_an_owned_secret(&base).await;
        product.passes(days(100)).await;
        assert_eq!(product.rules(SECRET).await, ["unowned-identity"]);
        let policy = "mode: comment\nlimits:\n  rotate_days: 90\n";
        product.github.writes_file("acme/home", "beholden.yml", policy, "octocat");
        product.passes(days(1)).await;
        product.passes(days(1)).await;
        assert_eq!(product.rules(SECRET).await, ["unowned-identity", "unrotated-secret"]);
        product.github.finish();
    })
    .await;
}

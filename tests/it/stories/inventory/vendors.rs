//! What other Apps and other people's tokens hold: changed out of sight, left behind, never asked for.

use std::time::Duration;

use beholden::register::Record;
use github_sim::{AppSeed, InstalledOn, Level, PatSpec};

use super::{LATER, living, other_app, titles, with_apps};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

fn days(days: u64) -> Duration {
    Duration::from_secs(days * 24 * 3_600)
}

async fn app(product: &Product, slug: &str) -> Record {
    let held = living(product).await;
    let is_it = |it: &&Record| it.identity.name.raw() == slug && it.identity.key.number().is_some();
    held.values().find(is_it).unwrap_or_else(|| panic!("{slug} is not held")).clone()
}

#[tokio::test]
async fn an_app_whose_installation_moved_without_showing_how_is_asked_about_once() {
    on_each_database(|base| async move {
        let chosen = AppSeed {
            installed_on: vec![InstalledOn {
                organization: "acme".to_owned(),
                repositories: Some(vec!["api".to_owned()]),
                ..InstalledOn::default()
            }],
            ..other_app("vendor", "contents", Level::Write)
        };
        let product =
            Setup::on(&base).seed(|seed| with_apps(seed, [chosen])).listing().start().await;
        product.passes(LATER).await;
        let before = titles(&product, &REPOS).len();
        product.github.app_is_given_other_repositories("vendor");
        product.passes(LATER).await;
        let key = app(&product, "vendor").await.identity.key.to_string();
        let found = product.rules(&key).await;
        assert!(found.contains(&"unseen-change".to_owned()), "{found:?}");
        assert_eq!(titles(&product, &REPOS).len(), before + 1);
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS).len(), before + 1, "told once");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_key_outlives_the_app_that_added_it_and_the_key_is_asked_about() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed| with_apps(seed, [other_app("vendor", "administration", Level::Write)]))
            .listing()
            .start()
            .await;
        let theirs = product.github.adds_deploy_key("acme/api", "ci", true, "vendor[bot]");
        let ours = product.github.adds_deploy_key("acme/api", "own", true, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        product.github.app_is_removed("vendor", "acme");
        product.passes(LATER).await;
        let found = product.rules(&format!("deploy_key/{theirs}")).await;
        assert!(found.contains(&"key-left-behind".to_owned()), "{found:?}");
        let found = product.rules(&format!("deploy_key/{ours}")).await;
        assert!(!found.contains(&"key-left-behind".to_owned()), "{found:?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_owners_token_that_nobody_was_asked_about_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let in_a_year = product.github.now() + jiff::SignedDuration::from_hours(24 * 365);
        let spec = |name| PatSpec::new(name, "acme/api", "contents", "read").until(in_a_year);
        let asked = product.github.requests_pat("octocat", &spec("asked"));
        product.settle().await;
        product.github.approves_pat_request(asked, "octocat");
        product.settle().await;
        let silent = product.github.requests_pat("octocat", &spec("silent"));
        product.github.approves_pat_request(silent, "octocat");
        product.github.take_webhooks();
        product.passes(LATER).await;
        let held = living(&product).await;
        let rules = async |name: &str| {
            let it = held.values().find(|it| it.identity.name.raw() == name).unwrap();
            product.rules(&it.identity.key.to_string()).await
        };
        assert!(rules("silent").await.contains(&"unrequested-token".to_owned()));
        assert!(!rules("asked").await.contains(&"unrequested-token".to_owned()));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_app_that_may_write_everywhere_and_rests_is_told_and_one_that_acts_is_not() {
    on_each_database(|base| async move {
        let apps = ["rests", "acts"].map(|slug| other_app(slug, "administration", Level::Write));
        let product = Setup::on(&base).seed(|seed| with_apps(seed, apps)).listing().start().await;
        product.passes(days(60)).await;
        product.github.adds_deploy_key("acme/api", "ci", true, "acts[bot]");
        product.settle().await;
        product.passes(days(40)).await;
        let rules = async |slug: &str| {
            product.rules(&app(&product, slug).await.identity.key.to_string()).await
        };
        assert!(rules("rests").await.contains(&"dormant-grant".to_owned()));
        assert!(!rules("acts").await.contains(&"dormant-grant".to_owned()));
        product.github.finish();
    })
    .await;
}

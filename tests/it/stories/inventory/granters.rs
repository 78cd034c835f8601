//! Who made what only the audit log names, and only by name: Apps, secrets of environments, private
//! registries. Whichever comes first, the record or the listing.

use beholden::register::Record;
use github_sim::{AppSeed, EnvironmentSpec, Level};
use serde_json::{Value, json};

use super::{LATER, living, other_app, with_apps};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup, prints};

/// Of the organisation, and so of no repository.
fn of_org(mut fields: Value) -> Value {
    fields["repo"] = Value::Null;
    fields["repo_id"] = Value::Null;
    fields
}

/// Who gave an identity what it holds.
fn by(record: &Record) -> Option<String> {
    record.grants[0].by.as_ref().map(|by| by.login.to_string())
}

async fn app(product: &Product, slug: &str) -> Record {
    let held = living(product).await;
    let is_it = |it: &&Record| it.identity.name.raw() == slug && it.identity.key.number().is_some();
    held.values().find(is_it).unwrap_or_else(|| panic!("{slug} is not held")).clone()
}

#[tokio::test]
async fn who_installed_an_app_is_known_before_it_is_listed_and_after() {
    on_each_database(|base| async move {
        let apps = ["early", "late"].map(|slug| AppSeed {
            installed_on: Vec::new(),
            ..other_app(slug, "contents", Level::Write)
        });
        let seed = |seed| with_apps(seed, apps);
        let product = Setup::on(&base).seed(seed).streaming().listing().start().await;
        product.passes(LATER).await;
        let record = |slug: &str| {
            of_org(json!({ "integration": slug, "name": slug, "repository_selection": "all" }))
        };
        product.github.installs("early", "acme", None);
        product.github.take_webhooks();
        product.audits("integration_installation.create", "octocat", &record("early")).await;
        product.passes(LATER).await;
        let early = app(&product, "early").await;
        assert_eq!(by(&early).as_deref(), Some("octocat"));

        let then = product.engine.clock().now();
        product.github.installs("late", "acme", None);
        product.github.take_webhooks();
        product.passes(LATER).await;
        assert_eq!(by(&app(&product, "late").await), None, "nobody said who");
        let mut told = record("late");
        told["@timestamp"] = then.as_millisecond().into();
        product.audits("integration_installation.create", "monalisa", &told).await;
        product.settle().await;
        let late = app(&product, "late").await;
        assert_eq!(by(&late).as_deref(), Some("monalisa"));
        let printed = prints(&base, &["explain", &late.identity.key.to_string()]);
        assert!(printed.contains("granted by monalisa"), "{printed}");
        assert!(printed.contains("integration_installation.create late of late"), "{printed}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn who_accepted_that_an_app_may_do_more_stands_in_the_issue() {
    on_each_database(|base| async move {
        let apps = ["acme-first", "acme-later"];
        let apps = apps.map(|slug| other_app(slug, "contents", Level::Read));
        let seed = |seed| with_apps(seed, apps);
        let product = Setup::on(&base).seed(seed).streaming().listing().start().await;
        product.passes(LATER).await;
        let action = "integration_installation.version_updated";
        // These records give the App's name, and no slug.
        for (slug, name, told_first) in
            [("acme-first", "Acme First", true), ("acme-later", "Acme (later)", false)]
        {
            assert_eq!(by(&app(&product, slug).await), None, "the listing does not say");
            product.github.app_is_granted(slug, "administration", Level::Write);
            let then = product.engine.clock().now().as_millisecond();
            let record = of_org(json!({ "name": name, "@timestamp": then }));
            if told_first {
                product.audits(action, "octocat", &record).await;
                product.settle().await;
            }
            product.passes(LATER).await;
            if !told_first {
                assert_eq!(by(&app(&product, slug).await), None, "nobody said who");
                product.audits(action, "octocat", &record).await;
                product.passes(LATER).await;
            }
            let held = app(&product, slug).await;
            assert_eq!(by(&held).as_deref(), Some("octocat"), "{slug}");
            let key = held.identity.key.to_string();
            let rules = product.rules(&key).await;
            assert!(rules.contains(&"widened-grant".to_owned()), "{rules:?}");
            let issues = product.ours("acme/home");
            let issue = issues.iter().rfind(|it| it.body.contains("accepted wider access for"));
            let body = &issue.unwrap_or_else(|| panic!("{slug}: {issues:#?}")).body;
            assert!(body.contains("octocat") && body.contains(slug), "{body}");
            let page = product.page(&format!("/identities/{key}")).await;
            assert!(page.contains(&format!("{action} {name}")), "{page}");
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn who_stored_a_secret_of_an_environment_or_a_registry_is_named() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let github = product.github.clone();
        github.sets_up_environment("acme/api", &EnvironmentSpec::named("prod"));
        github.sets_up_environment("acme/api", &EnvironmentSpec::named("stage"));
        product.passes(LATER).await;

        github.stores_environment_secret("acme/api", "prod", "KEY");
        github.stores_environment_secret("acme/api", "stage", "KEY");
        let record = |place: &str| json!({ "environment_name": place, "key": "KEY" });
        let action = "environment.create_actions_secret";
        product.audits(action, "monalisa", &record("prod")).await;
        product.settle().await;
        product.passes(LATER).await;
        let key = |place: &str| {
            format!("actions_secret/{}:env:key", github.environment_id("acme/api", place))
        };
        let held = product.record(&key("prod")).await.unwrap();
        assert_eq!(by(&held).as_deref(), Some("monalisa"));
        let other = product.record(&key("stage")).await.unwrap();
        assert_eq!(by(&other), None, "another environment's is another secret");

        let then = product.engine.clock().now().as_millisecond();
        github.stores_registry("acme", "PACKAGES", "https://npm.acme.invalid");
        product.passes(LATER).await;
        let org = github.org_id("acme");
        let registry = format!("private_registry/{org}:packages");
        assert_eq!(by(&product.record(&registry).await.unwrap()), None);
        let record = of_org(json!({ "key": "PACKAGES", "@timestamp": then }));
        product.audits("org.create_integration_secret", "octocat", &record).await;
        product.settle().await;
        let held = product.record(&registry).await.unwrap();
        assert_eq!(by(&held).as_deref(), Some("octocat"));
        github.finish();
    })
    .await;
}

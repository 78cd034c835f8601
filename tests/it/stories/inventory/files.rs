//! What the files of the default branch grant is in the register from the first listing on, and a
//! push that nobody told of is made up for.

use std::time::Duration;

use beholden::domain::{Part, Seen};
use github_sim::{Fault, Push};

use super::{LATER, living, seen, titles};
use crate::stories::pulls::{TRIAGE, TRIAGE_YML};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

/// Longer than a push is waited for.
const A_WHILE: Duration = Duration::from_secs(11 * 60);

/// The agents and workflows of the register.
async fn of_files(product: &Product) -> Vec<String> {
    let kinds = ["ai_agent/", "workflow/"];
    let all = living(product).await.into_keys();
    all.filter(|key| kinds.iter().any(|kind| key.starts_with(kind))).collect()
}

fn pushes(product: &Product, push: Push) {
    product.github.pushes(&push, "monalisa");
}

#[tokio::test]
async fn what_the_default_branch_grants_is_baseline_and_its_end_is_seen() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        pushes(&product, Push::to("acme/api", "main").writes(TRIAGE_YML, TRIAGE));
        product.github.take_webhooks();
        assert!(of_files(&product).await.is_empty());
        let product = product.restarts_listing().await;
        assert_eq!(
            seen(&product, "acme/api", Part::Files).await,
            Some((Seen::Complete, String::new()))
        );
        let held = of_files(&product).await;
        assert!(held.iter().any(|key| key.starts_with("ai_agent/")), "{held:?}");
        for key in &held {
            let record = product.record(key).await.unwrap();
            assert!(record.baseline && record.case.is_none(), "{record:?}");
        }
        assert_eq!(titles(&product, &REPOS), ["Who owns what was here before Beholden?"]);

        pushes(&product, Push::to("acme/api", "main").removes(TRIAGE_YML));
        product.settle().await;
        assert_eq!(of_files(&product).await, Vec::<String>::new());
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_push_that_nobody_told_of_is_asked_about_and_its_late_webhook_says_nothing_again() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let before = titles(&product, &REPOS).len();
        pushes(&product, Push::to("acme/api", "main").writes(TRIAGE_YML, TRIAGE));
        let late = product.github.take_webhooks();
        product.passes(LATER).await;
        assert!(of_files(&product).await.is_empty(), "its webhook may still come");
        product.passes(A_WHILE).await;
        let held = of_files(&product).await;
        assert!(held.iter().any(|key| key.starts_with("ai_agent/")), "{held:?}");
        let issues = titles(&product, &REPOS);
        assert_eq!(issues.len(), before + 1, "{issues:?}");
        for webhook in &late {
            product.hears(webhook, product.engine.clock().now()).await;
        }
        product.settle().await;
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS), issues);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_push_that_is_heard_while_the_listing_waits_for_it_says_who_pushed() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        pushes(&product, Push::to("acme/api", "main").writes(TRIAGE_YML, TRIAGE));
        let late = product.github.take_webhooks();
        product.passes(LATER).await;
        for webhook in &late {
            product.hears(webhook, product.engine.clock().now()).await;
        }
        product.settle().await;
        let issues = product.ours("acme/api");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains("@monalisa"), "{}", issues[0].body);
        product.passes(A_WHILE).await;
        assert_eq!(product.ours("acme/api").len(), 1);
        product.github.finish();
    })
    .await;
}

/// What was read before an outage is still what was read: it did not move because nobody could look.
#[tokio::test]
async fn files_that_could_not_be_read_for_a_while_have_not_moved() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        pushes(&product, Push::to("acme/api", "main").writes(TRIAGE_YML, TRIAGE));
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        let (held, issues) = (of_files(&product).await, titles(&product, &REPOS));
        product.github.always("/git/trees/HEAD", Fault::Refuse { status: 502 });
        product.passes(LATER).await;
        for repo in ["acme/api", "acme/site"] {
            let (word, why) = seen(&product, repo, Part::Files).await.unwrap();
            assert_eq!(word, Seen::Partial, "{repo}: {why}");
        }
        product.github.works_again();
        product.passes(LATER).await;
        for repo in ["acme/api", "acme/site"] {
            let (word, why) = seen(&product, repo, Part::Files).await.unwrap();
            assert_eq!((word, why.as_str()), (Seen::Complete, ""), "{repo}");
        }
        let stats = product.engine.store().stats().await.unwrap();
        assert_eq!(stats.refreshes_waiting, 0, "nothing is read as if it had been pushed");

        // What was pushed meanwhile is.
        product.github.always("/git/trees/HEAD", Fault::Refuse { status: 502 });
        product.passes(LATER).await;
        pushes(&product, Push::to("acme/site", "main").writes(TRIAGE_YML, TRIAGE));
        product.github.take_webhooks();
        product.github.works_again();
        product.passes(LATER).await;
        assert_eq!((of_files(&product).await, titles(&product, &REPOS)), (held, issues.clone()));
        product.passes(A_WHILE).await;
        assert_eq!(titles(&product, &REPOS).len(), issues.len() + 1);
        product.github.finish();
    })
    .await;
}

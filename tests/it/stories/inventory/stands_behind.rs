//! How much stands behind an answer: every page, every answer of the API and the digest say it, in the
//! same words; and what it cost, and what it takes, is counted.

use beholden::domain::Part;
use github_sim::Fault;
use serde_json::Value;

use super::{LATER, lets_workflows_run, seen};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

/// Pages and answers that end with it.
const PAGES: [&str; 4] = ["/", "/cases", "/people/octocat", "/identities/deploy_key/"];
const ANSWERS: [&str; 4] = ["identities", "cases", "people/octocat", "identities/deploy_key/"];

/// What every page and answer says, each with where.
async fn said(product: &Product, key: u64) -> Vec<(String, String)> {
    let numbered = |path: &str| {
        let number = if path.ends_with("deploy_key/") { key.to_string() } else { String::new() };
        format!("{path}{number}")
    };
    let mut said = Vec::new();
    for path in PAGES.map(numbered) {
        said.push((path.clone(), product.page(&path).await));
    }
    for path in ANSWERS.map(numbered) {
        let path = format!("/api/v1/{path}");
        let answer: Value = serde_json::from_str(&product.page(&path).await).unwrap();
        said.push((path, answer["coverage"]["line"].as_str().unwrap_or_default().to_owned()));
    }
    let digest = product.ours("acme/home").remove(0);
    said.push(("the digest".to_owned(), digest.body));
    said
}

#[tokio::test]
async fn every_page_every_answer_and_the_digest_say_how_much_is_seen() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        lets_workflows_run(&product.github);
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        product.passes(LATER).await;
        for (place, text) in said(&product, key).await {
            assert!(text.contains("Seen whole when it was last listed"), "{place}: {text}");
        }

        product.github.always("/repos/acme/api/hooks", Fault::Refuse { status: 403 });
        product.passes(LATER).await;
        let (_, why) = seen(&product, "acme/api", Part::Webhooks).await.unwrap();
        assert!(!why.is_empty());
        for (place, text) in said(&product, key).await {
            assert!(text.contains("Not all is seen."), "{place}: {text}");
            assert!(text.contains("webhooks in 1 place ("), "{place} says what is short: {text}");
            assert!(text.contains("No listing shows"), "{place}: {text}");
        }

        product.github.works_again();
        product.passes(LATER).await;
        for (place, text) in said(&product, key).await {
            assert!(text.contains("Seen whole when it was last listed"), "{place}: {text}");
        }
    })
    .await;
}

/// The number that a metric has; 0 where it has none yet.
fn metric(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    line.unwrap_or(0.0)
}

#[tokio::test]
async fn requests_of_listing_and_bytes_on_disk_are_counted() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let (read, unchanged) = (
            "beholden_sync_requests{answer=\"read\"}",
            "beholden_sync_requests{answer=\"unchanged\"}",
        );
        // The first look begins the counting, which all stories of a process share.
        let before = product.page("/metrics").await;
        assert!(metric(&before, "beholden_store_bytes") > 10_000.0, "{before}");
        let asked = product.github.requests().len();
        let product = product.restarts_listing().await;
        let first = product.page("/metrics").await;
        let requests = product.github.requests().len() - asked;
        let counted = metric(&first, read) - metric(&before, read);
        assert!(counted >= 30.0, "of {requests} requests: {first}");

        product.passes(LATER).await;
        let second = product.page("/metrics").await;
        let free = metric(&second, unchanged) - metric(&first, unchanged);
        assert!(free >= 30.0, "most was as it was: {second}");
        let bytes = metric(&second, "beholden_store_bytes");
        assert!(bytes >= metric(&before, "beholden_store_bytes"), "{second}");
    })
    .await;
}

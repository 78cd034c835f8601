//! Whether an access still matched the task: accepted for an issue or a pull request, and used while that
//! was open, after it was closed, and once it was open again.

use std::time::Duration;

use serde_json::{Value, json};

use super::credentials::fingerprint;
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup, prints};

const RULE: &str = "used-after-task";
const HOUR: Duration = Duration::from_secs(3_600);

/// Uses a deploy key, and gives what is said of that use: the verdict, and why.
async fn uses(product: &Product, base: &Base, key: u64) -> (String, String) {
    product.passes(HOUR).await;
    let print = fingerprint(&product.github.public_key("acme/api", key));
    let record = json!({ "deploy_key_fingerprint": print });
    product.audits("protected_branch.policy_override", "octocat", &record).await;
    product.settle().await;
    let explained = prints(base, &["explain", &format!("deploy_key/{key}"), "--json"]);
    let explained: Value = serde_json::from_str(&explained).unwrap();
    let newest = &explained["timeline"][0];
    assert!(newest["what"].as_str().unwrap().contains("policy_override"), "{newest:#}");
    let word = |field: &str| newest["task"][field].as_str().unwrap().to_owned();
    (word("fits"), word("why"))
}

#[tokio::test]
async fn a_use_matches_while_what_it_was_accepted_for_is_open() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let github = &product.github;
        let key = github.adds_deploy_key("acme/api", "mover", false, "octocat");
        product.settle().await;
        let case =
            product.case(&format!("deploy_key/{key}")).await.unwrap().issue.unwrap().0 as u64;
        let (verdict, _) = uses(&product, &base, key).await;
        assert_eq!(verdict, "cannot_tell", "nobody answers for it");

        let task = github.opens_issue("acme/api", "monalisa", "Move the deploys", "");
        let other = github.opens_issue("acme/api", "monalisa", "Something else", "");
        let words = format!("/own for #{task} because it moves them");
        github.comments("acme/api", case, "octocat", &words);
        product.settle().await;
        let named = format!("acme/api#{task}");
        let (verdict, why) = uses(&product, &base, key).await;
        assert_eq!(verdict, "match", "{why}");
        assert!(why.contains(&named) && why.contains("was open"), "{why}");

        github.closes_issue("acme/api", other, "monalisa");
        product.settle().await;
        let (verdict, why) = uses(&product, &base, key).await;
        assert_eq!(verdict, "match", "another issue: {why}");

        github.closes_issue("acme/api", task, "monalisa");
        product.settle().await;
        let (verdict, why) = uses(&product, &base, key).await;
        assert_eq!(verdict, "cannot_tell", "{why}");
        assert!(why.contains("less than a day before"), "{why}");
        product.passes(24 * HOUR).await;
        let (verdict, why) = uses(&product, &base, key).await;
        assert_eq!(verdict, "mismatch", "{why}");
        assert!(why.contains(&named) && why.contains("had been closed on"), "{why}");
        let printed = prints(&base, &["explain", &format!("deploy_key/{key}")]);
        assert!(
            printed.contains(&format!("What it was accepted for, #{task}, is closed.")),
            "{printed}"
        );

        github.reopens("acme/api", task, "monalisa");
        product.settle().await;
        let (verdict, why) = uses(&product, &base, key).await;
        assert_eq!(verdict, "match", "{why}");
        let asked = github
            .requests()
            .into_iter()
            .filter(|request| request.path == format!("/repos/acme/api/issues/{other}"));
        assert_eq!(asked.count(), 0, "an issue that nothing was accepted for is not read");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_pull_request_is_a_task_and_one_that_is_not_there_leaves_it_open() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let github = &product.github;
        let key = github.adds_deploy_key("acme/api", "mover", false, "octocat");
        product.settle().await;
        let case =
            product.case(&format!("deploy_key/{key}")).await.unwrap().issue.unwrap().0 as u64;
        github.comments("acme/api", case, "octocat", "/own for #4711");
        product.settle().await;
        let (verdict, why) = uses(&product, &base, key).await;
        assert_eq!(verdict, "cannot_tell", "{why}");
        assert!(why.contains("was not read"), "{why}");

        let push = github_sim::Push::to("acme/api", "move").writes("notes.md", "moved");
        github.pushes(&push, "monalisa");
        let pull = github.opens_pull("acme/api", "move", "Move the deploys", "monalisa");
        github.comments("acme/api", case, "octocat", &format!("/own for #{pull}"));
        product.settle().await;
        let (verdict, why) = uses(&product, &base, key).await;
        assert_eq!(verdict, "match", "{why}");
        github.closes_pull("acme/api", pull, "monalisa");
        product.passes(24 * HOUR).await;
        let (verdict, why) = uses(&product, &base, key).await;
        assert_eq!(verdict, "mismatch", "{why}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_used_long_after_its_task_is_asked_about_once() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let github = &product.github;
        let id = github.adds_deploy_key("acme/api", "mover", true, "octocat");
        let key = format!("deploy_key/{id}");
        product.settle().await;
        let case = product.case(&key).await.unwrap().issue.unwrap().0 as u64;
        let task = github.opens_issue("acme/api", "monalisa", "Move the deploys", "");
        github.comments("acme/api", case, "octocat", &format!("/own for #{task}"));
        product.settle().await;
        let uses = async || {
            product.github.uses_deploy_key("acme/api", id);
            product.passes(7 * HOUR).await;
        };
        uses().await;
        github.closes_issue("acme/api", task, "monalisa");
        product.settle().await;
        uses().await;
        assert!(!product.rules(&key).await.contains(&RULE.to_owned()), "what was merged is built");

        product.passes(24 * HOUR).await;
        uses().await;
        assert!(product.rules(&key).await.contains(&RULE.to_owned()));
        let asked = product.case(&key).await.unwrap();
        assert!(asked.waits(), "the owner is asked again");
        uses().await;
        let found = product.rules(&key).await;
        assert_eq!(found.iter().filter(|rule| *rule == RULE).count(), 1, "told once");

        let issue = asked.issue.unwrap().0 as u64;
        github.comments("acme/api", issue, "octocat", "/own because it also cleans up");
        product.settle().await;
        assert!(!product.case(&key).await.unwrap().waits());
        uses().await;
        assert!(!product.case(&key).await.unwrap().waits(), "it is for no task any more");
        product.github.finish();
    })
    .await;
}

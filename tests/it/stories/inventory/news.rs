//! After the first listing only news is asked about, and only once.

use github_sim::{Level, Vault};
use serde_json::json;

use super::{LATER, furnish, other_app, titles, with_apps};
use crate::support::Setup;
use crate::support::databases::on_each_database;

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

#[tokio::test]
async fn a_new_secret_opens_one_case_and_a_widened_app_another() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed| with_apps(seed, [other_app("vendor", "contents", Level::Read)]))
            .listing()
            .start()
            .await;
        furnish(&product.github);
        product.passes(LATER).await;
        let before = titles(&product, &REPOS).len();

        product.github.stores_secret("acme/api", Vault::Actions, "NEW_TOKEN");
        product.passes(LATER).await;
        assert_eq!(product.rules("actions_secret/401:repo:new_token").await, ["unowned-identity"]);
        assert_eq!(titles(&product, &REPOS).len(), before + 1);
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS).len(), before + 1, "told once");

        product.github.app_is_granted("vendor", "administration", Level::Write);
        product.passes(LATER).await;
        let held = super::living(&product).await;
        let app = held.values().find(|it| it.identity.name.raw() == "vendor").unwrap();
        let rules = product.rules(&app.identity.key.to_string()).await;
        assert!(rules.contains(&"widened-grant".to_owned()), "{rules:?}");
        assert!(rules.contains(&"admin-machine".to_owned()), "{rules:?}");
        assert_eq!(titles(&product, &REPOS).len(), before + 2);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_a_webhook_told_is_not_told_again_by_the_listing() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        let before = titles(&product, &REPOS);
        let record = product.record(&format!("deploy_key/{key}")).await.unwrap();
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS), before);
        let after = product.record(&format!("deploy_key/{key}")).await.unwrap();
        assert_eq!(
            (after.grants[0].by.clone(), after.case),
            (record.grants[0].by.clone(), record.case)
        );
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_missed_delivery_is_made_up_for_and_its_late_arrival_changes_nothing_but_who() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        let late = product.github.take_webhooks();
        let before = titles(&product, &REPOS).len();
        product.passes(LATER).await;
        let name = format!("deploy_key/{key}");
        let found = product.case(&name).await.expect("the listing found it");
        assert_eq!(titles(&product, &REPOS).len(), before + 1);
        for webhook in &late {
            product.hears(webhook, product.engine.clock().now()).await;
        }
        product.settle().await;
        assert_eq!(product.case(&name).await.unwrap().id, found.id);
        assert_eq!(titles(&product, &REPOS).len(), before + 1);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_is_stored_anew_is_another_one_and_nobody_answers_for_it() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        product.github.stores_secret("acme/api", Vault::Actions, "TOKEN");
        product.passes(LATER).await;
        let key = "actions_secret/401:repo:token";
        let issue = product.case(key).await.unwrap().issue.unwrap().0;
        product.github.comments("acme/api", issue as u64, "octocat", "/own because deploys");
        product.settle().await;
        assert_eq!(product.standing(key).await, "owned by octocat");
        product.github.stores_secret("acme/api", Vault::Actions, "TOKEN");
        product.passes(LATER).await;
        assert_eq!(product.standing(key).await, "owned by octocat", "a new value, the same secret");

        product.github.deletes_secret("acme/api", Vault::Actions, "TOKEN");
        product.github.stores_secret("acme/api", Vault::Actions, "TOKEN");
        product.passes(LATER).await;
        assert_eq!(product.standing(key).await, "unowned");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_the_first_listing_found_before_its_webhook_came_is_asked_about() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let old = product.github.adds_deploy_key("acme/site", "old", false, "octocat");
        product.github.take_webhooks();
        product.github.advance(LATER);
        product.engine.clock().advance(LATER);
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        let late = product.github.take_webhooks();
        let product = product.after_a_crash(&base).await;
        product.engine.settle().await.unwrap();
        let (old, key) = (format!("deploy_key/{old}"), format!("deploy_key/{key}"));
        assert!(product.record(&key).await.unwrap().baseline, "the listing was first");
        let before = titles(&product, &REPOS).len();
        for webhook in &late {
            product.hears(webhook, product.engine.clock().now()).await;
        }
        product.settle().await;
        let record = product.record(&key).await.unwrap();
        assert!(!record.baseline && record.case.is_some(), "{record:?}");
        assert_eq!(titles(&product, &REPOS).len(), before + 1);
        assert!(product.record(&old).await.unwrap().case.is_none(), "it was there before");
        for webhook in &late {
            product.hears(webhook, product.engine.clock().now()).await;
        }
        product.settle().await;
        assert_eq!(titles(&product, &REPOS).len(), before + 1, "told once");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_is_set_up_after_the_baseline_is_one_case_each_also_after_a_restart() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        furnish(&product.github);
        super::lets_workflows_run(&product.github);
        product.github.lets_coding_agent_into("all");
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        let before = titles(&product, &REPOS);
        assert_eq!(before.len(), 1, "the digest: {before:?}");

        let github = product.github.clone();
        let org = github.org_id("acme");
        let is_told = async |key: String| {
            let issues = titles(&product, &REPOS).len();
            product.passes(LATER).await;
            let case =
                product.case(&key).await.unwrap_or_else(|| panic!("nobody asks about {key}"));
            assert!(case.issue.is_some() && case.rows.len() == 1, "{key}: {case:?}");
            assert_eq!(titles(&product, &REPOS).len(), issues + 1, "{key} is one case");
        };
        let hook = github.adds_webhook("acme/api", "https://new.acme.invalid/1", &["push"]);
        is_told(format!("webhook/{hook}")).await;
        let runner = github.registers_runner("acme", "new-box", false);
        is_told(format!("self_hosted_runner/{org}:{runner}:new-box")).await;
        github.stores_registry("acme", "MIRROR", "https://mirror.acme.invalid");
        is_told(format!("private_registry/{org}:mirror")).await;
        let servers = json!({ "mcpServers": { "tracker": { "command": "npx", "tools": ["*"] } } });
        github.sets_up_coding_agent("acme/api", servers, true);
        is_told("mcp_server/401:coding_agent:tracker".to_owned()).await;
        let after = titles(&product, &REPOS);

        product.passes(LATER).await;
        let product = product.restarts_listing().await;
        product.passes(LATER * 4).await;
        assert_eq!(titles(&product, &REPOS), after, "told once");
        product.github.finish();
    })
    .await;
}

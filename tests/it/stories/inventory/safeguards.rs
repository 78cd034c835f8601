//! Switches and guards that hold for every identity at once: weakened, asked about; put right, closed.

use std::time::Duration;

use github_sim::{EnvironmentSpec, WorkflowDefaults};
use serde_json::json;

use super::{LATER, titles};
use crate::support::Setup;
use crate::support::databases::on_each_database;

const WRITES: WorkflowDefaults = WorkflowDefaults { write: true, can_approve: false };
const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

#[tokio::test]
async fn a_switch_that_is_weakened_is_told_once_and_closed_when_it_is_put_right() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let before = titles(&product, &REPOS).len();
        assert!(product.ours("acme/api").is_empty(), "what was so before is no news");
        product.github.sets_workflow_permissions("acme/api", Some(WRITES));
        product.passes(LATER).await;
        let issue = product.ours("acme/api").pop().expect("an issue in the repository");
        assert_eq!(issue.title, "A safeguard was weakened in settings");
        assert!(issue.body.contains("`write` now; it was `read`"), "{}", issue.body);
        assert!(issue.body.contains("GitHub did not say who"), "{}", issue.body);
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS).len(), before + 1, "told once");

        product.github.sets_workflow_permissions("acme/api", None);
        product.passes(LATER).await;
        let issue = product.ours("acme/api").pop().unwrap();
        assert!(!issue.open && issue.body.contains("Put right"), "{issue:#?}");

        product.github.sets_workflow_permissions("acme/api", Some(WRITES));
        product.passes(LATER).await;
        let issues = product.ours("acme/api");
        assert!(issues.len() == 1 && issues[0].open, "the same issue, opened again: {issues:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_person_who_meant_it_closes_the_issue_and_it_stays_closed() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        product.github.sets_workflow_permissions("acme/api", Some(WRITES));
        product.passes(LATER).await;
        let number = product.ours("acme/api")[0].number;
        product.github.closes_issue("acme/api", number, "octocat");
        product.settle().await;
        product.passes(Duration::from_secs(10 * 24 * 3_600)).await;
        assert!(!product.ours("acme/api")[0].open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_environment_that_loses_its_reviewers_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let guarded = EnvironmentSpec::named("prod").reviewed_by("octocat");
        product.github.sets_up_environment("acme/api", &guarded);
        let product = product.restarts_listing().await;
        assert!(product.ours("acme/api").is_empty());
        product.github.sets_up_environment("acme/api", &EnvironmentSpec::named("prod"));
        product.passes(LATER).await;
        let issue = product.ours("acme/api").pop().expect("an issue");
        assert!(issue.body.contains("`prod` lost a guard"), "{}", issue.body);
        assert!(issue.body.contains("required_reviewers"), "{}", issue.body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_safeguard_that_only_the_log_tells_of_names_who_and_is_closed_when_it_is_back() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().start().await;
        let of_the_organisation = json!({"repo": null, "repo_id": null});
        product.audits("org.disable_oauth_app_restrictions", "octocat", &of_the_organisation).await;
        product.settle().await;
        let issue = product.ours("acme/home").pop().expect("an issue in home");
        assert_eq!(issue.title, "A safeguard was weakened in settings");
        assert!(issue.open && issue.body.contains("octocat"), "{}", issue.body);
        product.audits("org.disable_oauth_app_restrictions", "octocat", &of_the_organisation).await;
        product.settle().await;
        assert_eq!(product.ours("acme/home").len(), 1, "told once");

        product.audits("org.enable_oauth_app_restrictions", "octocat", &of_the_organisation).await;
        product.settle().await;
        let issue = product.ours("acme/home").pop().unwrap();
        assert!(!issue.open && issue.body.contains("Put right"), "{issue:#?}");
        product.github.finish();
    })
    .await;
}

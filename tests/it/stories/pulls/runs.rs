//! Workflows that run on branches before anybody was asked.

use github_sim::RunSpec;

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_run_on_a_branch_without_a_pull_request_is_asked_about_after_ten_minutes() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        pushes(&product, "scratch", &[(TRIAGE_YML, &on_push())], "hubot");
        let run = RunSpec::of(TRIAGE_YML).on_branch("scratch");
        product.github.starts_run("acme/api", &run, "hubot");
        product.settle().await;
        product.passes(Duration::from_secs(9 * 60)).await;
        assert_eq!(asked(&product), Vec::<String>::new(), "a pull request may still bring it");
        product.passes(Duration::from_secs(2 * 60)).await;
        let asked = asked(&product);
        assert_eq!(asked.len(), 1, "{asked:#?}");
        assert!(asked[0].contains("On the branch `scratch`"), "{asked:#?}");

        product.github.deletes_branch("acme/api", "scratch", "hubot");
        reads(&product).await;
        assert!(product.github.issues("acme/api").iter().all(|issue| !issue.open), "it is gone");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_run_whose_commit_a_pull_request_carries_is_asked_about_there() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        pushes(&product, "triage", &[(TRIAGE_YML, &on_push())], "hubot");
        let run = RunSpec::of(TRIAGE_YML).on_branch("triage");
        product.github.starts_run("acme/api", &run, "hubot");
        reads(&product).await;
        let number = product.github.opens_pull("acme/api", "triage", "A change", "hubot");
        reads(&product).await;
        product.passes(Duration::from_secs(15 * 60)).await;
        assert_eq!(asked(&product), Vec::<String>::new());
        assert_eq!(conclusion(&product, number), "failure");
        let requests = product.github.requests();
        let reads = requests.iter().filter(|request| request.path.ends_with("/pulls"));
        assert!(
            reads.clone().all(|it| !it.path.contains("/commits/")),
            "what is known is not read"
        );
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_run_that_can_do_no_more_than_the_default_branch_is_no_news() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        pushes(&product, "docs", &[("docs/a.md", "words\n")], "hubot");
        let run = RunSpec::of(".github/workflows/lint.yml").on_branch("docs");
        product.github.starts_run("acme/api", &run, "hubot");
        reads(&product).await;
        product.passes(Duration::from_secs(15 * 60)).await;
        assert_eq!(asked(&product), Vec::<String>::new());
        product.github.finish();
    })
    .await;
}

/// A workflow that a push starts: others start from the default branch only.
fn on_push() -> String {
    TRIAGE.replace("issues:\n    types: [opened]", "push:")
}

fn asked(product: &Product) -> Vec<String> {
    let issues = product.github.issues("acme/api").into_iter().filter(|issue| issue.open);
    issues.map(|issue| issue.body).collect()
}

//! Checks and statuses under our name that somebody else writes.

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_check_of_our_name_by_another_app_is_told_once_and_again_after_a_day() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        let head = product.github.pull("acme/api", number).head_sha;
        for _ in 0..3 {
            let passed = Some("success");
            product.github.reports_check("acme/api", &head, "github-actions", "beholden", passed);
        }
        reads(&product).await;
        let told = told(&product);
        assert_eq!(told.len(), 1, "{told:#?}");
        let (issue, body) = &told[0];
        assert!(body.contains("The App `github-actions` reported a check named `beholden`"));
        assert!(body.contains(&format!("`{}` of `acme/api`", &head[..7])), "{body}");
        assert_eq!(conclusion(&product, number), "failure", "ours says what it said");

        product.github.closes_issue("acme/api", *issue, "octocat");
        reads(&product).await;
        product.github.reports_check("acme/api", &head, "github-actions", "beholden", None);
        reads(&product).await;
        assert!(!product.github.issue("acme/api", *issue).open, "it was read");
        product.passes(Duration::from_secs(25 * 3600)).await;
        product.github.reports_check("acme/api", &head, "github-actions", "beholden", None);
        reads(&product).await;
        assert!(product.github.issue("acme/api", *issue).open, "it goes on");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_status_of_our_name_is_told_and_other_names_are_not() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        let head = product.github.pull("acme/api", number).head_sha;
        product.github.sets_status("acme/api", &head, "ci/build", "success", "hubot");
        product.github.reports_check("acme/api", &head, "github-actions", "build", Some("success"));
        reads(&product).await;
        assert_eq!(told(&product), []);
        product.github.sets_status("acme/api", &head, "beholden", "success", "hubot");
        reads(&product).await;
        let told = told(&product);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].1.contains("The account `hubot` set a commit status named `beholden`"));
        product.github.finish();
    })
    .await;
}

/// The issues that tell of an impostor: number and text.
fn told(product: &Product) -> Vec<(u64, String)> {
    let issues = product.github.issues("acme/api").into_iter();
    let title = "Somebody else reports a check named beholden";
    issues.filter(|it| it.title == title).map(|it| (it.number, it.body)).collect()
}

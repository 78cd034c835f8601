//! What changes around a case: names, policies, whole repositories.

use std::time::Duration;

use beholden::policy::Mode;

use crate::support::Setup;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_renamed_repository_keeps_its_issue_and_its_case() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        product.github.renames_repository("acme/api", "backend", "octocat");
        product.settle().await;
        product.github.comments("acme/backend", 1, "octocat", "/own");
        product.settle().await;
        assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "owned by octocat");
        assert!(!product.github.issue("acme/backend", 1).open);
        assert_eq!(product.ours("acme/backend").len(), 1);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_policy_file_in_home_is_followed_and_a_bad_one_is_not() {
    on_each_database(|base| async move {
        let product =
            Setup::on(&base).policy(|policy| policy.default_mode = Mode::Observe).start().await;
        let minutes = Duration::from_secs(6 * 60);
        product.github.adds_deploy_key("acme/api", "before", false, "octocat");
        product.settle().await;
        assert_eq!(product.github.writes().len(), 0);
        product.github.writes_file("acme/home", "beholden.yml", "mode: comment\n", "octocat");
        product.passes(minutes).await;
        assert_eq!(product.github.writes().len(), 0, "what was there before is no news");
        product.github.adds_deploy_key("acme/api", "after", false, "octocat");
        product.settle().await;
        assert_eq!(product.ours("acme/api").len(), 1);

        product.github.writes_file("acme/home", "beholden.yml", "mode: shout\n", "octocat");
        product.passes(minutes).await;
        product.github.adds_deploy_key("acme/home", "later", false, "monalisa");
        product.settle().await;
        assert_eq!(product.ours("acme/home").len(), 1, "the last good policy counts");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_deleted_repository_takes_its_keys_with_it_and_only_those() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| seed.many(1, 0)).start().await;
        let lost = product.github.adds_deploy_key("acme/repo-0000", "ci", false, "octocat");
        let kept = product.github.adds_deploy_key("acme/api", "ci", false, "monalisa");
        product.settle().await;
        product.github.deletes_repository("acme/repo-0000", "octocat");
        product.settle().await;
        let lost = product.record(&format!("deploy_key/{lost}")).await.unwrap();
        let kept = product.record(&format!("deploy_key/{kept}")).await.unwrap();
        assert!(!lost.identity.is_live() && kept.identity.is_live());
        assert!(product.github.issue("acme/api", 1).open);
    })
    .await;
}

#[tokio::test]
async fn a_repository_that_is_only_deselected_loses_nothing() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        let key = format!("deploy_key/{key}");
        product.settle().await;
        product.github.comments("acme/api", 1, "octocat", "/own");
        product.settle().await;
        product.github.deselects("acme/api");
        product.settle().await;
        product.passes(Duration::from_secs(6 * 60)).await;
        let record = product.record(&key).await.unwrap();
        assert!(record.identity.is_live(), "out of sight is not gone");
        assert_eq!(product.standing(&key).await, "owned by octocat");
    })
    .await;
}

#[tokio::test]
async fn a_delivery_that_comes_twice_says_nothing_twice() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        let mut heard = product.settle().await;
        product.github.comments("acme/api", 1, "octocat", "/own");
        heard.extend(product.settle().await);
        let writes = product.github.writes().len();
        for (webhook, _) in &heard {
            assert!(product.github.redelivers(&webhook.guid), "{}", webhook.name());
        }
        product.settle().await;
        product.passes(Duration::from_secs(600)).await;
        assert_eq!(product.github.writes().len(), writes);
        product.github.finish();
    })
    .await;
}

//! GitHub on its bad days: each issue and each comment of ours stands exactly once.

use std::time::Duration;

use beholden::domain::SurfaceKey;
use github_sim::{Chaos, Fault};

use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

const ISSUES: &str = "/repos/acme/api/issues";
const COMMENTS: &str = "/repos/acme/api/issues/1/comments";

/// Lets everything that was put off happen: the longest wait of the outbox is ten minutes.
async fn time_passes(product: &Product) {
    for _ in 0..8 {
        product.passes(Duration::from_secs(601)).await;
    }
}

/// A key appears and is owned, and this goes wrong when the issue and when the answer is written.
/// `lost` says that our own webhooks never reach us.
async fn survives(base: &Base, fault: &Fault, lag: u64, lost: bool) {
    let product = Setup::on(base).start().await;
    let github = &product.github;
    github.lists_lag(lag);
    github.next_on(fault.clone(), "POST", ISSUES);
    let key = github.adds_deploy_key("acme/api", "ci", false, "octocat");
    if lost {
        let webhooks = github.take_webhooks();
        product.posts(&webhooks[0]).await;
        product.engine.settle().await.unwrap();
        github.take_webhooks();
    }
    product.settle().await;
    time_passes(&product).await;
    let issues = product.ours("acme/api");
    assert_eq!(issues.len(), 1, "{fault:?}: {issues:#?}");

    github.next_on(fault.clone(), "POST", COMMENTS);
    github.comments("acme/api", 1, "octocat", "/own");
    if lost {
        let webhooks = github.take_webhooks();
        let now = product.engine.clock().now();
        product.hears(webhooks.last().unwrap(), now).await;
        product.engine.settle().await.unwrap();
        github.take_webhooks();
    }
    product.settle().await;
    time_passes(&product).await;
    assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "owned by octocat");
    let mut comments = github.comments_of("acme/api", 1);
    comments.retain(|comment| comment.author == "beholden[bot]");
    assert_eq!(comments.len(), 1, "{fault:?}: {comments:#?}");
    assert_eq!(product.ours("acme/api").len(), 1, "{fault:?}");
    assert!(!github.issue("acme/api", 1).open, "{fault:?}");
    assert_eq!(github.faults_waiting(), 0, "{fault:?} happened");
    assert_eq!(product.parked().await, Vec::<String>::new(), "{fault:?}");
    github.finish();
}

/// Everything but the secondary limit, which counts in real minutes.
fn faults() -> Vec<Fault> {
    let mut faults = Fault::disruptive();
    faults.retain(|fault| *fault != Fault::SecondaryLimitNext);
    faults
}

#[tokio::test]
async fn each_issue_and_comment_stands_once_whatever_answer_is_lost() {
    for fault in &faults() {
        on_each_database(|base| async move { survives(&base, fault, 0, false).await }).await;
    }
}

#[tokio::test]
async fn each_stands_once_when_our_own_webhooks_are_lost_too_and_lists_lag() {
    for fault in &faults() {
        on_each_database(|base| async move { survives(&base, fault, 30_000, true).await }).await;
    }
}

#[tokio::test]
async fn what_githubs_secondary_limit_refuses_is_put_off_and_not_tried_again_at_once() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.next_on(Fault::SecondaryLimitNext, "POST", ISSUES);
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        let tried = product
            .github
            .requests()
            .iter()
            .filter(|request| request.method == "POST" && request.path.starts_with(ISSUES))
            .count();
        assert_eq!(tried, 1);
        assert!(product.ours("acme/api").is_empty());
        let case = product.case(&format!("deploy_key/{key}")).await.unwrap();
        let surface = SurfaceKey::issue(&case.id);
        let row = product.engine.store().surface(product.org(), &surface).await.unwrap().unwrap();
        assert_eq!(row.state, beholden::store::OutboxState::Waiting, "{row:?}");
    })
    .await;
}

#[tokio::test]
async fn under_a_storm_of_faults_each_stands_once() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .policy(|policy| policy.home = None)
            .seed(|seed| seed.many(5, 0))
            .start()
            .await;
        let github = &product.github;
        // One request in five goes wrong.
        let storm = |seed| Chaos { seed, probability: 0.03, faults: faults() };
        github.lists_lag(5_000);
        github.chaos(Some(storm(7)));
        let mut keys = Vec::new();
        for repo in 0..5 {
            let repo = format!("acme/repo-{repo:04}");
            keys.push(github.adds_deploy_key(&repo, "ci", false, "octocat"));
            product.settle().await;
        }
        time_passes(&product).await;
        github.chaos(None);
        time_passes(&product).await;
        github.chaos(Some(storm(8)));
        for repo in 0..5 {
            let repo = format!("acme/repo-{repo:04}");
            let ours = product.ours(&repo);
            assert_eq!(ours.len(), 1, "{ours:#?}");
            github.comments(&repo, ours[0].number, "octocat", "/own");
        }
        time_passes(&product).await;
        github.chaos(None);
        time_passes(&product).await;
        for (repo, key) in keys.iter().enumerate() {
            let repo = format!("acme/repo-{repo:04}");
            let ours = product.ours(&repo);
            assert_eq!(ours.len(), 1, "{ours:#?}");
            assert!(!ours[0].open);
            let mut comments = github.comments_of(&repo, ours[0].number);
            comments.retain(|comment| comment.author == "beholden[bot]");
            assert_eq!(comments.len(), 1, "{comments:#?}");
            assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "owned by octocat");
        }
        assert_eq!(product.parked().await, Vec::<String>::new());
    })
    .await;
}

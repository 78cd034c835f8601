//! A sync that is broken off goes on where it stopped; one that waits for its share does too; and
//! two processes do not list one organisation together.

use std::time::Duration;

use beholden::domain::Part;
use beholden::store::{Claim, Lane};
use github_sim::Vault;

use super::{living, titles};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

#[tokio::test]
async fn a_sync_that_is_broken_off_goes_on_where_it_stopped() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| seed.many(30, 2)).start().await;
        for number in 0..30 {
            let repo = format!("acme/repo-{number:04}");
            product.github.stores_secret(&repo, Vault::Actions, "DEPLOY");
        }
        let mut product = product.after_a_crash(&base).await;
        for cut in [3, 40, 111, 200, 290] {
            let stopped = product.github.requests().len() + cut;
            let github = product.github.clone();
            let cut = async {
                while github.requests().len() < stopped {
                    tokio::task::yield_now().await;
                }
            };
            // What is dropped here never hears the answer that it waits for.
            tokio::select! {
                done = product.engine.settle() => done.unwrap(),
                () = cut => {}
            }
            product = product.after_a_crash(&base).await;
        }
        product.passes(Duration::from_secs(120)).await;
        product.settle().await;
        let held = living(&product).await;
        assert_eq!(held.keys().filter(|key| key.starts_with("deploy_key/")).count(), 60);
        assert_eq!(held.keys().filter(|key| key.starts_with("actions_secret/")).count(), 30);
        let listed = |path: &str| {
            let requests = product.github.requests();
            requests.iter().filter(|it| it.path.starts_with(path)).count()
        };
        let again =
            (0..30).filter(|n| listed(&format!("/repos/acme/repo-{n:04}/keys?")) > 1).count();
        assert!(
            again <= 5,
            "{again} repositories were read twice, one for each time it was broken off"
        );
        let issues = titles(&product, &["acme/home", "acme/repo-0000", "acme/repo-0029"]);
        assert_eq!(issues, ["Who owns what was here before Beholden?"]);
    })
    .await;
}

#[tokio::test]
async fn listing_leaves_half_of_the_requests_to_webhooks_and_goes_on_in_the_next_hour() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed| seed.many(30, 1).settings(|it| it.requests_per_hour = Some(300)))
            .listing()
            .start()
            .await;
        let progress = product.engine.progress(product.org()).await.unwrap();
        assert!(progress.due > 0 && progress.baseline.is_none(), "{progress:?}");
        let places = product.engine.store().all_places(product.org()).await.unwrap();
        let spent: u32 = places.iter().map(|place| place.coverage.requests.0).sum();
        assert!((60..165).contains(&spent), "listing took {spent} of 300");
        for _ in 0..4 {
            product.passes(Duration::from_secs(3_700)).await;
        }
        let progress = product.engine.progress(product.org()).await.unwrap();
        assert!(progress.due == 0 && progress.baseline.is_some(), "{progress:?}");
        let held = living(&product).await;
        assert_eq!(held.keys().filter(|key| key.starts_with("deploy_key/")).count(), 30);
    })
    .await;
}

#[tokio::test]
async fn what_one_process_lists_another_does_not_list_beside_it() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let (store, now) = (product.engine.store(), product.engine.clock().now());
        store.wake(product.org(), Lane::Sync, now).await.unwrap();
        let claim = store.claim(Lane::Sync, "another process", now, Duration::from_secs(90)).await;
        let Claim::Lease(lease) = claim.unwrap() else { panic!("nobody else lists") };
        let before = product.github.requests().len();
        let left = product.engine.sync_now(product.org(), &mut |_| ()).await.unwrap();
        assert!(left.due > 0, "{left:?}");
        assert_eq!(product.github.requests().len(), before, "nothing is asked of GitHub");

        assert!(store.finish(&lease, Some(now)).await.unwrap());
        let left = product.engine.sync_now(product.org(), &mut |_| ()).await.unwrap();
        assert_eq!(left.due, 0, "{left:?}");
        assert!(product.github.requests().len() > before);
    })
    .await;
}

#[tokio::test]
async fn a_reading_of_one_part_is_no_baseline_and_puts_off_no_reading_of_all() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| seed.many(5, 1)).start().await;
        product.github.stores_secret("acme/api", Vault::Actions, "FIRST");
        let product = product.lists_only(&[Part::DeployKeys]).await;
        let count = async |product: &Product, kind: &str| {
            living(product).await.keys().filter(|key| key.starts_with(kind)).count()
        };
        assert_eq!(count(&product, "deploy_key/").await, 5, "the part was listed everywhere");
        assert_eq!(count(&product, "actions_secret/").await, 0, "and no other");
        let progress = product.engine.progress(product.org()).await.unwrap();
        assert_eq!(progress.baseline, None, "not all had been listed once");
        assert_eq!(progress.due, progress.places, "everything waits for its first reading");

        let product = product.restarts_listing().await;
        assert_eq!(count(&product, "actions_secret/").await, 1);
        assert!(product.engine.progress(product.org()).await.unwrap().baseline.is_some());
        product.passes(Duration::from_secs(5 * 3_600)).await;
        let product = product.lists_only(&[Part::DeployKeys]).await;
        product.github.stores_secret("acme/api", Vault::Actions, "SECOND");
        let product = product.restarts_listing().await;
        product.passes(Duration::from_secs(2 * 3_600)).await;
        assert_eq!(count(&product, "actions_secret/").await, 2, "on the day it was due");
        product.github.finish();
    })
    .await;
}

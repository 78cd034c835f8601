//! Deliveries that did not arrive: GitHub does not send them again unless it is asked to.

use std::time::Duration;

use beholden::pipeline::Looked;
use beholden::store::MissedState;

use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const SIX_MINUTES: Duration = Duration::from_secs(6 * 60);

#[tokio::test]
async fn what_was_sent_while_we_were_down_is_asked_for_and_decided() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.passes(SIX_MINUTES).await;
        assert_eq!(looks(&product).await, Some(Looked::default()), "nothing was missed");

        product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        assert_eq!(product.github.take_webhooks().len(), 1, "nobody took it");
        product.passes(Duration::from_secs(30)).await;
        assert_eq!(looks(&product).await, None, "another process looked not long ago");
        product.passes(SIX_MINUTES).await;
        let asked = Looked { asked: 1, ..Looked::default() };
        assert_eq!(looks(&product).await, Some(asked));
        product.settle().await;
        assert_eq!(product.github.issues("acme/api").len(), 1, "it has an issue after all");

        product.passes(SIX_MINUTES).await;
        let arrived = Looked { arrived: 1, ..Looked::default() };
        assert_eq!(looks(&product).await, Some(arrived));
        product.passes(SIX_MINUTES).await;
        assert_eq!(looks(&product).await, Some(Looked::default()), "said once");
        assert_eq!(states(&product).await, [MissedState::Arrived]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_never_comes_is_asked_for_five_times_and_named_as_lost() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.github.take_webhooks();
        let mut all = Looked::default();
        for _ in 0..40 {
            product.passes(SIX_MINUTES).await;
            let looked = looks(&product).await.unwrap();
            all.asked += looked.asked;
            all.lost += looked.lost;
            product.github.take_webhooks();
        }
        assert_eq!(all, Looked { asked: 5, lost: 1, arrived: 0 });
        assert_eq!(states(&product).await, [MissedState::Lost]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn after_an_absence_longer_than_githubs_log_the_stretch_is_named_and_all_is_read_again() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        product.passes(SIX_MINUTES).await;
        assert_eq!(looks(&product).await, Some(Looked::default()));
        for _ in 0..3 {
            product.passes(Duration::from_secs(20 * 3_600)).await;
            assert!(looks(&product).await.is_some());
        }
        let log = product.engine.store().delivery_log().await.unwrap();
        assert_eq!(log.unread, [], "days without a delivery are no gap while somebody looks");

        // Five days without us. A key comes, and GitHub forgets that it told of it.
        let gone = product.engine.clock().now();
        product.github.adds_deploy_key("acme/api", "while away", true, "octocat");
        product.github.take_webhooks();
        let away = Duration::from_secs(5 * 24 * 3_600);
        product.github.advance(away);
        product.engine.clock().advance(away);
        assert_eq!(looks(&product).await, Some(Looked::default()), "the log is empty");
        let log = product.engine.store().delivery_log().await.unwrap();
        let [(since, until)] = log.unread[..] else { panic!("{:?}", log.unread) };
        let now = product.engine.clock().now();
        assert!(since <= gone && gone.duration_since(since).as_hours() < 21, "{since} {gone}");
        assert_eq!(now.duration_since(until).as_hours(), 3 * 24, "{until} {now}");
        product.settle().await;
        assert_eq!(product.ours("acme/api").len(), 1, "the listing found the key");

        let page = product.page("/coverage").await;
        assert!(page.contains("cannot be looked up any more"), "{page}");
        assert!(page.contains("Everything that can be read was read again"), "{page}");
        product.github.finish();
    })
    .await;
}

async fn looks(product: &Product) -> Option<Looked> {
    product.engine.look_for_missed().await.unwrap()
}

async fn states(product: &Product) -> Vec<MissedState> {
    let log = product.engine.store().delivery_log().await.unwrap();
    log.missed.iter().map(|missed| missed.state).collect()
}

//! Many deliveries at once: what is saved for a Turn keeps those that come in meanwhile waiting, so
//! fewer are decided together then.

use beholden::policy::Mode;
use futures_util::FutureExt as _;

use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

/// How many Turns it takes to decide forty deliveries, while another one is on its way to the disk or
/// while none is.
async fn turns(product: &Product, others_come: bool) -> i64 {
    for n in 0..40 {
        product.github.adds_deploy_key("acme/api", &format!("ci {n}"), false, "octocat");
    }
    let webhooks = product.github.take_webhooks();
    let now = product.engine.clock().now();
    for webhook in &webhooks {
        product.hears(webhook, now).await;
    }
    let mut other = webhooks[0].clone();
    other.guid = format!("{}-other", other.guid);
    "nothing_that_we_know".clone_into(&mut other.event);
    let mut comes = Box::pin(product.hears(&other, now));
    if others_come {
        assert!((&mut comes).now_or_never().is_none());
    }
    let turn = async || product.engine.store().org(product.org()).await.unwrap().unwrap().turn;
    let before = turn().await;
    product.engine.settle().await.unwrap();
    let turns = turn().await - before;
    comes.await;
    product.engine.settle().await.unwrap();
    turns
}

#[tokio::test]
async fn fewer_are_decided_together_while_others_come_in() {
    on_each_database(|base| async move {
        let product =
            Setup::on(&base).policy(|policy| policy.default_mode = Mode::Observe).start().await;
        turns(&product, false).await;
        let alone = turns(&product, false).await;
        assert_eq!(turns(&product, true).await, alone + 1, "thirty-two and eight");
        let waiting = product.engine.store().stats().await.unwrap().inbox_waiting;
        assert_eq!(waiting, 0, "all are decided");
        product.github.finish();
    })
    .await;
}

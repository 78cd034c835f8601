//! The operator's alarm: nothing is lost when nobody listens, and the order is kept.

use std::time::Duration;

use beholden::policy::Mode;
use http::StatusCode;

use crate::support::alarms::{Alarms, SECRET};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

async fn started(base: &Base, alarms: &Alarms) -> Product {
    Setup::on(base).alarm(alarms.url(), SECRET).start().await
}

#[tokio::test]
async fn an_alert_that_nobody_takes_is_sent_again_with_the_same_id_and_the_next_one_waits() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = started(&base, &alarms).await;
        alarms.answers(StatusCode::INTERNAL_SERVER_ERROR);
        alarms.answers(StatusCode::NOT_FOUND);
        product.github.suspends_installation("acme");
        product.settle().await;
        product.github.unsuspends_installation("acme");
        product.settle().await;
        assert_eq!(alarms.words(), ["blind suspended"], "it was heard, and refused");
        product.passes(Duration::from_secs(30)).await;
        assert_eq!(alarms.words(), ["blind suspended"; 2], "and refused again");
        product.passes(Duration::from_secs(60)).await;
        let words = ["blind suspended", "blind suspended", "blind suspended", "seeing suspended"];
        assert_eq!(alarms.words(), words);
        let taken = alarms.taken();
        assert!(taken[..3].iter().all(|alert| *alert == taken[0]), "{taken:#?}");
        assert_ne!(taken[3]["id"], taken[0]["id"]);
        product.passes(Duration::from_secs(3_600)).await;
        assert_eq!(alarms.words().len(), 4, "what was taken is not sent again");
    })
    .await;
}

#[tokio::test]
async fn an_alert_outlives_the_process_and_holds_nothing_up() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = started(&base, &alarms).await;
        for _ in 0..3 {
            alarms.answers(StatusCode::BAD_GATEWAY);
        }
        product.github.deselects("acme/site");
        product.settle().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        assert_eq!(product.ours("acme/api").len(), 1, "people are asked all the same");
        assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "unowned");

        let product = product.restarts_with(|_| {}).await;
        let mut before = alarms.taken().len();
        while before < 4 {
            product.passes(Duration::from_secs(300)).await;
            assert!(alarms.taken().len() > before, "{:?}", alarms.words());
            before = alarms.taken().len();
        }
        product.passes(Duration::from_secs(3_600)).await;
        assert_eq!(alarms.words(), ["blind deselected"; 4]);
    })
    .await;
}

#[tokio::test]
async fn while_observing_the_operator_is_told_and_github_is_not_written_to() {
    on_each_database(|base| async move {
        let alarms = Alarms::start().await;
        let product = Setup::on(&base)
            .alarm(alarms.url(), SECRET)
            .policy(|policy| policy.default_mode = Mode::Observe)
            .start()
            .await;
        product.github.deselects("acme/api");
        product.settle().await;
        product.github.selects("acme/api");
        product.settle().await;
        assert_eq!(alarms.words(), ["blind deselected", "seeing deselected"]);
        let alert = &alarms.taken()[0];
        assert_eq!(alert["lost"], serde_json::json!(["acme/api"]));
        assert_eq!(alert["organisation"]["login"], "acme");
        assert_eq!(alert["message"], "Repositories were taken out of the installation: acme/api.");
        assert_eq!(product.github.writes().len(), 0);

        // Once people are to be asked, they are told of what is still lost.
        product.github.deselects("acme/site");
        product.settle().await;
        let product = product.restarts_with(|policy| policy.default_mode = Mode::Comment).await;
        product.passes(Duration::from_secs(6 * 60)).await;
        let home = product.ours("acme/home");
        assert!(home.len() == 1 && home[0].body.contains("`acme/site`"), "{home:#?}");
        assert_eq!(alarms.words().len(), 3);
        product.github.finish();
    })
    .await;
}

//! Beholden answers to a human like everything else here: whom its operator or the policy names, or
//! who says so; and while nobody does, the digest says that.

use std::time::Duration;

use super::LATER;
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup, prints};

const CALENDAR: Duration = Duration::from_secs(6 * 60);

async fn ourselves(product: &Product) -> String {
    let org = product.engine.store().org(product.org()).await.unwrap().unwrap();
    org.ourselves().expect("our installation is known").to_string()
}

fn digest(product: &Product) -> String {
    product.github.issues("acme/home")[0].body.clone()
}

#[tokio::test]
async fn while_nobody_answers_for_beholden_the_digest_says_so_and_takes_a_yes() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        product.passes(LATER).await;
        let own = ourselves(&product).await;
        assert_eq!(product.standing(&own).await, "unowned");
        assert!(
            digest(&product).contains(&format!("nobody answers for `{own}`")),
            "{}",
            digest(&product)
        );

        let yes = format!("/own {own} because it is mine");
        product.github.comments("acme/home", 1, "octocat", &yes);
        product.settle().await;
        assert_eq!(product.standing(&own).await, "owned by octocat");
        product.passes(LATER).await;
        assert!(!digest(&product).contains("Beholden is among them"), "{}", digest(&product));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn whom_the_operator_names_answers_for_beholden_until_somebody_else_does() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .policy(|policy| policy.owner = Some("octocat".parse().unwrap()))
            .listing()
            .start()
            .await;
        product.passes(LATER).await;
        let own = ourselves(&product).await;
        assert_eq!(product.standing(&own).await, "owned by octocat");
        assert!(!digest(&product).contains("Beholden is among them"), "{}", digest(&product));
        let listed = prints(&base, &["register"]);
        let first = listed.lines().nth(1).unwrap();
        assert!(first.contains(&own) && first.contains("octocat"), "{listed}");
        let acts = product.record(&own).await.unwrap().acts.len();
        product.passes(CALENDAR).await;
        assert_eq!(product.record(&own).await.unwrap().acts.len(), acts, "taken down once");

        let product = product.restarts_with(|policy| policy.owner = None).await;
        product.passes(CALENDAR).await;
        assert_eq!(product.standing(&own).await, "unowned", "nobody is named any more");
        let stranger = Some("nobody-of-acme".parse().unwrap());
        let product = product.restarts_with(|policy| policy.owner = stranger).await;
        product.passes(CALENDAR).await;
        assert_eq!(product.standing(&own).await, "unowned", "not of this organisation");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn the_policy_file_names_the_owner_of_beholden_too() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        product.passes(LATER).await;
        let own = ourselves(&product).await;
        let policy = "mode: comment\nowner: octocat\n";
        product.github.writes_file("acme/home", "beholden.yml", policy, "octocat");
        product.settle().await;
        product.passes(CALENDAR).await;
        product.passes(CALENDAR).await;
        assert_eq!(product.standing(&own).await, "owned by octocat");
        product.github.finish();
    })
    .await;
}

//! What was there before us is claimed in the digest: many at once, and only by who may.

use std::time::Duration;

use github_sim::{Access, Repository};

use super::LATER;
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const MONAS: usize = 8;

async fn says(product: &Product, who: &str, words: &str) -> Vec<String> {
    let number = product.ours("acme/home")[0].number;
    let before = product.github.comments_of("acme/home", number).len();
    product.github.comments("acme/home", number, who, words);
    product.settle().await;
    let comments = product.github.comments_of("acme/home", number);
    comments.into_iter().skip(before + 1).map(|comment| comment.body).collect()
}

#[tokio::test]
async fn many_are_claimed_in_the_digest_with_one_word() {
    on_each_database(|base| async move {
        let repository = |n: usize| Repository {
            name: format!("service-{n}"),
            collaborators: [("monalisa".to_owned(), Access::Maintain)].into(),
            ..Repository::default()
        };
        let product = Setup::on(&base)
            .seed(|seed| (0..MONAS).fold(seed, |seed, n| seed.repository(repository(n))))
            .start()
            .await;
        let adds = |repo: &str, who: &str| {
            format!("deploy_key/{}", product.github.adds_deploy_key(repo, "ci", false, who))
        };
        let monas: Vec<String> =
            (0..MONAS).map(|n| adds(&format!("acme/service-{n}"), "monalisa")).collect();
        let (api, other) = (adds("acme/api", "octocat"), adds("acme/api", "octocat"));
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        let digest = product.ours("acme/home").remove(0);
        assert!(digest.body.contains("`monalisa`: 8"), "{}", digest.body);
        assert!(digest.body.contains("`/own because …` here takes"), "{}", digest.body);

        // Without a name on anything, and without a say, nothing changes hands.
        let answers = says(&product, "hubot", "/own because I run it").await;
        assert!(answers.iter().all(|it| !it.contains("owns")), "{answers:?}");
        let answers = says(&product, "monalisa", &format!("/own {api} because I want it")).await;
        assert!(answers[0].contains("This takes maintain or admin on `acme/api`"), "{answers:?}");
        assert_eq!(product.standing(&api).await, "unowned");

        let answers = says(&product, "monalisa", "/own because our services deploy").await;
        assert!(answers[0].contains("owns 8 deploy keys now"), "{answers:?}");
        for key in &monas {
            assert_eq!(product.standing(key).await, "owned by monalisa");
        }
        assert_eq!(product.standing(&api).await, "unowned", "it is not hers");
        let answers = says(&product, "monalisa", "/own because there may be more").await;
        assert!(!answers[0].contains("owns"), "{answers:?}");

        says(&product, "octocat", &format!("/own {api} because of the release job")).await;
        assert_eq!(product.standing(&api).await, "owned by octocat");
        assert_eq!(product.standing(&other).await, "unowned", "only what was named");
        product.passes(LATER).await;
        let digest = product.ours("acme/home").remove(0);
        assert!(!digest.body.contains("monalisa"), "{}", digest.body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_is_new_is_not_taken_in_the_digest() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.adds_deploy_key("acme/api", "old", false, "octocat");
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        let new = product.github.adds_deploy_key("acme/api", "new", false, "octocat");
        product.settle().await;
        let new = format!("deploy_key/{new}");
        let answers = says(&product, "octocat", &format!("/own {new} because")).await;
        assert!(answers.iter().all(|it| !it.contains("owns")), "{answers:?}");
        assert_eq!(product.standing(&new).await, "unowned", "its own case asks, with its findings");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn the_digest_says_day_by_day_how_many_waited() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let keys: Vec<String> = (0..4)
            .map(|n| {
                product.github.adds_deploy_key("acme/api", &format!("ci {n}"), false, "octocat")
            })
            .map(|key| format!("deploy_key/{key}"))
            .collect();
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        // Beholden itself is the fifth.
        let mut expected = vec![5];
        for day in 1..=7 {
            if let Some(key) = keys.get(day / 2).filter(|_| day % 2 == 0) {
                says(&product, "octocat", &format!("/own {key} because of the release")).await;
            }
            product.passes(Duration::from_secs(24 * 3_600)).await;
            expected.push(5 - (day / 2).min(4));
        }
        let digest = product.ours("acme/home").remove(0);
        let (_, past) = digest.body.split_once("### How many waited\n\n").unwrap();
        let points: Vec<&str> = past.lines().next().unwrap().split(" · ").collect();
        let read = |point: &&str| point.rsplit_once(": ").unwrap().1.parse().unwrap();
        assert_eq!(points.iter().map(read).collect::<Vec<usize>>(), expected, "{points:?}");
        let days: std::collections::BTreeSet<&str> =
            points.iter().filter_map(|point| Some(point.rsplit_once(": ")?.0)).collect();
        assert_eq!(days.len(), 8, "a day each: {points:?}");
        assert_eq!(product.ours("acme/home").len(), 1, "one issue, edited in place");
        product.github.finish();
    })
    .await;
}

//! Nobody makes us talk without end: ten answers to one person within an hour, and every word of
//! theirs still counts.

use std::time::Duration;

use github_sim::{Access, CommentView};

use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

async fn asked(base: &Base) -> (Product, String) {
    let product = Setup::on(base).start().await;
    let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
    product.github.changes_collaborator("acme/api", "monalisa", Access::Maintain, "octocat");
    product.settle().await;
    (product, format!("deploy_key/{key}"))
}

/// How many replies we wrote, and the reactions to the last comment of a person.
fn heard(product: &Product, comment: u64) -> (usize, Vec<String>) {
    let comments = product.github.comments_of("acme/api", 1);
    let ours = |comment: &&CommentView| comment.author == "beholden[bot]";
    let reactions = comments.iter().find(|one| one.id == comment).unwrap().reactions.clone();
    (comments.iter().filter(ours).count(), reactions)
}

#[tokio::test]
async fn after_ten_answers_a_person_is_heard_and_not_answered_until_the_hour_is_over() {
    on_each_database(|base| async move {
        let (product, key) = asked(&base).await;
        let says = async |login: &str, words: &str| {
            let comment = product.github.comments("acme/api", 1, login, words);
            product.passes(Duration::from_secs(60)).await;
            heard(&product, comment)
        };
        for n in 1..=10 {
            let (replies, reactions) = says("octocat", "/explain").await;
            assert_eq!((replies, reactions.len()), (n, 1));
        }
        let last = product.github.comments_of("acme/api", 1).pop().unwrap();
        assert!(last.body.contains("the last of 10 answers within an hour"), "{}", last.body);

        let (replies, reactions) = says("octocat", "/own because it deploys").await;
        assert_eq!((replies, reactions.len()), (10, 0), "no answer");
        assert_eq!(product.standing(&key).await, "owned by octocat", "and yet it counts");
        assert!(!product.github.issue("acme/api", 1).open, "the issue itself is kept right");
        let (replies, reactions) = says("monalisa", "/help").await;
        assert_eq!((replies, reactions.len()), (11, 1), "others are answered");

        product.passes(Duration::from_secs(50 * 60)).await;
        let (replies, reactions) = says("octocat", "/disown").await;
        assert_eq!((replies, reactions.len()), (12, 1), "the first answer is an hour old");
        assert_eq!(product.standing(&key).await, "unowned");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn the_same_words_heard_twice_are_one_answer_and_edited_ones_another() {
    on_each_database(|base| async move {
        let (product, _) = asked(&base).await;
        let comment = product.github.comments("acme/api", 1, "octocat", "/help");
        let webhook = product.settle().await.into_iter().find(|(webhook, _)| {
            webhook.event == "issue_comment" && webhook.payload()["sender"]["login"] == "octocat"
        });
        let user = beholden::domain::UserId(product.github.user_id("octocat") as i64);
        let answered = async || {
            let need = beholden::register::Need::Answered(user);
            let loaded = product.engine.store().load(product.org(), &[need]).await.unwrap();
            let [(_, beholden::register::Loaded::Answered(answered))] = &loaded[..] else {
                panic!("{loaded:?}")
            };
            answered.len()
        };
        assert_eq!(answered().await, 1);
        let (mut again, _) = webhook.unwrap();
        again.guid = format!("{}-again", again.guid);
        product.hears(&again, product.engine.clock().now()).await;
        product.settle().await;
        assert_eq!(answered().await, 1);
        product.github.advance(Duration::from_secs(5));
        product.github.edits_comment(comment, "octocat", "/explain");
        product.settle().await;
        assert_eq!(answered().await, 2);
        assert_eq!(heard(&product, comment).0, 1, "one reply, edited");
        product.github.finish();
    })
    .await;
}

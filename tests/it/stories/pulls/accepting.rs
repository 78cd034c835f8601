//! Who may accept what a pull request grants, and what an acceptance covers.

use super::*;
use crate::support::databases::on_each_database;

/// What was answered in the conversation, last.
fn answer(product: &Product, number: u64) -> String {
    let comments = product.github.comments_of("acme/api", number);
    let mut ours = comments.into_iter().filter(|comment| comment.author == "beholden[bot]");
    ours.next_back().map(|comment| comment.body).unwrap_or_default()
}

#[tokio::test]
async fn a_yes_takes_the_button_where_it_is_high_and_the_merge_fills_the_register() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        product.github.comments("acme/api", number, "octocat", "/own until 90d for #7");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "action_required", "{}", answer(&product, number));
        assert!(answer(&product, number).contains("I answer for this"));

        let run = check(&product, number);
        product.github.presses_check_button("acme/api", run.id, "accept", "octocat");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "success", "{}", answer(&product, number));
        assert_eq!(check(&product, number).title, "Everything it grants has an owner");

        product.github.merges_pull("acme/api", number, "octocat");
        reads(&product).await;
        let filter = beholden::store::Filter::default();
        let store = product.engine.store();
        let held = store.register_page(product.org(), &filter, None, 100).await.unwrap().items;
        let owned: Vec<String> = held
            .iter()
            .filter(|record| record.identity.is_live() && record.ownership.is_owned())
            .map(|record| record.identity.key.kind().to_string())
            .collect();
        assert!(owned.contains(&"ai_agent".to_owned()), "{owned:?}");
        assert!(product.ours("acme/api").is_empty(), "nothing is left to ask");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn neither_its_author_nor_who_pushed_accepts_it() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "octocat");
        reads(&product).await;
        product.github.comments("acme/api", number, "octocat", "/own because it is mine");
        reads(&product).await;
        assert!(answer(&product, number).contains("somebody else"), "{}", answer(&product, number));
        let run = check(&product, number);
        product.github.presses_check_button("acme/api", run.id, "accept", "octocat");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "failure");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_wider_push_between_the_sentence_and_the_yes_is_not_covered() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        let wider = TRIAGE.replace("contents: write", "contents: write\n  actions: write");
        pushes(&product, "triage", &[(TRIAGE_YML, &wider)], "hubot");
        product.github.comments("acme/api", number, "octocat", "/own because it sorts issues");
        reads(&product).await;
        assert!(
            answer(&product, number).contains("somebody pushed"),
            "{}",
            answer(&product, number)
        );
        assert_eq!(conclusion(&product, number), "neutral");
        product.github.comments("acme/api", number, "octocat", "/own because it sorts issues");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "success", "{}", answer(&product, number));

        let widest = wider.replace("actions: write", "actions: write\n  packages: write");
        pushes(&product, "triage", &[(TRIAGE_YML, &widest)], "hubot");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "neutral", "wider power asks again");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn words_in_a_thread_are_about_its_line_and_help_is_anybodys() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        product.github.comments("acme/api", number, "octocat", "/help");
        reads(&product).await;
        assert_eq!(answer(&product, number), "", "another bot may be meant");
        product.github.comments("acme/api", number, "octocat", "@beholden help");
        reads(&product).await;
        assert!(answer(&product, number).contains("/own"));
        let line = product.github.line_comments("acme/api", number).remove(0);
        product.github.replies_to_line(
            "acme/api",
            number,
            line.id,
            "octocat",
            "/own because it is good",
        );
        reads(&product).await;
        let thread = product.github.line_comments("acme/api", number);
        assert!(
            thread.iter().any(|it| it.author == "beholden[bot]" && it.reply_to == Some(line.id))
        );
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_approval_proposes_its_author_and_accepts_nothing() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        product.github.approves_pull("acme/api", number, "octocat");
        reads(&product).await;
        let filter = beholden::store::Filter::default();
        let store = product.engine.store();
        let held = store.register_page(product.org(), &filter, None, 100).await.unwrap().items;
        let words: Vec<&str> = held.iter().map(|record| record.ownership.word()).collect();
        assert_eq!(words, ["proposed"], "{held:#?}");
        assert_eq!(conclusion(&product, number), "failure");
        product.github.finish();
    })
    .await;
}

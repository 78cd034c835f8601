//! What is left as it is until a date: nobody answers for it, nobody is asked, and then again.

use super::*;
use crate::support::databases::on_each_database;

const DAY: u64 = 86_400;

/// What was answered in the conversation, last.
fn answer(product: &Product, number: u64) -> String {
    let comments = product.github.comments_of("acme/api", number);
    let mut ours = comments.into_iter().filter(|comment| comment.author == "beholden[bot]");
    ours.next_back().map(|comment| comment.body).unwrap_or_default()
}

#[tokio::test]
async fn an_exception_ends_at_its_date_and_the_open_pull_request_asks_again() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        let early = "/except until 10d because the old inbox closes soon";
        product.github.comments("acme/api", number, "octocat", early);
        reads(&product).await;
        let words = "/except 1 until 30d because the old inbox closes then";
        product.github.comments("acme/api", number, "octocat", words);
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "success", "{}", answer(&product, number));
        assert_eq!(check(&product, number).title, "Nothing it grants waits for an owner");
        let summary = check(&product, number).summary;
        assert!(summary.contains("left as it is until"), "{summary}");
        assert!(answer(&product, number).contains("Nobody answers for it meanwhile"));

        product.passes(Duration::from_secs(29 * DAY)).await;
        assert_eq!(conclusion(&product, number), "success");
        product.passes(Duration::from_secs(2 * DAY)).await;
        assert_eq!(conclusion(&product, number), "neutral", "the date came");
        assert_eq!(check(&product, number).title, "1 grant waits for an owner");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn it_goes_with_the_merge_and_an_issue_asks_when_the_date_comes() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        let words = "/except until 30d because the old inbox closes then";
        product.github.comments("acme/api", number, "octocat", words);
        reads(&product).await;
        product.github.merges_pull("acme/api", number, "octocat");
        reads(&product).await;
        assert!(product.ours("acme/api").is_empty(), "{:#?}", product.ours("acme/api"));
        product.passes(Duration::from_secs(31 * DAY)).await;
        let issues = product.ours("acme/api");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].open && issues[0].body.contains("exception-over"), "{issues:#?}");
        product.github.comments(
            "acme/api",
            issues[0].number,
            "octocat",
            "/own all because it stays",
        );
        reads(&product).await;
        assert!(!product.ours("acme/api")[0].open, "{:#?}", product.ours("acme/api"));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_wider_push_is_not_left_and_what_takes_a_button_takes_an_owner() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        product.github.comments("acme/api", number, "octocat", "/except until 30d because of it");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "success", "{}", answer(&product, number));
        let wider = TRIAGE.replace("contents: write", "contents: write\n  actions: write");
        pushes(&product, "triage", &[(TRIAGE_YML, &wider)], "hubot");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "neutral", "wider power asks again");

        let product = product.restarts_with(|policy| policy.default_mode = Mode::Require).await;
        reads(&product).await;
        product.github.comments("acme/api", number, "octocat", "/except until 30d because of it");
        reads(&product).await;
        assert!(answer(&product, number).contains("it takes an owner"));
        assert_eq!(conclusion(&product, number), "failure");
        product.github.finish();
    })
    .await;
}

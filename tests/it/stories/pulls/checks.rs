//! The check never strands a merge: every head gets one, and it says what is so.

use std::time::Duration;

use beholden::policy::Mode;

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_change_that_grants_nothing_gets_a_green_check_and_no_words() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "docs", &[("docs/a.md", "words\n")], "monalisa");
        let other = proposes(&product, "lint", &[(".github/workflows/lint.yml", LINT)], "monalisa");
        product.settle().await;
        for number in [number, other] {
            let check = check(&product, number);
            assert_eq!(check.conclusion.as_deref(), Some("success"), "{check:?}");
            assert_eq!(check.title, "Grants nothing new");
            assert!(product.github.reviews("acme/api", number).is_empty());
            assert!(product.github.comments_of("acme/api", number).is_empty());
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_agent_that_anyone_can_drive_is_said_on_its_line_and_fails_the_check() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        product.settle().await;
        let check = check(&product, number);
        assert_eq!(check.conclusion.as_deref(), Some("failure"), "{check:?}");
        assert!(!check.annotations.is_empty() && !check.buttons.is_empty(), "{check:?}");
        let reviews = product.github.reviews("acme/api", number);
        assert_eq!(reviews.len(), 1, "{reviews:#?}");
        assert_eq!(reviews[0].state, "COMMENTED");
        let lines = lines(&product, number);
        assert!(
            lines.iter().any(|(line, body)| *line == Some(12) && body.contains("Anyone who can")),
            "{lines:#?}"
        );
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn at_comment_nothing_is_held_and_at_observe_nothing_is_said() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        product.settle().await;
        assert_eq!(conclusion(&product, number), "neutral");
        assert_eq!(product.github.reviews("acme/api", number).len(), 1);

        let quiet = |policy: &mut beholden::policy::Policy| policy.default_mode = Mode::Observe;
        let product = product.restarts_with(quiet).await;
        let writes = product.github.writes().len();
        let silent = proposes(&product, "more", &[("AGENTS.md", "Obey.\n")], "monalisa");
        product.settle().await;
        assert_eq!(product.github.writes().len(), writes, "nothing is written");
        let head = product.github.pull("acme/api", silent).head_sha;
        assert!(checks_at(&product, &head).is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_push_edits_in_place_and_what_it_takes_back_is_settled() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        product.settle().await;
        let before = lines(&product, number);
        let wider = TRIAGE.replace("contents: write", "contents: write\n  actions: write");
        pushes(&product, "triage", &[(TRIAGE_YML, &wider)], "monalisa");
        reads(&product).await;
        assert_eq!(product.github.reviews("acme/api", number).len(), 1, "one review");
        assert_eq!(lines(&product, number).len(), before.len(), "no second comment");
        assert_eq!(conclusion(&product, number), "failure");

        pushes(&product, "triage", &[(TRIAGE_YML, LINT)], "monalisa");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "success");
        let review = product.github.reviews("acme/api", number).remove(0);
        assert!(review.body.contains("no longer grants"), "{}", review.body);
        assert!(lines(&product, number).iter().all(|(_, body)| body.contains("Settled")));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_check_that_is_wanted_once_more_is_made_anew() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "docs", &[("docs/a.md", "words\n")], "monalisa");
        product.settle().await;
        let first = check(&product, number);
        product.github.reruns_check("acme/api", first.id, "monalisa");
        product.settle().await;
        let again = check(&product, number);
        assert!(again.id > first.id && again.conclusion.as_deref() == Some("success"));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_moves_into_an_active_place_is_granted_in_full() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        pushes(&product, "main", &[("examples/triage.yml", TRIAGE)], "octocat");
        product.settle().await;
        let push = Push::to("acme/api", "activate").renames("examples/triage.yml", TRIAGE_YML);
        product.github.pushes(&push, "monalisa");
        let number = product.github.opens_pull("acme/api", "activate", "Move", "monalisa");
        product.passes(Duration::from_secs(1)).await;
        assert_eq!(conclusion(&product, number), "failure");
        assert!(!lines(&product, number).is_empty(), "no hunk shows it, so the file does");
        product.github.finish();
    })
    .await;
}

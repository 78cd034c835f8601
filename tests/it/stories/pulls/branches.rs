//! Branches: what is merged without a yes, and what is pushed past everybody.

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn what_is_merged_without_a_yes_becomes_an_issue() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        reads(&product).await;
        product.github.merges_pull("acme/api", number, "octocat");
        reads(&product).await;
        let issues = product.ours("acme/api");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].open && issues[0].body.contains("agent-anyone-can-drive"), "{issues:#?}");
        assert!(issues[0].body.contains("@octocat"), "who merged is proposed: {}", issues[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_is_pushed_to_the_default_branch_becomes_an_issue_and_its_end_is_seen() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        pushes(&product, "main", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        reads(&product).await;
        let issues = product.ours("acme/api");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains("@monalisa"), "{}", issues[0].body);
        let push = Push::to("acme/api", "main").removes(TRIAGE_YML);
        product.github.pushes(&push, "octocat");
        reads(&product).await;
        assert!(!product.ours("acme/api")[0].open, "nothing is left of it");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn when_the_base_moves_what_is_proposed_onto_it_is_judged_again() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "failure");
        pushes(&product, "main", &[(TRIAGE_YML, TRIAGE)], "octocat");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "success", "the branch already gives it");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_repository_that_begins_with_an_agent_is_asked_about() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| seed.many(1, 0)).start().await;
        let repo = "acme/repo-0000";
        product.github.pushes(&Push::to(repo, "main").writes(TRIAGE_YML, TRIAGE), "monalisa");
        reads(&product).await;
        let issues = product.ours(repo);
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains("@monalisa"), "{}", issues[0].body);
        product.github.finish();
    })
    .await;
}

//! How a change came: told beside what it grants, and never without it.

use super::*;
use crate::support::databases::on_each_database;

/// `TRIAGE` without its agent's power: nobody minds it.
const HARMLESS: &str = "\
name: triage
on:
  issues:
    types: [opened]
permissions: {}
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - run: echo hello
";

const LINT_YML: &str = ".github/workflows/lint.yml";

/// The rules about how a change came that are named in a text.
fn oddities(text: &str) -> Vec<&'static str> {
    let rules = beholden::rules::origins::ALL.iter().map(|rule| rule.id);
    rules.filter(|rule| text.contains(rule)).collect()
}

/// `acme/api` with a workflow that `octocat` wrote.
async fn with_a_workflow(base: &Base) -> Product {
    let product = Setup::on(base).start().await;
    pushes(&product, "main", &[(LINT_YML, LINT)], "octocat");
    reads(&product).await;
    product
}

#[tokio::test]
async fn a_thief_who_pushes_as_a_bot_with_a_harmless_message_is_told_of_in_full() {
    on_each_database(|base| async move {
        let product = with_a_workflow(&base).await;
        let push = Push::to("acme/api", "main")
            .writes(TRIAGE_YML, TRIAGE)
            .message("docs: fix typo @acme/everyone")
            .authored_by("dependabot[bot]@acme.invalid");
        product.github.pushes(&push, "monalisa");
        reads(&product).await;
        let issues = product.ours("acme/api");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        let body = &issues[0].body;
        assert_eq!(oddities(body).len(), 4, "{body}");
        for words in [
            "GitHub knows no pull request",
            "first change of a workflow here by `monalisa`",
            "whom GitHub knows no account of, as its author",
            "`monalisa` pushed it",
            "which is about documentation, and it grants this",
        ] {
            assert!(body.contains(words), "{words}: {body}");
        }
        assert!(!body.contains("@acme/everyone"), "{body}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn who_works_as_usual_hears_nothing_of_it() {
    on_each_database(|base| async move {
        let product = with_a_workflow(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "octocat");
        reads(&product).await;
        let said = lines(&product, number);
        assert!(said.len() == 1 && oddities(&said[0].1).is_empty(), "{said:#?}");
        product.github.merges_pull("acme/api", number, "monalisa");
        reads(&product).await;
        let issues = product.ours("acme/api");
        assert_eq!(issues.len(), 1, "nobody said yes: {issues:#?}");
        assert!(oddities(&issues[0].body).is_empty(), "{}", issues[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_colleague_who_pushed_before_the_pull_request_was_opened_borrows_no_name() {
    on_each_database(|base| async move {
        let product = with_a_workflow(&base).await;
        pushes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        reads(&product).await;
        pushes(&product, "triage", &[("notes.md", "words\n")], "octocat");
        let number = product.github.opens_pull("acme/api", "triage", "A change", "octocat");
        reads(&product).await;
        let said = lines(&product, number);
        assert!(said.len() == 1 && oddities(&said[0].1).is_empty(), "{said:#?}");

        let forged =
            Push::to("acme/api", "forged").writes(TRIAGE_YML, TRIAGE).authored_by("monalisa");
        product.github.pushes(&forged, "octocat");
        let number = product.github.opens_pull("acme/api", "forged", "A change", "octocat");
        reads(&product).await;
        let said = lines(&product, number);
        assert_eq!(oddities(&said[0].1), ["borrowed-name"], "{said:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_message_is_held_against_its_own_commit_only() {
    on_each_database(|base| async move {
        let product = with_a_workflow(&base).await;
        let spaced = TRIAGE.replace("steps:\n", "steps:\n\n");
        let honest = Push::to("acme/api", "honest")
            .writes(TRIAGE_YML, TRIAGE)
            .message("Let an agent sort issues")
            .and_then()
            .writes(TRIAGE_YML, &spaced)
            .message("chore: format");
        let merge = Push::to("acme/api", "hidden")
            .writes(TRIAGE_YML, HARMLESS)
            .message("Sort issues")
            .and_then()
            .writes(TRIAGE_YML, TRIAGE)
            .message("Merge branch 'main' into hidden");
        for (branch, push, found) in [("honest", honest, false), ("hidden", merge, true)] {
            product.github.pushes(&push, "octocat");
            let number = product.github.opens_pull("acme/api", branch, "A change", "octocat");
            reads(&product).await;
            let said = lines(&product, number);
            assert_eq!(said.len(), 1, "{branch}: {said:#?}");
            let odd = oddities(&said[0].1);
            assert_eq!(odd.contains(&"misleading-message"), found, "{branch}: {said:#?}");
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_revert_that_brings_back_more_than_was_there_is_told_of() {
    on_each_database(|base| async move {
        let product = with_a_workflow(&base).await;
        pushes(&product, "main", &[(TRIAGE_YML, HARMLESS)], "octocat");
        let push = Push::to("acme/api", "main").removes(TRIAGE_YML).message("Remove triage");
        let removed = product.github.pushes(&push, "octocat");
        reads(&product).await;
        for (branch, text, found) in [("back", TRIAGE, true), ("same", HARMLESS, false)] {
            let message = format!("Revert \"Remove triage\"\n\nThis reverts commit {removed}.");
            let push = Push::to("acme/api", branch).writes(TRIAGE_YML, text).message(&message);
            product.github.pushes(&push, "octocat");
            let number = product.github.opens_pull("acme/api", branch, "A change", "octocat");
            reads(&product).await;
            let said: Vec<_> = lines(&product, number).into_iter().map(|it| it.1).collect();
            let odd = oddities(&said.concat()).contains(&"misleading-message");
            assert_eq!(odd, found, "{branch}: {said:#?}");
        }
        product.github.finish();
    })
    .await;
}

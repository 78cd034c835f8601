//! A merge queue is judged as a whole, and never left waiting.

use github_sim::{MergeMethod, Rules};

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_queue_of_three_gets_its_checks_and_what_has_an_owner_passes() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let app = product.github.app().id;
        let rules = Rules::new().check_of("beholden", app).queue();
        product.github.demands("acme/api", "main", &rules, "octocat");
        let docs = proposes(&product, "docs", &[("docs/a.md", "words\n")], "monalisa");
        let triage = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        let lint = proposes(&product, "lint", &[(".github/workflows/lint.yml", LINT)], "monalisa");
        reads(&product).await;
        product.github.comments("acme/api", triage, "octocat", "/own because it sorts issues");
        reads(&product).await;
        for number in [docs, triage, lint] {
            assert_eq!(conclusion(&product, number), "success");
            product.github.enqueues("acme/api", number, "octocat");
        }
        reads(&product).await;
        for number in [docs, triage, lint] {
            assert!(product.github.pull("acme/api", number).merged.is_some(), "{number} waits");
        }
        let left = product.ours("acme/api");
        assert!(left.is_empty(), "{left:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_yes_that_is_taken_back_while_a_group_waits_changes_its_check() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        product.github.comments("acme/api", number, "octocat", "/own because it sorts issues");
        reads(&product).await;
        // Another check is not back on the group, so that it waits.
        let rules =
            Rules::new().check_of("beholden", product.github.app().id).check("slow tests").queue();
        product.github.demands("acme/api", "main", &rules, "octocat");
        let proposed = product.github.pull("acme/api", number).head_sha;
        let passed = Some("success");
        product.github.reports_check("acme/api", &proposed, "github-actions", "slow tests", passed);
        product.github.enqueues("acme/api", number, "octocat");
        reads(&product).await;
        let head = product.github.queue("acme/api", "main").remove(0).1;
        let group = || checks_at(&product, &head).pop().unwrap();
        assert_eq!(group().conclusion.as_deref(), Some("success"), "{:?}", group());
        product.github.comments("acme/api", number, "octocat", "/disown");
        reads(&product).await;
        assert_eq!(group().conclusion.as_deref(), Some("neutral"), "{:?}", group());
        assert_eq!(checks_at(&product, &head).len(), 1, "edited in place");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_group_with_something_that_nobody_answers_for_says_so() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        let rules = Rules::new().check_of("beholden", product.github.app().id).queue();
        product.github.demands("acme/api", "main", &rules, "octocat");
        product.github.enqueues("acme/api", number, "octocat");
        let head = product.github.queue("acme/api", "main").remove(0).1;
        product.settle().await;
        let group = checks_at(&product, &head).pop().unwrap();
        assert_eq!(group.conclusion.as_deref(), Some("neutral"), "{group:?}");
        assert!(group.summary.contains("Anyone who can open an issue"), "{group:?}");
        assert!(product.github.pull("acme/api", number).merged.is_some(), "nothing was held");
        assert_eq!(product.ours("acme/api").len(), 1, "it is asked about afterwards");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn who_merges_past_the_rule_is_asked_afterwards() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let rules = Rules::new().check_of("beholden", product.github.app().id);
        product.github.demands("acme/api", "main", &rules, "octocat");
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        reads(&product).await;
        let refused =
            product.github.tries_to_merge("acme/api", number, MergeMethod::Squash, "monalisa");
        assert!(refused.is_err(), "the check is required and fails");
        let bypass = rules.bypassed_by(github_sim::BypassActor::organization_owners());
        product.github.demands("acme/api", "main", &bypass, "octocat");
        let merged = product.github.merges_past_the_rules(
            "acme/api",
            number,
            MergeMethod::Squash,
            "octocat",
        );
        assert!(merged.is_ok(), "{merged:?}");
        reads(&product).await;
        let issues = product.ours("acme/api");
        assert!(issues.iter().any(|issue| issue.body.contains("@octocat")), "{issues:#?}");
    })
    .await;
}

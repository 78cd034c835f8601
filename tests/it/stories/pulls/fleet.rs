//! A template's change in many repositories is one conversation.

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn the_same_change_in_many_repositories_is_one_case_in_home() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| seed.many(8, 0)).start().await;
        let repos: Vec<String> = (0..8).map(|n| format!("acme/repo-{n:04}")).collect();
        let mut pulls = Vec::new();
        for repo in &repos {
            product
                .github
                .pushes(&Push::to(repo, "main").writes("README.md", "words\n"), "octocat");
            let push = Push::to(repo, "triage").writes(TRIAGE_YML, TRIAGE);
            product.github.pushes(&push, "hubot");
            pulls.push(product.github.opens_pull(repo, "triage", "Template", "hubot"));
            product.settle().await;
        }
        let issues = product.ours("acme/home");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(
            issues[0].open && issues[0].body.contains("in 8 repositories"),
            "{}",
            issues[0].body
        );
        let review = product.github.reviews(&repos[7], pulls[7]).remove(0);
        assert!(review.body.contains("in one place"), "{}", review.body);
        assert_eq!(product.github.line_comments(&repos[7], pulls[7]).len(), 0, "one linking line");

        reads(&product).await;
        product.github.comments(
            "acme/home",
            issues[0].number,
            "octocat",
            "/own all because it is ours",
        );
        reads(&product).await;
        for (repo, number) in repos.iter().zip(&pulls) {
            let head = product.github.pull(repo, *number).head_sha;
            let checks = product.github.checks(repo, &head);
            let last = checks.iter().max_by_key(|check| check.id).unwrap();
            assert_eq!(last.conclusion.as_deref(), Some("success"), "{repo}: {last:?}");
        }
        assert!(!product.ours("acme/home")[0].open);
    })
    .await;
}

//! A template's change in many repositories is one conversation.

use std::collections::BTreeSet;

use github_sim::Repository;

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

#[tokio::test]
async fn a_template_in_hundreds_of_repositories_is_one_case_and_one_yes() {
    on_each_database(|base| async move {
        // More than one table, one burst or one statement takes. Eight hundred say the same, and take
        // a minute of the processor.
        let count = if base.is_postgres() { 60 } else { 250 };
        let repos: Vec<String> = (0..count).map(|n| format!("acme/service-{n:04}")).collect();
        let seeded = repos.clone();
        let product = Setup::on(&base)
            .policy(|policy| policy.default_mode = Mode::Require)
            .seed(|seed| {
                let seed = seeded.iter().fold(seed, |seed, name| {
                    seed.repository(Repository {
                        name: name.trim_start_matches("acme/").to_owned(),
                        files: [("README.md".to_owned(), "words\n".to_owned())].into(),
                        ..Repository::default()
                    })
                });
                // GitHub lets an hour bring five hundred things; here only what is said counts.
                seed.settings(|it| {
                    it.requests_per_hour = Some(1_000_000);
                    it.content_per_minute = 1_000_000;
                    it.content_per_hour = 1_000_000;
                    it.check_schemas = false;
                })
            })
            .start()
            .await;
        let mut pulls = Vec::new();
        for repo in &repos {
            let push = Push::to(repo, "triage").writes(TRIAGE_YML, TRIAGE);
            product.github.pushes(&push, "hubot");
            pulls.push(product.github.opens_pull(repo, "triage", "Template", "hubot"));
        }
        reads(&product).await;
        let issues = product.ours("acme/home");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        let body = &issues[0].body;
        assert!(body.contains(&format!("in {count} repositories")), "{body}");
        assert!(body.chars().count() < 65_536, "{}", body.chars().count());
        let listed: BTreeSet<&String> =
            repos.iter().filter(|repo| body.contains(&format!("`{repo}`"))).collect();
        assert_eq!(listed.len(), count, "all of them are listed");
        for (repo, number) in repos.iter().zip(&pulls) {
            let reviews = product.github.reviews(repo, *number);
            assert_eq!(reviews.len(), 1, "{repo}");
            assert!(reviews[0].body.contains("in one place"), "{repo}: {}", reviews[0].body);
            assert_eq!(last(&product, repo, *number), "failure", "{repo}");
        }

        product.github.comments("acme/home", issues[0].number, "octocat", "/own all because ours");
        reads(&product).await;
        let run = checks_of(&product, &repos[0], pulls[0]).pop().unwrap();
        product.github.presses_check_button(&repos[0], run.id, "accept", "octocat");
        reads(&product).await;
        let waits: Vec<&String> = repos
            .iter()
            .zip(&pulls)
            .filter(|(repo, number)| last(&product, repo, **number) != "success")
            .map(|(repo, _)| repo)
            .collect();
        assert!(waits.is_empty(), "{} wait: {:?}", waits.len(), waits.first());
        assert!(!product.ours("acme/home")[0].open);
        product.github.finish();
    })
    .await;
}

fn checks_of(product: &Product, repo: &str, number: u64) -> Vec<CheckView> {
    let head = product.github.pull(repo, number).head_sha;
    let mut checks = product.github.checks(repo, &head);
    checks.retain(|check| check.app == "beholden");
    checks.sort_by_key(|check| check.id);
    checks
}

fn last(product: &Product, repo: &str, number: u64) -> String {
    let last = checks_of(product, repo, number).pop();
    last.and_then(|check| check.conclusion).unwrap_or_else(|| "none yet".to_owned())
}

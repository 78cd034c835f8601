//! References to code of others: most move as their owners release, and nobody hears of it; what moves
//! as it should not is told once, with everybody who takes it.

use beholden::domain::{Part, Seen};
use github_sim::{Fault, Organization, Push, Repository, Seed, Visibility};

use super::{LATER, seen, titles};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

pub(super) const LINT: &str = "octo-org/lint";

pub(super) const LINT_YML: &str = ".github/workflows/lint.yml";

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

/// A workflow that hands a secret to the action at a reference.
pub(super) fn lints_at(reference: &str) -> String {
    format!(
        "name: lint\non: push\npermissions:\n  contents: read\njobs:\n  check:\n    runs-on: \
         ubuntu-latest\n    steps:\n      - uses: octo-org/lint@{reference}\n        with:\n          \
         token: ${{{{ secrets.LINT_TOKEN }}}}\n"
    )
}

/// The action, and workflows of `acme` that take it at these references.
pub(super) fn linted(mut seed: Seed, takers: &[(&str, &str)]) -> Seed {
    for repository in &mut seed.organizations[0].repositories {
        let taker = takers.iter().find(|(name, _)| *name == repository.name);
        if let Some((_, reference)) = taker {
            repository.files.insert(LINT_YML.to_owned(), lints_at(reference));
        }
    }
    let files = [("action.yml".to_owned(), "name: lint\n".to_owned())];
    seed.organization(Organization {
        login: "octo-org".to_owned(),
        owners: vec!["octocat".to_owned()],
        repositories: vec![Repository {
            name: "lint".to_owned(),
            visibility: Visibility::Public,
            files: files.into(),
            ..Repository::default()
        }],
        ..Organization::default()
    })
}

/// `acme` once its files and the references in them were looked at.
pub(super) async fn watching(base: &Base, takers: &[(&str, &str)]) -> Product {
    let product = Setup::on(base).seed(|seed| linted(seed, takers)).start().await;
    tags(&product, &["v1.0.0", "v2.0.0", "v4", "v4.1.2"], "main");
    product.github.take_webhooks();
    let product = product.restarts_listing().await;
    product.passes(LATER).await;
    product
}

pub(super) fn tags(product: &Product, tags: &[&str], at: &str) {
    product.github.pushes_tags(LINT, tags, at, "octocat");
}

pub(super) fn works(product: &Product, push: Push) -> String {
    product.github.pushes(&push, "octocat")
}

/// A commit that is on no branch, like one of a fork.
pub(super) fn beside(product: &Product) -> String {
    let commit = works(product, Push::to(LINT, "gone").writes("dist.js", "steal()\n"));
    product.github.deletes_branch(LINT, "gone", "octocat");
    commit
}

fn told(product: &Product, repo: &str) -> Vec<github_sim::IssueView> {
    let mut issues = product.ours(repo);
    issues.retain(|issue| issue.title == "References to code of others moved as they should not");
    issues
}

/// The history of the organisation, as sentences.
pub(super) async fn history(product: &Product) -> String {
    let store = product.engine.store();
    let lines = store.timeline(product.org(), None, 200).await.unwrap();
    format!("{:?}", lines.iter().map(|line| &line.entry.change).collect::<Vec<_>>())
}

#[tokio::test]
async fn every_tag_moved_to_a_commit_of_nobodys_branch_is_one_issue_with_all_who_take_it() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4"), ("site", "v4.1.2")]).await;
        let before = product.github.commit_at(LINT, "v4");
        let theirs = beside(&product);
        tags(&product, &["v1.0.0", "v2.0.0", "v4", "v4.1.2"], &theirs);
        product.passes(LATER).await;
        let issues = told(&product, "acme/home");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        let body = &issues[0].body;
        for words in [
            "`acme/api`",
            "`acme/site`",
            "the secret `LINT_TOKEN`",
            "tags-moved-together",
            "impostor-commit",
            "version-tag-moved",
            &format!("`v4` of `octo-org/lint`: `{before}` became `{theirs}`"),
            "workflows of 2 repositories",
        ] {
            assert!(body.contains(words), "{words}: {body}");
        }
        assert!(told(&product, "acme/site").is_empty() && told(&product, "acme/api").is_empty());
        let all = titles(&product, &REPOS);
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS), all, "told once");

        // Taken back by its owner.
        tags(&product, &["v1.0.0", "v2.0.0", "v4", "v4.1.2"], &before);
        product.passes(LATER).await;
        let issues = told(&product, "acme/home");
        assert!(!issues[0].open && issues[0].body.contains("Put right"), "{issues:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_release_moves_its_major_tag_and_nobody_hears_of_it() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4"), ("site", "main")]).await;
        let all = titles(&product, &REPOS);
        for version in ["v4.2.0", "v4.2.1"] {
            works(&product, Push::to(LINT, "main").writes("dist.js", version));
            tags(&product, &["v4", "v4.2", version], "main");
            product.passes(LATER).await;
        }
        assert_eq!(titles(&product, &REPOS), all);
        let history = history(&product).await;
        assert_eq!(history.matches("`v4` of `octo-org/lint` moved forward").count(), 2);
        assert_eq!(history.matches("`main` of `octo-org/lint` moved forward").count(), 2);
        assert_eq!(
            seen(&product, "acme", Part::References).await,
            Some((Seen::Complete, String::new()))
        );
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn the_tag_of_one_release_that_moves_is_told_in_the_repository_that_takes_it() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4.1.2")]).await;
        works(&product, Push::to(LINT, "main").writes("dist.js", "4.1.2 again\n"));
        tags(&product, &["v4.1.2"], "main");
        product.passes(LATER).await;
        let issues = told(&product, "acme/api");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains("version-tag-moved"), "{}", issues[0].body);
        assert!(!issues[0].body.contains("impostor-commit"), "{}", issues[0].body);
        assert!(told(&product, "acme/home").is_empty());

        product.github.closes_issue("acme/api", issues[0].number, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        assert!(!told(&product, "acme/api")[0].open, "whoever closes it has read it");
        works(&product, Push::to(LINT, "main").writes("dist.js", "and again\n"));
        tags(&product, &["v4.1.2"], "main");
        product.passes(LATER).await;
        let issues = told(&product, "acme/api");
        assert!(issues.len() == 1 && issues[0].open, "it moved once more: {issues:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_branch_that_was_rewritten_is_told() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "main")]).await;
        works(&product, Push::to(LINT, "main").writes("dist.js", "1\n"));
        product.passes(LATER).await;
        assert!(told(&product, "acme/api").is_empty());
        works(&product, Push::to(LINT, "main").starting_at("v4").writes("dist.js", "2\n"));
        product.passes(LATER).await;
        let issues = told(&product, "acme/api");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains("`main` moved sideways"), "{}", issues[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_unknown_and_compared_with_what_was_seen_last() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4.1.2"), ("site", "v9")]).await;
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!(word, Seen::Partial);
        assert!(why.contains("1 of 2") && why.contains("no branch or tag"), "{why}");
        product.github.always("/octo-org/lint/commits/v4.1.2", Fault::Refuse { status: 404 });
        works(&product, Push::to(LINT, "main").writes("dist.js", "4.1.2 again\n"));
        tags(&product, &["v4.1.2", "v9"], "main");
        product.passes(LATER).await;
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!(word, Seen::Partial);
        assert!(why.contains("1 of 2") && why.contains("404"), "{why}");
        assert!(told(&product, "acme/api").is_empty() && told(&product, "acme/home").is_empty());
        product.github.works_again();
        product.passes(LATER).await;
        assert_eq!(told(&product, "acme/api").len(), 1);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_move_that_github_does_not_tell_about_now_is_followed_up_later() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4")]).await;
        let theirs = beside(&product);
        tags(&product, &["v4"], &theirs);
        product.github.always(&format!("...{theirs}"), Fault::Refuse { status: 502 });
        product.passes(LATER).await;
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert!(word == Seen::Partial && why.contains("502"), "{word:?} {why}");
        assert!(told(&product, "acme/api").is_empty());
        product.github.works_again();
        product.passes(LATER).await;
        let issues = told(&product, "acme/api");
        assert!(issues.len() == 1 && issues[0].body.contains("impostor-commit"), "{issues:#?}");
        product.github.finish();
    })
    .await;
}

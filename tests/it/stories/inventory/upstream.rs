//! Code of others that is not what its name says: a commit that belongs to no branch or tag of the
//! repository that it is taken from, and a repository that went into other hands.

use beholden::domain::{Came, Part, Seen};
use beholden::store::{PlaceSave, Save};
use github_sim::{Fault, IssueView, Organization, Push, Request, Visibility};

use super::references::{LINT, LINT_YML, beside, history, linted, lints_at, tags, watching, works};
use super::{LATER, seen, titles};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

/// What is told in home, and nowhere else.
fn told(product: &Product) -> Vec<IssueView> {
    let of = |repo: &str| {
        let mut issues = product.ours(repo);
        issues.retain(|issue| issue.title == "Code of others is not what its name says");
        issues
    };
    assert!(of("acme/api").is_empty() && of("acme/site").is_empty());
    of("acme/home")
}

/// Holds the action of a repository's workflow to this reference, and lets all of it be looked at.
async fn takes(product: &Product, repo: &str, reference: &str) {
    product.github.writes_file(repo, LINT_YML, &lints_at(reference), "octocat");
    product.settle().await;
    product.passes(LATER).await;
}

/// How often something was compared with a commit.
fn compared(product: &Product, commit: &str) -> usize {
    let asked = product.github.requests();
    let compares = |it: &&Request| it.path.contains("/compare/") && it.path.contains(commit);
    asked.iter().filter(compares).count()
}

#[tokio::test]
async fn a_commit_of_nobodys_branch_that_workflows_are_held_to_is_told_with_all_who_take_it() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4"), ("site", "v4")]).await;
        let theirs = beside(&product);
        takes(&product, "acme/api", &theirs).await;
        let issues = told(&product);
        assert_eq!(issues.len(), 1, "{issues:#?}");
        for words in [
            &format!("The commit `{theirs}` is on no branch of `octo-org/lint`"),
            "impostor-commit",
            "the secret `LINT_TOKEN`",
            "workflows of 1 repository",
        ] {
            assert!(issues[0].body.contains(words), "{words}: {}", issues[0].body);
        }

        takes(&product, "acme/site", &theirs).await;
        product.passes(LATER * 4).await;
        let (issues, all) = (told(&product), titles(&product, &REPOS));
        assert_eq!(issues.len(), 1, "told once: {issues:#?}");
        assert!(issues[0].body.contains("`acme/site`"), "both are named: {}", issues[0].body);
        product.passes(LATER * 4).await;
        assert_eq!(titles(&product, &REPOS), all, "told once");

        let before = compared(&product, &theirs);
        takes(&product, "acme/site", "v4").await;
        takes(&product, "acme/api", "v4").await;
        let issues = told(&product);
        assert!(!issues[0].open && issues[0].body.contains("**Settled.**"), "{issues:#?}");
        let all = history(&product).await;
        assert_eq!(all.matches(&format!("The commit `{theirs}`")).count(), 1, "{all}");
        product.passes(LATER * 4).await;
        assert_eq!(compared(&product, &theirs), before, "nobody takes it any more");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_belongs_is_asked_about_once() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4")]).await;
        let main = product.github.commit_at(LINT, "main");
        // One that only a tag names, as where each release is built beside the branches.
        let tagged = beside(&product);
        tags(&product, &["v5.0.0"], &tagged);
        takes(&product, "acme/api", &main).await;
        takes(&product, "acme/site", &tagged.to_uppercase()).await;
        let asked = (compared(&product, &main), compared(&product, &tagged));
        assert_eq!(asked, (1, 1), "the default branch is asked about first");
        product.passes(LATER * 8).await;
        assert_eq!((compared(&product, &main), compared(&product, &tagged)), asked);
        assert!(told(&product).is_empty());
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!((word, why.as_str()), (Seen::Complete, ""));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_was_there_when_the_files_were_first_read_is_a_line_in_the_history() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| linted(seed, &[("api", "v4")])).start().await;
        let theirs = beside(&product);
        product.github.writes_file("acme/api", LINT_YML, &lints_at(&theirs), "octocat");
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        product.passes(LATER).await;
        product.passes(LATER).await;
        assert!(told(&product).is_empty());
        let lines = history(&product).await;
        assert_eq!(lines.matches(&format!("The commit `{theirs}`")).count(), 1, "{lines}");
        // Where it was there from the start, another change of the file makes it no news.
        let same = format!("{}# As before.\n", lints_at(&theirs));
        product.github.writes_file("acme/api", LINT_YML, &same, "octocat");
        product.settle().await;
        product.passes(LATER * 8).await;
        assert!(told(&product).is_empty());
        // Where it was not, it is.
        takes(&product, "acme/site", &theirs).await;
        let issues = told(&product);
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains("`acme/site`"), "{}", issues[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_cannot_be_looked_for_is_unknown_and_looked_for_again() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4")]).await;
        let theirs = beside(&product);
        product.github.always(&format!("...{theirs}"), Fault::Refuse { status: 502 });
        takes(&product, "acme/api", &theirs).await;
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!(word, Seen::Partial);
        assert!(why.contains("1 of 1 commits") && why.contains("502"), "{why}");
        assert!(told(&product).is_empty());
        product.github.works_again();
        product.passes(LATER).await;
        assert_eq!(told(&product).len(), 1);

        // A commit that nobody has.
        let nowhere = "0123456789abcdef0123456789abcdef01234567";
        takes(&product, "acme/api", nowhere).await;
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!(word, Seen::Partial);
        assert!(why.contains("octo-org/lint has no commit `0123456`"), "{why}");
        assert!(!told(&product)[0].open, "it is not taken any more");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_register_of_an_older_program_gets_what_is_new_without_a_case() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| linted(seed, &[("site", "main")])).start().await;
        tags(&product, &["v4"], "main");
        let theirs = beside(&product);
        product.github.writes_file("acme/api", LINT_YML, &lints_at(&theirs), "octocat");
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        product.passes(LATER).await;

        // As a program left it that looked at no code of others.
        let (store, org) = (product.engine.store(), product.org());
        for mut place in store.all_places(org).await.unwrap() {
            let turn = store.begin(org, product.engine.clock().now()).await.unwrap();
            let mut save = Save::default();
            if let Some(repo) = place.repo {
                save.delta.taken.push((repo, Vec::new(), Came::ByTheWay));
            }
            place.coverage.parts.remove(&Part::References);
            if let Some(files) = place.coverage.parts.get_mut(&Part::Files) {
                assert!(files.tags.remove("uses").is_some());
            }
            save.place = Some(PlaceSave { place, add: Vec::new(), drop: Vec::new() });
            store.save(&turn, &save).await.unwrap();
        }
        for (pinned, _) in store.pins(org).await.unwrap() {
            let turn = store.begin(org, product.engine.clock().now()).await.unwrap();
            let mut save = Save::default();
            save.delta.pins.push((pinned.repo, pinned.commit, None));
            store.save(&turn, &save).await.unwrap();
        }
        let all = titles(&product, &REPOS);
        product.passes(LATER).await;
        product.passes(LATER).await;
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!((word, why.as_str()), (Seen::Complete, ""));
        let pins = store.pins(org).await.unwrap();
        assert_eq!(pins.len(), 1, "it is looked at again: {pins:?}");
        assert_eq!(store.references(org).await.unwrap().len(), 1);
        assert_eq!(titles(&product, &REPOS), all, "what was there opens no case");

        // From now on what comes is news, also a commit that was there elsewhere.
        takes(&product, "acme/site", &theirs).await;
        assert_eq!(told(&product).len(), 1);
        let other = works(&product, Push::to(LINT, "also-gone").writes("dist.js", "steal(more)\n"));
        product.github.deletes_branch(LINT, "also-gone", "octocat");
        takes(&product, "acme/site", &other).await;
        let issues = told(&product);
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains(&other), "{}", issues[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_repository_that_goes_to_another_owner_is_told_and_worse_when_its_name_is_taken() {
    on_each_database(|base| async move {
        let labs = |mut seed: github_sim::Seed| {
            seed.organizations.push(Organization {
                login: "octo-labs".to_owned(),
                owners: vec!["octocat".to_owned()],
                ..Organization::default()
            });
            seed
        };
        let product = Setup::on(&base)
            .seed(|seed| labs(linted(seed, &[("api", "main"), ("site", "main")])))
            .start()
            .await;
        product.github.take_webhooks();
        let product = product.restarts_listing().await;
        product.passes(LATER).await;
        product.github.renames_repository(LINT, "linter", "octocat");
        product.passes(LATER).await;
        assert!(told(&product).is_empty(), "its owner only calls it otherwise");
        assert!(history(&product).await.contains("is called `octo-org/linter` by its owner now"));

        product.github.transfers("octo-org/linter", "octo-labs", "octocat");
        product.passes(LATER).await;
        let issues = told(&product);
        assert_eq!(issues.len(), 1, "{issues:#?}");
        for words in
            ["source-moved", "`octo-labs/linter`", "`acme/api`", "`acme/site`", "LINT_TOKEN"]
        {
            assert!(issues[0].body.contains(words), "{words}: {}", issues[0].body);
        }
        product.github.closes_issue("acme/home", issues[0].number, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        assert!(!told(&product)[0].open, "whoever closes it has read it");

        product.github.creates_repository(LINT, Visibility::Public, "octocat");
        product.passes(LATER).await;
        let issues = told(&product);
        assert!(issues.len() == 1 && issues[0].open, "something else became of it: {issues:#?}");
        assert!(issues[0].body.contains("critical"), "{}", issues[0].body);
        assert!(issues[0].body.contains("source-replaced"), "{}", issues[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_owner_who_gives_up_the_name_is_told() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4")]).await;
        product.github.renames_organization("octo-org", "octo-labs", "octocat");
        product.passes(LATER).await;
        let issues = told(&product);
        assert_eq!(issues.len(), 1, "{issues:#?}");
        let body = &issues[0].body;
        assert!(body.contains("The owner of `octo-org/lint` has another name now"), "{body}");
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!((word, why.as_str()), (Seen::Complete, ""), "it is still read where it is");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_repository_that_is_deleted_is_told_once_and_one_that_never_answered_is_unknown() {
    on_each_database(|base| async move {
        let product = watching(&base, &[("api", "v4"), ("site", "v4")]).await;
        product.github.deletes_repository(LINT, "octocat");
        product.passes(LATER).await;
        let issues = told(&product);
        assert_eq!(issues.len(), 1, "{issues:#?}");
        let body = &issues[0].body;
        assert!(
            body.contains("source-gone") && body.contains("owner's account is there"),
            "{body}"
        );
        product.github.renames_organization("octo-org", "octo-labs", "octocat");
        product.passes(LATER).await;
        let issues = told(&product);
        assert!(issues[0].open && issues[0].body.contains("registers it"), "{issues:#?}");

        let elsewhere = lints_at("v1").replace("octo-org/lint", "octo-org/secret");
        product.github.writes_file("acme/site", ".github/workflows/b.yml", &elsewhere, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
        assert_eq!(word, Seen::Partial);
        assert!(why.contains("octo-org/secret does not answer: gone or private"), "{why}");
        assert_eq!(told(&product).len(), 1, "what never answered is not said to be gone");
        product.github.finish();
    })
    .await;
}

//! A large organisation: exactly what is there is found, for so many requests and no more, and the
//! baseline is one issue.

use std::collections::BTreeSet;

use beholden::domain::{Breadth, Part, Seen};
use github_sim::{KeySeed, Level, Repository, Seed, Sim, Vault};

use super::{LATER, living, other_app, titles, with_apps};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const REPOSITORIES: usize = 500;
const APPS: usize = 40;

/// 500 repositories with 3 deploy keys each, and secrets, webhooks and runners in every fifth.
fn town(mut seed: Seed) -> Seed {
    for number in 0..REPOSITORIES {
        let key = |n: usize| KeySeed {
            title: format!("key {n} of {number}"),
            read_only: n > 0,
            ..KeySeed::default()
        };
        seed = seed.repository(Repository {
            name: format!("repo-{number:04}"),
            keys: (0..3).map(key).collect(),
            files: [("README.md".to_owned(), format!("# {number}\n"))].into(),
            ..Repository::default()
        });
    }
    let apps = (0..APPS).map(|n| other_app(&format!("vendor-{n:02}"), "contents", Level::Read));
    with_apps(seed, apps)
}

/// Fills the town; gives back the keys of what nobody tells of.
fn fill(github: &Sim) -> BTreeSet<String> {
    let org = github.org_id("acme");
    let mut keys = BTreeSet::new();
    for number in (0..REPOSITORIES).step_by(5) {
        let name = format!("acme/repo-{number:04}");
        let repo = github.repo_id(&name);
        github.stores_secret(&name, Vault::Actions, "DEPLOY");
        github.stores_secret(&name, Vault::Dependabot, "NPM");
        let hook = github.adds_webhook(&name, "https://ci.acme.invalid/x", &["push"]);
        let runner = github.registers_runner(&name, "box", false);
        keys.insert(format!("actions_secret/{repo}:repo:deploy"));
        keys.insert(format!("dependabot_secret/{repo}:repo:npm"));
        keys.insert(format!("webhook/{hook}"));
        keys.insert(format!("self_hosted_runner/{org}:{runner}:box"));
    }
    for n in 0..60 {
        github.stores_secret("acme", Vault::Actions, &format!("SHARED_{n}"));
        keys.insert(format!("actions_secret/{org}:org:shared_{n}"));
    }
    keys
}

/// Requests of all places since they were last read, and how many were answered "unchanged".
async fn requests(product: &Product) -> (u32, u32) {
    let places = product.engine.store().all_places(product.org()).await.unwrap();
    let each = places.iter().map(|place| place.coverage.requests);
    each.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
}

#[tokio::test]
async fn five_hundred_repositories_are_listed_whole_for_a_dozen_requests_each() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed| town(seed).settings(|it| it.requests_per_hour = Some(100_000)))
            .start()
            .await;
        let quiet = fill(&product.github);
        let product = product.restarts_listing().await;
        let held: BTreeSet<String> = living(&product).await.into_keys().collect();
        let missing: Vec<&String> = quiet.difference(&held).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let count = |kind: &str| held.iter().filter(|key| key.starts_with(kind)).count();
        assert_eq!(count("deploy_key/"), 3 * REPOSITORIES);
        assert_eq!(count("app_installation/"), APPS + 1);
        let expected = quiet.len() + 3 * REPOSITORIES + APPS + 1;
        assert_eq!(held.len(), expected, "nothing that is not there");
        assert!(expected >= 2_000, "{expected}");

        let (cold, _) = requests(&product).await;
        let repositories = (REPOSITORIES + 3) as f64;
        let cold_each = f64::from(cold) / repositories;
        assert!(cold_each <= 12.0, "{cold_each:.2} requests a repository");
        for place in product.engine.store().all_places(product.org()).await.unwrap() {
            let breadth = place.repo.map_or(Breadth::Organization, |_| Breadth::Repository);
            for part in Part::of(breadth) {
                // No file there grants anything, and no coding agent is let in.
                let in_vain = part.serves_files() || part.serves_coding_agent();
                let expected = if in_vain { Seen::Unsupported } else { Seen::Complete };
                let seen = place.coverage.parts[&part].seen;
                assert_eq!(seen, expected, "{:?} {part}", place.repo);
            }
        }
        let issues = titles(&product, &["acme/home", "acme/api", "acme/site", "acme/repo-0000"]);
        assert_eq!(issues, ["Who owns what was here before Beholden?"]);
        let digest = product.ours("acme/home").remove(0);
        assert!(digest.body.chars().count() < 60_000, "{}", digest.body.chars().count());

        product.passes(LATER).await;
        let (quiet, unchanged) = requests(&product).await;
        let quiet_each = f64::from(quiet - unchanged) / repositories;
        assert!(quiet_each < 1.0, "{quiet_each:.2} uncached requests a repository");
        println!(
            "cold: {cold} requests, {cold_each:.2} a repository; quiet: {quiet} requests, \
             {unchanged} unchanged, {quiet_each:.2} uncached a repository"
        );

        let key = product.github.adds_deploy_key("acme/repo-0007", "new", false, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        let issues = titles(&product, &["acme/home", "acme/repo-0007"]);
        assert_eq!(issues.len(), 2, "the digest, and one case: {issues:?}");
        assert!(product.case(&format!("deploy_key/{key}")).await.is_some());
    })
    .await;
}

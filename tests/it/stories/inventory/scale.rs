//! A large organisation: exactly what is there is found, for so many requests and no more, and the
//! baseline is one issue.

mod rows;
mod town;

use std::collections::{BTreeMap, BTreeSet};

use beholden::domain::{Access, Breadth, Part, Seen};
use github_sim::{Level, Seed, Sim};

use super::{LATER, living, titles};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};
use rows::{Row, Rows};
use town::REPOSITORIES;

/// Requests of all places since they were last read, and how many were answered "unchanged".
async fn requests(product: &Product) -> (u32, u32) {
    let places = product.engine.store().all_places(product.org()).await.unwrap();
    let each = places.iter().map(|place| place.coverage.requests);
    each.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
}

/// How often each route was asked for since so many requests, the most first.
fn by_route(github: &Sim, since: usize) -> String {
    let mut routes: BTreeMap<String, u32> = BTreeMap::new();
    for request in &github.requests()[since..] {
        let path = request.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let route = match parts[..] {
            ["repos", _, _, ..] => format!(
                "/repos/* {}",
                parts[3..].iter().take(2).copied().collect::<Vec<_>>().join("/")
            ),
            _ => format!("/{}", parts.iter().take(4).copied().collect::<Vec<_>>().join("/")),
        };
        *routes.entry(route).or_default() += 1;
    }
    let mut routes: Vec<(String, u32)> = routes.into_iter().collect();
    routes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let lines = routes.iter().filter(|(_, count)| *count >= 10);
    lines.map(|(route, count)| format!("  {count:>6} {route}\n")).collect()
}

/// What Beholden's own installation is granted in every story.
fn our_own_permissions() -> Vec<(String, Access)> {
    let seed = Seed::acme();
    let granted = seed.apps[0].permissions.iter().map(|(name, level)| {
        let access = if *level == Level::Write { Access::Write } else { Access::Read };
        (name.clone(), access)
    });
    granted.chain([("metadata".to_owned(), Access::Read)]).collect()
}

/// Each difference by name, as many as are read.
fn differences(held: &Rows, planted: &Rows) -> Vec<String> {
    let keys: BTreeSet<&String> = held.keys().chain(planted.keys()).collect();
    let differing = keys.into_iter().filter(|key| held.get(*key) != planted.get(*key));
    let line = |key: &String| {
        format!("{key}\n  held    {:?}\n  planted {:?}", held.get(key), planted.get(key))
    };
    differing.take(20).map(line).collect()
}

#[tokio::test]
async fn five_hundred_repositories_are_listed_whole_for_a_dozen_requests_each() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .policy(town::machines)
            .seed(|seed| town::town(seed).settings(|it| it.requests_per_hour = Some(100_000)))
            .start()
            .await;
        let mut planted = town::planted(&product.github, &our_own_permissions());
        planted.extend(town::fill(&product.github));
        assert!(planted.len() >= 2_000, "{}", planted.len());
        let before = product.github.requests().len();
        let product = product.restarts_listing().await;
        let held = living(&product).await;
        let held: Rows =
            held.iter().map(|(key, record)| (key.clone(), Row::from(record))).collect();
        let differing = differences(&held, &planted);
        assert!(differing.is_empty(), "{}", differing.join("\n"));
        let kinds = town::kinds(&planted);
        assert_eq!(kinds.len(), 15, "{kinds:?}");

        let (cold, _) = requests(&product).await;
        let repositories = (REPOSITORIES + 3) as f64;
        let cold_each = f64::from(cold) / repositories;
        println!("asked for at first:\n{}", by_route(&product.github, before));
        assert!(cold_each <= 12.0, "{cold_each:.2} requests a repository");
        let with_files: BTreeSet<i64> =
            town::with_files().map(|name| product.github.repo_id(&name) as i64).collect();
        for place in product.engine.store().all_places(product.org()).await.unwrap() {
            let breadth = place.repo.map_or(Breadth::Organization, |_| Breadth::Repository);
            for part in Part::of(breadth) {
                // Where no file grants anything, and no coding agent is let in, they are not asked for.
                let is_asked = place.repo.is_none_or(|repo| with_files.contains(&repo.0));
                let in_vain = part.serves_files() || part.serves_coding_agent();
                let expected =
                    if in_vain && !is_asked { Seen::Unsupported } else { Seen::Complete };
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

//! What hangs together: an App and its account, what it added, a secret and what reads it, a vendor's
//! things, a person's things; and ourselves, with what we may do and why.

use beholden::register::Bond;
use github_sim::{Level, Vault};

use super::{LATER, living, other_app, with_apps};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup, prints};

/// What hangs together with an identity, a line each.
pub(super) async fn joined(product: &Product, key: &str) -> Vec<String> {
    let record = product.record(key).await.unwrap_or_else(|| panic!("{key} is not held"));
    let joined = product.engine.store().joined(product.org(), &record).await.unwrap();
    let line = |(bond, other): &(Bond, _)| {
        let other: &beholden::register::Record = other;
        format!("{} {}", bond.words(), other.identity.key)
    };
    joined.iter().map(line).collect()
}

#[tokio::test]
async fn an_app_its_account_and_the_keys_it_added_hang_together() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed| with_apps(seed, [other_app("circleci", "administration", Level::Write)]))
            .listing()
            .start()
            .await;
        let key = product.github.adds_deploy_key("acme/api", "deploys", true, "circleci[bot]");
        product.settle().await;
        product.passes(LATER).await;
        let held = living(&product).await;
        let is_app = |it: &&String| it.starts_with("app_installation/") && !it.ends_with(":bot");
        let app =
            held.keys().filter(is_app).find(|key| held[*key].identity.name.raw() == "circleci");
        let app = app.expect("the App is listed").clone();
        let account = held.keys().find(|key| key.ends_with(":bot")).expect("it acted").clone();
        let said = joined(&product, &app).await;
        assert!(said.contains(&format!("the same App as {account}")), "{said:?}");
        assert!(said.contains(&format!("gave access to deploy_key/{key}")), "{said:?}");
        let said = joined(&product, &format!("deploy_key/{key}")).await;
        assert!(said.contains(&format!("given access by {app}")), "{said:?}");

        product.github.stores_secret("acme/api", Vault::Actions, "CIRCLECI_TOKEN");
        product.github.stores_secret("acme/api", Vault::Actions, "OTHER_TOKEN");
        product.passes(LATER).await;
        let printed = prints(&base, &["register", "--vendor", "CircleCI"]);
        for thing in [&app, &format!("deploy_key/{key}"), "actions_secret/401:repo:circleci_token"]
        {
            assert!(printed.contains(thing), "{thing}: {printed}");
        }
        assert!(!printed.contains("other_token"), "{printed}");
        assert!(printed.contains("store a new value under its name"), "{printed}");
        let printed = prints(&base, &["register", "--vendor", "circleci", "--since", "2099-01-01"]);
        assert!(printed.contains("older than 2099-01-01"), "{printed}");
        product.github.finish();
    })
    .await;
}

const READS: &str = "\
on: push
jobs:
  release:
    runs-on: ubuntu-latest
    environment: production
    permissions:
      contents: write
    steps:
      - run: ./publish
        env:
          TOKEN: ${{ secrets.NPM_TOKEN }}
";

#[tokio::test]
async fn a_secret_names_what_reads_it_and_the_reader_names_the_secret() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        product.github.stores_secret("acme/api", Vault::Actions, "NPM_TOKEN");
        product.passes(LATER).await;
        product.github.writes_file("acme/api", ".github/workflows/release.yml", READS, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        let secret = "actions_secret/401:repo:npm_token";
        let said = joined(&product, secret).await;
        let reader = said.iter().find_map(|line| line.strip_prefix("read by "));
        let reader = reader.unwrap_or_else(|| panic!("nothing reads it: {said:?}"));
        let said = joined(&product, reader).await;
        assert!(said.contains(&format!("reads {secret}")), "{said:?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_persons_things_are_listed_and_so_are_we_with_our_reasons() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        let printed = prints(&base, &["register", "--person", "octocat"]);
        assert!(printed.contains(&format!("gave access to       deploy_key/{key}")), "{printed}");

        let org = product.engine.store().org(product.org()).await.unwrap().unwrap();
        let own = org.ourselves().expect("our installation is known").to_string();
        let listed = prints(&base, &["register"]);
        let first = listed.lines().nth(1).unwrap();
        assert!(first.contains(&own), "the first row is ours: {listed}");
        assert_eq!(listed.matches(&own).count(), 1, "{listed}");
        let printed = prints(&base, &["explain", &own]);
        assert!(printed.contains("contents: read, because of the policy file"), "{printed}");
        product.github.finish();
    })
    .await;
}

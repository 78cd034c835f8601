//! What a vendor holds after an incident at the vendor's, tracked until the last of it is rotated.

use std::time::Duration;

use github_sim::{PatSpec, Person, Role, Vault};
use serde_json::{Value, json};

use super::LATER;
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup, prints};

const DAYS: Duration = Duration::from_secs(2 * 24 * 3_600);

/// Today, as a day of an incident: what was there before is older than it.
fn today(product: &Product) -> String {
    product.engine.clock().now().strftime("%Y-%m-%d").to_string()
}

/// The first line about a vendor. Command line, page and API all say it.
async fn line(product: &Product, base: &Base, vendor: &str, since: &str) -> String {
    let asked = ["register", "--vendor", vendor, "--since", since];
    let printed = prints(base, &asked);
    let line = printed.lines().next().unwrap().to_owned();
    let page = product.page(&format!("/vendors/{vendor}?since={since}")).await;
    assert!(page.contains(&line), "{line} is not on the page: {page}");
    let json: Value =
        serde_json::from_str(&prints(base, &[&asked[..], &["--json"]].concat())).unwrap();
    assert_eq!(json["line"], line);
    let api = product.page(&format!("/api/v1/vendors/{vendor}?since={since}&limit=500")).await;
    let mut api: Value = serde_json::from_str(&api).unwrap();
    let mut printed = json;
    assert_eq!(printed.as_object_mut().unwrap().remove("coverage").unwrap(), api["coverage"]);
    assert_eq!(printed, api["vendor"].take(), "one shape for both");
    line
}

/// How one thing of a vendor's stands, with its sentence.
fn stands(base: &Base, vendor: &str, since: &str, key: &str) -> String {
    let sheet = prints(base, &["register", "--vendor", vendor, "--since", since, "--csv"]);
    let row = sheet.lines().find(|row| row.contains(&format!("\"{key}\"")));
    row.unwrap_or_else(|| panic!("{key} is not in {sheet}")).to_owned()
}

/// I-03: a vendor's own incident. Keys, secrets and an OAuth app are left in its hands, one key by
/// somebody who is gone.
#[tokio::test]
async fn a_vendor_that_was_broken_into_holds_something_until_the_last_key_is_another() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let github = product.github.clone();
        let left = github.adds_deploy_key("acme/api", "CircleCI", false, "monalisa");
        let key = github.adds_deploy_key("acme/site", "Circle-CI", true, "octocat");
        github.adds_deploy_key("acme/site", "travis", true, "octocat");
        github.stores_secret("acme/api", Vault::Actions, "CIRCLECI_TOKEN");
        github.stores_secret("acme", Vault::Dependabot, "CIRCLECI_KEY");
        product.settle().await;
        github.leaves_organization("monalisa");
        let app = json!({ "oauth_application_name": "CircleCI", "repo": null, "repo_id": null });
        product.audits("org.oauth_app_access_approved", "octocat", &app).await;
        product.settle().await;
        product.passes(DAYS).await;
        let since = today(&product);
        let said = line(&product, &base, "circleci", &since).await;
        let all = format!("5 of 5 are not rotated: 4 older than {since} and 1 of unknown age.");
        assert_eq!(said, all);
        let leavers = stands(&base, "circleci", &since, &format!("deploy_key/{left}"));
        assert!(
            leavers.starts_with("\"not rotated\"") && leavers.contains("delete it"),
            "{leavers}"
        );

        github.stores_secret("acme/api", Vault::Actions, "CIRCLECI_TOKEN");
        github.stores_secret("acme", Vault::Dependabot, "CIRCLECI_KEY");
        github.removes_deploy_key("acme/site", key, "octocat");
        let another = github.adds_deploy_key("acme/site", "Circle-CI", true, "octocat");
        product.settle().await;
        product.audits("org.oauth_app_access_denied", "octocat", &app).await;
        product.settle().await;
        product.passes(LATER).await;
        let said = line(&product, &base, "circleci", &since).await;
        assert_eq!(said, format!("1 of 5 is not rotated: 1 older than {since}."));
        let secret = stands(&base, "circleci", &since, "actions_secret/401:repo:circleci_token");
        assert!(secret.starts_with("\"replaced\"") && secret.contains("Replaced on"), "{secret}");
        let gone = stands(&base, "circleci", &since, &format!("deploy_key/{key}"));
        assert!(gone.starts_with("\"gone\""), "{gone}");
        let new = stands(&base, "circleci", &since, &format!("deploy_key/{another}"));
        assert!(new.starts_with("\"made since\""), "{new}");

        github.removes_deploy_key("acme/api", left, "octocat");
        product.settle().await;
        let said = line(&product, &base, "circleci", &since).await;
        assert_eq!(said, format!("All 5 are rotated or gone since {since}."));
        let page = product.page("/vendors/nobody").await;
        assert!(page.contains("Nothing that is known"), "{page}");
        github.finish();
    })
    .await;
}

/// I-17: a bot's token is taken, what it could read is issued anew, and one is forgotten.
#[tokio::test]
async fn one_credential_that_is_left_of_five_is_counted_until_it_is_gone() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        let github = product.github.clone();
        let bot = Person { login: "aqua-bot".to_owned(), ..Person::default() };
        github.signs_up(bot);
        github.joins_organization("aqua-bot", Role::Member);
        let in_a_year = github.now() + jiff::SignedDuration::from_hours(24 * 365);
        let spec = PatSpec::new("ci", "acme/api", "contents", "write").until(in_a_year);
        let token = github.grants_pat_without_request("aqua-bot", &spec);
        for (place, vault) in
            [("acme/api", Vault::Actions), ("acme/site", Vault::Actions), ("acme", Vault::Agents)]
        {
            github.stores_secret(place, vault, "AQUA_TOKEN");
        }
        product.passes(LATER).await;
        // Nothing but the token says that this key is the bot's.
        let key = github.adds_deploy_key("acme/api", "release", false, "octocat");
        product.settle().await;
        let with = json!({
            "key": key.to_string(),
            "programmatic_access_type": "Fine-grained personal access token",
            "user_programmatic_access_name": "ci",
        });
        product.audits("public_key.create", "aqua-bot", &with).await;
        product.settle().await;
        product.passes(DAYS).await;
        let since = today(&product);
        let accounts = "What else 1 account of it can act with, GitHub does not say.";
        let said = line(&product, &base, "aqua", &since).await;
        assert_eq!(said, format!("5 of 5 are not rotated: 5 older than {since}. {accounts}"));

        for (place, vault) in
            [("acme/api", Vault::Actions), ("acme/site", Vault::Actions), ("acme", Vault::Agents)]
        {
            github.stores_secret(place, vault, "AQUA_TOKEN");
        }
        github.removes_deploy_key("acme/api", key, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        let said = line(&product, &base, "aqua", &since).await;
        assert_eq!(said, format!("1 of 5 is not rotated: 1 older than {since}. {accounts}"));
        let printed = prints(&base, &["register", "--vendor", "aqua", "--since", &since]);
        let first = printed.lines().nth(1).unwrap();
        assert!(
            first.starts_with("not rotated") && first.contains("held by its account"),
            "{printed}"
        );
        let gone = stands(&base, "aqua", &since, &format!("deploy_key/{key}"));
        assert!(gone.contains("added with its token"), "{gone}");

        github.revokes_pat(token);
        product.passes(LATER).await;
        let said = line(&product, &base, "aqua", &since).await;
        assert_eq!(said, format!("All 5 are rotated or gone since {since}. {accounts}"));
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_is_made_anew_under_its_name_is_replaced_and_what_comes_later_is_not_counted()
{
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let github = product.github.clone();
        github.stores_secret("acme/api", Vault::Actions, "NPM_TOKEN");
        github.adds_webhook("acme", "https://npm.acme.invalid/hook", &["push"]);
        product.passes(DAYS).await;
        let since = today(&product);
        let said = line(&product, &base, "npm", &since).await;
        let open = format!("2 of 2 are not rotated: 1 older than {since} and 1 of unknown age.");
        assert_eq!(said, open);
        github.deletes_secret("acme/api", Vault::Actions, "NPM_TOKEN");
        product.passes(LATER).await;
        github.stores_secret("acme/api", Vault::Actions, "NPM_TOKEN");
        github.stores_secret("acme/site", Vault::Actions, "NPM_TOKEN");
        github.adds_webhook("acme/api", "https://npm.acme.invalid/other", &["push"]);
        product.passes(LATER).await;
        let said = line(&product, &base, "npm", &since).await;
        assert_eq!(said, "1 of 2 is not rotated: 1 of unknown age.");
        let secret = "actions_secret/401:repo:npm_token";
        assert!(stands(&base, "npm", &since, secret).starts_with("\"replaced\""));
        let page = product.page(&format!("/identities/{secret}")).await;
        assert!(page.contains("href=\"/vendors/npm?org="), "{page}");
        let wrong = product.page("/vendors/npm?since=yesterday").await;
        assert!(wrong.contains("That is no day."), "{wrong}");
        github.finish();
    })
    .await;
}

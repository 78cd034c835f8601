//! From where and how often something is used: learnt for a week, told when it is unusual, and silent
//! where nobody says from where.

use std::time::Duration;

use beholden::domain::{Place, RepoId};
use github_sim::{AppSeed, Level};
use serde_json::{Value, json};

use super::credentials::{called, token, with};
use super::{other_app, titles, with_apps};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup, prints};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn watched(base: &Base, apps: Vec<AppSeed>) -> (Product, String) {
    let product =
        Setup::on(base).seed(|seed| with_apps(seed, apps)).streaming().listing().start().await;
    token(&product.github, "nightly-sync");
    product.passes(DAY).await;
    let pat = called(&product, "nightly-sync").await;
    // It was asked about, because nobody was asked when it was granted.
    let case = product.case(&pat).await.unwrap();
    let is_here = |repo: &&str| {
        let repo = RepoId(product.github.repo_id(repo) as i64);
        case.place == Place::Repo { repo }
    };
    let place = REPOS.into_iter().find(is_here).unwrap();
    let issue = case.issue.unwrap().0 as u64;
    product.github.comments(place, issue, "octocat", "/own because it syncs");
    product.settle().await;
    assert!(!product.case(&pat).await.unwrap().waits());
    (product, pat)
}

/// A clone with the token, from this address.
async fn clones(product: &Product, pat: &str, address: Option<&str>, country: &str) {
    let number: u64 = pat.rsplit('/').next().unwrap().parse().unwrap();
    let mut record = with(&json!({ "token_id": number }));
    if let Some(address) = address {
        record["actor_ip"] = json!(address);
        record["actor_location"] = json!({ "country_code": country });
    }
    product.audits("git.clone", "octocat", &record).await;
}

/// Used every day from one address.
async fn works(product: &Product, pat: &str, days: u32, address: Option<&str>) {
    for _ in 0..days {
        clones(product, pat, address, "DE").await;
        product.settle().await;
        product.passes(DAY).await;
    }
}

async fn found(product: &Product, key: &str, rule: &str) -> bool {
    product.rules(key).await.iter().any(|found| found == rule)
}

#[tokio::test]
async fn a_token_that_is_used_from_another_network_is_asked_about() {
    on_each_database(|base| async move {
        let (product, pat) = watched(&base, Vec::new()).await;
        works(&product, &pat, 3, Some("192.0.2.7")).await;
        clones(&product, &pat, Some("198.51.100.9"), "FR").await;
        product.settle().await;
        assert!(!found(&product, &pat, "new-place").await, "the first week is learnt");
        works(&product, &pat, 7, Some("192.0.2.8")).await;
        assert!(!found(&product, &pat, "new-place").await, "the same network");
        let before = titles(&product, &REPOS).len();

        clones(&product, &pat, Some("203.0.113.5"), "BR").await;
        product.settle().await;
        assert!(found(&product, &pat, "new-place").await);
        assert_eq!(titles(&product, &REPOS).len(), before + 1);
        let case = product.case(&pat).await.unwrap();
        assert!(case.waits(), "its holder is asked again");
        let ours = REPOS.iter().flat_map(|repo| product.ours(repo));
        let mut told =
            ours.filter(|it| it.body.contains("used from a network where it was not used"));
        let body = told.next().expect("it says what was found").body;
        assert!(!body.contains("203.0.113"), "addresses stay on the page: {body}");
        let record = product.record(&pat).await.unwrap();
        assert_eq!(record.habits.networks.len(), 3, "{:?}", record.habits);

        clones(&product, &pat, Some("203.0.113.6"), "BR").await;
        product.settle().await;
        assert_eq!(titles(&product, &REPOS).len(), before + 1, "told once");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn where_nobody_says_from_where_nothing_is_found_and_the_page_says_so() {
    on_each_database(|base| async move {
        let (product, pat) = watched(&base, Vec::new()).await;
        works(&product, &pat, 9, None).await;
        assert!(!found(&product, &pat, "new-place").await);
        let printed = prints(&base, &["explain", &pat]);
        assert!(printed.contains("From where it is used is not known"), "{printed}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn githubs_own_machines_are_no_place() {
    on_each_database(|base| async move {
        let (product, pat) = watched(&base, Vec::new()).await;
        works(&product, &pat, 8, Some("192.0.2.7")).await;
        let number: u64 = pat.rsplit('/').next().unwrap().parse().unwrap();
        for n in 1..20 {
            let record = json!({
                "token_id": number, "actor_ip": format!("198.51.{n}.1"), "is_hosted_runner": "true",
            });
            let action = "workflows.prepared_workflow_job";
            product.audits(action, "octocat", &with(&record)).await;
        }
        product.settle().await;
        assert!(!found(&product, &pat, "new-place").await);
        assert!(!found(&product, &pat, "unusual-rate").await);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn thirty_clones_at_once_by_something_quiet_are_told_and_a_busy_bots_are_not() {
    on_each_database(|base| async move {
        let busy = other_app("busy", "contents", Level::Write);
        let (product, pat) = watched(&base, vec![busy]).await;
        let pushes = async |count: usize| {
            for _ in 0..count {
                product.audits("git.push", "busy[bot]", &Value::Object(Default::default())).await;
            }
            product.settle().await;
        };
        for _ in 0..8 {
            clones(&product, &pat, None, "").await;
            pushes(20).await;
            product.passes(DAY).await;
        }
        for _ in 0..30 {
            clones(&product, &pat, None, "").await;
        }
        pushes(45).await;
        assert!(found(&product, &pat, "unusual-rate").await);
        let bot = format!("app_installation/{}:bot", product.github.user_id("busy[bot]"));
        assert!(
            product
                .record(&bot)
                .await
                .is_some_and(|it| it.habits.usual(product.github.now()) >= 20)
        );
        assert!(!found(&product, &bot, "unusual-rate").await, "twice the usual is nothing");
        // In the same minutes, so that no midnight makes the 45 another day's.
        pushes(20).await;
        assert!(found(&product, &bot, "unusual-rate").await, "three times is");
        product.github.finish();
    })
    .await;
}

/// A bot that acted in acme/api just now.
fn deed(login: &str, id: i64) -> Value {
    json!({ "actor": login, "actor_id": id, "actor_is_bot": login.ends_with("[bot]") })
}

/// An organisation with a vendor's App, and the number of that App's account.
async fn with_a_vendors_app(base: &Base) -> (Product, i64) {
    let product = Setup::on(base)
        .seed(|seed| with_apps(seed, [other_app("vendor", "contents", Level::Write)]))
        .streaming()
        .listing()
        .start()
        .await;
    let account = i64::try_from(product.github.user_id("vendor[bot]")).unwrap();
    (product, account)
}

#[tokio::test]
async fn a_bot_of_no_installed_app_is_told_once_everything_was_listed_since() {
    on_each_database(|base| async move {
        let stranger = "app_installation/99001:bot";
        let (product, known) = with_a_vendors_app(&base).await;
        let acts = async |login: &str, id: i64| {
            product.audits("git.clone", "octocat", &deed(login, id)).await;
            product.settle().await;
        };
        acts("stranger[bot]", 99_001).await;
        acts("vendor[bot]", known).await;
        assert_eq!(product.rules(stranger).await, Vec::<String>::new(), "it may be new");
        product.passes(7 * HOUR).await;
        assert_eq!(product.rules(stranger).await, Vec::<String>::new(), "not before a day");
        product.passes(2 * DAY).await;
        assert_eq!(product.rules(stranger).await, ["foreign-identity"]);
        let vendor = format!("app_installation/{known}:bot");
        assert_eq!(product.rules(&vendor).await, Vec::<String>::new(), "it is installed");
        let case = product.case(stranger).await.expect("it is asked about");
        assert!(
            case.rows[0].findings[0].message.contains("No App of the organisation"),
            "{case:?}"
        );
        acts("stranger[bot]", 99_001).await;
        product.passes(7 * HOUR).await;
        product.passes(2 * DAY).await;
        assert_eq!(product.rules(stranger).await, ["foreign-identity"], "told once");
    })
    .await;
}

#[tokio::test]
async fn an_app_that_acted_and_was_uninstalled_the_same_day_belonged_here() {
    on_each_database(|base| async move {
        let (product, vendor) = with_a_vendors_app(&base).await;
        let deed = deed("vendor[bot]", vendor);
        product.audits("git.clone", "octocat", &deed).await;
        product.settle().await;
        product.github.app_is_removed("vendor", "acme");
        product.passes(7 * HOUR).await;
        product.passes(2 * DAY).await;
        let account = format!("app_installation/{vendor}:bot");
        assert_eq!(product.rules(&account).await, Vec::<String>::new());

        product.audits("git.clone", "octocat", &deed).await;
        product.settle().await;
        product.passes(7 * HOUR).await;
        product.passes(2 * DAY).await;
        assert!(
            product.rules(&account).await.contains(&"foreign-identity".to_owned()),
            "it still acts"
        );
    })
    .await;
}

#[tokio::test]
async fn where_apps_cannot_be_listed_nothing_is_said_of_whose_bot_it_is() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().listing().start().await;
        product.github.forbid("organization_administration");
        product.passes(Duration::from_secs(7 * 3_600)).await;
        product.audits("git.clone", "octocat", &deed("stranger[bot]", 99_001)).await;
        product.settle().await;
        product.passes(7 * HOUR).await;
        product.passes(2 * DAY).await;
        let stranger = "app_installation/99001:bot";
        assert!(product.record(stranger).await.is_some());
        assert_eq!(product.rules(stranger).await, Vec::<String>::new());
    })
    .await;
}

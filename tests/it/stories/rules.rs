//! One story for each rule: what happens on GitHub, and where people are asked about it.

use std::time::Duration;

use beholden::domain::CaseState;
use github_sim::{Access, KeySeed, PatSpec, Repository, Role, Seed, Visibility};

use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

/// `acme` where the policy says that a machine uses `hubot`.
async fn with_a_machine(base: &Base) -> Product {
    Setup::on(base)
        .policy(|policy| {
            policy.machine_users.insert("hubot".parse().unwrap());
        })
        .start()
        .await
}

fn hubot(product: &Product) -> String {
    format!("machine_user/{}", product.github.user_id("hubot"))
}

/// A token of `owner` for `acme/api` that ends in a year.
fn token(product: &Product, name: &str, level: &str) -> PatSpec {
    let in_a_year = product.github.now() + jiff::SignedDuration::from_hours(24 * 365);
    PatSpec::new(name, "acme/api", "contents", level).until(in_a_year)
}

#[track_caller]
fn says(product: &Product, repo: &str, rule: &str) {
    let issues = product.ours(repo);
    let said = issues.iter().any(|issue| issue.body.contains(&format!("`{rule}`")));
    assert!(said, "no issue in {repo} says {rule}: {issues:#?}");
}

#[tokio::test]
async fn a_deploy_key_that_can_write_is_asked_about_and_named_so() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let writes = product.github.adds_deploy_key("acme/api", "w", false, "octocat");
        let reads = product.github.adds_deploy_key("acme/home", "r", true, "monalisa");
        product.settle().await;
        let found = product.rules(&format!("deploy_key/{writes}")).await;
        assert_eq!(found, ["unowned-identity", "writable-deploy-key"]);
        assert_eq!(product.rules(&format!("deploy_key/{reads}")).await, ["unowned-identity"]);
        says(&product, "acme/api", "writable-deploy-key");
        says(&product, "acme/home", "unowned-identity");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn the_same_key_added_again_with_write_is_a_widened_grant() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let first = product.github.adds_deploy_key("acme/api", "ci", true, "octocat");
        let heard = product.settle().await;
        product.github.removes_deploy_key("acme/api", first, "octocat");
        product.settle().await;
        let (created, _) = heard.iter().find(|(w, _)| w.name() == "deploy_key.created").unwrap();
        let mut payload = created.payload();
        payload["key"]["id"] = (first + 1_000_000).into();
        payload["key"]["read_only"] = false.into();
        product.github.sends_webhook("deploy_key", &serde_json::to_vec(&payload).unwrap());
        product.settle().await;
        let again = format!("deploy_key/{}", first + 1_000_000);
        let found = product.rules(&again).await;
        assert_eq!(found, ["unowned-identity", "widened-grant", "writable-deploy-key"]);
        says(&product, "acme/api", "widened-grant");
    })
    .await;
}

#[tokio::test]
async fn a_machine_users_access_is_raised_to_admin() {
    on_each_database(|base| async move {
        let product = with_a_machine(&base).await;
        product.github.adds_collaborator("acme/api", "hubot", Access::Write, "octocat");
        product.settle().await;
        let key = hubot(&product);
        assert_eq!(product.rules(&key).await, ["unowned-identity"]);
        product.github.changes_collaborator("acme/api", "hubot", Access::Admin, "octocat");
        product.settle().await;
        let found = product.rules(&key).await;
        assert_eq!(found, ["admin-machine", "unowned-identity", "widened-grant"]);
        says(&product, "acme/home", "admin-machine");
        says(&product, "acme/home", "widened-grant");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn wider_power_asks_the_owner_again() {
    on_each_database(|base| async move {
        let product = with_a_machine(&base).await;
        product.github.adds_collaborator("acme/api", "hubot", Access::Read, "octocat");
        product.settle().await;
        let key = hubot(&product);
        product.github.comments("acme/home", 1, "octocat", "/own");
        product.settle().await;
        assert!(!product.github.issue("acme/home", 1).open);
        product.github.changes_collaborator("acme/api", "hubot", Access::Write, "octocat");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "owned by octocat");
        let waiting = product.case(&key).await.unwrap();
        assert_eq!(waiting.state, CaseState::Open, "{waiting:?}");
        let number = waiting.issue.unwrap().0 as u64;
        assert!(product.github.issue("acme/home", number).open);
        product.github.comments("acme/home", number, "octocat", "/own");
        product.settle().await;
        assert!(!product.github.issue("acme/home", number).open, "the wider power is owned");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_team_with_a_machine_in_it_is_given_more() {
    on_each_database(|base| async move {
        let product = with_a_machine(&base).await;
        product.github.adds_to_team("acme/platform", "hubot", "octocat");
        product.settle().await;
        let key = hubot(&product);
        assert_eq!(product.rules(&key).await, ["unowned-identity"]);
        product.github.grants_team("acme/api", "acme/platform", Access::Admin, "octocat");
        product.settle().await;
        let found = product.rules(&key).await;
        assert_eq!(found, ["admin-machine", "unowned-identity", "widened-grant"]);
        says(&product, "acme/home", "widened-grant");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_machine_that_joins_as_an_organisation_owner_is_critical() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .policy(|policy| {
                policy.machine_users.insert("acme-nightly".parse().unwrap());
            })
            .start()
            .await;
        let id = product.github.signs_up(github_sim::Person {
            login: "acme-nightly".to_owned(),
            ..github_sim::Person::default()
        });
        product.github.joins_organization("acme-nightly", Role::Admin);
        product.settle().await;
        let found = product.rules(&format!("machine_user/{id}")).await;
        assert_eq!(found, ["admin-machine", "unowned-identity"]);
        let issues = product.ours("acme/home");
        assert!(issues[0].body.contains("critical"), "{}", issues[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_token_is_granted_more_than_before() {
    on_each_database(|base| async move {
        let product = with_a_machine(&base).await;
        let asks = PatSpec { token_id: Some(7_001), ..token(&product, "nightly", "read") };
        let request = product.github.requests_pat("hubot", &asks);
        product.settle().await;
        product.github.approves_pat_request(request, "octocat");
        product.settle().await;
        let key = "fine_grained_pat/7001";
        assert_eq!(product.rules(key).await, ["unowned-identity"]);
        let more = PatSpec { token_id: Some(7_001), ..token(&product, "nightly", "write") };
        let request = product.github.requests_pat("hubot", &more);
        product.settle().await;
        product.github.approves_pat_request(request, "octocat");
        product.settle().await;
        let found = product.rules(key).await;
        assert_eq!(found, ["unowned-identity", "widened-grant"]);
        let case = product.case(key).await.unwrap();
        assert_eq!(case.state, CaseState::Open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_persons_own_token_with_an_end_opens_no_case_and_one_without_does() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let ends = PatSpec { token_id: Some(7_001), ..token(&product, "ends", "read") };
        let request = product.github.requests_pat("monalisa", &ends);
        product.settle().await;
        product.github.approves_pat_request(request, "octocat");
        product.settle().await;
        assert_eq!(product.standing("fine_grained_pat/7001").await, "owned by monalisa");
        assert_eq!(product.github.writes().len(), 0, "a person's own token is theirs");

        let spec = PatSpec::new("forever", "acme/api", "contents", "read");
        let spec = PatSpec { token_id: Some(7_002), ..spec };
        product.github.requests_pat("monalisa", &spec);
        product.settle().await;
        assert_eq!(product.rules("fine_grained_pat/7002").await, ["never-expiring-token"]);
        assert_eq!(product.standing("fine_grained_pat/7002").await, "owned by monalisa");
        assert_eq!(product.ours("acme/home").len() + product.ours("acme/api").len(), 1);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_repository_with_a_writing_key_is_made_public_and_home_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        let key = format!("deploy_key/{key}");
        product.settle().await;
        product.github.comments("acme/api", 1, "octocat", "/own");
        product.settle().await;
        let before = product.github.comments_of("acme/api", 1).len();
        product.passes(Duration::from_secs(60)).await;
        product.github.makes_public("acme/api", "octocat");
        product.settle().await;
        assert!(product.rules(&key).await.contains(&"exposed-repository".to_owned()));
        says(&product, "acme/home", "exposed-repository");
        assert_eq!(product.ours("acme/api").len(), 1, "nothing new where strangers read");
        assert_eq!(product.github.comments_of("acme/api", 1).len(), before);
        // It was owned as the key of a private repository. Who meant this says so.
        assert!(product.github.issue("acme/home", 1).open);
        product.passes(Duration::from_secs(60)).await;
        product.github.comments("acme/home", 1, "octocat", "/own because it is meant so");
        product.settle().await;
        assert!(!product.github.issue("acme/home", 1).open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_owner_leaves_and_what_they_owned_is_orphaned() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.changes_collaborator("acme/api", "monalisa", Access::Maintain, "octocat");
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        let key = format!("deploy_key/{key}");
        product.settle().await;
        product.github.comments("acme/api", 1, "monalisa", "/own");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "owned by monalisa");
        product.github.leaves_organization("monalisa");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "orphaned");
        says(&product, "acme/api", "owner-left");
        let case = product.case(&key).await.unwrap();
        assert_eq!(case.state, CaseState::Open);
        let number = case.issue.unwrap().0 as u64;
        product.github.comments("acme/api", number, "octocat", "/own");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "owned by octocat");
        let open = product.ours("acme/api").iter().filter(|issue| issue.open).count();
        assert_eq!(open, 0, "{:#?}", product.ours("acme/api"));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_owner_of_keys_in_two_repositories_leaves_and_home_gathers_them() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed: Seed| {
                seed.repository(Repository { name: "web".to_owned(), ..Repository::default() })
            })
            .start()
            .await;
        for repo in ["acme/api", "acme/web"] {
            let (github, maintain) = (&product.github, Access::Maintain);
            github.changes_collaborator(repo, "monalisa", maintain, "octocat");
            github.adds_deploy_key(repo, "ci", false, "octocat");
        }
        product.settle().await;
        product.github.changes_collaborator("acme/home", "monalisa", Access::Read, "octocat");
        product.github.comments("acme/home", 1, "monalisa", "/own all");
        product.settle().await;
        product.github.leaves_organization("monalisa");
        product.settle().await;
        let open: Vec<_> = ["acme/api", "acme/web", "acme/home"]
            .iter()
            .flat_map(|repo| product.ours(repo))
            .filter(|issue| issue.open)
            .collect();
        assert_eq!(open.len(), 1, "{open:#?}");
        assert!(open[0].body.contains("`owner-left`"), "{}", open[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn twelve_keys_in_twelve_repositories_are_one_issue_in_home() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).seed(|seed| seed.many(12, 0)).start().await;
        let mut keys = Vec::new();
        for repo in 0..12 {
            let repo = format!("acme/repo-{repo:04}");
            keys.push(product.github.adds_deploy_key(&repo, "ci", false, "octocat"));
            product.settle().await;
        }
        let home = product.ours("acme/home");
        assert_eq!(home.len(), 1, "{home:#?}");
        for key in &keys {
            assert!(home[0].body.contains(&format!("`deploy_key/{key}`")), "{}", home[0].body);
        }
        for repo in 0..12 {
            for issue in product.ours(&format!("acme/repo-{repo:04}")) {
                assert!(!issue.open, "left standing open: {issue:#?}");
            }
        }
        product.github.comments("acme/home", 1, "octocat", "/own all because they deploy");
        product.settle().await;
        for key in &keys {
            assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "owned by octocat");
        }
        assert!(!product.github.issue("acme/home", 1).open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_key_that_was_there_when_a_public_repository_is_seen_is_no_news() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|seed: Seed| {
                let keys = vec![KeySeed { title: "old".to_owned(), ..KeySeed::default() }];
                let visibility = Visibility::Public;
                seed.repository(Repository {
                    name: "docs".to_owned(),
                    visibility,
                    keys,
                    ..Repository::default()
                })
            })
            .start()
            .await;
        product.github.renames_repository("acme/docs", "handbook", "octocat");
        product.settle().await;
        assert_eq!(product.github.writes().len(), 0);
        product.github.finish();
    })
    .await;
}

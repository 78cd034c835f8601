//! What is heard and what is listed end in the same register.

use std::collections::BTreeMap;

use beholden::domain::{Grant, IdentityKind};
use beholden::pipeline::Clock;
use beholden::policy::{Mode, Policy};
use beholden::store::Store;
use github_sim::{Access, PatSpec, Role};

use super::{living, titles};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

/// Kinds that a webhook tells of when they come about.
const HEARD: [IdentityKind; 3] =
    [IdentityKind::DeployKey, IdentityKind::FineGrainedPat, IdentityKind::MachineUser];

/// Each identity with what it may do and who owns it, without history and moments.
async fn register(product: &Product) -> BTreeMap<String, String> {
    let all = living(product).await;
    let heard = all.into_iter().filter(|(_, it)| HEARD.contains(&it.identity.key.kind()));
    heard
        .map(|(key, it)| {
            let doors: Vec<String> =
                it.grants.iter().map(|it| format!("{:?}", it.through)).collect();
            let (name, word) = (it.identity.name.raw().to_owned(), it.ownership.word());
            let digest = Grant::digest(&it.grants).0;
            (
                key,
                format!("{name} {word} {} {digest} {:?}", doors.join(" "), it.identity.fingerprint),
            )
        })
        .collect()
}

#[tokio::test]
async fn the_listing_of_what_a_story_ends_in_gives_the_register_of_the_story() {
    on_each_database(|base| async move {
        let machine = |policy: &mut Policy| {
            policy.machine_users.insert("hubot".parse().unwrap());
        };
        let product = Setup::on(&base).policy(machine).start().await;
        let github = product.github.clone();
        let kept = github.adds_deploy_key("acme/api", "kept", false, "octocat");
        let gone = github.adds_deploy_key("acme/api", "gone", true, "octocat");
        github.removes_deploy_key("acme/api", gone, "octocat");
        github.joins_organization("ci-machine[bot]", Role::Member);
        github.adds_collaborator("acme/api", "hubot", Access::Maintain, "octocat");
        github.adds_to_team("acme/platform", "hubot", "octocat");
        let token = PatSpec::new("ci", "acme/api", "contents", "write");
        let request = github.requests_pat("monalisa", &token);
        github.approves_pat_request(request, "octocat");
        product.settle().await;
        let heard = register(&product).await;
        assert!(heard.contains_key(&format!("deploy_key/{kept}")), "{heard:?}");
        assert!(heard.len() >= 3, "{heard:?}");
        let issues = titles(&product, &["acme/home", "acme/api", "acme/site"]);

        let fresh = Store::open("sqlite::memory:").await.unwrap();
        let mut policy = Policy { default_mode: Mode::Observe, ..Policy::default() };
        machine(&mut policy);
        let other = Product::of(github.clone(), fresh, policy, Clock::default()).await;
        let other = other.restarts_listing().await;
        let listed = register(&other).await;
        for (key, held) in heard.iter().filter(|(key, _)| !key.starts_with("machine_user/")) {
            assert_eq!(listed.get(key), Some(held), "{key}");
        }
        assert_eq!(listed.len(), heard.len(), "{listed:?}");

        let product = product.restarts_listing().await;
        assert_eq!(register(&product).await, listed, "the two registers are one");
        let after = titles(&product, &["acme/home", "acme/api", "acme/site"]);
        let more: Vec<&String> = after.iter().filter(|title| !issues.contains(title)).collect();
        assert_eq!(
            more,
            ["Who owns what was here before Beholden?"],
            "and no case is opened twice"
        );
    })
    .await;
}

//! Whatever keeps a part from being listed: coverage says so, nothing is gone, nothing is told twice.

use std::collections::BTreeMap;

use beholden::domain::{Breadth, Part, Seen};
use beholden::register::Record;
use github_sim::{Fault, Level, PatSpec};

use super::{LATER, furnish, living, other_app, seen, titles, with_apps};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

/// What keeps a reading from being whole. A 429 holds the whole installation for a minute of the
/// machine's own time, so it is not among them.
const FAULTS: &[(&str, Fault)] = &[
    ("403", Fault::Refuse { status: 403 }),
    ("404", Fault::Refuse { status: 404 }),
    ("502", Fault::Refuse { status: 502 }),
    ("a body that is cut", Fault::TruncateBody),
    ("a body that is not JSON", Fault::MalformedBody),
    ("a reset", Fault::DropConnection { after: false }),
];

/// How the path of a part ends, so that a fault hits it and no other.
fn path_end(part: Part) -> &'static str {
    match part {
        Part::Repositories => "/installation/repositories",
        Part::Members => "/orgs/acme/members",
        Part::OutsideCollaborators => "/orgs/acme/outside_collaborators",
        Part::Teams => "/orgs/acme/teams",
        Part::Apps => "/orgs/acme/installations",
        Part::Tokens => "/orgs/acme/personal-access-tokens",
        Part::TokenRequests => "/orgs/acme/personal-access-token-requests",
        Part::OrgSettings => "/orgs/acme/actions/permissions/workflow",
        Part::OrgActionsSecrets => "/orgs/acme/actions/secrets",
        Part::OrgDependabotSecrets => "/orgs/acme/dependabot/secrets",
        Part::OrgAgentsSecrets => "/orgs/acme/agents/secrets",
        Part::OrgWebhooks => "/orgs/acme/hooks",
        Part::OrgRunners => "/orgs/acme/actions/runners",
        Part::Registries => "/orgs/acme/private-registries",
        Part::AuditLog => "/orgs/acme/audit-log",
        Part::Settings => "/repos/acme/api/actions/permissions/workflow",
        Part::Environments => "/repos/acme/api/environments",
        Part::DeployKeys => "/repos/acme/api/keys",
        Part::Collaborators => "/repos/acme/api/collaborators",
        Part::ActionsSecrets => "/repos/acme/api/actions/secrets",
        Part::DependabotSecrets => "/repos/acme/api/dependabot/secrets",
        Part::AgentsSecrets => "/repos/acme/api/agents/secrets",
        Part::Webhooks => "/repos/acme/api/hooks",
        Part::Runners => "/repos/acme/api/actions/runners",
        Part::Files => "/repos/acme/api/git/trees/HEAD",
        Part::Rulesets => "/repos/acme/api/rulesets",
        other => panic!("{other} is never read"),
    }
}

fn place(part: Part) -> &'static str {
    if part.breadth() == Breadth::Organization { "acme" } else { "acme/api" }
}

fn read() -> impl Iterator<Item = Part> {
    Part::ALL.iter().copied().filter(|part| part.read_with().is_some())
}

/// An organisation with one of everything, listed once.
async fn furnished(base: &Base) -> Product {
    let product = Setup::on(base)
        .seed(|seed| with_apps(seed, [other_app("vendor", "contents", Level::Write)]))
        .start()
        .await;
    furnish(&product.github);
    let github = &product.github;
    github.adds_deploy_key("acme/api", "ci", false, "octocat");
    let request =
        github.requests_pat("octocat", &PatSpec::new("t", "acme/api", "contents", "read"));
    github.approves_pat_request(request, "octocat");
    github.take_webhooks();
    product.restarts_listing().await
}

/// What the register holds, without the moments at which it was seen.
async fn held(product: &Product) -> BTreeMap<String, (String, usize)> {
    let all = living(product).await;
    let digest = |record: &Record| beholden::domain::Grant::digest(&record.grants).0;
    all.iter().map(|(key, it)| (key.clone(), (digest(it), it.acts.len()))).collect()
}

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

#[tokio::test]
async fn no_endpoint_that_fails_takes_anything_away_or_tells_anything_twice() {
    on_each_database(|base| async move {
        let product = furnished(&base).await;
        let (before, issues) = (held(&product).await, titles(&product, &REPOS));
        for part in read() {
            for (name, fault) in FAULTS {
                product.github.always(path_end(part), fault.clone());
                product.passes(LATER).await;
                let (word, why) = seen(&product, place(part), part).await.unwrap();
                assert!(matches!(word, Seen::Partial | Seen::Blind), "{part}, {name}: {word:?}");
                assert!(!why.is_empty(), "{part}, {name}");
                assert_eq!(held(&product).await, before, "{part}, {name}: something changed");
                product.github.works_again();
            }
            product.passes(LATER).await;
            let word = seen(&product, place(part), part).await;
            assert_eq!(word, Some((Seen::Complete, String::new())), "{part} is seen again");
            assert_eq!(held(&product).await, before, "{part}: something changed after recovery");
        }
        assert_eq!(titles(&product, &REPOS), issues, "nothing was told again");
    })
    .await;
}

#[tokio::test]
async fn no_permission_that_is_missing_takes_anything_away_and_coverage_names_it() {
    on_each_database(|base| async move {
        let product = furnished(&base).await;
        let (before, issues) = (held(&product).await, titles(&product, &REPOS));
        let mut permissions: Vec<&str> = read()
            .flat_map(|part| part.read_with().into_iter().flatten())
            .map(|(name, _)| *name)
            .collect();
        permissions.sort_unstable();
        permissions.dedup();
        assert!(permissions.len() >= 15, "{permissions:?}");
        for permission in permissions {
            product.github.forbid(permission);
            product.passes(LATER).await;
            for part in read() {
                let needs =
                    part.read_with().into_iter().flatten().any(|(name, _)| *name == permission);
                let (word, why) = seen(&product, place(part), part).await.unwrap();
                if needs {
                    assert!(matches!(word, Seen::Partial | Seen::Blind), "{permission}, {part}");
                    assert!(why.contains(permission), "{permission}, {part}: {why}");
                } else {
                    assert_eq!(word, Seen::Complete, "{permission} hides {part}: {why}");
                }
            }
            assert_eq!(held(&product).await, before, "{permission}: something changed");
            product.github.allow(permission);
        }
        product.passes(LATER).await;
        assert_eq!(held(&product).await, before);
        assert_eq!(titles(&product, &REPOS), issues, "nothing was told again");
    })
    .await;
}

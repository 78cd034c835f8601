//! Whatever keeps a part from being listed: coverage says so, nothing is gone, nothing is told twice.

use std::collections::BTreeMap;

use beholden::domain::{Breadth, Part, Seen};
use beholden::policy::Policy;
use beholden::register::Record;
use github_sim::{
    Access, BypassActor, EnvironmentSpec, Fault, Level, PatSpec, Person, Rules, Seed, Sim,
    TeamSeed, Vault,
};
use serde_json::json;

use super::references::{LINT, LINT_YML, linted, lints_at};
use super::{LATER, furnish, lets_workflows_run, living, other_app, seen, titles, with_apps};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

/// What keeps a reading from being whole.
const FAULTS: &[(&str, Fault)] = &[
    ("403", Fault::Refuse { status: 403 }),
    ("404", Fault::Refuse { status: 404 }),
    ("429", Fault::SlowDown { retry_after: 90 }),
    ("502", Fault::Refuse { status: 502 }),
    ("a body that is cut", Fault::TruncateBody),
    ("a body that is not JSON", Fault::MalformedBody),
    ("a reset", Fault::DropConnection { after: false }),
];

fn is_404(fault: &Fault) -> bool {
    *fault == Fault::Refuse { status: 404 }
}

/// Tests that share the parts among them.
const SHARES: usize = 6;

/// How the path of a part ends, so that a fault hits it and no other.
fn path_end(part: Part) -> &'static str {
    match part {
        Part::Repositories => "/installation/repositories",
        Part::Members => "/orgs/acme/members",
        Part::OutsideCollaborators => "/orgs/acme/outside_collaborators",
        Part::Teams => "/orgs/acme/teams",
        Part::OrgRoles => "/orgs/acme/organization-roles/8136/users",
        Part::ApiUse => "/orgs/acme/insights/api/subject-stats",
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
        Part::References => "/repos/octo-org/lint/commits/v4",
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
        Part::OrgVariables => "/orgs/acme/actions/variables",
        Part::OrgAgentsVariables => "/orgs/acme/agents/variables",
        Part::AgentsVariables => "/repos/acme/api/agents/variables",
        Part::RunnerGroups => "/orgs/acme/actions/runner-groups",
        Part::OrgOidcSubjects => "/orgs/acme/actions/oidc/customization/sub",
        Part::Credentials => "/orgs/acme/credential-authorizations",
        Part::OrgCodingAgent => "/orgs/acme/copilot/coding-agent/permissions",
        Part::BranchProtections => "/repos/acme/api/branches",
        Part::Variables => "/repos/acme/api/actions/variables",
        Part::OidcSubjects => "/repos/acme/api/actions/oidc/customization/sub",
        Part::ActionsPermissions => "/repos/acme/api/actions/permissions",
        Part::CodingAgent => "/repos/acme/api/copilot/cloud-agent/configuration",
        other => panic!("{other} is never read"),
    }
}

fn place(part: Part) -> &'static str {
    if part.breadth() == Breadth::Organization { "acme" } else { "acme/api" }
}

/// Whether a part comes in pages. Switches, references and trees come whole; of a log that was read once only the
/// newest is asked for, and how it is broken off is played in `audit_log`.
fn has_pages(part: Part) -> bool {
    !matches!(
        part,
        Part::OrgSettings
            | Part::Settings
            | Part::Files
            | Part::AuditLog
            | Part::OrgOidcSubjects
            | Part::OidcSubjects
            | Part::ActionsPermissions
            | Part::OrgCodingAgent
            | Part::CodingAgent
            | Part::References
    )
}

fn read() -> impl Iterator<Item = Part> {
    Part::ALL.iter().copied().filter(|part| part.read_with().is_some())
}

/// One of everything that is trusted in settings, under this name.
fn trusts(github: &Sim, name: &str) {
    lets_workflows_run(github);
    github.lets_coding_agent_into("all");
    let servers = json!({ "mcpServers": { "tracker": { "command": "npx", "tools": ["*"] } } });
    github.sets_up_coding_agent("acme/api", servers, true);
    github.sets_variable("acme", name, "1");
    github.sets_variable("acme/api", name, "1");
    github.sets_agents_variable("acme", name, "1");
    github.sets_agents_variable("acme/api", name, "1");
    github.groups_runners(name, &["acme/api"], false, &[]);
    github.lets_in_token("monalisa", name, &["repo"]);
    let rules = Rules::new().approvals(1).bypassed_by(BypassActor::app(501));
    github.writes_file_on("acme/api", name, "README.md", name, "octocat");
    github.protects_branch("acme/api", name, Some(&rules));
    let login = if name == "one" { "hubot" } else { "monalisa" };
    github.gives_role("all_repo_admin", login, true);
    github.keeps_using_api(login, "classic_pat", name);
}

/// Hubot is a machine.
fn hubot_works(policy: &mut Policy) {
    policy.machine_users.insert("hubot".parse().unwrap());
}

/// An organisation with one of everything, listed once.
async fn furnished(base: &Base) -> Product {
    let product = Setup::on(base)
        .policy(hubot_works)
        .seed(|seed| with_apps(seed, [other_app("vendor", "contents", Level::Write)]))
        .seed(|seed| linted(seed, &[("api", "v4")]))
        .start()
        .await;
    furnish(&product.github);
    let github = &product.github;
    github.pushes_tags("octo-org/lint", &["v4"], "main", "octocat");
    trusts(github, "one");
    github.adds_deploy_key("acme/api", "ci", false, "octocat");
    let request =
        github.requests_pat("octocat", &PatSpec::new("t", "acme/api", "contents", "read"));
    github.approves_pat_request(request, "octocat");
    github.take_webhooks();
    product.restarts_listing().await
}

/// The same on a GitHub whose pages have one row each, with two of everything that has rows.
async fn furnished_twice(base: &Base) -> Product {
    let one_row = |mut seed: Seed| {
        seed.settings.rows_of_a_page = Some(1);
        let guest = |login: &str| Person { login: login.to_owned(), ..Person::default() };
        seed = seed.person(guest("defunkt")).person(guest("mojombo"));
        let acme = &mut seed.organizations[0];
        acme.teams.push(TeamSeed { slug: "tools".to_owned(), ..TeamSeed::default() });
        with_apps(seed, [other_app("vendor", "contents", Level::Write)])
    };
    let product = Setup::on(base).policy(hubot_works).seed(one_row).start().await;
    let github = &product.github;
    furnish(github);
    trusts(github, "one");
    trusts(github, "two");
    for place in ["acme", "acme/api"] {
        for vault in [Vault::Actions, Vault::Dependabot, Vault::Agents] {
            github.stores_secret(place, vault, "ANOTHER");
        }
        github.adds_webhook(place, "https://other.acme.invalid/hook", &["push"]);
        github.registers_runner(place, "build-3", false);
    }
    github.stores_registry("acme", "MIRROR", "https://mirror.acme.invalid");
    github.sets_up_environment("acme/api", &EnvironmentSpec::named("staging"));
    for login in ["defunkt", "mojombo"] {
        github.adds_collaborator("acme/api", login, Access::Read, "octocat");
        let spec = PatSpec::new(login, "acme/api", "contents", "read");
        let request = github.requests_pat("monalisa", &spec);
        github.approves_pat_request(request, "octocat");
        github.requests_pat("hubot", &spec);
        github.adds_deploy_key("acme/api", login, true, "octocat");
        github.demands("acme/api", login, &Rules::new().approvals(1), "octocat");
        github.writes_audit_record("acme", json!({ "action": "team.create", "actor": "octocat" }));
    }
    github.take_webhooks();
    let product = product.restarts_listing().await;
    // What the log told is decided about before anything is listed.
    product.passes(LATER).await;
    product
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
    endpoints_fail(0).await;
}

#[tokio::test]
async fn no_endpoint_of_the_second_share_takes_anything_away() {
    endpoints_fail(1).await;
}

#[tokio::test]
async fn no_endpoint_of_the_third_share_takes_anything_away() {
    endpoints_fail(2).await;
}

#[tokio::test]
async fn no_endpoint_of_the_fourth_share_takes_anything_away() {
    endpoints_fail(3).await;
}

#[tokio::test]
async fn no_endpoint_of_the_fifth_share_takes_anything_away() {
    endpoints_fail(4).await;
}

#[tokio::test]
async fn no_endpoint_of_the_sixth_share_takes_anything_away() {
    endpoints_fail(5).await;
}

/// Plays every fault with each part of a share: one test for all of them would take minutes.
async fn endpoints_fail(share: usize) {
    on_each_database(|base| async move {
        let product = furnished(&base).await;
        let (before, issues) = (held(&product).await, titles(&product, &REPOS));
        for part in read().skip(share).step_by(SHARES) {
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
async fn no_later_page_that_fails_takes_anything_away_or_tells_anything_twice() {
    later_pages_fail(0).await;
}

#[tokio::test]
async fn no_later_page_of_the_other_half_takes_anything_away() {
    later_pages_fail(1).await;
}

/// Plays a refusal and a broken body with each part of a half that comes in pages.
async fn later_pages_fail(half: usize) {
    on_each_database(|base| async move {
        let product = furnished_twice(&base).await;
        let (before, issues) = (held(&product).await, titles(&product, &REPOS));
        let (answers, bodies) = FAULTS[2..].split_at(2);
        let paged = read().filter(|part| has_pages(*part)).enumerate();
        for (n, part) in paged.skip(half).step_by(2) {
            // Every fault with several parts; each with each is played on first pages. After a
            // refusal the page is asked for anew: an "unchanged" has no body that could be cut.
            for (name, fault) in [&answers[n % answers.len()], &bodies[n % bodies.len()]] {
                product.github.always_on_later_pages(path_end(part), fault.clone());
                product.passes(LATER).await;
                let (word, why) = seen(&product, place(part), part).await.unwrap();
                assert_eq!(word, Seen::Partial, "{part}, {name}: {why}");
                assert_eq!(held(&product).await, before, "{part}, {name}: something changed");
                product.github.works_again();
            }
        }
        product.passes(LATER).await;
        for part in read() {
            let word = seen(&product, place(part), part).await;
            assert_eq!(word, Some((Seen::Complete, String::new())), "{part} is seen again");
        }
        assert_eq!(held(&product).await, before, "something changed after recovery");
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

#[tokio::test]
async fn no_source_that_cannot_be_read_is_told_of() {
    on_each_database(|base| async move {
        let product = furnished(&base).await;
        let (before, issues) = (held(&product).await, titles(&product, &REPOS));
        // Twice 404 is how GitHub says that a repository is gone; that is played in `upstream`.
        for (name, fault) in FAULTS.iter().filter(|(_, fault)| !is_404(fault)) {
            // An "unchanged" has no body that could be broken.
            product.github.writes_file(LINT, "notes.txt", name, "octocat");
            product.github.always("/repos/octo-org/lint", fault.clone());
            product.passes(LATER).await;
            let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
            assert_eq!(word, Seen::Partial, "{name}: {why}");
            assert!(why.contains("1 of 1 repositories cannot be read"), "{name}: {why}");
            product.github.works_again();
            product.passes(LATER).await;
            let word = seen(&product, "acme", Part::References).await;
            assert_eq!(word, Some((Seen::Complete, String::new())), "{name}: it is seen again");
        }
        assert_eq!(held(&product).await, before);
        assert_eq!(titles(&product, &REPOS), issues, "nothing was told");
    })
    .await;
}

#[tokio::test]
async fn no_commit_that_cannot_be_looked_for_is_called_nobodys() {
    on_each_database(|base| async move {
        let product = furnished(&base).await;
        let github = product.github.clone();
        // With 404 GitHub says that two commits have nothing in common; that is played in `upstream`.
        for (name, fault) in FAULTS.iter().filter(|(_, fault)| !is_404(fault)) {
            // On the default branch, and not its end: only a comparison shows that it belongs.
            let commit = github.writes_file(LINT, "dist.js", name, "octocat");
            github.writes_file(LINT, "notes.txt", name, "octocat");
            github.writes_file("acme/api", LINT_YML, &lints_at(&commit), "octocat");
            product.settle().await;
            let issues = titles(&product, &REPOS);
            github.always(&format!("/compare/main...{commit}"), fault.clone());
            product.passes(LATER).await;
            let (word, why) = seen(&product, "acme", Part::References).await.unwrap();
            assert_eq!(word, Seen::Partial, "{name}: {why}");
            assert!(why.contains("commits cannot be read"), "{name}: {why}");
            github.works_again();
            product.passes(LATER * 4).await;
            let word = seen(&product, "acme", Part::References).await;
            assert_eq!(word, Some((Seen::Complete, String::new())), "{name}: it is seen again");
            assert_eq!(titles(&product, &REPOS), issues, "{name}: nothing was told");
        }
    })
    .await;
}

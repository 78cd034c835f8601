//! Roles of the organisation: what a machine may do by one is in the register, and more of it is asked
//! about.

use beholden::domain::{Access, Grant, Part, Seen, TeamId, Through};
use github_sim::{Access as Gives, Fault};

use super::{LATER, seen, titles};
use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup, prints};

const HUBOT: &str = "machine_user/103";
const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

/// An organisation in which hubot is a machine.
fn hubot_works(base: &Base) -> Setup {
    Setup::on(base).policy(|policy| {
        policy.machine_users.insert("hubot".parse().unwrap());
    })
}

/// What hubot holds through roles.
async fn roles(product: &Product) -> Vec<Grant> {
    let held = product.record(HUBOT).await.map(|record| record.grants).unwrap_or_default();
    held.into_iter().filter(|grant| matches!(grant.through, Through::OrgRole { .. })).collect()
}

/// Every text of ours in home.
fn told(product: &Product) -> String {
    product.ours("acme/home").into_iter().map(|issue| issue.body).collect()
}

#[tokio::test]
async fn a_role_that_a_machine_is_given_is_asked_about_and_so_is_more_of_it() {
    on_each_database(|base| async move {
        let product = hubot_works(&base).listing().start().await;
        let github = product.github.clone();
        let auditor = github.makes_role("Auditor", None, &["read_audit_logs"]);
        github.gives_role("Auditor", "monalisa", true);
        product.passes(LATER).await;
        assert!(roles(&product).await.is_empty());
        assert!(product.record("machine_user/102").await.is_none(), "a person is no identity");

        github.gives_role("Auditor", "hubot", true);
        product.passes(LATER).await;
        let held = roles(&product).await;
        assert_eq!(held[0].through, Through::OrgRole { role: auditor as i64, team: None });
        assert_eq!(held[0].permissions, [("read_audit_logs".into(), Access::Read)].into());
        assert_eq!(held[0].access, Some(Access::None));
        let found = product.rules(HUBOT).await;
        assert!(found.contains(&"unowned-identity".to_owned()), "{found:?}");
        assert!(!found.contains(&"admin-machine".to_owned()), "{found:?}");
        let body = told(&product);
        let says = "holds the organisation role `Auditor`: it has `read_audit_logs: read`";
        assert!(body.contains(says), "{body}");
        let printed = prints(&base, &["explain", HUBOT]);
        assert!(printed.contains(says), "{printed}");

        // Another name is no more power; another permission is.
        let issues = titles(&product, &REPOS);
        let settings = ["read_audit_logs", "write_organization_actions_settings"];
        github.makes_role("Auditor", Some(Gives::Write), &settings);
        product.passes(LATER).await;
        let found = product.rules(HUBOT).await;
        for rule in ["widened-grant", "admin-machine"] {
            assert!(found.contains(&rule.to_owned()), "{rule}: {found:?}");
        }
        let body = told(&product);
        assert!(body.contains("can push to every repository of the organisation"), "{body}");
        assert!(body.contains("`write_organization_actions_settings: admin`"), "{body}");
        assert_eq!(titles(&product, &REPOS).len(), issues.len(), "it is the same case");

        github.deletes_role("Auditor");
        product.passes(LATER).await;
        assert!(roles(&product).await.is_empty());
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_role_of_a_team_is_held_by_the_machines_in_it() {
    on_each_database(|base| async move {
        let product = hubot_works(&base).start().await;
        let github = product.github.clone();
        github.adds_to_team("acme/platform", "hubot", "octocat");
        github.gives_role_to_team("app_manager", "acme/platform", true);
        github.take_webhooks();
        let product = product.restarts_listing().await;
        let through = |team| Through::OrgRole { role: 33_679, team };
        let platform = Some(TeamId(301));
        let held = roles(&product).await;
        assert_eq!(held.len(), 1);
        assert_eq!(held[0].through, through(platform));
        // GitHub names nothing of what this role allows.
        assert_eq!(held[0].permissions, [("app_manager".into(), Access::Admin)].into());
        assert_eq!(titles(&product, &REPOS).len(), 1, "what was so before is no news");

        // An older host does not say who has it through a team: its members are read.
        github.names_no_teams_of_roles();
        product.passes(LATER).await;
        assert_eq!(roles(&product).await[0].through, through(platform));
        github.gives_role("app_manager", "hubot", true);
        product.passes(LATER).await;
        let doors: Vec<Through> = roles(&product).await.into_iter().map(|it| it.through).collect();
        assert_eq!(doors, [through(None), through(platform)]);
        let found = product.rules(HUBOT).await;
        assert!(found.contains(&"admin-machine".to_owned()), "{found:?}");

        github.removes_from_team("acme/platform", "hubot", "octocat");
        product.passes(LATER).await;
        let doors: Vec<Through> = roles(&product).await.into_iter().map(|it| it.through).collect();
        assert_eq!(doors, [through(None)], "out of the team is out of its role");
        github.gives_role("app_manager", "hubot", false);
        product.passes(LATER).await;
        assert!(roles(&product).await.is_empty());
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn where_there_are_no_roles_coverage_says_so() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        github.always("/orgs/acme/organization-roles", Fault::Refuse { status: 404 });
        let product = product.restarts_listing().await;
        let (word, why) = seen(&product, "acme", Part::OrgRoles).await.unwrap();
        assert_eq!(word, Seen::Unsupported, "{why}");
        assert!(why.contains("may not have it"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn a_record_that_a_role_was_given_hastens_the_listing() {
    on_each_database(|base| async move {
        let product = hubot_works(&base).streaming().listing().start().await;
        product.github.gives_role("all_repo_admin", "hubot", true);
        let record = serde_json::json!({ "organization_role_name": "all_repo_admin" });
        product.audits("organization_role.assign", "octocat", &record).await;
        product.settle().await;
        product.passes(std::time::Duration::from_secs(60)).await;
        assert_eq!(roles(&product).await.len(), 1);
        let found = product.rules(HUBOT).await;
        assert!(found.contains(&"admin-machine".to_owned()), "{found:?}");
        product.github.finish();
    })
    .await;
}

//! What stays silent: the first day, old news, and everybody who may not answer.

use beholden::policy::Mode;
use github_sim::{Access, Kind, Permissions, Person, Role, Seed, TeamSeed};

use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

#[tokio::test]
async fn an_installation_with_defaults_writes_nothing_and_later_only_news_opens_cases() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .policy(|policy| policy.default_mode = Mode::Observe)
            .seed(|seed| seed.many(200, 5))
            .start()
            .await;
        let github = &product.github;
        for repo in 0..20 {
            let repo = format!("acme/repo-{repo:04}");
            github.adds_deploy_key(&repo, "new while observing", false, "octocat");
            github.adds_collaborator(&repo, "hubot", Access::Admin, "octocat");
        }
        github.leaves_organization("monalisa");
        product.settle().await;
        assert_eq!(github.writes().len(), 0, "observing writes nothing");

        let product = product.restarts_with(|policy| policy.default_mode = Mode::Comment).await;
        let github = &product.github;
        assert_eq!(github.writes().len(), 0, "what was there before is no news");
        github.runs_job("acme/repo-0001", "ci.yml", &github_sim::Runner::Hosted, "octocat");
        github.renames_repository("acme/repo-0002", "renamed", "octocat");
        product.settle().await;
        assert_eq!(github.writes().len(), 0, "use and renaming grant nothing");
        let key = github.adds_deploy_key("acme/repo-0003", "news", false, "octocat");
        product.settle().await;
        let issues: Vec<_> = (0..200)
            .filter(|n| *n != 2)
            .flat_map(|n| product.ours(&format!("acme/repo-{n:04}")))
            .chain(product.ours("acme/home"))
            .chain(product.ours("acme/renamed"))
            .collect();
        assert_eq!(issues.len(), 1, "{issues:?}");
        assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "unowned");
        let case = product.case(&format!("deploy_key/{key}")).await.unwrap();
        assert_eq!(case.rows.len(), 1, "old identities are not part of it");
        github.finish();
    })
    .await;
}

/// Somebody who must never become an owner.
struct Nobody {
    what: &'static str,
    login: &'static str,
    kind: Kind,
    /// A role in the organisation: the more power, the better the test.
    role: Option<Role>,
    leaves: bool,
}

const NOBODIES: &[Nobody] = &[
    Nobody { what: "an agent", login: "claude[bot]", kind: Kind::Bot, role: None, leaves: false },
    Nobody { what: "a bot", login: "renovate[bot]", kind: Kind::Bot, role: None, leaves: false },
    Nobody {
        what: "a known machine with a user account",
        login: "tekton-robot",
        kind: Kind::User,
        role: Some(Role::Admin),
        leaves: false,
    },
    Nobody { what: "a stranger", login: "mallory", kind: Kind::User, role: None, leaves: false },
    Nobody {
        what: "a former member",
        login: "grace",
        kind: Kind::User,
        role: Some(Role::Admin),
        leaves: true,
    },
    Nobody {
        what: "an unclassified account",
        login: "deploy-ci",
        kind: Kind::User,
        role: Some(Role::Admin),
        leaves: false,
    },
    Nobody {
        what: "a machine user",
        login: "acme-nightly",
        kind: Kind::User,
        role: Some(Role::Admin),
        leaves: false,
    },
    Nobody {
        what: "a member without a say",
        login: "lovelace",
        kind: Kind::User,
        role: Some(Role::Member),
        leaves: false,
    },
];

impl Nobody {
    /// The product with this account in it, a team of its own, and a key that waits for an owner.
    async fn stands_by(&self, base: &Base) -> (Product, String) {
        let id = match self.login {
            "tekton-robot" => Some(48_335_577),
            "claude[bot]" => Some(209_825_114),
            _ => None,
        };
        let product = Setup::on(base)
            .policy(|policy| {
                policy.machine_users.insert("acme-nightly".parse().unwrap());
            })
            .seed(|mut seed: Seed| {
                let login = self.login.to_owned();
                seed = seed.person(Person { login, id, kind: self.kind, ..Person::default() });
                let org = &mut seed.organizations[0];
                match self.role {
                    Some(Role::Admin) => org.owners.push(self.login.to_owned()),
                    Some(Role::Member) => org.members.push(self.login.to_owned()),
                    None => {}
                }
                org.teams.push(TeamSeed {
                    slug: "lonely".to_owned(),
                    members: vec![self.login.to_owned()],
                    repositories: [("api".to_owned(), Access::Read)].into(),
                    ..TeamSeed::default()
                });
                seed
            })
            .start()
            .await;
        if self.leaves {
            product.github.leaves_organization(self.login);
        }
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        (product, format!("deploy_key/{key}"))
    }
}

#[tokio::test]
async fn no_machine_and_no_stranger_becomes_an_owner_by_any_path() {
    for nobody in NOBODIES {
        on_each_database(|base| async move {
            let (product, key) = nobody.stands_by(&base).await;
            let github = &product.github;
            let who = nobody.login;
            let unowned = async |path: &str| {
                product.settle().await;
                let standing = product.standing(&key).await;
                let owned = standing.starts_with("owned");
                assert!(!owned, "{} became an owner by {path}: {standing}", nobody.what);
            };
            github.comments("acme/api", 1, who, "/own because I say so");
            unowned("/own").await;
            github.comments("acme/api", 1, who, &format!("/own @{who}"));
            unowned("naming itself").await;
            github.comments("acme/api", 1, who, "/own @acme/lonely");
            unowned("naming its team").await;
            github.comments("acme/api", 1, who, "/own @octocat");
            unowned("naming a person who says nothing").await;
            github.assigns("acme/api", 1, who, who);
            unowned("assigning itself").await;
            github.assigns("acme/api", 1, "octocat", who);
            unowned("assigning a person who says nothing").await;
            github.unassigns("acme/api", 1, who, "octocat");
            github.assigns("acme/api", 1, who, "octocat");
            unowned("being assigned").await;
            github.comments("acme/api", 1, "octocat", &format!("/own @{who}"));
            unowned("being named").await;
            github.comments("acme/api", 1, who, "/own");
            unowned("saying yes after being named").await;
            let said = github.comments("acme/api", 1, "octocat", "I wonder about this key.");
            github.edits_comment(said, who, "/own");
            unowned("editing a person's comment").await;
            github.comments("acme/api", 1, "octocat", "/own");
            product.settle().await;
            assert_eq!(product.standing(&key).await, "owned by octocat", "people can");
            github.finish();
        })
        .await;
    }
}

#[tokio::test]
async fn an_agent_that_speaks_with_a_persons_account_owns_nothing() {
    on_each_database(|base| async move {
        let product = Setup::on(&base)
            .seed(|mut seed| {
                seed.apps.push(github_sim::AppSeed {
                    slug: "some-agent".to_owned(),
                    owner: "acme".to_owned(),
                    permissions: Permissions::default(),
                    ..github_sim::AppSeed::default()
                });
                seed
            })
            .start()
            .await;
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        let github = &product.github;
        github.comments_through("acme/api", 1, "octocat", "some-agent", "/own because I can");
        product.settle().await;
        assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "unowned");
        assert_eq!(github.comments_of("acme/api", 1).len(), 1, "it is not answered");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_colleague_who_is_named_or_assigned_owns_nothing_until_they_say_so() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.changes_collaborator("acme/api", "monalisa", Access::Maintain, "octocat");
        let key = product.github.adds_deploy_key("acme/api", "ci", false, "octocat");
        let key = format!("deploy_key/{key}");
        product.settle().await;
        product.github.comments("acme/api", 1, "octocat", "/own @monalisa");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "proposed");
        product.github.assigns("acme/api", 1, "monalisa", "octocat");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "proposed");
        product.github.unassigns("acme/api", 1, "monalisa", "octocat");
        product.github.assigns("acme/api", 1, "monalisa", "monalisa");
        product.settle().await;
        assert_eq!(product.standing(&key).await, "owned by monalisa");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_comment_without_a_command_is_not_kept_wherever_it_stands() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = &product.github;
        let key = github.adds_deploy_key("acme/api", "ci", true, "octocat");
        product.settle().await;
        let ours = product.ours("acme/api")[0].number;
        let theirs = github.opens_issue("acme/api", "monalisa", "About tea", "private words");
        product.settle().await;
        let chat = github.comments("acme/api", theirs, "monalisa", "private words");
        github.comments("acme/api", ours, "monalisa", "private words");
        github.edits_comment(chat, "octocat", "other private words");
        github.deletes_comment(chat, "monalisa");
        github.comments("acme/api", ours, "octocat", "/own because private words");
        let heard = product.settle().await;
        let mut kept = Vec::new();
        for (webhook, _) in &heard {
            let stored = product.engine.store().delivery(&webhook.guid).await.unwrap().unwrap();
            let body = String::from_utf8_lossy(&stored.delivery.body).into_owned();
            if webhook.event == "issue_comment" && body.contains("private words") {
                kept.push(body);
            }
        }
        let comments = heard.iter().filter(|(it, _)| it.event == "issue_comment").count();
        assert!(comments >= 5, "{comments} were heard");
        assert_eq!(kept.len(), 1, "the one with a command: {kept:#?}");
        assert!(kept[0].contains("/own because"), "{kept:#?}");
        assert_eq!(product.standing(&format!("deploy_key/{key}")).await, "owned by octocat");
        github.finish();
    })
    .await;
}

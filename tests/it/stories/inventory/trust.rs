//! What is trusted in settings and told by no webhook: variables, groups of runners, subjects of OIDC
//! tokens, branches protected in the older way, tokens let in by single sign-on, the coding agent.

use beholden::domain::{Access, Part, Reach, RepoId, Seen};
use github_sim::{BypassActor, EnvironmentSpec, Rules};
use serde_json::json;

use super::{LATER, lets_workflows_run, seen, titles};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

/// The switches of the organisation and of `acme/api`, as text.
async fn switches(product: &Product) -> String {
    let store = product.engine.store();
    let repos = store.repos(product.org(), None, 100).await.unwrap();
    let api = repos.into_iter().find(|repo| repo.name.as_str() == "acme/api").unwrap();
    let sight = store.sight(product.org()).await.unwrap();
    format!("{:?} {:?}", sight.switches, api.switches)
}

/// The body of the newest issue in home that is not the digest.
fn told(product: &Product, repo: &str) -> String {
    let mut issues = product.ours(repo).into_iter();
    let issue = issues.rfind(|it| !it.title.starts_with("Who owns what"));
    issue.map(|issue| issue.body).unwrap_or_default()
}

#[tokio::test]
async fn variables_are_known_by_name_and_date_and_no_value_is_kept() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        lets_workflows_run(&github);
        github.sets_up_environment("acme/api", &EnvironmentSpec::named("prod"));
        github.sets_variable("acme", "REGION", "hidden-value");
        github.sets_variable("acme/api", "HOST", "hidden-value");
        github.sets_environment_variable("acme/api", "prod", "TARGET");
        github.lets_coding_agent_into("all");
        github.sets_agents_variable("acme", "STYLE", "hidden-value");
        github.sets_agents_variable("acme/api", "COPILOT_MCP_HOST", "hidden-value");
        github.take_webhooks();
        let product = product.restarts_listing().await;
        let held = switches(&product).await;
        for name in [
            "\"variable/REGION",
            "\"variable/HOST",
            "environment_variable/TARGET in prod",
            "agents_variable/STYLE",
            "agents_variable/COPILOT_MCP_HOST",
        ] {
            assert!(held.contains(name), "{name}: {held}");
        }
        assert!(!held.contains("hidden-value"), "{held}");
        assert!(held.contains("for all repositories"), "{held}");
        let issues = titles(&product, &REPOS);

        github.advance(std::time::Duration::from_secs(60));
        github.sets_variable("acme/api", "HOST", "another-hidden-value");
        github.sets_variable("acme/api", "allowed_actions", "all");
        product.passes(LATER).await;
        let after = switches(&product).await;
        assert_ne!(held, after, "it was set anew");
        assert_eq!(titles(&product, &REPOS), issues, "the history tells of it, and no issue");
        let elsewhere = seen(&product, "acme/site", Part::Variables).await.unwrap();
        assert_eq!(elsewhere.0, Seen::Unsupported, "{}", elsewhere.1);
        let asked = github.requests();
        let asked =
            asked.iter().any(|it| it.path.starts_with("/repos/acme/site/actions/variables"));
        assert!(!asked, "no file there reads variables");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_group_of_runners_that_is_opened_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        let workflow = "acme/api/.github/workflows/ci.yml@refs/heads/main";
        github.groups_runners("build", &["acme/api"], false, &[workflow]);
        let product = product.restarts_listing().await;
        let held = switches(&product).await;
        let reach = format!("acme/api, workflows: {workflow}");
        assert!(held.contains(&reach), "{held}");
        assert_eq!(told(&product, "acme/home"), "", "what was so before is no news");

        github.groups_runners("build", &[], true, &[]);
        product.passes(LATER).await;
        let body = told(&product, "acme/home");
        assert!(body.contains("runner group `build` lost a guard"), "{body}");
        for guard in ["chosen_workflows", "no_public_repositories", "chosen_repositories"] {
            assert!(body.contains(guard), "{guard}: {body}");
        }
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_runner_may_run_jobs_of_what_its_group_is_open_to() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        github.groups_runners("build", &["acme/api"], false, &[]);
        let runner = github.registers_runner("acme", "build-1", false);
        let usual = github.registers_runner("acme", "build-2", false);
        github.puts_runner_in_group(runner, "build");
        let product = product.restarts_listing().await;
        let org = github.org_id("acme");
        let key = format!("self_hosted_runner/{org}:{runner}:build-1");
        let reach = |key: String| {
            let product = &product;
            async move { product.record(&key).await.unwrap().grants[0].reach.clone() }
        };
        assert_eq!(reach(key.clone()).await, Reach::one(RepoId(401)));
        let other = format!("self_hosted_runner/{org}:{usual}:build-2");
        assert_eq!(reach(other).await, Reach::Organization, "its group is not listed");

        // The runners of acme/api are listed without it: it is another list's.
        product.passes(LATER).await;
        assert!(product.record(&key).await.unwrap().identity.is_live());
        github.groups_runners("build", &[], false, &[]);
        product.passes(LATER).await;
        assert_eq!(reach(key.clone()).await, Reach::PrivateRepos);
        let found = product.rules(&key).await;
        assert!(found.contains(&"widened-grant".to_owned()), "{found:?}");

        github.removes_runner("acme", runner);
        product.passes(LATER).await;
        assert!(!product.record(&key).await.unwrap().identity.is_live());
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn the_coding_agent_is_looked_at_where_it_was_chosen_to_work() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        github.lets_coding_agent_into_chosen(&["acme/api"]);
        let product = product.restarts_listing().await;
        let api = seen(&product, "acme/api", Part::CodingAgent).await.unwrap();
        assert_eq!(api.0, Seen::Complete, "{}", api.1);
        for part in [Part::CodingAgent, Part::AgentsVariables] {
            let (word, why) = seen(&product, "acme/site", part).await.unwrap();
            assert_eq!(word, Seen::Unsupported, "{why}");
            assert!(why.contains("may not work here"), "{why}");
        }
        github.lets_coding_agent_into_chosen(&["acme/api", "acme/site"]);
        product.passes(LATER).await;
        product.passes(LATER).await;
        let (word, why) = seen(&product, "acme/site", Part::CodingAgent).await.unwrap();
        assert_eq!(word, Seen::Complete, "{why}");
        let held = switches(&product).await;
        assert!(held.contains("coding_agent_in/acme/site"), "{held}");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_subject_that_follows_the_name_again_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        lets_workflows_run(&github);
        github.sets_oidc_subject("acme", &["repo", "context", "job_workflow_ref"], true);
        github.sets_oidc_subject("acme/api", &["repo"], true);
        github.take_webhooks();
        let product = product.restarts_listing().await;
        let held = switches(&product).await;
        assert!(held.contains("repo, context, job_workflow_ref"), "{held}");
        github.sets_oidc_subject("acme/api", &["repo"], false);
        product.passes(LATER).await;
        let body = told(&product, "acme/api");
        assert!(body.contains("Whoever gets the name is let in"), "{body}");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn who_may_pass_a_branch_that_is_protected_in_the_older_way_is_in_the_register() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        lets_workflows_run(&github);
        let one = Rules::new().approvals(1).bypassed_by(BypassActor::app(501));
        github.protects_branch("acme/api", "main", Some(&one));
        github.take_webhooks();
        let product = product.restarts_listing().await;
        const KEY: &str = "ruleset_bypass/401:branch:main";
        let held = product.record(KEY).await.expect("an App may pass");
        assert_eq!(
            held.grants[0].permissions,
            [("unreviewed:integration:501".into(), Access::Write)].into()
        );
        let issues = titles(&product, &REPOS).len();

        let two = one.clone().bypassed_by(BypassActor {
            actor_id: Some(github.user_id("hubot")),
            actor_type: "User".to_owned(),
            bypass_mode: "always".to_owned(),
        });
        github.protects_branch("acme/api", "main", Some(&two));
        product.passes(LATER).await;
        assert_eq!(product.record(KEY).await.unwrap().grants[0].permissions.len(), 2);
        assert!(product.case(KEY).await.is_some(), "one more may pass");
        assert_eq!(titles(&product, &REPOS).len(), issues + 1);

        github.protects_branch("acme/api", "main", Some(&Rules::new()));
        product.passes(LATER).await;
        assert!(product.record(KEY).await.unwrap().grants.is_empty(), "nobody may pass");
        let body = told(&product, "acme/api");
        assert!(body.contains("protected branch `main` lost a guard: `reviews`"), "{body}");

        github.protects_branch("acme/api", "main", None);
        product.passes(LATER).await;
        assert!(!product.record(KEY).await.unwrap().identity.is_live());
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn protection_that_is_taken_away_altogether_is_told_and_put_right() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        lets_workflows_run(&github);
        let rules = Rules::new().approvals(1);
        github.protects_branch("acme/api", "main", Some(&rules));
        github.take_webhooks();
        let product = product.restarts_listing().await;
        let issues = titles(&product, &REPOS).len();
        github.protects_branch("acme/api", "main", None);
        product.passes(LATER).await;
        let body = told(&product, "acme/api");
        assert!(body.contains("`main` is no protected branch any more"), "{body}");
        assert!(body.contains("It had `") && body.contains("`reviews`"), "{body}");
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS).len(), issues + 1, "told once");
        github.protects_branch("acme/api", "main", Some(&rules));
        product.passes(LATER).await;
        let body = told(&product, "acme/api");
        assert!(body.contains("Put right"), "{body}");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_environment_that_is_deleted_and_made_anew_without_its_guards_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        let guarded = EnvironmentSpec::named("prod").reviewed_by("octocat");
        github.sets_up_environment("acme/api", &guarded);
        let product = product.restarts_listing().await;
        let issues = titles(&product, &REPOS).len();
        github.deletes_environment("acme/api", "prod");
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS).len(), issues, "its secrets went with it");
        github.sets_up_environment("acme/api", &EnvironmentSpec::named("prod"));
        product.passes(LATER).await;
        let body = told(&product, "acme/api");
        assert!(body.contains("`prod` lost a guard: `required_reviewers`"), "{body}");
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS).len(), issues + 1, "told once");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_classic_token_that_single_sign_on_lets_in_belongs_to_its_person() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        let token = github.lets_in_token("monalisa", "nightly", &["repo", "read:org"]);
        let product = product.restarts_listing().await;
        let key = format!("classic_pat/{token}");
        let held = product.record(&key).await.expect("it is listed");
        let scopes = [("read:org".into(), Access::Read), ("repo".into(), Access::Write)];
        assert_eq!(held.grants[0].permissions, scopes.into());
        assert_eq!(product.standing(&key).await, "owned by monalisa");

        github.belongs_to_enterprise("acme", false);
        product.passes(LATER).await;
        let (word, _) = seen(&product, "acme", Part::Credentials).await.unwrap();
        assert_eq!(word, Seen::Partial);
        assert!(product.record(&key).await.unwrap().identity.is_live(), "not seen is not gone");

        github.belongs_to_enterprise("acme", true);
        github.locks_out_token(token);
        product.passes(LATER).await;
        assert!(!product.record(&key).await.unwrap().identity.is_live());
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_the_coding_agent_is_given_in_settings_is_in_the_register() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        let server = |tool: &str| {
            json!({ "mcpServers": { "Tracker": {
                "type": "http",
                "url": "https://mcp.acme.invalid/v1?key=hidden",
                "tools": [tool],
                "headers": { "Authorization": "Bearer $COPILOT_MCP_TOKEN" },
            } } })
        };
        github.sets_up_coding_agent("acme/api", server("read"), true);
        let product = product.restarts_listing().await;
        let (word, why) = seen(&product, "acme/api", Part::CodingAgent).await.unwrap();
        assert_eq!(word, Seen::Unsupported, "{why}");
        assert!(why.contains("may work in no repository"), "{why}");

        github.lets_coding_agent_into("all");
        product.passes(LATER).await;
        product.passes(LATER).await;
        const KEY: &str = "mcp_server/401:coding_agent:tracker";
        let held = product.record(KEY).await.expect("its server is listed");
        let names: Vec<&str> = held.grants[0].permissions.keys().map(String::as_str).collect();
        assert_eq!(names, ["secret:COPILOT_MCP_TOKEN", "sent_to:mcp.acme.invalid", "tool:read"]);
        let body = told(&product, "acme/home");
        assert!(body.contains("coding agent can work in repositories"), "{body}");

        github.sets_up_coding_agent("acme/api", server("*"), false);
        product.passes(LATER).await;
        assert!(product.case(KEY).await.is_some(), "it may do more");
        let bodies: Vec<String> = product.ours("acme/api").into_iter().map(|it| it.body).collect();
        assert!(
            bodies.iter().any(|body| body.contains("can send what it reads anywhere")),
            "{bodies:#?}"
        );

        github.sets_up_coding_agent("acme/api", json!({}), true);
        product.passes(LATER).await;
        assert!(!product.record(KEY).await.unwrap().identity.is_live());
        github.finish();
    })
    .await;
}

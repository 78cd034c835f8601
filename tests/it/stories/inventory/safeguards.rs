//! Switches and guards that hold for every identity at once: weakened, asked about; put right, closed.

use std::time::Duration;

use github_sim::{EnvironmentSpec, WorkflowDefaults};
use serde_json::json;

use super::{LATER, lets_workflows_run, living, titles};
use crate::support::databases::on_each_database;
use crate::support::{Setup, prints};

const WRITES: WorkflowDefaults = WorkflowDefaults { write: true, can_approve: false };
const REPOS: [&str; 3] = ["acme/home", "acme/api", "acme/site"];

#[tokio::test]
async fn a_switch_that_is_weakened_is_told_once_and_closed_when_it_is_put_right() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let before = titles(&product, &REPOS).len();
        assert!(product.ours("acme/api").is_empty(), "what was so before is no news");
        product.github.sets_workflow_permissions("acme/api", Some(WRITES));
        product.passes(LATER).await;
        let issue = product.ours("acme/api").pop().expect("an issue in the repository");
        assert_eq!(issue.title, "A safeguard was weakened in settings");
        assert!(issue.body.contains("`write` now; it was `read`"), "{}", issue.body);
        assert!(issue.body.contains("GitHub did not say who"), "{}", issue.body);
        product.passes(LATER).await;
        assert_eq!(titles(&product, &REPOS).len(), before + 1, "told once");

        product.github.sets_workflow_permissions("acme/api", None);
        product.passes(LATER).await;
        let issue = product.ours("acme/api").pop().unwrap();
        assert!(!issue.open && issue.body.contains("Put right"), "{issue:#?}");

        product.github.sets_workflow_permissions("acme/api", Some(WRITES));
        product.passes(LATER).await;
        let issues = product.ours("acme/api");
        assert!(issues.len() == 1 && issues[0].open, "the same issue, opened again: {issues:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn settings_are_shown_as_they_stand_and_a_repository_that_lets_anybodys_actions_in_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        lets_workflows_run(&product.github);
        product.github.sets_allowed_actions("acme/api", "local_only", true);
        let guarded = EnvironmentSpec::named("<i>prod").reviewed_by("octocat");
        product.github.sets_up_environment("acme/api", &guarded);
        let product = product.restarts_listing().await;
        assert!(product.ours("acme/api").is_empty());
        let of_repo = ["settings", "--repo", "acme/api"];
        let strict = prints(&base, &of_repo);
        assert!(strict.contains("local_only") && !strict.contains("anybody's"), "{strict}");
        assert!(strict.contains("<i>prod") && strict.contains("required_reviewers"), "{strict}");
        let shown = product.page("/settings?repository=acme/api").await;
        assert!(shown.contains("local_only") && !shown.contains("<i>"), "{shown}");

        product.github.sets_allowed_actions("acme/api", "all", false);
        product.passes(LATER).await;
        let issues = product.ours("acme/api");
        let said = "is `all` now; it was `local_only`";
        assert!(issues.iter().any(|issue| issue.body.contains(said)), "{issues:#?}");
        let lax = prints(&base, &["settings", "--lax"]);
        let line = "allowed_actions is all in 1 repository: acme/api. Workflows can run anybody's";
        assert!(lax.contains(line), "{lax}");
        assert!(lax.contains("sha_pinning_required is false in 1 repository"), "{lax}");
        let of_repo = prints(&base, &["settings", "--repo", "acme/api", "--lax"]);
        assert!(of_repo.contains("all. Workflows can run anybody's actions."), "{of_repo}");
        assert!(!of_repo.contains("prod"), "guards are no order: {of_repo}");
        let shown = product.page("/settings").await;
        assert!(shown.contains("anybody&#39;s actions") && shown.contains(">acme/api<"), "{shown}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_person_who_meant_it_closes_the_issue_and_it_stays_closed() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        product.github.sets_workflow_permissions("acme/api", Some(WRITES));
        product.passes(LATER).await;
        let number = product.ours("acme/api")[0].number;
        product.github.closes_issue("acme/api", number, "octocat");
        product.settle().await;
        product.passes(Duration::from_secs(10 * 24 * 3_600)).await;
        assert!(!product.ours("acme/api")[0].open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_environment_that_loses_its_reviewers_is_told() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let guarded = EnvironmentSpec::named("prod").reviewed_by("octocat");
        product.github.sets_up_environment("acme/api", &guarded);
        let product = product.restarts_listing().await;
        assert!(product.ours("acme/api").is_empty());
        product.github.sets_up_environment("acme/api", &EnvironmentSpec::named("prod"));
        product.passes(LATER).await;
        let issue = product.ours("acme/api").pop().expect("an issue");
        assert!(issue.body.contains("`prod` lost a guard"), "{}", issue.body);
        assert!(issue.body.contains("required_reviewers"), "{}", issue.body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_safeguard_that_only_the_log_tells_of_names_who_and_is_closed_when_it_is_back() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().start().await;
        let of_the_organisation = json!({"repo": null, "repo_id": null});
        product.audits("org.disable_oauth_app_restrictions", "octocat", &of_the_organisation).await;
        product.settle().await;
        let issue = product.ours("acme/home").pop().expect("an issue in home");
        assert_eq!(issue.title, "A safeguard was weakened in settings");
        assert!(issue.open && issue.body.contains("octocat"), "{}", issue.body);
        product.audits("org.disable_oauth_app_restrictions", "octocat", &of_the_organisation).await;
        product.settle().await;
        assert_eq!(product.ours("acme/home").len(), 1, "told once");

        product.audits("org.enable_oauth_app_restrictions", "octocat", &of_the_organisation).await;
        product.settle().await;
        let issue = product.ours("acme/home").pop().unwrap();
        assert!(!issue.open && issue.body.contains("Put right"), "{issue:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_oauth_app_that_is_approved_is_asked_about_and_gone_when_it_is_denied() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).streaming().start().await;
        let app = json!({ "oauth_application_name": "Tracker <b>", "repo": null, "repo_id": null });
        product.audits("org.oauth_app_access_requested", "monalisa", &app).await;
        product.settle().await;
        let apps = async || {
            let held = living(&product).await;
            held.into_keys().filter(|key| key.starts_with("oauth_app/")).collect::<Vec<_>>()
        };
        assert!(apps().await.is_empty(), "asked for is not given");
        product.audits("org.oauth_app_access_approved", "octocat", &app).await;
        product.settle().await;
        let [key] = &apps().await[..] else { panic!("{:?}", apps().await) };
        assert_eq!(product.standing(key).await, "unowned");
        assert_eq!(product.rules(key).await, ["unowned-identity"]);
        let issue = product.ours("acme/home").pop().expect("an issue in home");
        assert!(
            issue.body.contains("octocat") && issue.body.contains("approved"),
            "{}",
            issue.body
        );
        product.audits("org.oauth_app_access_denied", "octocat", &app).await;
        product.settle().await;
        assert!(!product.record(key).await.unwrap().identity.is_live());
        assert!(!product.ours("acme/home").pop().unwrap().open, "nothing waits any more");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_switch_that_was_weakened_before_we_came_is_history_and_opens_no_case() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let log = |id: &str, action: &str| {
            let record = json!({
                "_document_id": id, "action": action, "actor": "octocat",
                "actor_id": product.github.user_id("octocat"),
            });
            product.github.writes_audit_record("acme", record);
        };
        log("old", "org.disable_two_factor_requirement");
        product.passes(LATER).await;
        let product = product.restarts_listing().await;
        product.passes(LATER).await;
        let weak = |title: &String| title.contains("safeguard");
        assert!(!titles(&product, &REPOS).iter().any(weak), "{:?}", titles(&product, &REPOS));
        let store = product.engine.store();
        let lines = store.timeline(product.org(), None, 50).await.unwrap();
        assert!(format!("{lines:?}").contains("disable_two_factor"), "{lines:?}");

        let record = json!({
            "_document_id": "new", "action": "org.disable_oauth_app_restrictions",
            "actor": "octocat", "actor_id": product.github.user_id("octocat"),
        });
        product.github.writes_audit_record("acme", record);
        product.passes(LATER).await;
        assert!(titles(&product, &REPOS).iter().any(weak), "what happens from now on is told");
        product.github.finish();
    })
    .await;
}

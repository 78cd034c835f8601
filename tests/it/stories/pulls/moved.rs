//! Tags and side branches of a shared repository: what they hold is weighed for whoever takes it there.

use github_sim::{Access, PullSpec};

use super::shared::{
    CI_YML, DEPLOY_YML, HARMLESS, SENDING, calling, in_home, in_shared, shared_check, sharing,
};
use super::*;
use crate::support::databases::on_each_database;

/// Long enough for every place to be listed once more.
const LATER: Duration = Duration::from_secs(7 * 3_600);

/// `acme/api`, private, takes the workflow at a reference.
async fn called_at(product: &Product, reference: &str) {
    pushes(product, "main", &[(CI_YML, &calling(reference))], "octocat");
    reads(product).await;
    assert!(product.ours("acme/shared").is_empty() && in_home(product).is_empty());
}

fn tags(product: &Product, tags: &[&str], at: &str, login: &str) {
    product.github.pushes_tags("acme/shared", tags, at, login);
}

/// The one issue in the shared repository, which says what was moved and names nobody private.
fn told_of_move(product: &Product, what: &str) -> github_sim::IssueView {
    let issues = product.ours("acme/shared");
    assert_eq!(issues.len(), 1, "{issues:#?}");
    let body = &issues[0].body;
    assert!(body.contains(what) && body.contains("1 private repository"), "{body}");
    assert!(!body.contains("acme/api") && !body.contains("DEPLOY_KEY"), "{body}");
    issues.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_tag_that_moves_is_weighed_for_those_who_take_a_workflow_there() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        tags(&product, &["v1"], "main", "octocat");
        called_at(&product, "v1").await;
        let next = in_shared(&product, "next", &[(DEPLOY_YML, SENDING)], "monalisa");
        reads(&product).await;
        assert!(product.ours("acme/shared").is_empty(), "nobody calls that branch");
        tags(&product, &["v2"], &next, "monalisa");
        reads(&product).await;
        assert!(product.ours("acme/shared").is_empty(), "nor that tag");

        tags(&product, &["v1"], &next, "monalisa");
        reads(&product).await;
        let issue = told_of_move(&product, "The tag `v1` was moved");
        assert!(issue.body.contains("monalisa"), "who pushed it: {}", issue.body);
        let home = in_home(&product);
        assert_eq!(home.len(), 1, "{home:#?}");
        for words in ["The tag `v1` of `acme/shared`", "`acme/api`", "up.acme.invalid"] {
            assert!(home[0].body.contains(words), "{words}: {}", home[0].body);
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_push_to_a_side_branch_is_weighed_for_those_who_take_a_workflow_there() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        product.github.creates_branch("acme/shared", "stable", "main", "octocat");
        called_at(&product, "refs/heads/stable").await;
        in_shared(&product, "stable", &[("README.md", "words\n")], "monalisa");
        reads(&product).await;
        assert!(product.ours("acme/shared").is_empty(), "nothing that is called changed");
        in_shared(&product, "stable", &[(DEPLOY_YML, SENDING)], "monalisa");
        reads(&product).await;
        told_of_move(&product, "The branch `stable` was moved");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_was_accepted_in_a_pull_request_onto_a_side_branch_is_not_asked_again() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        product.github.creates_branch("acme/shared", "stable", "main", "octocat");
        called_at(&product, "stable").await;
        in_shared(&product, "next", &[(DEPLOY_YML, SENDING)], "hubot");
        let spec = PullSpec::from("next").onto("stable").titled("Faster");
        let number = product.github.opens("acme/shared", &spec, "hubot");
        reads(&product).await;
        product.github.comments("acme/shared", number, "octocat", "/own all because it is ours");
        reads(&product).await;
        let run = shared_check(&product, number);
        product.github.presses_check_button("acme/shared", run.id, "accept", "octocat");
        reads(&product).await;
        product.github.merges_pull("acme/shared", number, "octocat");
        reads(&product).await;
        assert!(product.ours("acme/shared").is_empty(), "{:#?}", product.ours("acme/shared"));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn more_than_three_tags_that_are_moved_at_once_are_found_by_listing() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        tags(&product, &["v1", "v1.0"], "main", "octocat");
        called_at(&product, "v1").await;
        let product = product.restarts_listing().await;
        product.passes(LATER).await;
        let next = in_shared(&product, "next", &[(DEPLOY_YML, SENDING)], "monalisa");
        tags(&product, &["v1", "v1.0", "v1.1", "latest"], &next, "monalisa");
        product.passes(LATER).await;
        product.passes(Duration::from_secs(11 * 60)).await;
        told_of_move(&product, "The tag `v1` was moved");
        product.passes(LATER).await;
        product.passes(Duration::from_secs(11 * 60)).await;
        told_of_move(&product, "The tag `v1` was moved");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn who_accepts_what_a_shared_workflow_does_maintains_everything_that_it_reaches() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        product.github.adds_collaborator("acme/shared", "monalisa", Access::Maintain, "octocat");
        called_at(&product, "main").await;
        in_shared(&product, "main", &[(DEPLOY_YML, SENDING)], "hubot");
        reads(&product).await;
        let number = product.ours("acme/shared")[0].number;
        let says =
            |login| product.github.comments("acme/shared", number, login, "/own because mine");
        says("monalisa");
        reads(&product).await;
        let said: Vec<_> = product.github.comments_of("acme/shared", number);
        let said = said.iter().map(|comment| comment.body.as_str()).collect::<Vec<_>>().join("\n");
        assert!(said.contains("every repository whose workflows call it"), "{said}");
        assert!(!said.contains("acme/api"), "{said}");
        product.github.adds_collaborator("acme/api", "monalisa", Access::Maintain, "octocat");
        says("monalisa");
        reads(&product).await;
        assert!(!product.ours("acme/shared")[0].open, "{:#?}", product.ours("acme/shared"));
        product.github.finish();
    })
    .await;
}

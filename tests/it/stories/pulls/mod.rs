//! Pull requests: what they grant is said on the line that grants it, held until somebody answers,
//! and remembered once it is merged.

mod accepting;
mod branches;
mod checks;
mod excepting;
mod fleet;
mod folded;
mod impostors;
mod incidents;
mod moved;
mod origins;
mod outsiders;
mod queues;
mod runs;
mod shared;

use std::time::Duration;

use beholden::policy::Mode;
use github_sim::{CheckView, Push};

use crate::support::databases::Base;
use crate::support::{Product, Setup};

/// A workflow whose agent anyone who can open an issue drives.
pub(super) const TRIAGE: &str = "\
name: triage
on:
  issues:
    types: [opened]
permissions:
  contents: write
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
      - uses: anthropics/claude-code-action@v1
        with:
          allowed_non_write_users: '*'
          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}
          prompt: Sort the issue ${{ github.event.issue.title }}
";

/// A workflow that grants nothing that anybody minds.
const LINT: &str = "\
name: lint
on: pull_request
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: make lint
";

pub(super) const TRIAGE_YML: &str = ".github/workflows/triage.yml";

/// `acme` as installed with `--mode require`.
async fn strict(base: &Base) -> Product {
    let setup = Setup::on(base).policy(|policy| policy.default_mode = Mode::Require);
    setup.start().await
}

/// Pushes files to a branch of `acme/api` and opens a pull request from it, as `login`.
fn proposes(product: &Product, branch: &str, files: &[(&str, &str)], login: &str) -> u64 {
    pushes(product, branch, files, login);
    product.github.opens_pull("acme/api", branch, "A change", login)
}

fn pushes(product: &Product, branch: &str, files: &[(&str, &str)], login: &str) -> String {
    let push = files
        .iter()
        .fold(Push::to("acme/api", branch), |push, (path, text)| push.writes(path, text));
    product.github.pushes(&push, login)
}

/// Our newest check run of a pull request's head.
fn check(product: &Product, number: u64) -> CheckView {
    let head = product.github.pull("acme/api", number).head_sha;
    checks_at(product, &head).pop().unwrap_or_else(|| panic!("no check on {head}"))
}

fn checks_at(product: &Product, head: &str) -> Vec<CheckView> {
    let mut checks = product.github.checks("acme/api", head);
    checks.retain(|check| check.app == "beholden");
    checks.sort_by_key(|check| check.id);
    checks
}

fn conclusion(product: &Product, number: u64) -> String {
    check(product, number).conclusion.unwrap_or_else(|| "none yet".to_owned())
}

/// Lets everything happen, and then a few seconds pass, so that what people say comes after what
/// they read: GitHub dates words in whole seconds.
async fn reads(product: &Product) {
    product.settle().await;
    product.passes(Duration::from_secs(5)).await;
}

/// The comments on lines that we wrote.
fn lines(product: &Product, number: u64) -> Vec<(Option<u64>, String)> {
    let comments = product.github.line_comments("acme/api", number);
    let ours = comments.into_iter().filter(|comment| comment.author == "beholden[bot]");
    ours.map(|comment| (comment.line, comment.body)).collect()
}

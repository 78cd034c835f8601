//! The part of the story about a change: an agent proposes to give an agent power, the merge waits
//! until somebody answers for it, and the register knows who does.

use beholden::domain::IdentityKind;
use github_sim::{CheckView, Push, Sim};

use crate::product::{AGENT, Product};
use crate::story::{API, stands};
use crate::terminal::Terminal;

const BRANCH: &str = "triage";
const FILE: &str = ".github/workflows/triage.yml";

/// A workflow whose agent anyone who can open an issue drives.
const TRIAGE: &str = "\
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
      - uses: anthropics/claude-code-action@v1
        with:
          allowed_non_write_users: '*'
          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}
          prompt: Sort issue ${{ github.event.issue.number }}
";

pub(crate) async fn propose(product: &Product, to: &Terminal) -> anyhow::Result<u64> {
    to.step(5, "acme-agent opens a pull request that adds a triage workflow");
    let github = &product.github;
    github.pushes(&Push::to(API, BRANCH).writes(FILE, TRIAGE).message("Sort new issues"), AGENT);
    let number = github.opens_pull(API, BRANCH, "Sort new issues", AGENT);
    product.until("a failing check", |github| ends(github, number, "failure")).await?;
    to.say("Beholden reads what the change would grant, says it on the line that grants it, and");
    to.say("fails the check `beholden`:");
    to.issue(&github.render_pull(API, number));
    product.reads().await;
    Ok(number)
}

pub(crate) async fn accept(product: &Product, to: &Terminal, number: u64) -> anyhow::Result<()> {
    let words = "/own until 90d because new issues get sorted";
    to.step(6, &format!("octocat comments: {words}"));
    product.github.comments(API, number, "octocat", words);
    let asked = "the check that waits for a button";
    product.until(asked, |github| ends(github, number, "action_required")).await?;
    to.say(
        "It is high, and a comment can be written with a stolen token. So words are not enough:",
    );
    to.issue(&product.github.render_pull(API, number));
    product.reads().await;

    to.step(7, "octocat presses \"I answer for this\" in the check");
    let run = check(&product.github, number).map_or(0, |check| check.id);
    product.github.presses_check_button(API, run, "accept", "octocat");
    product.until("a green check", |github| ends(github, number, "success")).await?;
    if let Some(check) = check(&product.github, number) {
        to.say(&format!("The check turns green: {}.", check.title));
    }
    Ok(())
}

pub(crate) async fn merge(product: &Product, to: &Terminal, number: u64) -> anyhow::Result<()> {
    to.step(8, "octocat merges it");
    product.github.merges_pull(API, number, "octocat");
    product.until_registered(IdentityKind::AiAgent).await?;
    to.say("What was accepted in the pull request is on record now, with who answers for it:");
    stands(product, to).await
}

fn ends(github: &Sim, number: u64, conclusion: &str) -> bool {
    check(github, number).is_some_and(|check| check.conclusion.as_deref() == Some(conclusion))
}

/// Our newest check run of the pull request's head.
fn check(github: &Sim, number: u64) -> Option<CheckView> {
    let head = github.pull(API, number).head_sha;
    github.checks(API, &head).into_iter().max_by_key(|check| check.id)
}

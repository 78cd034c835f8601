//! The story: a key and an agent's token appear, two people answer for them, an agent proposes a
//! change that one of them accepts, and one of them leaves.
//!
//! Every step lets something happen on GitHub and waits until GitHub shows what came of it.

use beholden::register::Record;
use github_sim::{IssueView, PatSpec, Sim};
use jiff::ToSpan;

use crate::change;
use crate::product::{AGENT, Product};
use crate::terminal::Terminal;

pub(crate) const API: &str = "acme/api";
const HOME: &str = "acme/home";

/// Tells it. An error says what did not happen.
pub(crate) async fn tell(product: &Product, to: &Terminal) -> anyhow::Result<()> {
    introduce(product, to);
    key(product, to).await?;
    own_key(product, to).await?;
    token(product, to).await?;
    own_token(product, to).await?;
    let change = change::propose(product, to).await?;
    change::accept(product, to, change).await?;
    change::merge(product, to, change).await?;
    leave(product, to).await?;
    conclude(product, to).await
}

fn introduce(product: &Product, to: &Terminal) {
    to.say("Beholden: every bot, token and AI agent answers to a human.");
    to.say("");
    to.say(&format!("Simulated GitHub    {}", product.github.url()));
    to.say(&format!("Beholden hears      {}", product.webhook));
    to.say(&format!("The register        {}", product.pages));
    to.say("");
    to.say("Organisation acme: octocat owns it, monalisa maintains acme/api, acme-agent is the");
    to.say("account of an AI agent. Beholden is installed with --mode comment --home acme/home.");
}

async fn key(product: &Product, to: &Terminal) -> anyhow::Result<()> {
    to.step(1, "monalisa adds a deploy key with write access to acme/api");
    product.github.adds_deploy_key(API, "nightly build", false, "monalisa");
    product.until("an issue about the key", |github| find(github, API, true).is_some()).await?;
    to.say("GitHub sent a signed webhook. Beholden asks for an owner:");
    show(product, to, API, true);
    stands(product, to).await
}

async fn own_key(product: &Product, to: &Terminal) -> anyhow::Result<()> {
    let words = "/own because the nightly build pushes its version with it";
    to.step(2, &format!("monalisa comments: {words}"));
    let number = number(&product.github, API);
    product.github.comments(API, number, "monalisa", words);
    product.until("the key's issue closed", |github| settled(github, API, number)).await?;
    to.say("Beholden answers, edits the issue in place and closes it:");
    show(product, to, API, false);
    stands(product, to).await
}

async fn token(product: &Product, to: &Terminal) -> anyhow::Result<()> {
    to.step(3, "acme-agent asks that its personal access token may act; octocat approves");
    let mut spec = PatSpec::new("triage", API, "issues", "write");
    spec.reason = Some("to label new issues".to_owned());
    spec = spec.until(product.github.now().checked_add(2160.hours())?);
    let request = product.github.requests_pat(AGENT, &spec);
    product.until("an issue about the token", |github| find(github, HOME, true).is_some()).await?;
    to.say("A person owns their own token; a machine cannot. A token belongs to no repository,");
    to.say("so the issue stands in home. What was shown above is left out:");
    show(product, to, HOME, true);
    let asked = body(&product.github);
    product.github.approves_pat_request(request, "octocat");
    product.until("the approval in the issue", |github| body(github) != asked).await?;
    to.say("octocat approved. The same issue now says what the token can do:");
    show(product, to, HOME, true);
    stands(product, to).await
}

async fn own_token(product: &Product, to: &Terminal) -> anyhow::Result<()> {
    let words = "/own until 30d because it labels new issues";
    to.step(4, &format!("octocat comments: {words}"));
    let number = number(&product.github, HOME);
    product.github.comments(HOME, number, "octocat", words);
    product.until("the token's issue closed", |github| settled(github, HOME, number)).await?;
    to.say("Everybody who can read the issue sees who took it, until when and why:");
    show(product, to, HOME, false);
    stands(product, to).await
}

async fn leave(product: &Product, to: &Terminal) -> anyhow::Result<()> {
    to.step(9, "monalisa leaves the organisation");
    product.github.leaves_organization("monalisa");
    product.until("an issue about what she leaves behind", |github| asks(github).is_some()).await?;
    to.say("Nobody answers for her key now, so Beholden asks again:");
    if let Some((repo, issue)) = asks(&product.github) {
        to.issue(&product.github.render_issue(repo, issue.number));
    }
    stands(product, to).await
}

async fn conclude(product: &Product, to: &Terminal) -> anyhow::Result<()> {
    let github = &product.github;
    to.step(10, "What it took");
    let requests = github.requests().len();
    to.say(&format!("{requests} requests to GitHub, {} of them writes.", github.writes().len()));
    let complaints = github.complaints();
    anyhow::ensure!(complaints.is_empty(), "the simulated GitHub complains: {complaints:?}");
    to.say("Each was checked against GitHub's own description; none was out of order.");
    Ok(())
}

/// What the register says about each identity.
pub(crate) async fn stands(product: &Product, to: &Terminal) -> anyhow::Result<()> {
    to.say("In the register:");
    // What a pull request only proposed is in the register too; what became of it is told.
    let held = product.register().await?;
    for record in held.into_iter().filter(|record| record.identity.is_live()) {
        to.say(&format!("  {}", line(&record)));
    }
    Ok(())
}

fn line(record: &Record) -> String {
    let kind = record.identity.key.kind().words();
    let owners: Vec<String> = record.ownership.owners().map(|owner| owner.plain()).collect();
    let by = if owners.is_empty() { String::new() } else { format!(" by {}", owners.join(", ")) };
    format!("{kind} \"{}\": {}{by}", record.identity.name.raw(), record.ownership.word())
}

/// The newest issue of a repository, open or closed.
fn find(github: &Sim, repo: &str, open: bool) -> Option<IssueView> {
    github.issues(repo).into_iter().rfind(|issue| issue.open == open)
}

/// The number of the issue that is asked about, or 0 when there is none.
fn number(github: &Sim, repo: &str) -> u64 {
    find(github, repo, true).map_or(0, |issue| issue.number)
}

/// Whether an issue is closed and the words under it were answered.
fn settled(github: &Sim, repo: &str, number: u64) -> bool {
    let closed = github.find_issue(repo, number).is_some_and(|issue| !issue.open);
    closed && github.comments_of(repo, number).len() > 1
}

/// The open issue that asks about what somebody left behind.
fn asks(github: &Sim) -> Option<(&'static str, IssueView)> {
    [API, HOME].into_iter().find_map(|repo| Some((repo, find(github, repo, true)?)))
}

fn body(github: &Sim) -> String {
    find(github, HOME, true).map(|issue| issue.body).unwrap_or_default()
}

fn show(product: &Product, to: &Terminal, repo: &str, open: bool) {
    if let Some(issue) = find(&product.github, repo, open) {
        to.issue(&product.github.render_issue(repo, issue.number));
    }
}

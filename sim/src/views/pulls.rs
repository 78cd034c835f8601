//! Pull requests, reviews and checks as plain values and as text.

use super::block;
use crate::{
    sim::Sim,
    world::{CheckRun, Issue, Repo, Review, ReviewComment, World},
};
use serde::Serialize;
use serde_json::Value;

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PullView {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Who opened it.
    pub author: String,
    /// Whether it is open.
    pub open: bool,
    /// Whether it is a draft.
    pub draft: bool,
    /// `owner:branch`.
    pub head: String,
    /// The commit at its head.
    pub head_sha: String,
    /// The branch it is for.
    pub base: String,
    /// The commit that merged it.
    pub merged: Option<String>,
    /// Who merged it.
    pub merged_by: Option<String>,
    /// `clean`, `dirty`, `draft`, `blocked` or, once closed, `unknown`.
    pub standing: String,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewView {
    /// Its id.
    pub id: u64,
    /// Who reviewed.
    pub author: String,
    /// `PENDING`, `COMMENTED`, `APPROVED`, `CHANGES_REQUESTED` or `DISMISSED`.
    pub state: String,
    /// Its text.
    pub body: String,
    /// The commit that was reviewed.
    pub commit: String,
}

/// A comment on a line of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineView {
    /// Its id.
    pub id: u64,
    /// The review it belongs to.
    pub review: u64,
    /// Who wrote it.
    pub author: String,
    /// Its text.
    pub body: String,
    /// The file.
    pub path: String,
    /// The line now; `None` for the file as a whole and when the comment is outdated.
    pub line: Option<u64>,
    /// `RIGHT` for the new file, `LEFT` for the old one.
    pub side: String,
    /// Whether what it was about is no longer part of the change.
    pub outdated: bool,
    /// The first comment of the thread, for answers.
    pub reply_to: Option<u64>,
    /// Whether its thread is resolved.
    pub resolved: bool,
    /// Why it is hidden: `outdated`, `resolved`, …
    pub minimized: Option<String>,
    /// `login reaction`.
    pub reactions: Vec<String>,
}

/// A check run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckView {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The App that made it.
    pub app: String,
    /// `queued`, `in_progress` or `completed`.
    pub status: String,
    /// How it ended.
    pub conclusion: Option<String>,
    /// What the App knows it by.
    pub external_id: String,
    /// The headline.
    pub title: String,
    /// The summary, empty when there is none.
    pub summary: String,
    /// The text below it, empty when there is none.
    pub text: String,
    /// As the App sent them.
    pub annotations: Vec<Value>,
    /// Labels and identifiers of the buttons.
    pub buttons: Vec<(String, String)>,
}

impl World {
    fn view_pull(&self, repo: &Repo, issue: &Issue) -> Option<PullView> {
        let pull = issue.pull.as_ref()?;
        Some(PullView {
            number: issue.number,
            title: issue.title.clone(),
            author: self.login(issue.author.user),
            open: issue.open,
            draft: pull.draft,
            head: self.head_label(pull),
            head_sha: pull.head_sha.clone(),
            base: pull.base_ref.clone(),
            merged: pull.merged.as_ref().map(|merged| merged.sha.clone()),
            merged_by: pull.merged.as_ref().map(|merged| self.login(merged.by)),
            standing: self.standing(repo.id, issue.number).name().to_owned(),
        })
    }

    fn view_review(&self, review: &Review) -> ReviewView {
        ReviewView {
            id: review.id,
            author: self.login(review.user),
            state: review.state.clone(),
            body: review.body.clone(),
            commit: review.commit.clone(),
        }
    }

    fn view_line(&self, issue: &Issue, comment: &ReviewComment) -> LineView {
        let resolved =
            issue.pull.as_ref().is_some_and(|pull| pull.resolved.contains(&comment.thread()));
        LineView {
            id: comment.id,
            review: comment.review,
            author: self.login(comment.user),
            body: comment.body.clone(),
            path: comment.path.clone(),
            line: comment.line,
            side: comment.side.clone(),
            outdated: comment.position.is_none(),
            reply_to: comment.reply_to,
            resolved,
            minimized: comment.minimized.clone(),
            reactions: comment
                .reactions
                .iter()
                .map(|one| format!("{} {}", self.login(one.user), one.content))
                .collect(),
        }
    }

    fn view_check(&self, run: &CheckRun) -> CheckView {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let word =
            |action: &Value, field: &str| action[field].as_str().unwrap_or_default().to_owned();
        CheckView {
            id: run.id,
            name: run.name.clone(),
            app: self.apps.get(&run.app).map(|app| app.slug.clone()).unwrap_or_default(),
            status: run.status.clone(),
            conclusion: run.conclusion.clone(),
            external_id: run.external_id.clone(),
            title: text(&run.title),
            summary: text(&run.summary),
            text: text(&run.text),
            annotations: run.annotations.clone(),
            buttons: run
                .actions
                .iter()
                .map(|action| (word(action, "label"), word(action, "identifier")))
                .collect(),
        }
    }

    /// The conversation of a pull request and the checks on its head, as people read them.
    fn render_pull(&self, repo: &Repo, issue: &Issue) -> Option<String> {
        let (pull, view) = (issue.pull.as_ref()?, self.view_pull(repo, issue)?);
        let mut text = self.render_issue(repo, issue);
        for review in pull.reviews.iter().map(|review| self.view_review(review)) {
            let lines = pull.comments.iter().filter(|one| one.review == review.id);
            let lines: Vec<LineView> = lines.map(|one| self.view_line(issue, one)).collect();
            if !review.body.is_empty() || lines.is_empty() || review.state != "COMMENTED" {
                let state = review.state.to_lowercase();
                text.push_str(&format!("\n--- {} {state}\n{}", review.author, block(&review.body)));
            }
            for line in lines {
                text.push_str(&format!(
                    "\n--- {}{}\n{}",
                    line.author,
                    place(&line),
                    block(&line.body)
                ));
            }
        }
        for run in latest(repo, &view.head_sha).into_iter().map(|run| self.view_check(run)) {
            let state = run.conclusion.as_ref().unwrap_or(&run.status);
            text.push_str(&format!("\n=== {} by {}: {state}: {}\n", run.name, run.app, run.title));
            text.push_str(&block(&run.summary));
            for (label, identifier) in &run.buttons {
                text.push_str(&format!("[{label}] ({identifier})\n"));
            }
        }
        Some(text)
    }
}

/// Where a comment stands and what became of it.
fn place(line: &LineView) -> String {
    let at = line.line.map(|number| format!(":{number}")).unwrap_or_default();
    let side = if line.side == "LEFT" { " (before)" } else { "" };
    let mut text = match line.reply_to {
        Some(_) => " answered".to_owned(),
        None => format!(" on {}{at}{side}", line.path),
    };
    for (holds, word) in [(line.outdated, "outdated"), (line.resolved, "resolved")] {
        if holds {
            text.push_str(&format!(" · {word}"));
        }
    }
    if let Some(reason) = &line.minimized {
        text.push_str(&format!(" · hidden as {reason}"));
    }
    for reaction in &line.reactions {
        text.push_str(&format!(" · {reaction}"));
    }
    text
}

/// The latest run of each name and App on a commit, the oldest first.
fn latest<'r>(repo: &'r Repo, sha: &str) -> Vec<&'r CheckRun> {
    let all: Vec<&CheckRun> = repo.check_runs.values().filter(|run| run.head_sha == sha).collect();
    let newer = |at: usize| {
        all[at + 1..].iter().any(|other| (other.app, &other.name) == (all[at].app, &all[at].name))
    };
    (0..all.len()).filter(|at| !newer(*at)).map(|at| all[at]).collect()
}

impl Sim {
    /// A pull request.
    ///
    /// # Panics
    /// When there is none of that number.
    #[track_caller]
    pub fn pull(&self, repo: &str, number: u64) -> PullView {
        let world = self.world();
        let found =
            world.repo(repo).and_then(|repo| world.view_pull(repo, repo.issues.get(&number)?));
        found.unwrap_or_else(|| panic!("there is no pull request {repo}#{number}"))
    }

    /// The reviews of a pull request, the oldest first.
    pub fn reviews(&self, repo: &str, number: u64) -> Vec<ReviewView> {
        let world = self.world();
        let pull = world.repo_id(repo).and_then(|repo| world.pull_of(repo, number));
        pull.map(|pull| pull.reviews.iter().map(|one| world.view_review(one)).collect())
            .unwrap_or_default()
    }

    /// The comments on lines of a pull request, the oldest first.
    pub fn line_comments(&self, repo: &str, number: u64) -> Vec<LineView> {
        let world = self.world();
        let issue = world.repo_id(repo).and_then(|repo| world.issue_of(repo, number));
        let all = issue.and_then(|issue| Some((issue, issue.pull.as_ref()?)));
        all.map(|(issue, pull)| {
            pull.comments.iter().map(|one| world.view_line(issue, one)).collect()
        })
        .unwrap_or_default()
    }

    /// The latest check runs on a branch, tag or commit: one for each name and App.
    pub fn checks(&self, repo: &str, reference: &str) -> Vec<CheckView> {
        let world = self.world();
        let Some(repo) = world.repo(repo) else {
            return Vec::new();
        };
        let sha = repo.git.resolve(reference).map_or(reference, |commit| commit.sha.as_str());
        latest(repo, sha).into_iter().map(|run| world.view_check(run)).collect()
    }

    /// A pull request with its conversation, reviews, comments and checks as a person reads it:
    /// plain text, without HTML comments.
    ///
    /// # Panics
    /// When there is none of that number.
    #[track_caller]
    pub fn render_pull(&self, repo: &str, number: u64) -> String {
        let world = self.world();
        let found =
            world.repo(repo).and_then(|repo| world.render_pull(repo, repo.issues.get(&number)?));
        found.unwrap_or_else(|| panic!("there is no pull request {repo}#{number}"))
    }
}

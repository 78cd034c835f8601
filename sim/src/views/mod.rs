//! What tests read: the state as plain values, and the log of requests.

mod pulls;

pub use pulls::{CheckView, LineView, PullView, ReviewView};

use crate::{
    faults::Fault,
    sim::Sim,
    world::{Comment, Issue, Repo, World},
};
use serde::Serialize;
use serde_json::Value;

/// One request that reached this GitHub.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// With the query.
    pub path: String,
    /// `null` when there was none.
    pub body: Value,
    /// `installation 601`, `app 501` or `nobody`.
    pub caller: String,
    /// Whether it came with an installation token.
    pub by_installation: bool,
    /// How it was answered inside; `None` when a fault came before.
    pub status: Option<u16>,
    /// The status the client saw; `None` when the connection was cut.
    pub answered: Option<u16>,
    /// The fault that happened to it.
    pub fault: Option<Fault>,
}

impl Request {
    /// Whether it asked for a change.
    pub fn is_write(&self) -> bool {
        self.method != "GET" && self.method != "HEAD"
    }
}

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssueView {
    /// Its id, which is not its number.
    pub id: u64,
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its text, empty when there is none.
    pub body: String,
    /// Who opened it.
    pub author: String,
    /// Open or closed.
    pub open: bool,
    /// Why it was closed or reopened.
    pub state_reason: Option<String>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// Label names in the order they were put on.
    pub labels: Vec<String>,
    /// Logins.
    pub assignees: Vec<String>,
    /// Whether the conversation is locked.
    pub locked: bool,
    /// `login reaction`, for example `octocat +1`.
    pub reactions: Vec<String>,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommentView {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    pub author: String,
    /// Its text.
    pub body: String,
    /// `login reaction`.
    pub reactions: Vec<String>,
    /// Why it is hidden: `outdated`, `resolved`, …
    pub minimized: Option<String>,
}

impl World {
    fn login(&self, id: u64) -> String {
        self.users.get(&id).map_or_else(|| "ghost".to_owned(), |user| user.login.clone())
    }

    fn view_issue(&self, repo: &Repo, issue: &Issue) -> IssueView {
        let reaction =
            |one: &crate::world::Reaction| format!("{} {}", self.login(one.user), one.content);
        IssueView {
            id: issue.id,
            number: issue.number,
            title: issue.title.clone(),
            body: issue.body.clone().unwrap_or_default(),
            author: self.login(issue.author.user),
            open: issue.open,
            state_reason: issue.state_reason.clone(),
            closed_by: issue.closed_by.map(|id| self.login(id)),
            labels: issue
                .labels
                .iter()
                .filter_map(|id| repo.labels.get(id))
                .map(|label| label.name.clone())
                .collect(),
            assignees: issue.assignees.iter().map(|id| self.login(*id)).collect(),
            locked: issue.locked.is_some(),
            reactions: issue.reactions.iter().map(reaction).collect(),
        }
    }

    fn view_comment(&self, comment: &Comment) -> CommentView {
        let reaction =
            |one: &crate::world::Reaction| format!("{} {}", self.login(one.user), one.content);
        CommentView {
            id: comment.id,
            author: self.login(comment.author.user),
            body: comment.body.clone(),
            reactions: comment.reactions.iter().map(reaction).collect(),
            minimized: comment.minimized.clone(),
        }
    }

    /// As a person reads it.
    pub(crate) fn render_issue(&self, repo: &Repo, issue: &Issue) -> String {
        let view = self.view_issue(repo, issue);
        let mut text = format!("{}#{} {}\n", self.full_name(repo), view.number, view.title);
        let state = match (&view.state_reason, view.open) {
            (Some(reason), false) => {
                format!("closed as {reason} by {}", view.closed_by.unwrap_or_default())
            }
            (None, false) => "closed".to_owned(),
            (_, true) => "open".to_owned(),
        };
        text.push_str(&format!("{state} · opened by {}", view.author));
        for (name, list) in [
            ("labels", &view.labels),
            ("assigned to", &view.assignees),
            ("reactions", &view.reactions),
        ] {
            if !list.is_empty() {
                text.push_str(&format!(" · {name} {}", list.join(", ")));
            }
        }
        text.push_str(if view.locked { " · locked\n" } else { "\n" });
        text.push_str(&block(&view.body));
        for comment in issue.comments.iter().map(|comment| self.view_comment(comment)) {
            let reactions = if comment.reactions.is_empty() {
                String::new()
            } else {
                format!(" · {}", comment.reactions.join(", "))
            };
            text.push_str(&format!(
                "\n--- {}{reactions}\n{}",
                comment.author,
                block(&comment.body)
            ));
        }
        text
    }
}

/// The text without HTML comments, with one blank line before it.
fn block(body: &str) -> String {
    let mut rest = body;
    let mut shown = String::new();
    while let Some((before, after)) = rest.split_once("<!--") {
        shown.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    format!("\n{}\n", shown.trim())
}

impl Sim {
    /// An issue, when there is one of that number.
    pub fn find_issue(&self, repo: &str, number: u64) -> Option<IssueView> {
        let world = self.world();
        let repo = world.repo(repo)?;
        repo.issues.get(&number).map(|issue| world.view_issue(repo, issue))
    }

    /// An issue.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn issue(&self, repo: &str, number: u64) -> IssueView {
        self.find_issue(repo, number).unwrap_or_else(|| panic!("there is no issue {repo}#{number}"))
    }

    /// All issues of a repository, the oldest first. Pull requests are left out.
    pub fn issues(&self, repo: &str) -> Vec<IssueView> {
        let world = self.world();
        let Some(repo) = world.repo(repo) else {
            return Vec::new();
        };
        repo.issues
            .values()
            .filter(|issue| issue.pull.is_none())
            .map(|issue| world.view_issue(repo, issue))
            .collect()
    }

    /// The comments of an issue, the oldest first.
    pub fn comments_of(&self, repo: &str, number: u64) -> Vec<CommentView> {
        let world = self.world();
        let issue = world.repo(repo).and_then(|repo| repo.issues.get(&number));
        issue
            .map(|issue| issue.comments.iter().map(|comment| world.view_comment(comment)).collect())
            .unwrap_or_default()
    }

    /// An issue with its comments as a person reads it: plain text, without HTML comments.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn render_issue(&self, repo: &str, number: u64) -> String {
        let world = self.world();
        let found = world
            .repo(repo)
            .and_then(|repo| Some(world.render_issue(repo, repo.issues.get(&number)?)));
        found.unwrap_or_else(|| panic!("there is no issue {repo}#{number}"))
    }

    /// The labels of a repository, by name.
    pub fn labels(&self, repo: &str) -> Vec<String> {
        let world = self.world();
        let mut names: Vec<String> = world
            .repo(repo)
            .map(|repo| repo.labels.values().map(|label| label.name.clone()).collect())
            .unwrap_or_default();
        names.sort();
        names
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.world().requests.clone()
    }

    /// The changes made with installation tokens so far: only those that were carried out.
    pub fn writes(&self) -> Vec<Request> {
        let done =
            |request: &Request| request.status.is_some_and(|status| (200..300).contains(&status));
        self.requests()
            .into_iter()
            .filter(|request| request.by_installation && request.is_write() && done(request))
            .collect()
    }

    /// Whom the texts written by Apps ping: logins and `organization/team`, in order, with repetitions.
    pub fn pinged(&self) -> Vec<String> {
        self.world().pings.iter().filter(|ping| ping.by_app).map(|ping| ping.who.clone()).collect()
    }

    /// All pings, people's own included.
    pub fn pings(&self) -> Vec<crate::mentions::Ping> {
        self.world().pings.clone()
    }
}

//! What can be asked for: a pull request with its threads, and single things by their global id.

use super::{Failure, project::Names};
use crate::{
    http::Call,
    render::node,
    world::{Issue, Repo, ReviewComment, World},
};
use graphql_parser::query::{Field, Selection};
use serde_json::{Value, json};

/// Something that a global id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// A comment of an issue or pull request: repository, issue, id.
    Comment(u64, u64, u64),
    /// A comment on a line: repository, pull request, id.
    Line(u64, u64, u64),
    Review(u64, u64, u64),
    /// A thread, by its first comment.
    Thread(u64, u64, u64),
}

impl Thing {
    /// What a global id stands for, among what the caller can see.
    pub(super) fn find(world: &World, call: &Call, global: &str) -> Option<Self> {
        let (kind, id) = global.rsplit_once('_')?;
        let id: u64 = id.parse().ok()?;
        let seen = world.repos.values().filter(|repo| call.covers(world, repo));
        let mut all = seen.flat_map(|repo| repo.issues.values().map(move |issue| (repo.id, issue)));
        all.find_map(|(repo, issue)| {
            let pull = issue.pull.as_deref();
            let (number, lines) = (issue.number, pull.map(|pull| pull.comments.as_slice()));
            let mut lines = lines.unwrap_or_default().iter();
            match kind {
                "IC" => issue
                    .comments
                    .iter()
                    .any(|one| one.id == id)
                    .then_some(Self::Comment(repo, number, id)),
                "PRRC" => lines.any(|one| one.id == id).then_some(Self::Line(repo, number, id)),
                "PRR" => pull?
                    .reviews
                    .iter()
                    .any(|one| one.id == id)
                    .then_some(Self::Review(repo, number, id)),
                "PRRT" => lines
                    .any(|one| one.id == id && one.reply_to.is_none())
                    .then_some(Self::Thread(repo, number, id)),
                _ => None,
            }
        })
    }

    pub(super) fn show(self, world: &World) -> Value {
        let (repo, number) = match self {
            Self::Comment(repo, number, _)
            | Self::Line(repo, number, _)
            | Self::Review(repo, number, _)
            | Self::Thread(repo, number, _) => (repo, number),
        };
        let place = world.repos.get(&repo);
        let found = place.and_then(|place| Some((place, place.issues.get(&number)?)));
        let Some((repo, issue)) = found else {
            return Value::Null;
        };
        match self {
            Self::Comment(.., id) => world.gql_comment(issue, id),
            Self::Line(.., id) => world.gql_line(issue, id),
            Self::Review(.., id) => world.gql_review(issue, id),
            Self::Thread(.., id) => world.gql_thread(repo, issue, id),
        }
    }
}

/// A root field of a query.
///
/// # Errors
/// When there is no such thing, or this simulation does not know it.
pub(super) fn find(
    world: &World,
    call: &Call,
    names: &Names<'_>,
    field: &Field<'_, String>,
    arguments: &Value,
) -> Result<Value, Failure> {
    let text = |name: &str| arguments[name].as_str().unwrap_or_default();
    match field.name.as_str() {
        "node" => {
            let thing = Thing::find(world, call, text("id"));
            Ok(thing.ok_or_else(|| Failure::not_found(text("id")))?.show(world))
        }
        "nodes" => {
            let ids = arguments["ids"].as_array().cloned().unwrap_or_default();
            let shown = ids.iter().map(|id| {
                let thing = Thing::find(world, call, id.as_str().unwrap_or_default());
                thing.map_or(Value::Null, |thing| thing.show(world))
            });
            Ok(shown.collect())
        }
        "repository" => {
            let full = format!("{}/{}", text("owner"), text("name"));
            let repo = world.repo(&full).filter(|repo| call.covers(world, repo));
            let repo = repo.ok_or_else(|| Failure {
                kind: "NOT_FOUND",
                message: format!("Could not resolve to a Repository with the name '{full}'."),
            })?;
            repository(world, names, field, repo)
        }
        other => Err(Failure::unknown(&format!("Query.{other}"))),
    }
}

/// A repository with the pull request that is asked for.
fn repository(
    world: &World,
    names: &Names<'_>,
    field: &Field<'_, String>,
    repo: &Repo,
) -> Result<Value, Failure> {
    let mut shown = json!({
        "__typename": "Repository",
        "id": node("R", repo.id),
        "databaseId": repo.id,
        "name": repo.name,
        "nameWithOwner": world.full_name(repo),
    });
    for selection in &field.selection_set.items {
        if let Selection::Field(inner) = selection
            && inner.name == "pullRequest"
        {
            let number = names.arguments(inner)["number"].as_u64().unwrap_or_default();
            let issue = repo.issues.get(&number).filter(|issue| issue.pull.is_some());
            let issue = issue.ok_or_else(|| Failure {
                kind: "NOT_FOUND",
                message: format!("Could not resolve to a PullRequest with the number of {number}."),
            })?;
            shown["pullRequest"] = world.gql_pull(repo, issue);
        }
    }
    Ok(shown)
}

impl World {
    fn gql_author(&self, user: u64) -> Value {
        let user = self.users.get(&user);
        json!({
            "__typename": if user.is_some_and(|user| user.kind == crate::world::Kind::Bot) { "Bot" } else { "User" },
            "login": user.map(|user| user.login.trim_end_matches("[bot]")),
        })
    }

    fn gql_pull(&self, repo: &Repo, issue: &Issue) -> Value {
        let pull = issue.pull.as_deref();
        let lines = pull.map(|pull| pull.comments.as_slice()).unwrap_or_default();
        let reviews = pull.map(|pull| pull.reviews.as_slice()).unwrap_or_default();
        let threads: Vec<Value> = lines
            .iter()
            .filter(|one| one.reply_to.is_none())
            .map(|one| self.gql_thread(repo, issue, one.id))
            .collect();
        let comments: Vec<Value> =
            issue.comments.iter().map(|one| self.gql_comment(issue, one.id)).collect();
        let reviews: Vec<Value> =
            reviews.iter().map(|one| self.gql_review(issue, one.id)).collect();
        json!({
            "__typename": "PullRequest",
            "id": node("PR", issue.id),
            "databaseId": issue.id,
            "number": issue.number,
            "title": issue.title,
            "headRefOid": pull.map(|pull| pull.head_sha.as_str()),
            "reviewThreads": { "nodes": threads },
            "comments": { "nodes": comments },
            "reviews": { "nodes": reviews },
        })
    }

    fn gql_thread(&self, repo: &Repo, issue: &Issue, first: u64) -> Value {
        let pull = self.pull_of(repo.id, issue.number);
        let lines = pull.map(|pull| pull.comments.as_slice()).unwrap_or_default();
        let own: Vec<&ReviewComment> = lines.iter().filter(|one| one.thread() == first).collect();
        let Some(top) = own.first() else {
            return Value::Null;
        };
        json!({
            "__typename": "PullRequestReviewThread",
            "id": node("PRRT", first),
            "isResolved": pull.is_some_and(|pull| pull.resolved.contains(&first)),
            "isOutdated": top.position.is_none(),
            "path": top.path,
            "line": top.line,
            "comments": { "nodes": own.iter().map(|one| self.gql_line(issue, one.id)).collect::<Vec<_>>() },
        })
    }

    fn gql_hidden(
        &self,
        kind: &str,
        short: &str,
        id: u64,
        user: u64,
        body: &str,
        why: Option<&str>,
    ) -> Value {
        json!({
            "__typename": kind,
            "id": node(short, id),
            "databaseId": id,
            "fullDatabaseId": id.to_string(),
            "body": body,
            "author": self.gql_author(user),
            "isMinimized": why.is_some(),
            "minimizedReason": why,
        })
    }

    fn gql_comment(&self, issue: &Issue, id: u64) -> Value {
        let found = issue.comments.iter().find(|one| one.id == id);
        found.map_or(Value::Null, |one| {
            let why = one.minimized.as_deref();
            self.gql_hidden("IssueComment", "IC", id, one.author.user, &one.body, why)
        })
    }

    fn gql_line(&self, issue: &Issue, id: u64) -> Value {
        let pull = issue.pull.as_deref();
        let found = pull.and_then(|pull| pull.comments.iter().find(|one| one.id == id));
        found.map_or(Value::Null, |one| {
            let why = one.minimized.as_deref();
            self.gql_hidden("PullRequestReviewComment", "PRRC", id, one.user, &one.body, why)
        })
    }

    fn gql_review(&self, issue: &Issue, id: u64) -> Value {
        let pull = issue.pull.as_deref();
        let found = pull.and_then(|pull| pull.reviews.iter().find(|one| one.id == id));
        found.map_or(Value::Null, |one| {
            let why = one.minimized.as_deref();
            self.gql_hidden("PullRequestReview", "PRR", id, one.user, &one.body, why)
        })
    }
}

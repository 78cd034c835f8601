//! Issues, comments, labels and reactions.

use super::{node, with};
use crate::{
    clock::written,
    world::{Access, Author, Comment, Issue, Label, Reaction, Repo, World},
};
use serde_json::{Map, Value, json};

/// The eight reactions, in GitHub's order.
pub(crate) const REACTIONS: [&str; 8] =
    ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];

impl World {
    /// What somebody is to a repository, as issues and comments show it.
    pub(crate) fn association(&self, repo: &Repo, user: u64) -> &'static str {
        let is_member = self.orgs.get(&repo.org).is_some_and(|org| org.members.contains_key(&user));
        let has_grant =
            repo.collaborators.get(&user).is_some_and(|grant| grant.access > Access::None);
        match (is_member, has_grant) {
            (true, _) => "MEMBER",
            (false, true) => "COLLABORATOR",
            (false, false) => "NONE",
        }
    }

    pub(crate) fn through(&self, author: Author) -> Value {
        author
            .through
            .and_then(|app| self.apps.get(&app))
            .map_or(Value::Null, |app| self.show_app(app))
    }

    pub(crate) fn issue_url(&self, repo: &Repo, number: u64) -> String {
        format!("{}/issues/{number}", self.repo_url(repo))
    }

    /// Where people see it; pull requests have another address.
    pub(crate) fn issue_page(&self, repo: &Repo, issue: &Issue) -> String {
        let kind = if issue.pull.is_some() { "pull" } else { "issues" };
        format!("{}/{kind}/{}", self.repo_page(repo), issue.number)
    }

    /// `issue`.
    pub(crate) fn show_issue(&self, repo: &Repo, issue: &Issue) -> Value {
        let (api, page) = (self.issue_url(repo, issue.number), self.issue_page(repo, issue));
        let labels: Vec<Value> = self.labels_of(repo, issue);
        let assignees: Vec<Value> =
            issue.assignees.iter().map(|id| self.show_user_id(*id)).collect();
        let mut shown = json!({
            "id": issue.id,
            "node_id": node("I", issue.id),
            "url": api,
            "repository_url": self.repo_url(repo),
            "labels_url": format!("{api}/labels{{/name}}"),
            "comments_url": format!("{api}/comments"),
            "events_url": format!("{api}/events"),
            "timeline_url": format!("{api}/timeline"),
            "html_url": page,
            "number": issue.number,
            "title": issue.title,
            "body": issue.body,
            "user": self.show_user_id(issue.author.user),
            "labels": labels,
            "state": if issue.open { "open" } else { "closed" },
            "state_reason": issue.state_reason,
            "locked": issue.locked.is_some(),
            "active_lock_reason": issue.locked.as_ref().filter(|reason| !reason.is_empty()),
            "assignee": assignees.first(),
            "assignees": assignees,
            "milestone": null,
            "comments": issue.comments.len(),
            "created_at": written(issue.created),
            "updated_at": written(issue.updated),
            "closed_at": issue.closed.map(written),
            "closed_by": issue.closed_by.map(|id| self.show_user_id(id)),
            "author_association": self.association(repo, issue.author.user),
            "performed_via_github_app": self.through(issue.author),
            "reactions": self.rollup(&format!("{api}/reactions"), &issue.reactions),
        });
        if let Some(pull) = &issue.pull {
            let about = json!({
                "url": format!("{}/pulls/{}", self.repo_url(repo), issue.number),
                "html_url": page,
                "diff_url": format!("{page}.diff"),
                "patch_url": format!("{page}.patch"),
                "merged_at": pull.merged.as_ref().map(|merged| written(merged.at)),
            });
            shown = with(shown, json!({ "pull_request": about, "draft": pull.draft }));
        }
        shown
    }

    pub(crate) fn labels_of(&self, repo: &Repo, issue: &Issue) -> Vec<Value> {
        issue
            .labels
            .iter()
            .filter_map(|id| repo.labels.get(id))
            .map(|label| self.show_label(repo, label))
            .collect()
    }

    /// `label`.
    pub(crate) fn show_label(&self, repo: &Repo, label: &Label) -> Value {
        json!({
            "id": label.id,
            "node_id": node("LA", label.id),
            "url": format!("{}/labels/{}", self.repo_url(repo), label.name.replace(' ', "%20")),
            "name": label.name,
            "color": label.color,
            "default": false,
            "description": label.description,
        })
    }

    /// `issue-comment`.
    pub(crate) fn show_comment(&self, repo: &Repo, issue: &Issue, comment: &Comment) -> Value {
        let api = format!("{}/issues/comments/{}", self.repo_url(repo), comment.id);
        json!({
            "id": comment.id,
            "node_id": node("IC", comment.id),
            "url": api,
            "html_url": format!("{}#issuecomment-{}", self.issue_page(repo, issue), comment.id),
            "issue_url": self.issue_url(repo, issue.number),
            "body": comment.body,
            "user": self.show_user_id(comment.author.user),
            "created_at": written(comment.created),
            "updated_at": written(comment.updated),
            "author_association": self.association(repo, comment.author.user),
            "performed_via_github_app": self.through(comment.author),
            "reactions": self.rollup(&format!("{api}/reactions"), &comment.reactions),
        })
    }

    pub(crate) fn rollup(&self, url: &str, reactions: &[Reaction]) -> Value {
        let mut shown = Map::new();
        shown.insert("url".to_owned(), url.into());
        shown.insert("total_count".to_owned(), reactions.len().into());
        for content in REACTIONS {
            let count = reactions.iter().filter(|reaction| reaction.content == content).count();
            shown.insert(content.to_owned(), count.into());
        }
        Value::Object(shown)
    }

    /// `reaction`.
    pub(crate) fn show_reaction(&self, reaction: &Reaction) -> Value {
        json!({
            "id": reaction.id,
            "node_id": node("REA", reaction.id),
            "user": self.show_user_id(reaction.user),
            "content": reaction.content,
            "created_at": written(reaction.created),
        })
    }
}

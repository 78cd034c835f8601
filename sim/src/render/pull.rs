//! Pull requests, reviews and review comments.

use super::{node, with};
use crate::{
    clock::written,
    world::{Issue, Pull, Repo, Review, ReviewComment, World},
};
use serde_json::{Value, json};

impl World {
    pub(crate) fn pull_url(&self, repo: &Repo, number: u64) -> String {
        format!("{}/pulls/{number}", self.repo_url(repo))
    }

    /// `pull-request` when `fully`, otherwise `pull-request-simple`.
    pub(crate) fn show_pull(&self, repo: &Repo, issue: &Issue, fully: bool) -> Value {
        let Some(pull) = &issue.pull else {
            return Value::Null;
        };
        let (api, page) = (self.pull_url(repo, issue.number), self.issue_page(repo, issue));
        let (issue_api, repo_api) = (self.issue_url(repo, issue.number), self.repo_url(repo));
        let assignees: Vec<Value> =
            issue.assignees.iter().map(|id| self.show_user_id(*id)).collect();
        let merged = pull.merged.as_ref();
        let link = |to: String| json!({ "href": to });
        let shown = json!({
            "id": issue.id,
            "node_id": node("PR", issue.id),
            "url": api,
            "html_url": page,
            "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"),
            "issue_url": issue_api,
            "commits_url": format!("{api}/commits"),
            "review_comments_url": format!("{api}/comments"),
            "review_comment_url": format!("{repo_api}/pulls/comments{{/number}}"),
            "comments_url": format!("{issue_api}/comments"),
            "statuses_url": format!("{repo_api}/statuses/{}", pull.head_sha),
            "number": issue.number,
            "state": if issue.open { "open" } else { "closed" },
            "locked": issue.locked.is_some(),
            "active_lock_reason": issue.locked.as_ref().filter(|reason| !reason.is_empty()),
            "title": issue.title,
            "body": issue.body,
            "user": self.show_user_id(issue.author.user),
            "labels": self.labels_of(repo, issue),
            "milestone": null,
            "created_at": written(issue.created),
            "updated_at": written(issue.updated),
            "closed_at": issue.closed.map(written),
            "merged_at": merged.map(|merged| written(merged.at)),
            "merge_commit_sha": merged.map(|merged| &merged.sha).or(pull.test_merge.as_ref()),
            "assignee": assignees.first(),
            "assignees": assignees,
            "requested_reviewers": [],
            "requested_teams": [],
            "head": self.show_head(pull),
            "base": self.show_end(Some(repo), repo.org, &pull.base_ref, &pull.base_sha),
            "_links": {
                "self": link(api.clone()),
                "html": link(page.clone()),
                "issue": link(issue_api.clone()),
                "comments": link(format!("{issue_api}/comments")),
                "review_comments": link(format!("{api}/comments")),
                "review_comment": link(format!("{repo_api}/pulls/comments{{/number}}")),
                "commits": link(format!("{api}/commits")),
                "statuses": link(format!("{repo_api}/statuses/{}", pull.head_sha)),
            },
            "author_association": self.association(repo, issue.author.user),
            "auto_merge": null,
            "draft": pull.draft,
        });
        if !fully {
            return shown;
        }
        let files = pull.diff(&repo.git);
        let standing = self.standing(repo.id, issue.number);
        let mergeable = issue.open.then_some(pull.test_merge.is_some());
        let commits = repo.git.between(&pull.merge_base(&repo.git), &pull.head_sha);
        with(
            shown,
            json!({
                "merged": merged.is_some(),
                "mergeable": mergeable,
                "rebaseable": mergeable,
                "mergeable_state": standing.name(),
                "merged_by": merged.map(|merged| self.show_user_id(merged.by)),
                "comments": issue.comments.len(),
                "review_comments": pull.comments.len(),
                "maintainer_can_modify": false,
                "commits": commits.len(),
                "additions": files.iter().map(|file| file.additions).sum::<usize>(),
                "deletions": files.iter().map(|file| file.deletions).sum::<usize>(),
                "changed_files": files.len(),
            }),
        )
    }

    fn show_head(&self, pull: &Pull) -> Value {
        let repo = self.repos.get(&pull.head_repo);
        self.show_end(repo, pull.head_owner, &pull.head_ref, &pull.head_sha)
    }

    /// `owner:branch`.
    pub(crate) fn head_label(&self, pull: &Pull) -> String {
        format!("{}:{}", self.owner_login(pull.head_owner), pull.head_ref)
    }

    fn show_end(&self, repo: Option<&Repo>, owner: u64, branch: &str, sha: &str) -> Value {
        json!({
            "label": format!("{}:{branch}", self.owner_login(owner)),
            "ref": branch,
            "sha": sha,
            "user": self.show_owner_id(owner),
            "repo": repo.map(|repo| self.show_repo(repo)),
        })
    }

    /// `pull-request-review`.
    pub(crate) fn show_review(&self, repo: &Repo, issue: &Issue, review: &Review) -> Value {
        let (api, page) = (self.pull_url(repo, issue.number), self.issue_page(repo, issue));
        let html = format!("{page}#pullrequestreview-{}", review.id);
        let mut shown = json!({
            "id": review.id,
            "node_id": node("PRR", review.id),
            "user": self.show_user_id(review.user),
            "body": review.body,
            "state": review.state,
            "html_url": html,
            "pull_request_url": api,
            "_links": { "html": { "href": html }, "pull_request": { "href": api } },
            "commit_id": review.commit,
            "author_association": self.association(repo, review.user),
        });
        if let Some(at) = review.submitted {
            shown["submitted_at"] = written(at).into();
        }
        shown
    }

    /// `pull-request-review-comment`.
    pub(crate) fn show_review_comment(
        &self,
        repo: &Repo,
        issue: &Issue,
        comment: &ReviewComment,
    ) -> Value {
        let api = format!("{}/pulls/comments/{}", self.repo_url(repo), comment.id);
        let pull = self.pull_url(repo, issue.number);
        let html = format!("{}#discussion_r{}", self.issue_page(repo, issue), comment.id);
        let mut shown = json!({
            "id": comment.id,
            "node_id": node("PRRC", comment.id),
            "url": api,
            "pull_request_review_id": comment.review,
            "diff_hunk": comment.hunk,
            "path": comment.path,
            "position": comment.position,
            "original_position": comment.original_position,
            "commit_id": comment.commit,
            "original_commit_id": comment.original_commit,
            "user": self.show_user_id(comment.user),
            "body": comment.body,
            "created_at": written(comment.created),
            "updated_at": written(comment.updated),
            "html_url": html,
            "pull_request_url": pull,
            "author_association": self.association(repo, comment.user),
            "_links": { "self": { "href": api }, "html": { "href": html }, "pull_request": { "href": pull } },
            "start_line": comment.start_line,
            "original_start_line": comment.original_start_line,
            "start_side": comment.start_side,
            "line": comment.line,
            "original_line": comment.original_line,
            "side": comment.side,
            "subject_type": if comment.original_line.is_some() { "line" } else { "file" },
            "reactions": self.rollup(&format!("{api}/reactions"), &comment.reactions),
        });
        if let Some(first) = comment.reply_to {
            shown["in_reply_to_id"] = first.into();
        }
        shown
    }
}

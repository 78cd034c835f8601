//! Pull requests, reviews and review comments.

use super::{node, with};
use crate::{
    clock::written,
    world::{Git, Issue, Pull, Repo, Review, ReviewComment, World},
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
            "merged_at": merged.map(|(at, _, _)| written(*at)),
            "merge_commit_sha": merged.map(|(_, _, sha)| sha),
            "assignee": assignees.first(),
            "assignees": assignees,
            "requested_reviewers": [],
            "requested_teams": [],
            "head": self.show_end(repo, &pull.head_ref, &pull.head_sha),
            "base": self.show_end(repo, &pull.base_ref, &pull.base_sha),
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
        let files = changed(&repo.git, pull);
        let open = issue.open && merged.is_none();
        with(
            shown,
            json!({
                "merged": merged.is_some(),
                "mergeable": open.then_some(true),
                "rebaseable": open.then_some(true),
                "mergeable_state": if open { "clean" } else { "unknown" },
                "merged_by": merged.map(|(_, by, _)| self.show_user_id(*by)),
                "comments": issue.comments.len(),
                "review_comments": pull.comments.len(),
                "maintainer_can_modify": false,
                "commits": 1,
                "additions": files.iter().map(|file| file.added.len()).sum::<usize>(),
                "deletions": files.iter().map(|file| file.removed.len()).sum::<usize>(),
                "changed_files": files.len(),
            }),
        )
    }

    fn show_end(&self, repo: &Repo, branch: &str, sha: &str) -> Value {
        let org = self.orgs.get(&repo.org);
        let login = org.map_or("ghost", |org| org.login.as_str());
        json!({
            "label": format!("{login}:{branch}"),
            "ref": branch,
            "sha": sha,
            "user": org.map(|org| self.show_owner(org)),
            "repo": self.show_repo(repo),
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
            "diff_hunk": "@@ -0,0 +1 @@",
            "path": comment.path,
            "position": 1,
            "original_position": 1,
            "commit_id": comment.commit,
            "original_commit_id": comment.commit,
            "user": self.show_user_id(comment.user),
            "body": comment.body,
            "created_at": written(comment.created),
            "updated_at": written(comment.updated),
            "html_url": html,
            "pull_request_url": pull,
            "author_association": self.association(repo, comment.user),
            "_links": { "self": { "href": api }, "html": { "href": html }, "pull_request": { "href": pull } },
            "start_line": null,
            "original_start_line": null,
            "line": comment.line,
            "original_line": comment.line,
            "side": comment.side,
            "subject_type": "line",
            "reactions": self.rollup(&format!("{api}/reactions"), &[]),
        });
        if let Some(first) = comment.reply_to {
            shown["in_reply_to_id"] = first.into();
        }
        shown
    }
}

/// One file that a pull request changes.
pub(crate) struct Changed {
    pub path: String,
    pub status: &'static str,
    pub blob: String,
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

impl Changed {
    /// The whole file as one hunk.
    pub(crate) fn patch(&self) -> String {
        let mut patch = format!(
            "@@ -{},{} +{},{} @@",
            1.min(self.removed.len()),
            self.removed.len(),
            1.min(self.added.len()),
            self.added.len()
        );
        for (mark, lines) in [('-', &self.removed), ('+', &self.added)] {
            for line in lines {
                patch.push('\n');
                patch.push(mark);
                patch.push_str(line);
            }
        }
        patch
    }

    /// Whether a comment may stand on this line of the new (RIGHT) or old (LEFT) file.
    pub(crate) fn has_line(&self, line: u64, side: &str) -> bool {
        let lines = if side == "LEFT" { &self.removed } else { &self.added };
        line >= 1 && line <= lines.len() as u64
    }
}

/// What differs between the two ends. Changed files are shown as replaced whole.
pub(crate) fn changed(git: &Git, pull: &Pull) -> Vec<Changed> {
    let empty = Default::default();
    let base = git.commits.get(&pull.base_sha).map_or(&empty, |commit| &commit.tree);
    let head = git.commits.get(&pull.head_sha).map_or(&empty, |commit| &commit.tree);
    let lines = |blob: Option<&String>| -> Vec<String> {
        let bytes =
            blob.and_then(|blob| git.blobs.get(blob)).map(Vec::as_slice).unwrap_or_default();
        String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
    };
    let mut paths: Vec<&String> = base.keys().chain(head.keys()).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| base.get(*path) != head.get(*path))
        .map(|path| {
            let (old, new) = (base.get(path), head.get(path));
            let status = match (old, new) {
                (None, _) => "added",
                (_, None) => "removed",
                _ => "modified",
            };
            let blob = new.or(old).cloned().unwrap_or_default();
            Changed { path: path.clone(), status, blob, added: lines(new), removed: lines(old) }
        })
        .collect()
}

//! Opening, following and merging pull requests.

use crate::world::{Author, Issue, Pull, World};
use serde_json::json;

/// A pull request that is about to exist.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewPull {
    pub title: String,
    pub body: Option<String>,
    /// Branches of the same repository.
    pub head: String,
    pub base: String,
    pub draft: bool,
}

impl World {
    /// Opens a pull request and gives back its number.
    ///
    /// # Errors
    /// The name of the field that is wrong.
    pub(crate) fn open_pull(
        &mut self,
        repo: u64,
        by: Author,
        new: NewPull,
    ) -> Result<u64, &'static str> {
        let (id, now, listed_from) = (self.next_id(), self.now(), self.listed_from());
        let place = self.repos.get_mut(&repo).ok_or("repo")?;
        let head_sha = place.git.branches.get(&new.head).ok_or("head")?.clone();
        let base_sha = place.git.branches.get(&new.base).ok_or("base")?.clone();
        if head_sha == base_sha {
            return Err("head");
        }
        place.last_number += 1;
        let number = place.last_number;
        let pull = Pull {
            head_ref: new.head,
            head_sha,
            base_ref: new.base,
            base_sha,
            draft: new.draft,
            merged: None,
            reviews: Vec::new(),
            comments: Vec::new(),
        };
        place.issues.insert(
            number,
            Issue {
                id,
                number,
                title: new.title,
                body: new.body.clone(),
                author: by,
                open: true,
                state_reason: None,
                closed_by: None,
                labels: Vec::new(),
                assignees: Vec::new(),
                locked: None,
                comments: Vec::new(),
                reactions: Vec::new(),
                created: now,
                updated: now,
                closed: None,
                listed_from,
                pull: Some(Box::new(pull)),
            },
        );
        self.note_pings(repo, number, by.user, new.body.as_deref().unwrap_or_default());
        self.tell_issue(repo, number, "opened", by.user, json!({}));
        Ok(number)
    }

    /// A push moves the pull requests that come from the branch.
    pub(crate) fn synchronize_pulls(
        &mut self,
        repo: u64,
        branch: &str,
        before: &str,
        after: &str,
        by: u64,
    ) {
        let Some(place) = self.repos.get_mut(&repo) else {
            return;
        };
        let mut moved = Vec::new();
        for issue in place.issues.values_mut().filter(|issue| issue.open) {
            if let Some(pull) = issue.pull.as_mut().filter(|pull| pull.head_ref == branch) {
                after.clone_into(&mut pull.head_sha);
                moved.push(issue.number);
            }
        }
        for number in moved {
            let more = json!({ "before": before, "after": after });
            self.tell_issue(repo, number, "synchronize", by, more);
        }
    }

    /// Merges and gives back the commit: the base branch gets the files of the head.
    pub(crate) fn merge_pull(&mut self, repo: u64, number: u64, by: u64) -> Option<String> {
        let now = self.now();
        let place = self.repos.get_mut(&repo)?;
        let issue = place.issues.get_mut(&number)?;
        let pull = issue.pull.as_mut()?;
        let merged = place.git.merge(&pull.base_ref, &pull.head_sha, number, by, now)?;
        pull.merged = Some((now, by, merged.clone()));
        issue.open = false;
        issue.closed = Some(now);
        issue.closed_by = Some(by);
        issue.updated = now;
        place.pushed = now;
        self.tell_issue(repo, number, "closed", by, json!({}));
        Some(merged)
    }
}

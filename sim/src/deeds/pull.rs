//! Opening pull requests, and what becomes of them when a branch moves.

use crate::world::{Author, Issue, Merge, Merged, Method, Pull, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A pull request that is about to exist.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewPull {
    pub title: String,
    pub body: Option<String>,
    /// The fork that the head is in; the same repository when empty.
    pub from: Option<u64>,
    /// A branch.
    pub head: String,
    /// A branch of the repository itself.
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
        let from = new.from.unwrap_or(repo);
        let (head_owner, head_sha) = {
            let from = self.repos.get(&from).ok_or("head")?;
            (from.org, from.git.branch(&new.head).ok_or("head")?.clone())
        };
        self.bring(from, repo, &head_sha);
        let place = self.repos.get_mut(&repo).ok_or("repo")?;
        let base_sha = place.git.branch(&new.base).ok_or("base")?.clone();
        if place.git.contains(&base_sha, &head_sha) {
            return Err("head");
        }
        place.last_number += 1;
        let number = place.last_number;
        let pull = Pull {
            head_repo: from,
            head_owner,
            head_ref: new.head,
            head_sha,
            base_ref: new.base,
            base_sha,
            test_merge: None,
            draft: new.draft,
            merged: None,
            reviews: Vec::new(),
            comments: Vec::new(),
            resolved: BTreeSet::new(),
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
        self.look_at_pull(repo, number);
        self.note_pings(repo, number, by.user, new.body.as_deref().unwrap_or_default());
        self.tell_issue(repo, number, "opened", by.user, json!({}));
        self.open_suites_for_fork(repo, number, by.user);
        Ok(number)
    }

    /// The repositories of a fork network share their commits: what a pull request brings can be
    /// read in the repository that it is for.
    fn bring(&mut self, from: u64, to: u64, head: &str) {
        if from == to {
            return;
        }
        if let Some(source) = self.repos.remove(&from) {
            if let Some(target) = self.repos.get_mut(&to) {
                target.git.import(&source.git, head);
            }
            self.repos.insert(from, source);
        }
    }

    /// Tries the merge, and puts `refs/pull/…` where they belong.
    pub(crate) fn look_at_pull(&mut self, repo: u64, number: u64) {
        let by = self.signature(self.user("ghost").map_or(0, |ghost| ghost.id));
        let Some(place) = self.repos.get_mut(&repo) else {
            return;
        };
        let pull = place.issues.get_mut(&number).and_then(|issue| issue.pull.as_mut());
        let Some(pull) = pull else { return };
        let git = &mut place.git;
        let refs = format!("refs/pull/{number}");
        git.refs.insert(format!("{refs}/head"), pull.head_sha.clone());
        let Some(base) = git.branch(&pull.base_ref).cloned() else {
            return;
        };
        let merge = Merge {
            base: &base,
            head: &pull.head_sha,
            message: format!("Merge {} into {base}", pull.head_sha),
            author: by.clone(),
            by: by.clone(),
            committer: by,
        };
        pull.test_merge =
            git.merge(Method::Merge, merge).and_then(|commits| commits.into_iter().next_back());
        match &pull.test_merge {
            Some(test) => git.refs.insert(format!("{refs}/merge"), test.clone()),
            None => git.refs.remove(&format!("{refs}/merge")),
        };
    }

    /// The open pull requests that fit: repository and number.
    fn pulls_that(&self, fits: impl Fn(u64, &Pull) -> bool) -> Vec<(u64, u64)> {
        let all = self.repos.values().flat_map(|repo| {
            repo.issues.values().filter(|issue| issue.open).map(move |issue| (repo.id, issue))
        });
        all.filter(|(repo, issue)| issue.pull.as_ref().is_some_and(|pull| fits(*repo, pull)))
            .map(|(repo, issue)| (repo, issue.number))
            .collect()
    }

    /// A branch came, moved or went (`None`): so do the pull requests from it and onto it.
    pub(crate) fn follow_branch(
        &mut self,
        repo: u64,
        branch: &str,
        before: Option<&str>,
        after: Option<&str>,
        by: u64,
    ) {
        let from = self.pulls_that(|_, pull| pull.head_repo == repo && pull.head_ref == branch);
        for (base, number) in from {
            match after {
                Some(after) => self.synchronize(repo, (base, number), before, after, by),
                None => self.set_state(base, number, by, false, None),
            }
        }
        let onto = self.pulls_that(|base, pull| base == repo && pull.base_ref == branch);
        for (_, number) in onto {
            let head = self.pull_of(repo, number).map(|pull| pull.head_sha.clone());
            let git = self.repos.get(&repo).map(|repo| &repo.git);
            let arrived = after
                .zip(head)
                .is_some_and(|(after, head)| git.is_some_and(|git| git.contains(after, &head)));
            match after {
                Some(after) if arrived => self.merged_by_push(repo, number, after, by),
                Some(_) => self.look_at_pull(repo, number),
                None => self.set_state(repo, number, by, false, None),
            }
        }
        if after.is_some() && !self.is_mover(by) {
            self.requeue(repo, branch);
        }
    }

    pub(crate) fn pull_of(&self, repo: u64, number: u64) -> Option<&Pull> {
        self.issue_of(repo, number)?.pull.as_deref()
    }

    pub(crate) fn pull_mut(&mut self, repo: u64, number: u64) -> Option<&mut Pull> {
        self.issue_mut(repo, number)?.pull.as_deref_mut()
    }

    fn synchronize(
        &mut self,
        from: u64,
        (repo, number): (u64, u64),
        before: Option<&str>,
        after: &str,
        by: u64,
    ) {
        let now = self.now();
        self.bring(from, repo, after);
        self.stand_on_base(repo, number);
        if let Some(issue) = self.issue_mut(repo, number) {
            issue.updated = now;
        }
        if let Some(pull) = self.pull_mut(repo, number) {
            after.clone_into(&mut pull.head_sha);
        }
        self.look_at_pull(repo, number);
        self.move_lines(repo, number);
        let more = json!({ "before": before, "after": after });
        self.tell_issue(repo, number, "synchronize", by, more);
        self.dequeue(repo, number, by);
        self.open_suites_for_fork(repo, number, by);
    }

    /// Remembers where the base branch stands now.
    fn stand_on_base(&mut self, repo: u64, number: u64) {
        let Some(place) = self.repos.get_mut(&repo) else {
            return;
        };
        let pull = place.issues.get_mut(&number).and_then(|issue| issue.pull.as_mut());
        if let Some(pull) = pull
            && let Some(tip) = place.git.branch(&pull.base_ref)
        {
            pull.base_sha.clone_from(tip);
        }
    }

    /// Somebody pushed the commits of a pull request onto its base.
    fn merged_by_push(&mut self, repo: u64, number: u64, after: &str, by: u64) {
        let now = self.now();
        let Some(pull) = self.pull_mut(repo, number) else {
            return;
        };
        let merged =
            Merged { at: now, by, sha: after.to_owned(), commits: vec![pull.head_sha.clone()] };
        pull.merged = Some(merged);
        self.set_state(repo, number, by, false, None);
    }

    /// Aims a pull request at another branch, or turns a draft into a proposal and back. `false`
    /// when there is no such branch.
    pub(crate) fn retarget(&mut self, repo: u64, number: u64, by: u64, base: &str) -> bool {
        let git = self.repos.get(&repo).map(|repo| &repo.git);
        if git.is_none_or(|git| git.branch(base).is_none()) {
            return false;
        }
        let Some(pull) = self.pull_mut(repo, number) else {
            return false;
        };
        if pull.base_ref == base {
            return true;
        }
        let was = std::mem::replace(&mut pull.base_ref, base.to_owned());
        let was_at = pull.base_sha.clone();
        self.stand_on_base(repo, number);
        self.look_at_pull(repo, number);
        self.move_lines(repo, number);
        let from = json!({ "base": { "ref": { "from": was }, "sha": { "from": was_at } } });
        self.tell_issue(repo, number, "edited", by, json!({ "changes": from }));
        true
    }

    pub(crate) fn set_draft(&mut self, repo: u64, number: u64, by: u64, draft: bool) {
        let Some(pull) = self.pull_mut(repo, number).filter(|pull| pull.draft != draft) else {
            return;
        };
        pull.draft = draft;
        let action = if draft { "converted_to_draft" } else { "ready_for_review" };
        self.tell_issue(repo, number, action, by, Value::Object(Map::new()));
    }
}

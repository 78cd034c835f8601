//! The merge queue: pull requests wait in line, each is tried on top of those before it, and is
//! merged when the checks on that trial succeed.

use super::{Pusher, merge::Standing, rules::Verdict};
use crate::{
    hooks::Happening,
    seed::Person,
    world::{Kind, Merge, Method, Queued, World},
};
use serde_json::json;

/// GitHub's own account moves the branches of a queue.
const MOVER: (&str, u64) = ("github-merge-queue[bot]", 118_344_674);

/// Why a group ended, and what becomes of the pull request in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Merged,
    /// The line before it changed: it is tried again.
    Invalidated,
    /// Taken out, for this reason.
    Dequeued(&'static str),
}

impl World {
    fn mover(&mut self) -> u64 {
        match self.user(MOVER.0) {
            Some(user) => user.id,
            None => self.make_user(&Person {
                login: MOVER.0.to_owned(),
                id: Some(MOVER.1),
                kind: Kind::Bot,
                ..Person::default()
            }),
        }
    }

    /// Whether this is the account that moves the branches of queues.
    pub(super) fn is_mover(&self, user: u64) -> bool {
        self.user(MOVER.0).is_some_and(|mover| mover.id == user)
    }

    /// Puts a pull request in the queue of its base branch.
    ///
    /// # Errors
    /// What GitHub says when it cannot wait there.
    pub(crate) fn wait_in_queue(&mut self, repo: u64, number: u64, by: u64) -> Result<(), String> {
        let place = self.repos.get(&repo).ok_or("Not Found")?;
        let pull = self.pull_of(repo, number).ok_or("Not Found")?;
        let branch = pull.base_ref.clone();
        if !self.has_queue(place, &branch) {
            return Err("Merge queue is not enabled for this branch".to_owned());
        }
        if self.queue_of(repo, number).is_some() {
            return Err("Pull request is already in the queue".to_owned());
        }
        match self.standing(repo, number) {
            Standing::Queue => {}
            other => return Err(other.refusal().unwrap_or_default()),
        }
        let entry = Queued { number, by, group: None };
        if let Some(place) = self.repos.get_mut(&repo) {
            place.queues.entry(branch.clone()).or_default().push(entry);
        }
        self.tell_issue(repo, number, "enqueued", by, json!({}));
        self.try_groups(repo, &branch);
        Ok(())
    }

    /// The branch in whose queue a pull request waits.
    pub(crate) fn queue_of(&self, repo: u64, number: u64) -> Option<String> {
        let queues = &self.repos.get(&repo)?.queues;
        let waits = |line: &[Queued]| line.iter().any(|entry| entry.number == number);
        queues.iter().find(|(_, line)| waits(line)).map(|(branch, _)| branch.clone())
    }

    /// Takes a pull request out of its queue, by hand or because it changed.
    pub(crate) fn dequeue(&mut self, repo: u64, number: u64, by: u64) {
        if let Some(branch) = self.queue_of(repo, number) {
            self.take_out(repo, &branch, number, "MANUAL", by);
            self.try_groups(repo, &branch);
        }
    }

    fn line(&self, repo: u64, branch: &str) -> &[Queued] {
        let queues = self.repos.get(&repo).map(|repo| &repo.queues);
        queues.and_then(|queues| queues.get(branch)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Removes an entry and the groups that were tried on top of it.
    fn take_out(&mut self, repo: u64, branch: &str, number: u64, why: &'static str, by: u64) {
        let Some(at) = self.line(repo, branch).iter().position(|entry| entry.number == number)
        else {
            return;
        };
        self.drop_groups(repo, branch, at + 1, End::Invalidated);
        self.drop_group(repo, branch, at, End::Dequeued(why));
        let place = self.repos.get_mut(&repo);
        if let Some(line) = place.and_then(|place| place.queues.get_mut(branch)) {
            line.remove(at);
        }
        self.tell_issue(repo, number, "dequeued", by, json!({ "reason": why }));
    }

    fn drop_groups(&mut self, repo: u64, branch: &str, from: usize, end: End) {
        for at in (from..self.line(repo, branch).len()).rev() {
            self.drop_group(repo, branch, at, end);
        }
    }

    fn drop_group(&mut self, repo: u64, branch: &str, at: usize, end: End) {
        let place = self.repos.get_mut(&repo);
        let entry = place.and_then(|place| place.queues.get_mut(branch)?.get_mut(at));
        let Some(group) = entry.and_then(|entry| entry.group.take()) else {
            return;
        };
        let reason = match end {
            End::Merged => "merged",
            End::Invalidated => "invalidated",
            End::Dequeued(_) => "dequeued",
        };
        self.tell_group(repo, branch, &group, "destroyed", Some(reason));
        let mover = self.mover();
        self.push(repo, Pusher::user(mover), &[(group.reference, None)]);
    }

    /// The base branch moved by another hand: everything is tried again.
    pub(crate) fn requeue(&mut self, repo: u64, branch: &str) {
        if !self.line(repo, branch).is_empty() {
            self.drop_groups(repo, branch, 0, End::Invalidated);
            self.try_groups(repo, branch);
        }
    }

    /// Tries every entry that has no group yet on top of the one before it.
    fn try_groups(&mut self, repo: u64, branch: &str) {
        let mut at = 0;
        while let Some(entry) = self.line(repo, branch).get(at).cloned() {
            if entry.group.is_some() || self.try_group(repo, branch, at, entry.number) {
                at += 1;
            } else {
                self.take_out(repo, branch, entry.number, "MERGE_CONFLICT", entry.by);
            }
        }
        self.settle_queues(repo);
    }

    fn try_group(&mut self, repo: u64, branch: &str, at: usize, number: u64) -> bool {
        let mover = self.mover();
        let by = self.signature(mover);
        let before = at.checked_sub(1).and_then(|at| self.line(repo, branch).get(at));
        let before = before.and_then(|entry| entry.group.as_ref()).map(|group| group.head.clone());
        let Some(place) = self.repos.get_mut(&repo) else {
            return false;
        };
        let head = place.issues.get(&number).and_then(|issue| issue.pull.as_ref());
        let Some((base, head)) = before
            .or_else(|| place.git.branch(branch).cloned())
            .zip(head.map(|p| p.head_sha.clone()))
        else {
            return false;
        };
        let merge = Merge {
            base: &base,
            head: &head,
            message: format!("Merge pull request #{number} into {branch}"),
            author: by.clone(),
            by: by.clone(),
            committer: by,
        };
        let made = place.git.merge(Method::Merge, merge).and_then(|mut commits| commits.pop());
        let Some(made) = made else { return false };
        let reference = format!("refs/heads/gh-readonly-queue/{branch}/pr-{number}-{base}");
        let group = crate::world::Group { reference, head: made, base };
        if let Some(entry) = place.queues.get_mut(branch).and_then(|line| line.get_mut(at)) {
            entry.group = Some(group.clone());
        }
        let update = (group.reference.clone(), Some(group.head.clone()));
        self.push(repo, Pusher::user(mover), &[update]);
        self.tell_group(repo, branch, &group, "checks_requested", None);
        true
    }

    /// Merges what may be merged and takes out what failed, in all queues of a repository.
    pub(crate) fn settle_queues(&mut self, repo: u64) {
        let queues = self.repos.get(&repo).map(|place| place.queues.keys().cloned());
        let branches: Vec<String> = queues.into_iter().flatten().collect();
        for branch in branches {
            while self.settle_queue(repo, &branch) {}
        }
    }

    /// Whether something changed: then it is looked at again.
    fn settle_queue(&mut self, repo: u64, branch: &str) -> bool {
        let Some(place) = self.repos.get(&repo) else {
            return false;
        };
        let line = self.line(repo, branch);
        let verdict = |entry: &Queued| {
            let group = entry.group.as_ref()?;
            Some(self.checks_of(place, branch, &group.head))
        };
        let failed = line.iter().find(|entry| verdict(entry) == Some(Verdict::Failing));
        if let Some(entry) = failed.cloned() {
            self.take_out(repo, branch, entry.number, "CI_FAILURE", entry.by);
            self.try_groups(repo, branch);
            return false;
        }
        match line.first().filter(|entry| verdict(entry) == Some(Verdict::Passing)).cloned() {
            Some(first) => self.land(repo, branch, &first),
            None => false,
        }
    }

    /// The first in line is merged: the branch becomes what was tried.
    fn land(&mut self, repo: u64, branch: &str, entry: &Queued) -> bool {
        let Some(group) = entry.group.clone() else {
            return false;
        };
        let mover = self.mover();
        self.mark_merged(repo, entry.number, mover, &group.base, vec![group.head.clone()]);
        self.drop_group(repo, branch, 0, End::Merged);
        let place = self.repos.get_mut(&repo);
        if let Some(line) = place.and_then(|place| place.queues.get_mut(branch)) {
            line.remove(0);
        }
        self.tell_issue(repo, entry.number, "dequeued", entry.by, json!({ "reason": "MERGE" }));
        let update = (format!("refs/heads/{branch}"), Some(group.head));
        self.push(repo, Pusher::user(mover), &[update]);
        self.tell_issue(repo, entry.number, "closed", mover, json!({}));
        true
    }

    fn tell_group(
        &mut self,
        repo: u64,
        branch: &str,
        group: &crate::world::Group,
        action: &'static str,
        reason: Option<&str>,
    ) {
        let mover = self.mover();
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let commit = place.git.commits.get(&group.head).map(|one| self.show_simple_commit(one));
        let shown = json!({
            "head_sha": group.head,
            "head_ref": group.reference,
            "base_sha": group.base,
            "base_ref": format!("refs/heads/{branch}"),
            "head_commit": commit,
        });
        let mut happening = Happening::new("merge_group", action, mover).with("merge_group", shown);
        if let Some(reason) = reason {
            happening = happening.with("reason", reason.into());
        }
        let happening = happening.in_repo(self, repo);
        self.emit(happening);
    }
}

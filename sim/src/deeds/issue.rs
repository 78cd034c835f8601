//! Opening, changing, assigning, labelling, locking, deleting and transferring issues.

use crate::{
    hooks::Happening,
    world::{Access, Author, Issue, World},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

/// An issue that is about to exist.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewIssue {
    pub title: String,
    pub body: Option<String>,
    pub labels: Vec<String>,
    pub assignees: Vec<String>,
}

/// What a PATCH asks for; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct IssueChange {
    pub title: Option<String>,
    pub body: Option<Option<String>>,
    pub open: Option<bool>,
    pub state_reason: Option<String>,
    pub labels: Option<Vec<String>>,
    pub assignees: Option<Vec<String>>,
}

impl World {
    pub(crate) fn issue_of(&self, repo: u64, number: u64) -> Option<&Issue> {
        self.repos.get(&repo)?.issues.get(&number)
    }

    pub(crate) fn issue_mut(&mut self, repo: u64, number: u64) -> Option<&mut Issue> {
        self.repos.get_mut(&repo)?.issues.get_mut(&number)
    }

    /// From when on lists show what is made now.
    pub(crate) fn listed_from(&self) -> Timestamp {
        self.now() + SignedDuration::try_from(self.faults.lists_lag).unwrap_or(SignedDuration::ZERO)
    }

    /// Opens an issue and gives back its number.
    pub(crate) fn open_issue(&mut self, repo: u64, by: Author, new: NewIssue) -> u64 {
        let (id, now, listed_from) = (self.next_id(), self.now(), self.listed_from());
        let labels = new.labels.iter().map(|name| self.label_or_new(repo, name)).collect();
        let assignees = self.assignable(repo, &new.assignees);
        let Some(place) = self.repos.get_mut(&repo) else {
            return 0;
        };
        place.last_number += 1;
        let number = place.last_number;
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
                labels,
                assignees: assignees.clone(),
                locked: None,
                comments: Vec::new(),
                reactions: Vec::new(),
                created: now,
                updated: now,
                closed: None,
                listed_from,
                pull: None,
            },
        );
        self.note_pings(repo, number, by.user, new.body.as_deref().unwrap_or_default());
        self.tell_issue(repo, number, "opened", by.user, json!({}));
        let labels =
            self.issue_of(repo, number).map(|issue| issue.labels.clone()).unwrap_or_default();
        for label in labels {
            self.tell_label(repo, number, "labeled", label, by.user);
        }
        for user in assignees {
            self.tell_issue(
                repo,
                number,
                "assigned",
                by.user,
                json!({ "assignee": self.show_user_id(user) }),
            );
        }
        number
    }

    /// Applies a PATCH, and tells each part of it that changed something.
    pub(crate) fn change_issue(&mut self, repo: u64, number: u64, by: u64, change: IssueChange) {
        self.edit_issue(repo, number, by, change.title, change.body);
        if let Some(open) = change.open {
            self.set_state(repo, number, by, open, change.state_reason);
        }
        if let Some(labels) = change.labels {
            self.set_labels(repo, number, by, &labels);
        }
        if let Some(wanted) = change.assignees {
            let wanted = self.assignable(repo, &wanted);
            let present = self
                .issue_of(repo, number)
                .map(|issue| issue.assignees.clone())
                .unwrap_or_default();
            self.unassign(repo, number, by, &without(&present, &wanted));
            self.assign(repo, number, by, &without(&wanted, &present));
        }
    }

    fn edit_issue(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        title: Option<String>,
        body: Option<Option<String>>,
    ) {
        let now = self.now();
        let Some(issue) = self.issue_mut(repo, number) else {
            return;
        };
        let mut changes = Map::new();
        if let Some(title) = title.filter(|title| *title != issue.title) {
            changes.insert("title".to_owned(), json!({ "from": issue.title }));
            issue.title = title;
        }
        if let Some(body) = body.filter(|body| *body != issue.body) {
            changes.insert(
                "body".to_owned(),
                json!({ "from": issue.body.clone().unwrap_or_default() }),
            );
            issue.body = body;
        }
        if changes.is_empty() {
            return;
        }
        issue.updated = now;
        let text = issue.body.clone().unwrap_or_default();
        if changes.contains_key("body") {
            self.note_pings(repo, number, by, &text);
        }
        self.tell_issue(repo, number, "edited", by, json!({ "changes": changes }));
    }

    /// Closes or reopens.
    pub(crate) fn set_state(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        open: bool,
        reason: Option<String>,
    ) {
        let now = self.now();
        let Some(issue) = self.issue_mut(repo, number) else {
            return;
        };
        if issue.open == open {
            return;
        }
        issue.open = open;
        issue.updated = now;
        issue.closed = (!open).then_some(now);
        issue.closed_by = (!open).then_some(by);
        issue.state_reason =
            Some(reason.unwrap_or_else(|| if open { "reopened" } else { "completed" }.to_owned()));
        self.tell_issue(repo, number, if open { "reopened" } else { "closed" }, by, json!({}));
        if !open {
            self.dequeue(repo, number, by);
        }
    }

    /// The given logins that can be assigned; the others are dropped without a word.
    pub(crate) fn assignable(&self, repo: u64, logins: &[String]) -> Vec<u64> {
        let Some(repo) = self.repos.get(&repo) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for login in logins {
            if let Some(user) =
                self.user(login).filter(|user| self.can_be_assigned(repo.id, user.id))
                && !found.contains(&user.id)
            {
                found.push(user.id);
            }
        }
        found
    }

    /// People with access of their own to the repository.
    pub(crate) fn can_be_assigned(&self, repo: u64, user: u64) -> bool {
        let Some(repo) = self.repos.get(&repo) else {
            return false;
        };
        let Some(account) = self.users.get(&user) else {
            return false;
        };
        let is_member = self.orgs.get(&repo.org).is_some_and(|org| org.members.contains_key(&user));
        let belongs = is_member || repo.collaborators.contains_key(&user);
        belongs && !account.suspended && self.access(repo, user) >= Access::Read
    }

    pub(crate) fn assign(&mut self, repo: u64, number: u64, by: u64, users: &[u64]) {
        for user in users {
            let now = self.now();
            let Some(issue) = self.issue_mut(repo, number) else {
                return;
            };
            if issue.assignees.contains(user) || issue.assignees.len() >= 10 {
                continue;
            }
            issue.assignees.push(*user);
            issue.updated = now;
            self.tell_issue(
                repo,
                number,
                "assigned",
                by,
                json!({ "assignee": self.show_user_id(*user) }),
            );
        }
    }

    pub(crate) fn unassign(&mut self, repo: u64, number: u64, by: u64, users: &[u64]) {
        for user in users {
            let now = self.now();
            let Some(issue) = self.issue_mut(repo, number) else {
                return;
            };
            let Some(at) = issue.assignees.iter().position(|assigned| assigned == user) else {
                continue;
            };
            issue.assignees.remove(at);
            issue.updated = now;
            self.tell_issue(
                repo,
                number,
                "unassigned",
                by,
                json!({ "assignee": self.show_user_id(*user) }),
            );
        }
    }

    pub(crate) fn lock(&mut self, repo: u64, number: u64, by: u64, locked: Option<String>) {
        let Some(issue) = self.issue_mut(repo, number) else {
            return;
        };
        let action = if locked.is_some() { "locked" } else { "unlocked" };
        issue.locked = locked;
        self.tell_issue(repo, number, action, by, json!({}));
    }

    pub(crate) fn delete_issue(&mut self, repo: u64, number: u64, by: u64) {
        // Told first: the payload shows what is deleted.
        self.tell_issue(repo, number, "deleted", by, json!({}));
        if let Some(repo) = self.repos.get_mut(&repo) {
            repo.issues.remove(&number);
        }
    }

    /// Moves an issue to another repository and gives back its number there. Labels stay behind.
    pub(crate) fn transfer_issue(
        &mut self,
        from: u64,
        number: u64,
        to: u64,
        by: u64,
    ) -> Option<u64> {
        let old = self.issue_of(from, number)?.clone();
        let (old_shown, old_repo) = {
            let repo = self.repos.get(&from)?;
            (self.show_issue(repo, &old), self.show_repo(repo))
        };
        let id = self.next_id();
        let target = self.repos.get_mut(&to)?;
        target.last_number += 1;
        let arrived = target.last_number;
        target.issues.insert(arrived, Issue { id, number: arrived, labels: Vec::new(), ..old });
        let (new_shown, new_repo) = {
            let repo = self.repos.get(&to)?;
            (self.show_issue(repo, repo.issues.get(&arrived)?), self.show_repo(repo))
        };
        let changes = json!({ "new_issue": new_shown, "new_repository": new_repo });
        self.tell_issue(from, number, "transferred", by, json!({ "changes": changes }));
        if let Some(repo) = self.repos.get_mut(&from) {
            repo.issues.remove(&number);
            repo.moved_issues.insert(number, (to, arrived));
        }
        let changes = json!({ "old_issue": old_shown, "old_repository": old_repo });
        self.tell_issue(to, arrived, "opened", by, json!({ "changes": changes }));
        Some(arrived)
    }

    /// Tells of an issue, or of a pull request when it is one.
    pub(crate) fn tell_issue(
        &mut self,
        repo: u64,
        number: u64,
        action: &'static str,
        by: u64,
        more: Value,
    ) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(issue) = place.issues.get(&number) else {
            return;
        };
        let mut happening = if issue.pull.is_some() {
            let shown = self.show_pull(place, issue, true);
            Happening::new("pull_request", action, by)
                .with("number", number.into())
                .with("pull_request", shown)
        } else {
            Happening::new("issues", action, by).with("issue", self.show_issue(place, issue))
        };
        if let Value::Object(more) = more {
            for (field, value) in more {
                happening = happening.with(&field, value);
            }
        }
        let happening = happening.in_repo(self, repo);
        self.emit(happening);
    }
}

/// Those of the first list that are not in the second.
pub(super) fn without(these: &[u64], those: &[u64]) -> Vec<u64> {
    these.iter().copied().filter(|one| !those.contains(one)).collect()
}

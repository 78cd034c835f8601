//! Pushes: commits are made, refs move, and everything that hangs on a branch follows.

use crate::{
    clock::written,
    hooks::Happening,
    world::{Activity, Commit, Entry, NewCommit, Repo, Signature, World, ZERO, changed},
};
use serde_json::{Value, json};

/// GitHub lists no more commits in one push; here the newest are kept.
const MOST_COMMITS: usize = 2_048;
/// With more tags in one push GitHub tells of none of them.
const MOST_TAGS: usize = 3;
/// With more branches in one push GitHub tells of none of them.
const MOST_BRANCHES: usize = 5_000;

/// Who pushes: a person or an App by its account, or whoever holds a deploy key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pusher {
    /// The account; for a deploy key whoever added it.
    pub user: u64,
    pub by_key: bool,
}

impl Pusher {
    pub(crate) fn user(user: u64) -> Self {
        Self { user, by_key: false }
    }
}

/// What happens to one path.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Write {
        bytes: Vec<u8>,
        mode: &'static str,
    },
    Remove,
    /// The file comes from this path.
    Move(String),
}

/// A commit on top of another.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub changes: Vec<(String, Change)>,
    /// Made up from the first change when empty.
    pub message: String,
    pub author: Signature,
    pub committer: Signature,
    pub verified: bool,
}

impl World {
    /// Makes a commit on top of another one, or the first one. No ref moves.
    pub(crate) fn draft(&mut self, repo: u64, parent: Option<&str>, draft: Draft) -> String {
        let Some(place) = self.repos.get_mut(&repo) else {
            return String::new();
        };
        let mut tree = parent.map(|parent| (*place.git.tree(parent)).clone()).unwrap_or_default();
        let mut message = draft.message;
        for (path, change) in draft.changes {
            let verb = match (&change, tree.contains_key(&path)) {
                (Change::Write { .. }, false) => "Create",
                (Change::Write { .. }, true) => "Update",
                (Change::Remove, _) => "Delete",
                (Change::Move(_), _) => "Rename",
            };
            if message.is_empty() {
                message = format!("{verb} {path}");
            }
            match change {
                Change::Write { bytes, mode } => {
                    let blob = place.git.store(&bytes);
                    tree.insert(path, Entry { blob, mode });
                }
                Change::Remove => {
                    tree.remove(&path);
                }
                Change::Move(from) => {
                    if let Some(entry) = tree.remove(&from) {
                        tree.insert(path, entry);
                    }
                }
            }
        }
        let (author, committer, verified) = (draft.author, draft.committer, draft.verified);
        let parents = parent.into_iter().map(str::to_owned).collect();
        place.git.commit(NewCommit { tree, parents, message, author, committer, verified })
    }

    /// Commits one file and pushes it; `None` removes it. A new branch starts at the default branch.
    pub(crate) fn push_file(
        &mut self,
        repo: u64,
        branch: &str,
        path: &str,
        text: Option<&[u8]>,
        by: u64,
    ) -> String {
        let author = self.signature(by);
        let Some(place) = self.repos.get(&repo) else {
            return String::new();
        };
        let parent = place.git.branch(branch).or(place.git.branch(&place.default_branch)).cloned();
        let change = text
            .map_or(Change::Remove, |text| Change::Write { bytes: text.to_vec(), mode: "100644" });
        let draft = Draft {
            changes: vec![(path.to_owned(), change)],
            message: String::new(),
            committer: author.clone(),
            author,
            verified: false,
        };
        let commit = self.draft(repo, parent.as_deref(), draft);
        let update = (format!("refs/heads/{branch}"), Some(commit.clone()));
        self.push(repo, Pusher::user(by), &[update]);
        commit
    }

    /// Moves, makes and (with `None`) deletes refs, and tells of it.
    pub(crate) fn push(&mut self, repo: u64, by: Pusher, updates: &[(String, Option<String>)]) {
        let count = |prefix| updates.iter().filter(|(name, _)| name.starts_with(prefix)).count();
        let silent_tags = count("refs/tags/") > MOST_TAGS;
        let silent_branches = count("refs/heads/") > MOST_BRANCHES;
        for (name, after) in updates {
            let is_tag = name.starts_with("refs/tags/");
            let silent = if is_tag { silent_tags } else { silent_branches };
            self.move_ref(repo, by, name, after.as_deref(), !silent);
        }
    }

    fn move_ref(&mut self, repo: u64, by: Pusher, name: &str, after: Option<&str>, tell: bool) {
        let now = self.now();
        let Some(place) = self.repos.get_mut(&repo) else {
            return;
        };
        let before = place.git.refs.get(name).cloned();
        if before.as_deref() == after {
            return;
        }
        match after {
            Some(after) => place.git.refs.insert(name.to_owned(), after.to_owned()),
            None => place.git.refs.remove(name),
        };
        place.pushed = now;
        place.updated = now;
        let none = || ZERO.to_owned();
        let activity = Activity {
            reference: name.to_owned(),
            before: before.clone().unwrap_or_else(none),
            after: after.map_or_else(none, str::to_owned),
            kind: match (&before, after) {
                (None, _) => "branch_creation",
                (_, None) => "branch_deletion",
                (Some(before), Some(after)) if place.git.contains(after, before) => "push",
                _ => "force_push",
            },
            by: by.user,
            at: now,
        };
        place.activity.push(activity);
        if tell {
            self.tell_ref(repo, by, name, before.as_deref(), after);
        }
        if let Some(branch) = name.strip_prefix("refs/heads/") {
            if let (Some(after), true) = (after, tell) {
                self.open_suites(repo, Some(branch), before.as_deref(), after, by.user);
            }
            self.follow_branch(repo, branch, before.as_deref(), after, by.user);
        }
    }

    /// `create` or `delete` when the ref comes or goes, and always `push`.
    fn tell_ref(
        &mut self,
        repo: u64,
        by: Pusher,
        name: &str,
        before: Option<&str>,
        after: Option<&str>,
    ) {
        let event = match (before, after) {
            (None, Some(_)) => Some("create"),
            (Some(_), None) => Some("delete"),
            _ => None,
        };
        if let (Some(event), Some(place)) = (event, self.repos.get(&repo)) {
            let is_tag = name.starts_with("refs/tags/");
            let short = name.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/");
            let mut happening = Happening::new(event, "", by.user)
                .with("ref", short.into())
                .with("ref_type", if is_tag { "tag" } else { "branch" }.into())
                .with("pusher_type", if by.by_key { "deploy_key" } else { "user" }.into());
            if event == "create" {
                happening = happening
                    .with("master_branch", place.default_branch.as_str().into())
                    .with("description", Value::Null);
            }
            let happening = happening.in_repo(self, repo);
            self.emit(happening);
        }
        self.tell_push(repo, by, name, before, after);
    }

    fn tell_push(
        &mut self,
        repo: u64,
        by: Pusher,
        name: &str,
        before: Option<&str>,
        after: Option<&str>,
    ) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let git = &place.git;
        let forced = before.zip(after).is_some_and(|(before, after)| !git.contains(after, before));
        let is_here = |other: &&String| before.is_none() && after == Some(other.as_str());
        let twin = git
            .refs
            .iter()
            .find(|(ref_, sha)| *ref_ != name && ref_.starts_with("refs/heads/") && is_here(sha));
        let commits: Vec<&Commit> = match (before, after) {
            (_, None) => Vec::new(),
            (Some(before), Some(after)) => git.between(before, after),
            (None, Some(after)) => new_to_all(place, name, after),
        };
        let first = commits.len().saturating_sub(MOST_COMMITS);
        let shown: Vec<Value> =
            commits[first..].iter().map(|commit| self.show_pushed(place, commit)).collect();
        let head = after.and_then(|after| git.commits.get(after));
        let login = self.users.get(&by.user).map_or("ghost", |user| user.login.as_str());
        let pusher = if by.by_key {
            json!({ "name": "deploy key" })
        } else {
            json!({ "name": login, "email": format!("{login}@users.noreply.github.invalid") })
        };
        let (from, to) = (before.unwrap_or(ZERO), after.unwrap_or(ZERO));
        let happening = Happening::new("push", "", by.user)
            .with("ref", name.into())
            .with("before", from.into())
            .with("after", to.into())
            .with("created", before.is_none().into())
            .with("deleted", after.is_none().into())
            .with("forced", forced.into())
            .with("base_ref", twin.map(|(name, _)| name.as_str()).into())
            .with("compare", format!("{}/compare/{from}...{to}", self.repo_page(place)).into())
            .with("commits", shown.into())
            .with("head_commit", head.map(|commit| self.show_pushed(place, commit)).into())
            .with("pusher", pusher)
            .in_repo(self, repo);
        self.emit(happening);
    }

    /// A commit as pushes carry it: with the names of its files.
    fn show_pushed(&self, repo: &Repo, commit: &Commit) -> Value {
        let parent = commit.parents.first().map(|parent| repo.git.tree(parent)).unwrap_or_default();
        let (mut added, mut removed, mut modified) = (Vec::new(), Vec::new(), Vec::new());
        for file in changed(&repo.git, &parent, &commit.tree) {
            match file.status {
                "added" => added.push(file.path),
                "removed" => removed.push(file.path),
                "renamed" => {
                    added.push(file.path);
                    removed.extend(file.previous);
                }
                _ => modified.push(file.path),
            }
        }
        json!({
            "id": commit.sha,
            "tree_id": commit.tree_sha,
            "distinct": true,
            "message": commit.message,
            "timestamp": written(commit.committer.at),
            "url": format!("{}/commit/{}", self.repo_page(repo), commit.sha),
            "author": self.show_pushed_by(&commit.author),
            "committer": self.show_pushed_by(&commit.committer),
            "added": added,
            "removed": removed,
            "modified": modified,
        })
    }

    fn show_pushed_by(&self, who: &Signature) -> Value {
        let mut shown = json!({ "name": who.name, "email": who.email });
        if let Some(user) = who.user.and_then(|id| self.users.get(&id)) {
            shown["username"] = user.login.as_str().into();
        }
        shown
    }
}

/// The commits of a new ref that no other branch has, the oldest first.
fn new_to_all<'a>(repo: &'a Repo, name: &str, after: &str) -> Vec<&'a Commit> {
    let others = repo
        .git
        .below("refs/heads/")
        .filter(|(branch, _)| name.strip_prefix("refs/heads/") != Some(*branch));
    let others: Vec<&String> = others.map(|(_, sha)| sha).collect();
    let mut known = std::collections::BTreeSet::new();
    for sha in others {
        if known.contains(sha.as_str()) {
            continue;
        }
        known.extend(repo.git.history(sha).into_iter().map(|commit| commit.sha.as_str()));
    }
    let mut new: Vec<&Commit> = repo
        .git
        .history(after)
        .into_iter()
        .filter(|commit| !known.contains(commit.sha.as_str()))
        .collect();
    new.reverse();
    new
}

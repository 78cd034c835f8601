//! What a name stands for, and which commits lie between two.

use super::{Commit, Git};
use std::collections::{BTreeSet, BinaryHeap};

impl Git {
    /// The commit that a ref, branch, tag, commit or commit prefix stands for.
    pub(crate) fn resolve(&self, name: &str) -> Option<&Commit> {
        let full = ["", "refs/", "refs/heads/", "refs/tags/"]
            .iter()
            .find_map(|prefix| self.refs.get(&format!("{prefix}{name}")));
        let name = full.map_or(name, String::as_str);
        self.commits.get(name).or_else(|| {
            let looks_like_a_prefix =
                name.len() >= 7 && name.bytes().all(|b| b.is_ascii_hexdigit());
            let mut found = self
                .commits
                .range(name.to_owned()..)
                .map(|(_, commit)| commit)
                .take_while(|commit| commit.sha.starts_with(name));
            found.next().filter(|_| looks_like_a_prefix)
        })
    }

    /// The commit and everything it rests on, children before parents.
    pub(crate) fn history(&self, from: &str) -> Vec<&Commit> {
        let mut seen = BTreeSet::new();
        let mut waiting: BinaryHeap<(u64, &str)> = BinaryHeap::new();
        let start = self.commits.get(from);
        waiting.extend(start.map(|commit| (commit.order, commit.sha.as_str())));
        let mut found = Vec::new();
        while let Some((_, name)) = waiting.pop() {
            let Some(commit) = self.commits.get(name).filter(|_| seen.insert(name)) else {
                continue;
            };
            found.push(commit);
            let parents = commit.parents.iter().filter_map(|parent| self.commits.get(parent));
            waiting.extend(parents.map(|parent| (parent.order, parent.sha.as_str())));
        }
        found
    }

    /// What the head has and the base has not, the oldest first.
    pub(crate) fn between(&self, base: &str, head: &str) -> Vec<&Commit> {
        let known: BTreeSet<&str> =
            self.history(base).into_iter().map(|commit| commit.sha.as_str()).collect();
        let mut new: Vec<&Commit> = self
            .history(head)
            .into_iter()
            .filter(|commit| !known.contains(commit.sha.as_str()))
            .collect();
        new.reverse();
        new
    }

    /// Where two histories part.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Option<&Commit> {
        let known: BTreeSet<&str> =
            self.history(one).into_iter().map(|commit| commit.sha.as_str()).collect();
        self.history(other).into_iter().find(|commit| known.contains(commit.sha.as_str()))
    }

    /// Whether one commit rests on another, or is it.
    pub(crate) fn contains(&self, head: &str, commit: &str) -> bool {
        self.history(head).iter().any(|one| one.sha == commit)
    }
}

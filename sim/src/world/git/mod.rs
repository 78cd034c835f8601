//! Files, commits and refs: as much of git as reading, comparing and merging need.
//!
//! Object names have the length of SHA-1 but are made from SHA-256: nothing here talks to git.

mod diff;
mod history;
mod merge;

pub(crate) use diff::{Changed, PatchLine, changed, place_of_line};
pub(crate) use merge::{Merge, Method};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, sync::Arc};

/// The name that stands for no object.
pub(crate) const ZERO: &str = "0000000000000000000000000000000000000000";

/// A made-up object name: 40 hexadecimal digits.
pub(crate) fn sha(content: &[u8]) -> String {
    hex::encode(&Sha256::digest(content)[..20])
}

/// What a path holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub blob: String,
    /// `100644`, `100755` for programs, `120000` for symbolic links.
    pub mode: &'static str,
}

/// Every file at a commit.
pub(crate) type Tree = BTreeMap<String, Entry>;

/// Who made a commit, as the commit itself says: anybody can write any name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The account that the address belongs to.
    pub user: Option<u64>,
    pub name: String,
    pub email: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub sha: String,
    pub parents: Vec<String>,
    pub message: String,
    pub author: Signature,
    pub committer: Signature,
    /// Whether it carries a signature that GitHub could check.
    pub verified: bool,
    pub tree: Arc<Tree>,
    pub tree_sha: String,
    /// Grows from parent to child: history is sorted by it.
    order: u64,
}

/// A commit that is about to exist.
#[derive(Clone, Debug)]
pub(crate) struct NewCommit {
    pub tree: Tree,
    pub parents: Vec<String>,
    pub message: String,
    pub author: Signature,
    pub committer: Signature,
    pub verified: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Git {
    pub blobs: BTreeMap<String, Arc<[u8]>>,
    pub commits: BTreeMap<String, Commit>,
    /// `refs/heads/…`, `refs/tags/…`, `refs/pull/…` → commit.
    pub refs: BTreeMap<String, String>,
    /// Folders whose tree was shown: name of the tree → commit and folder.
    folders: BTreeMap<String, (String, String)>,
    last_order: u64,
}

impl Git {
    pub(crate) fn store(&mut self, content: &[u8]) -> String {
        let name = sha(content);
        self.blobs.entry(name.clone()).or_insert_with(|| content.into());
        name
    }

    /// Makes a commit. No ref moves.
    pub(crate) fn commit(&mut self, new: NewCommit) -> String {
        self.last_order += 1;
        let NewCommit { tree, parents, message, author, committer, verified } = new;
        let tree_sha = sha(format!("tree {tree:?}").as_bytes());
        let made_of = format!(
            "{tree_sha} {parents:?} {message} {author:?} {committer:?} {}",
            self.last_order
        );
        let commit = Commit {
            sha: sha(made_of.as_bytes()),
            parents,
            message,
            author,
            committer,
            verified,
            tree: Arc::new(tree),
            tree_sha,
            order: self.last_order,
        };
        let name = commit.sha.clone();
        self.commits.insert(name.clone(), commit);
        name
    }

    /// The files at a commit; none when there is no such commit.
    pub(crate) fn tree(&self, commit: &str) -> Arc<Tree> {
        self.commits.get(commit).map(|commit| Arc::clone(&commit.tree)).unwrap_or_default()
    }

    pub(crate) fn branch(&self, name: &str) -> Option<&String> {
        self.refs.get(&format!("refs/heads/{name}"))
    }

    /// Names and commits of all branches, or of all tags with `refs/tags/`.
    pub(crate) fn below<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a String)> + 'a {
        let all = self.refs.range(prefix.to_owned()..);
        all.map_while(move |(name, sha)| Some((name.strip_prefix(prefix)?, sha)))
    }

    /// Takes over a commit and everything that it rests on from another repository.
    pub(crate) fn import(&mut self, from: &Self, head: &str) {
        let mut wanted = vec![head.to_owned()];
        while let Some(name) = wanted.pop() {
            let Some(commit) =
                from.commits.get(&name).filter(|_| !self.commits.contains_key(&name))
            else {
                continue;
            };
            for entry in commit.tree.values() {
                if let Some(bytes) = from.blobs.get(&entry.blob) {
                    self.blobs.entry(entry.blob.clone()).or_insert_with(|| Arc::clone(bytes));
                }
            }
            wanted.extend(commit.parents.iter().cloned());
            self.last_order = self.last_order.max(commit.order);
            self.commits.insert(name, commit.clone());
        }
    }

    /// The name of a folder's tree, which can be asked for from now on.
    pub(crate) fn folder_sha(&mut self, commit: &Commit, folder: &str) -> String {
        let below = format!("{folder}/");
        let entries: Vec<_> = commit
            .tree
            .range(below.clone()..)
            .take_while(|(path, _)| path.starts_with(&below))
            .collect();
        let name = sha(format!("tree {folder} {entries:?}").as_bytes());
        self.folders.insert(name.clone(), (commit.sha.clone(), folder.to_owned()));
        name
    }

    /// The commit and folder that a tree, commit, branch or tag of that name stands for.
    pub(crate) fn find_tree(&self, name: &str) -> Option<(&Commit, &str)> {
        if let Some((commit, folder)) = self.folders.get(name) {
            return Some((self.commits.get(commit)?, folder));
        }
        let by_tree = || self.commits.values().find(|commit| commit.tree_sha == name);
        self.resolve(name).or_else(by_tree).map(|commit| (commit, ""))
    }
}

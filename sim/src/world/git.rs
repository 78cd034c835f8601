//! Files, commits and branches: as much of git as reading contents at a ref needs.
//!
//! Object names have the length of SHA-1 but are made from SHA-256: nothing here talks to git.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A made-up object name: 40 hexadecimal digits.
pub(crate) fn sha(content: &[u8]) -> String {
    hex::encode(&Sha256::digest(content)[..20])
}

#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub sha: String,
    pub parents: Vec<String>,
    pub message: String,
    pub author: u64,
    pub at: Timestamp,
    /// Every file at this commit: path → blob.
    pub tree: BTreeMap<String, String>,
}

impl Commit {
    pub(crate) fn tree_sha(&self) -> String {
        sha(format!("tree {:?}", self.tree).as_bytes())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Git {
    pub blobs: BTreeMap<String, Vec<u8>>,
    pub commits: BTreeMap<String, Commit>,
    /// Branch name → commit.
    pub branches: BTreeMap<String, String>,
}

impl Git {
    /// Writes (or with `None` removes) one file on a branch; the branch is made when it is new.
    pub(crate) fn commit(
        &mut self,
        branch: &str,
        path: &str,
        content: Option<&[u8]>,
        author: u64,
        at: Timestamp,
    ) -> Commit {
        let parent = self.branches.get(branch).and_then(|sha| self.commits.get(sha)).cloned();
        let mut tree = parent.as_ref().map(|commit| commit.tree.clone()).unwrap_or_default();
        let verb = match (content.is_some(), tree.contains_key(path)) {
            (false, _) => "Delete",
            (true, true) => "Update",
            (true, false) => "Create",
        };
        match content {
            Some(content) => {
                let blob = sha(content);
                self.blobs.insert(blob.clone(), content.to_vec());
                tree.insert(path.to_owned(), blob);
            }
            None => {
                tree.remove(path);
            }
        }
        let parents: Vec<String> = parent.into_iter().map(|commit| commit.sha).collect();
        let made_of = format!("{branch} {tree:?} {parents:?} {author} {at} {}", self.commits.len());
        let commit = Commit {
            sha: sha(made_of.as_bytes()),
            parents,
            message: format!("{verb} {path}"),
            author,
            at,
            tree,
        };
        self.branches.insert(branch.to_owned(), commit.sha.clone());
        self.commits.insert(commit.sha.clone(), commit.clone());
        commit
    }

    /// Puts the files of one commit on a branch, with both as parents. Gives back the new commit.
    pub(crate) fn merge(
        &mut self,
        base: &str,
        head: &str,
        number: u64,
        author: u64,
        at: Timestamp,
    ) -> Option<String> {
        let tree = self.commits.get(head)?.tree.clone();
        let parents = vec![self.branches.get(base)?.clone(), head.to_owned()];
        let commit = Commit {
            sha: sha(format!("merge {parents:?} {number} {at}").as_bytes()),
            parents,
            message: format!("Merge pull request #{number}"),
            author,
            at,
            tree,
        };
        let merged = commit.sha.clone();
        self.branches.insert(base.to_owned(), merged.clone());
        self.commits.insert(merged.clone(), commit);
        Some(merged)
    }

    /// The commit that a branch name, `refs/heads/` name, commit or commit prefix stands for.
    pub(crate) fn resolve(&self, name: &str) -> Option<&Commit> {
        let short =
            name.strip_prefix("refs/heads/").or(name.strip_prefix("heads/")).unwrap_or(name);
        if let Some(sha) = self.branches.get(short) {
            return self.commits.get(sha);
        }
        self.commits.get(name).or_else(|| {
            let looks_like_a_prefix =
                name.len() >= 7 && name.bytes().all(|b| b.is_ascii_hexdigit());
            let mut found = self.commits.values().filter(|commit| commit.sha.starts_with(name));
            found.next().filter(|_| looks_like_a_prefix)
        })
    }

    /// The commit and all its ancestors by first parent, newest first.
    pub(crate) fn history<'a>(&'a self, from: &'a Commit) -> impl Iterator<Item = &'a Commit> {
        std::iter::successors(Some(from), |commit| self.commits.get(commit.parents.first()?))
    }
}

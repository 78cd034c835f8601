//! Putting two histories together: merge commit, squash, rebase.

use super::{Git, NewCommit, Signature, Tree};
use std::collections::BTreeSet;

/// How a pull request is merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Method {
    #[default]
    Merge,
    Squash,
    Rebase,
}

impl Method {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "merge" => Self::Merge,
            "squash" => Self::Squash,
            "rebase" => Self::Rebase,
            _ => return None,
        })
    }
}

/// A merge that is about to be made.
#[derive(Clone, Debug)]
pub(crate) struct Merge<'a> {
    pub base: &'a str,
    pub head: &'a str,
    pub message: String,
    /// Who wrote what is merged; for a squash.
    pub author: Signature,
    /// Who merges.
    pub by: Signature,
    /// In whose name GitHub makes the commit.
    pub committer: Signature,
}

impl Git {
    /// The files of both, or `None` when both changed the same file in different ways.
    fn merged_tree(&self, base: &str, head: &str) -> Option<Tree> {
        let origin =
            self.merge_base(base, head).map(|commit| commit.sha.clone()).unwrap_or_default();
        self.three_way(&origin, base, head)
    }

    fn three_way(&self, origin: &str, base: &str, head: &str) -> Option<Tree> {
        let (origin, ours, theirs) = (self.tree(origin), self.tree(base), self.tree(head));
        let paths: BTreeSet<&String> =
            origin.keys().chain(ours.keys()).chain(theirs.keys()).collect();
        let mut merged = Tree::new();
        for path in paths {
            let (was, our, their) = (origin.get(path), ours.get(path), theirs.get(path));
            let kept = match (our == was, their == was) {
                (_, true) => our,
                (true, false) => their,
                (false, false) if our == their => our,
                (false, false) => return None,
            };
            if let Some(entry) = kept {
                merged.insert(path.clone(), entry.clone());
            }
        }
        Some(merged)
    }

    /// Merges and gives back the commits that came to be, the last one being the new base. No ref
    /// moves. `None` when the two conflict.
    pub(crate) fn merge(&mut self, method: Method, merge: Merge<'_>) -> Option<Vec<String>> {
        let Merge { base, head, message, author, by, committer } = merge;
        let parents = match method {
            Method::Merge => vec![base.to_owned(), head.to_owned()],
            Method::Squash => vec![base.to_owned()],
            Method::Rebase => return self.rebase(base, head, &committer),
        };
        let tree = self.merged_tree(base, head)?;
        let author = if method == Method::Squash { author } else { by };
        let new = NewCommit { tree, parents, message, author, committer, verified: true };
        Some(vec![self.commit(new)])
    }

    fn rebase(&mut self, base: &str, head: &str, committer: &Signature) -> Option<Vec<String>> {
        let theirs: Vec<_> = self.between(base, head).into_iter().cloned().collect();
        let (mut made, mut tip) = (Vec::new(), base.to_owned());
        for commit in theirs.iter().filter(|commit| commit.parents.len() < 2) {
            let origin = commit.parents.first().map_or("", String::as_str);
            let tree = self.three_way(origin, &tip, &commit.sha)?;
            tip = self.commit(NewCommit {
                tree,
                parents: vec![tip],
                message: commit.message.clone(),
                author: commit.author.clone(),
                committer: committer.clone(),
                verified: false,
            });
            made.push(tip.clone());
        }
        Some(made)
    }
}

//! Which files of two commits are read to tell what a change grants, and the change itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::{Foreign, Unclear, Weighed};
use crate::github::{Failure, Files};
use crate::pipeline::change::{Judge, ground};
use crate::power::{self, Ground, Powers, Text, Tree};
use crate::rules::files::weigh;

/// The most files that are read of one side. What lies beyond is said to be unread.
const MOST_FILES: usize = 400;

/// How often files name further ones that are read then.
const ROUNDS: usize = 8;

/// One side of a change as far as it was read.
#[derive(Default)]
struct Side {
    tree: Tree,
    powers: Powers,
}

impl Judge<'_> {
    /// What the files of `after` grant beyond those of `before`.
    pub(super) async fn weigh(
        &self,
        before: &Arc<Files>,
        after: &Arc<Files>,
        branch: &Foreign,
    ) -> Result<Weighed, Failure> {
        let changed = changed(before, after);
        let ground = ground::of(&self.name, &self.settings, branch);
        if changed.is_empty() {
            return Ok(weigh(&Powers::default(), &Powers::default(), &[]));
        }
        let base = self.side(before, &changed, &ground).await?;
        let head = self.side(after, &changed, &ground).await?;
        let lost = power::lost_owners(&base.tree, &head.tree);
        let mut weighed = weigh(&base.powers, &head.powers, &lost);
        if before.truncated || after.truncated {
            let why = "the repository has more files than GitHub lists".into();
            weighed.unclear.push(Unclear { lines: None, why });
        }
        Ok(weighed)
    }

    /// Reads what may grant something on one side: every workflow, because it may run any other
    /// file, what changed and may grant, and what those name.
    async fn side(
        &self,
        files: &Arc<Files>,
        changed: &BTreeSet<String>,
        ground: &Ground,
    ) -> Result<Side, Failure> {
        let mut wanted: Vec<String> = files
            .files
            .keys()
            .filter(|path| is_workflow(path) || changed.contains(*path) && matters(path))
            .cloned()
            .collect();
        let mut side = Side::default();
        for _ in 0..ROUNDS {
            for path in &wanted {
                let text = self.text(files, path, side.tree.iter().count()).await?;
                put(&mut side.tree, path, text);
            }
            side.powers = read(&side.tree, ground).await?;
            wanted = side
                .powers
                .wanted()
                .map(|path| path.raw().to_owned())
                .filter(|path| side.tree.get(path).is_none() && files.files.contains_key(path))
                .collect();
            wanted.sort_unstable();
            wanted.dedup();
            if wanted.is_empty() {
                break;
            }
        }
        Ok(side)
    }

    async fn text(&self, files: &Files, path: &str, read: usize) -> Result<Read, Failure> {
        let Some((name, bytes)) = files.files.get(path) else { return Ok(Read::Absent) };
        if read >= MOST_FILES {
            let why = format!("the change names more than {MOST_FILES} files");
            return Ok(Read::As(Text::Unread { why }));
        }
        if *bytes > Tree::MOST_BYTES as u64 {
            return Ok(Read::As(Text::TooLarge { bytes: *bytes }));
        }
        self.code.blob(name).await.map(Read::Bytes)
    }
}

/// One file on its way into a tree.
enum Read {
    Absent,
    As(Text),
    Bytes(Arc<[u8]>),
}

fn put(tree: &mut Tree, path: &str, read: Read) {
    match read {
        Read::Absent => {}
        Read::As(text) => tree.put(path, text),
        Read::Bytes(bytes) => tree.put_bytes(path, &bytes),
    }
}

/// Reading may take long for large files, so it does not hold up other work.
async fn read(tree: &Tree, ground: &Ground) -> Result<Powers, Failure> {
    let (tree, ground) = (tree.clone(), ground.clone());
    let read = tokio::task::spawn_blocking(move || power::of(&tree, &ground)).await;
    read.map_err(|_| Failure::Blind { why: "Some file cannot be read at all.".to_owned() })
}

/// The paths whose contents differ, on either side.
pub(super) fn changed(before: &Files, after: &Files) -> BTreeSet<String> {
    let differs = |one: &Files, other: &Files| {
        let paths: Vec<String> = one
            .files
            .iter()
            .filter(|(path, (name, _))| other.files.get(*path).is_none_or(|it| it.0 != *name))
            .map(|(path, _)| path.clone())
            .collect();
        paths
    };
    differs(before, after).into_iter().chain(differs(after, before)).collect()
}

/// Our files with what changed between `parted` and `theirs`.
pub(super) fn merged(ours: &Files, parted: &Files, theirs: &Files) -> Files {
    let mut files: BTreeMap<_, _> = ours.files.clone();
    for path in changed(parted, theirs) {
        match theirs.files.get(&path) {
            Some(contents) => files.insert(path, contents.clone()),
            None => files.remove(&path),
        };
    }
    let truncated = ours.truncated || parted.truncated || theirs.truncated;
    Files { files, truncated }
}

/// Whether a path is a workflow's.
pub(super) fn is_workflow(path: &str) -> bool {
    path.starts_with(".github/workflows/")
}

/// Whether a file may grant something by its place alone.
pub(in crate::pipeline) fn matters(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    power::matters(path)
        || is_workflow(path)
        || matches!(name, "action.yml" | "action.yaml" | "CODEOWNERS")
        || name.ends_with(".yml")
        || name.ends_with(".yaml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(of: &[(&str, &str)]) -> Files {
        let files = of.iter().map(|(path, name)| ((*path).to_owned(), ((*name).to_owned(), 1)));
        Files { files: files.collect(), truncated: false }
    }

    #[test]
    fn a_merge_keeps_what_only_the_branch_changed_and_takes_what_the_head_changed() {
        let parted = files(&[("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")]);
        let ours = files(&[("a", "2"), ("b", "1"), ("c", "1"), ("e", "1")]);
        let theirs = files(&[("a", "1"), ("b", "3"), ("d", "1"), ("f", "1")]);
        let after = merged(&ours, &parted, &theirs);
        assert_eq!(after, files(&[("a", "2"), ("b", "3"), ("e", "1"), ("f", "1")]));
        let paths: Vec<_> = changed(&ours, &after).into_iter().collect();
        assert_eq!(paths, ["b", "c", "f"]);
    }
}

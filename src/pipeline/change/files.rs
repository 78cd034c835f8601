//! Which files of two commits are read to tell what a change grants, and the change itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::{Foreign, Unclear, Weighed};
use crate::github::{Code, Failure, Files};
use crate::pipeline::change::elsewhere::Elsewhere;
use crate::pipeline::change::{Judge, ground};
use crate::power::{self, Ground, Powers, Remote, Text, Tree};
use crate::rules::files::weigh;

/// The most files that are read of one side. What lies beyond is said to be unread.
const MOST_FILES: usize = 400;

/// How often files name further ones that are read then.
const ROUNDS: usize = 8;

/// One side of a change as far as it was read.
#[derive(Default)]
pub(super) struct Side {
    tree: Tree,
    pub(super) powers: Powers,
}

impl Judge<'_> {
    /// What the files of `after` grant beyond those of `before`, and all that either grants.
    pub(super) async fn weigh(
        &self,
        before: &Arc<Files>,
        after: &Arc<Files>,
        branch: &Foreign,
    ) -> Result<(Weighed, Powers, Powers), Failure> {
        let changed = changed(before, after);
        let ground = ground::of(&self.name, &self.settings, branch);
        if changed.is_empty() {
            let none = Powers::default();
            return Ok((weigh(&none, &none, &[]), none.clone(), none));
        }
        let mut elsewhere = Elsewhere::default();
        let wanted = |files: &Files| first(files, &changed);
        let base = self.side(before, wanted(before), &ground, &mut elsewhere).await?;
        let head = self.side(after, wanted(after), &ground, &mut elsewhere).await?;
        let lost = power::lost_owners(&base.tree, &head.tree);
        let mut weighed = weigh(&base.powers, &head.powers, &lost);
        if before.truncated || after.truncated {
            let why = "the repository has more files than GitHub lists".into();
            weighed.unclear.push(Unclear { lines: None, why });
        }
        Ok((weighed, base.powers, head.powers))
    }

    /// Reads files of one side, and those that they name, here and in other repositories.
    pub(super) async fn side(
        &self,
        files: &Arc<Files>,
        mut wanted: Vec<String>,
        ground: &Ground,
        elsewhere: &mut Elsewhere,
    ) -> Result<Side, Failure> {
        let mut side = Side::default();
        let mut asked = BTreeSet::new();
        for _ in 0..ROUNDS {
            for path in &wanted {
                let full = side.tree.iter().count() >= MOST_FILES;
                match Remote::of(path) {
                    None => {
                        if let Some(path) = there(files, path) {
                            side.tree.put(&path, text(&self.code, files, &path, full).await?);
                        }
                    }
                    Some(remote) => {
                        let needed = side.powers.needs(path);
                        self.follow(remote, needed, full, &mut side.tree, elsewhere).await?;
                    }
                }
            }
            side.powers = read(&side.tree, ground).await?;
            asked.extend(wanted);
            wanted = side
                .powers
                .wanted()
                .map(|path| path.raw().to_owned())
                .filter(|path| side.tree.get(path).is_none() && !asked.contains(path))
                .collect();
            wanted.sort_unstable();
            wanted.dedup();
            if wanted.is_empty() {
                break;
            }
        }
        Ok(side)
    }

    /// Reads a file of another repository. One that is needed and cannot be read says why.
    async fn follow(
        &self,
        mut remote: Remote,
        needed: bool,
        full: bool,
        tree: &mut Tree,
        elsewhere: &mut Elsewhere,
    ) -> Result<(), Failure> {
        let key = remote.key();
        let why = match self.place(&remote, elsewhere).await? {
            Err(why) => why,
            Ok(files) => match there(&files, &remote.path) {
                Some(path) => {
                    remote.path = path;
                    let code = self.code.beside(&remote.repo);
                    let read = text(&code, &files, &remote.path, full).await?;
                    tree.put(&remote.key(), read);
                    return Ok(());
                }
                None if files.truncated => "GitHub does not list all of its repository".to_owned(),
                None => "its repository has no such file there".to_owned(),
            },
        };
        if needed {
            tree.put(&key, Text::Unread { why });
        }
        Ok(())
    }
}

/// What may grant something on one side: every workflow, because it may run any other file, and what
/// changed and may grant.
fn first(files: &Files, changed: &BTreeSet<String>) -> Vec<String> {
    let matters = |path: &&String| is_workflow(path) || changed.contains(*path) && matters(path);
    files.files.keys().filter(matters).cloned().collect()
}

/// The path under which files hold what is asked for. An action may be described in either of two
/// files.
fn there(files: &Files, path: &str) -> Option<String> {
    let folder = path.strip_suffix("action.yml");
    let folder = folder.filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let other = folder.map(|folder| format!("{folder}action.yaml"));
    let paths = [Some(path.to_owned()), other];
    paths.into_iter().flatten().find(|path| files.files.contains_key(path))
}

async fn text(code: &Code<'_>, files: &Files, path: &str, full: bool) -> Result<Text, Failure> {
    let Some((name, bytes)) = files.files.get(path) else {
        return Ok(Text::Unread { why: "it is not there".to_owned() });
    };
    if full {
        let why = format!("the change names more than {MOST_FILES} files");
        return Ok(Text::Unread { why });
    }
    if *bytes > Tree::MOST_BYTES as u64 {
        return Ok(Text::TooLarge { bytes: *bytes });
    }
    code.blob(name).await.map(|bytes| Text::of(&bytes))
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

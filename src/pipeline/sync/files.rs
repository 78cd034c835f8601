//! The files of default branches. All that they grant is taken down once; later readings only make
//! up for pushes that nobody told of.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::decide::Input;
use crate::domain::{Covered, Repo};
use crate::github::{Failure, Files, Meter, Tip};
use crate::pipeline::change::{Asked, matters};
use crate::pipeline::sync::place::Asking;
use crate::pipeline::{Engine, Fault};

/// Under which name the entity tag of the tree is kept.
const TREE: &str = "tree";

/// Under which name the digest of the files that may grant something is kept.
const DIGEST: &str = "files";

/// Under which name it is kept what this program reads of files.
const USES: &str = "uses";

/// Raised when it reads more: then all of it is taken down once more.
const USES_READ: &str = "3";

impl Engine {
    /// Looks at the files of a repository's default branch: what is to be decided about, if
    /// anything, and how well they are seen.
    pub(super) async fn read_files(
        &self,
        with: Asking<'_>,
        repo: &Repo,
        before: Option<&Covered>,
        meter: &Meter,
    ) -> Result<Result<(Option<Input>, Covered), Failure>, Fault> {
        let now = self.clock().now();
        let github = self.github().metered(meter);
        let known = before.filter(|before| before.complete_at.is_some());
        let is_new = known.is_some_and(|it| it.tags.get(USES).is_none_or(|it| it != USES_READ));
        let tag =
            known.filter(|_| !with.options.full && !is_new).and_then(|known| known.tags.get(TREE));
        let tip = github.code(with.installation, &repo.name).tip(tag.map(String::as_str)).await;
        let (files, tag) = match tip {
            Ok(Tip::Files { files, tag }) => (files, tag),
            Ok(Tip::Unchanged) => {
                let (found, tags) = known.map(|it| (it.found, it.tags.clone())).unwrap_or_default();
                return Ok(Ok((None, Covered::complete(before, now, found, tags))));
            }
            Err(failure) => return Ok(Err(failure)),
        };
        let (found, digest) = granting(&files);
        // Events may have told of files that are not there any more.
        let is_judged = self.store().any_branch(with.org.org, repo.id).await?.is_some();
        let asked = match known {
            None if found > 0 || files.truncated || is_judged => Some(Asked::Everything),
            None => None,
            Some(known) if known.tags.get(DIGEST) != Some(&digest) => {
                Some(Asked::Moved { from_nothing: known.found == 0 })
            }
            Some(_) => (is_new && found > 0).then_some(Asked::Everything),
        };
        let whose = (with.org.org, with.installation);
        let input = match asked {
            None => None,
            Some(asked) => match self.default_branch(&github, whose, repo, asked, now).await? {
                Ok(reading) => Some(Input::Read { hints: Vec::new(), reading }),
                Err(failure) => return Ok(Err(failure)),
            },
        };
        // What moved is judged alone. The rest is taken down once more when nothing moves.
        let is_left = is_new && matches!(asked, Some(Asked::Moved { .. }));
        let read = if is_left { "" } else { USES_READ };
        let uses = (USES.to_owned(), read.to_owned());
        let mut tags = BTreeMap::from([(DIGEST.to_owned(), digest), uses]);
        tags.extend(tag.map(|tag| (TREE.to_owned(), tag)));
        Ok(Ok((input, Covered::complete(before, now, found, tags))))
    }
}

/// What is known of the files that were read last, when they cannot be read now: which they were. What
/// comes next is compared with them.
pub(super) fn read_before(before: &Covered) -> BTreeMap<String, String> {
    let tags = before.tags.iter().filter(|(name, _)| *name != TREE);
    tags.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// How many files may grant something, and what tells their contents apart from others.
fn granting(files: &Files) -> (u32, String) {
    let mut digest = Sha256::new();
    let mut found = 0;
    for (path, (name, _)) in files.files.iter().filter(|(path, _)| matters(path)) {
        digest.update(format!("{path}\0{name}\n"));
        found += 1;
    }
    (found, hex::encode(digest.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_may_grant_count() {
        let files = |of: &[(&str, &str)]| {
            let files = of.iter().map(|(path, name)| ((*path).to_owned(), ((*name).to_owned(), 1)));
            Files { files: files.collect(), truncated: false }
        };
        let one = files(&[("README.md", "1"), (".github/workflows/ci.yml", "2")]);
        let read_me = files(&[("README.md", "9"), (".github/workflows/ci.yml", "2")]);
        let workflow = files(&[("README.md", "1"), (".github/workflows/ci.yml", "3")]);
        assert_eq!(granting(&one).0, 1);
        assert_eq!(granting(&one), granting(&read_me));
        assert_ne!(granting(&one), granting(&workflow));
    }
}

//! Files of other repositories that a job calls, and the keys by which a tree holds them.

use crate::domain::{Foreign, RepoName};

/// What begins every such key. No path inside a repository begins so.
const START: &str = "//";

/// A file of another repository, or of this one at another reference.
///
/// Its key is `//owner/name@reference/path`, with `%` and `/` of the reference written as `%25` and
/// `%2F`: what stands beside a file has a key that begins alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remote {
    /// The repository.
    pub repo: RepoName,
    /// The branch, tag or commit that the caller names.
    pub reference: Foreign,
    /// The path in that repository.
    pub path: String,
}

impl Remote {
    /// Its key in a tree.
    pub fn key(&self) -> String {
        format!("{}{}", root(&self.repo, self.reference.raw()), self.path)
    }

    /// The file that a key stands for; `None` for paths of the repository itself.
    pub fn of(key: &str) -> Option<Self> {
        let (place, path) = key.split_at_checked(root_of(key).len())?;
        let (repo, reference) = place.strip_prefix(START)?.strip_suffix('/')?.split_once('@')?;
        Some(Self {
            repo: repo.parse().ok()?,
            reference: Foreign::new(&reference.replace("%2F", "/").replace("%25", "%")),
            path: path.to_owned(),
        })
    }

    /// Whether a key is one of another repository's file.
    pub fn is_key(key: &str) -> bool {
        key.starts_with(START)
    }
}

/// What the keys of all files of a repository at a reference begin with.
pub(in crate::power) fn root(repo: &RepoName, reference: &str) -> String {
    let reference = reference.replace('%', "%25").replace('/', "%2F");
    format!("{START}{repo}@{reference}/")
}

/// The same, of a file; nothing for paths of the repository itself.
pub(in crate::power) fn root_of(key: &str) -> &str {
    let Some(inner) = key.strip_prefix(START) else { return "" };
    // owner, and name with reference.
    let end = inner.match_indices('/').nth(1).map(|(at, _)| START.len() + at + 1);
    end.map_or("", |end| &key[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_all_of_a_file_and_paths_are_none() {
        for reference in ["v1", "release/2", "100%", "%2F", "a@b"] {
            let remote = Remote {
                repo: "acme/shared".parse().unwrap(),
                reference: Foreign::new(reference),
                path: ".github/workflows/deploy.yml".to_owned(),
            };
            let key = remote.key();
            assert_eq!(Remote::of(&key), Some(remote), "{key}");
            assert_eq!(format!("{}.github/workflows/deploy.yml", root_of(&key)), key);
        }
        for path in [".github/workflows/ci.yml", "//acme", "//acme/shared/x", "", "//@/"] {
            assert_eq!(Remote::of(path), None, "{path}");
        }
        assert_eq!(root_of("a/b/c"), "");
    }
}

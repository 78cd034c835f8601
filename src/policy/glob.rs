//! Patterns over repository names.

use std::fmt;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};

use crate::domain::RepoName;

/// A pattern over repositories: `acme/legacy-*` is held against the full name, `legacy-*`
/// against the part after the slash. `*` stops at the slash; `{a,b}` means either.
#[derive(Clone)]
pub struct RepoGlob {
    text: String,
    full: bool,
    matcher: GlobMatcher,
}

/// A text that is no pattern over repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not a pattern over repositories; write `legacy-*` or `acme/legacy-*`, \
     at most {most} characters, one slash",
    most = RepoGlob::MOST
)]
pub struct InvalidGlob;

impl RepoGlob {
    /// The most characters of a pattern.
    pub const MOST: usize = 200;

    /// Whether the repository is meant.
    pub fn matches(&self, repo: &RepoName) -> bool {
        self.matcher.is_match(if self.full { repo.as_str() } else { repo.name() })
    }

    /// The pattern, in lower case.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether `repos` includes `repo`. No pattern includes everything, the organisation too.
pub(super) fn reaches(repos: Option<&RepoGlob>, repo: Option<&RepoName>) -> bool {
    match (repos, repo) {
        (None, _) => true,
        (Some(glob), Some(repo)) => glob.matches(repo),
        (Some(_), None) => false,
    }
}

impl FromStr for RepoGlob {
    type Err = InvalidGlob;

    fn from_str(text: &str) -> Result<Self, InvalidGlob> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_./*?[]{},!".contains(c);
        let slashes = text.matches('/').count();
        if text.is_empty() || text.len() > Self::MOST || slashes > 1 || !text.chars().all(fits) {
            return Err(InvalidGlob);
        }
        // GitHub ignores case in names, and `RepoName` is lower case.
        let text = text.to_ascii_lowercase();
        let glob = GlobBuilder::new(&text).literal_separator(true).build();
        let matcher = glob.map_err(|_| InvalidGlob)?.compile_matcher();
        Ok(Self { full: slashes == 1, text, matcher })
    }
}

impl PartialEq for RepoGlob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RepoGlob {}

impl fmt::Debug for RepoGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepoGlob({:?})", self.text)
    }
}

impl fmt::Display for RepoGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

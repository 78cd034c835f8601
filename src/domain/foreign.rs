//! Text that somebody else chose: titles, names, branches. It has no `Display`, so it cannot slip
//! into markdown, a log line or a command; `plan` decides how a person may see it.

use serde::{Deserialize, Serialize};

/// Text from outside: attacker-controlled, of any length, in any script.
///
/// Stored as it came (NUL becomes U+FFFD, because PostgreSQL has no NUL in text) and cut to
/// [`Foreign::MOST`] characters: GitHub's own titles end far below.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct Foreign(String);

impl Foreign {
    /// The most characters that are kept. The rest is dropped at the edge.
    pub const MOST: usize = 1_000;

    /// Takes text from outside.
    pub fn new(text: &str) -> Self {
        Self(
            text.chars().take(Self::MOST).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect(),
        )
    }

    /// The text as it came. Whoever calls this answers for where it goes.
    pub fn raw(&self) -> &str {
        &self.0
    }
}

impl From<String> for Foreign {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<&str> for Foreign {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl std::fmt::Debug for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Foreign({:?})", self.0)
    }
}

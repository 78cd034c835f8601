//! Names and numbers of GitHub, validated once at the edge and trusted afterwards.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Declares a number that GitHub gives: unique in its space, never reused.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// The account number of an organisation; survives its renaming.
    OrgId
);
number!(
    /// The number of a repository; survives renaming and transfer.
    RepoId
);
number!(
    /// The account number of a user or bot; survives renaming.
    UserId
);
number!(
    /// The number of a team.
    TeamId
);
number!(
    /// The number of one installation of a GitHub App.
    InstallationId
);
number!(
    /// The number of a GitHub App itself. Not its bot user's number.
    AppId
);
number!(
    /// The number of an issue inside its repository, as in `#7`.
    IssueNumber
);
number!(
    /// The number of a comment on an issue.
    CommentId
);

/// A text that is not the name it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}: {text:?}")]
pub struct Invalid {
    what: &'static str,
    text: String,
}

/// An account's login. Lowercased, because GitHub ignores case in logins; bots end in `[bot]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Login(String);

/// A repository's full name, `owner/name`. Lowercased, because GitHub ignores case in names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoName(String);

/// A team's slug inside its organisation. Lowercased.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TeamSlug(String);

/// A commit, by its object name: 40 or 64 hexadecimal digits, lowercased.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha(String);

impl Login {
    /// Whether the login has the form that GitHub reserves for Apps. Users cannot have brackets.
    pub fn is_bot(&self) -> bool {
        self.0.ends_with("[bot]")
    }
}

impl RepoName {
    /// The part before the slash.
    pub fn owner(&self) -> &str {
        self.0.split_once('/').map_or("", |(owner, _)| owner)
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }
}

impl FromStr for Login {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let stem = text.strip_suffix("[bot]").unwrap_or(text);
        // Enterprise-managed users carry an underscore; old logins may end in a hyphen.
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if stem.is_empty() || stem.len() > 100 || !stem.chars().all(fits) {
            return Err(Invalid { what: "login", text: short(text) });
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl FromStr for RepoName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part != "."
                && part != ".."
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        match text.split('/').collect::<Vec<_>>()[..] {
            [owner, name] if fits(owner) && fits(name) => Ok(Self(text.to_ascii_lowercase())),
            _ => Err(Invalid { what: "repository name", text: short(text) }),
        }
    }
}

impl FromStr for TeamSlug {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if text.is_empty() || text.len() > 255 || !text.chars().all(fits) {
            return Err(Invalid { what: "team slug", text: short(text) });
        }
        Ok(Self(text.to_lowercase()))
    }
}

impl FromStr for Sha {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
        if fits {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(Invalid { what: "commit", text: short(text) })
        }
    }
}

impl Sha {
    /// The first seven digits, as people write commits.
    pub fn short(&self) -> &str {
        &self.0[..7]
    }

    /// The name that stands for no commit.
    pub fn none() -> Self {
        Self("0".repeat(40))
    }

    /// Whether it stands for no commit: GitHub's sign for a branch that was made or deleted.
    pub fn is_none(&self) -> bool {
        self.0.bytes().all(|b| b == b'0')
    }
}

/// Enough of a refused text to recognise it.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Text in, text out, for the validated names.
macro_rules! textual {
    ($name:ident) => {
        impl $name {
            /// The name as GitHub compares it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

textual!(Login);
textual!(Sha);
textual!(RepoName);
textual!(TeamSlug);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_name_is_exactly_owner_and_name() {
        for good in ["acme/api", "Acme/.github", "a/b.c_d-e"] {
            assert_eq!(good.parse::<RepoName>().unwrap().as_str(), good.to_ascii_lowercase());
        }
        for bad in ["acme", "acme/", "/api", "a/b/c", "acme/..", "acme/a b", "acme/a?b", ""] {
            assert!(bad.parse::<RepoName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_login_holds_no_markup_and_only_bots_have_brackets() {
        assert!("claude[bot]".parse::<Login>().unwrap().is_bot());
        assert!(!"octocat".parse::<Login>().unwrap().is_bot());
        for bad in ["", "[bot]", "a[bot]x", "@acme/everyone", "a b", "a\nb", "a<b"] {
            assert!(bad.parse::<Login>().is_err(), "{bad}");
        }
    }
}

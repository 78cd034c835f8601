//! Commits that workflows hold code of others to, and the repositories that such code comes from.

use serde::{Deserialize, Serialize};

use crate::domain::{Foreign, MoveSaid, RepoId, RepoName, Sha, Taker, Timestamp, UserId};

/// How it came to be known what the workflows of a repository take of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// It was there when the files were first read for it.
    Before,
    /// With a change of files that was watched.
    Since,
    /// By the way. Another reading says which of both.
    ByTheWay,
}

/// A commit that workflows hold code of others to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The repository, as workflows name it.
    pub repo: RepoName,
    /// The commit.
    pub commit: Sha,
    /// Whether it came with a change of files that was watched.
    pub news: bool,
    /// Whether it is on a branch of the repository or named by a tag; `None`: that is not known.
    pub belongs: Option<bool>,
    /// When it was last looked for.
    pub tried: Timestamp,
    /// Why it is not known.
    pub why: Option<String>,
}

/// What was read of such a commit, and who takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinSeen {
    /// How it stands now.
    pub pinned: Pinned,
    /// What was known before.
    pub was: Option<bool>,
    /// Whether any workflow still takes it. If none does, it is forgotten.
    pub used: bool,
    /// Who takes it, where it does not belong.
    pub takers: Vec<Taker>,
}

/// Which repository answers under a name, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// GitHub's number of the repository.
    pub number: RepoId,
    /// GitHub's number of the account that owns it.
    pub owner: UserId,
    /// Its own name, where GitHub led on from another one.
    pub name: RepoName,
}

/// What became of a repository since it was first read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// Nothing.
    #[default]
    Same,
    /// Its owner calls it otherwise. Nobody else can take the name.
    Renamed {
        /// As it is called now.
        to: RepoName,
    },
    /// Its owner's account has another name: whoever registers the old one can take the name.
    OwnerRenamed {
        /// As it is called now.
        to: RepoName,
    },
    /// It belongs to another account.
    Moved {
        /// As it is called now.
        to: RepoName,
    },
    /// Another repository answers under the name.
    Replaced,
    /// GitHub does not show it, and the account that owned it is there: deleted or private.
    Gone,
    /// GitHub does not show it, and no account, or another one, has its owner's name.
    Abandoned,
}

/// A repository that workflows take code from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name, as workflows write it.
    pub repo: RepoName,
    /// Which it was when it could first be read.
    pub first: Option<Holder>,
    /// Its default branch, when it was last read.
    pub branch: Option<Foreign>,
    /// What became of it.
    pub fate: Fate,
    /// The entity tag of the last answer.
    pub tag: Option<String>,
    /// When it was last tried.
    pub tried: Timestamp,
    /// Why it could not be read then.
    pub why: Option<String>,
}

/// What was read of such a repository, and who takes code from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSeen {
    /// How it stands now.
    pub source: Source,
    /// What was known to have become of it before.
    pub was: Fate,
    /// Whether any workflow still takes code from it. If none does, it is forgotten.
    pub used: bool,
    /// Who takes code from it, where something became of it.
    pub takers: Vec<Taker>,
}

/// What is told of code that is not what its name says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UpstreamTold {
    /// The commit; `None`: the repository itself.
    pub commit: Option<Sha>,
    /// What the rules say, worst first.
    pub says: Vec<MoveSaid>,
    /// Who took it when it was last looked at.
    pub takers: Vec<Taker>,
}

impl Holder {
    /// What became of a repository that was this one, as `now` answers under its name.
    pub fn became(&self, now: &Self) -> Fate {
        let to = || now.name.clone();
        if now.number != self.number {
            Fate::Replaced
        } else if now.owner != self.owner {
            Fate::Moved { to: to() }
        } else if now.name.owner() != self.name.owner() {
            Fate::OwnerRenamed { to: to() }
        } else if now.name != self.name {
            Fate::Renamed { to: to() }
        } else {
            Fate::Same
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_say_what_became_of_a_repository_and_not_its_name() {
        let holder = |number, owner, name: &str| Holder {
            number: RepoId(number),
            owner: UserId(owner),
            name: name.parse().unwrap(),
        };
        let first = holder(1, 7, "octo-org/lint");
        let to: RepoName = "octo-labs/lint".parse().unwrap();
        for (now, fate) in [
            (first.clone(), Fate::Same),
            (holder(2, 7, "octo-org/lint"), Fate::Replaced),
            (holder(1, 8, "octo-labs/lint"), Fate::Moved { to: to.clone() }),
            (holder(1, 7, "octo-labs/lint"), Fate::OwnerRenamed { to }),
            (
                holder(1, 7, "octo-org/linter"),
                Fate::Renamed { to: "octo-org/linter".parse().unwrap() },
            ),
        ] {
            assert_eq!(first.became(&now), fate);
        }
    }
}

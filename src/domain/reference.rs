//! Code of others that workflows take, and what becomes of the branches and tags among the references
//! at which they take it.

use serde::{Deserialize, Serialize};

use crate::domain::{Foreign, RepoId, RepoName, RuleId, Severity, Sha, Timestamp};

/// A branch or tag of a repository, as workflows name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The repository.
    pub repo: RepoName,
    /// The branch or tag.
    pub name: Foreign,
}

/// Code of somebody else's that a workflow takes: at a branch or tag, or held to a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Taken {
    /// The workflow.
    pub workflow: Foreign,
    /// The job.
    pub job: Foreign,
    /// The action or workflow, as the file names it: `owner/name/path`.
    pub code: Foreign,
    /// Where it is taken.
    pub reference: Reference,
    /// What it works with there, safe to post: "the secret `A`"; empty: nothing of note.
    pub holds: String,
}

/// Who takes a reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Taker {
    /// The repository of the workflow.
    pub repo: RepoId,
    /// What it takes.
    pub taken: Taken,
}

/// A reference as last read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// Which.
    pub reference: Reference,
    /// The commit that it named when it could last be read.
    pub commit: Option<Sha>,
    /// The entity tag of that answer.
    pub tag: Option<String>,
    /// When it was last tried.
    pub tried: Timestamp,
    /// Why it could not be read then.
    pub why: Option<String>,
}

/// How the commit that a reference names stands to the one that it named before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It rests on it.
    Forward,
    /// The other way about.
    Back,
    /// Neither rests on the other.
    Aside,
    /// GitHub does not tell.
    Unknown,
}

/// A reference that names another commit than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Which.
    pub reference: Reference,
    /// Before.
    pub from: Sha,
    /// After.
    pub to: Sha,
    /// How the two stand to each other.
    pub way: Way,
    /// Whether the commit before is on a branch of the repository; `None` where that is not known.
    pub was_on_branch: Option<bool>,
    /// Whether the commit after is.
    pub is_on_branch: Option<bool>,
    /// The tags that name the commit after, as far as they were listed.
    pub tags: Vec<Foreign>,
}

/// What was read of a reference, and who takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceSeen {
    /// How it stands now.
    pub pointer: Pointer,
    /// That it names another commit than before, if it does.
    pub moved: Option<Move>,
    /// Who takes it, where it moved.
    pub takers: Vec<Taker>,
}

/// What is told of a reference that moved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MoveTold {
    /// The branch or tag.
    pub name: Foreign,
    /// Before.
    pub from: Sha,
    /// After.
    pub to: Sha,
    /// What the rules say, worst first.
    pub says: Vec<MoveSaid>,
    /// Who took it when it moved.
    pub takers: Vec<Taker>,
}

/// What one rule says of a reference that moved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MoveSaid {
    /// How bad it is.
    pub severity: Severity,
    /// The rule.
    pub rule: String,
    /// One sentence, safe to post.
    pub message: String,
}

impl MoveSaid {
    /// What a rule says.
    pub fn new(rule: RuleId, severity: Severity, message: String) -> Self {
        Self { severity, rule: rule.to_owned(), message }
    }
}

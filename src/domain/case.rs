//! Cases: the conversation with people about one cause. A burst is one case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{
    Actor, Backlog, Blind, CallerTold, CommentId, Digest, Finding, Foreign, IdentityKey, Impostor,
    IssueNumber, MoveTold, OrgId, Owner, RepoId, RepoName, Sha, Timestamp, UpstreamTold, UserId,
};

/// Names a case for good, in the register, in our markers and on the page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseId(String);

/// What brought a case about. Findings with the same cause, close in time, are one case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// Grants that one account made; `None` when GitHub named nobody.
    Grants {
        /// Who granted.
        by: Option<UserId>,
        /// The repository, while no home can gather what one account does in several.
        repo: Option<RepoId>,
    },
    /// A repository became public with identities hanging on it.
    Exposed {
        /// Which.
        repo: RepoId,
    },
    /// An owner left.
    OwnerLeft {
        /// The owner's account or team.
        who: Owner,
        /// As for grants.
        repo: Option<RepoId>,
    },
    /// What became of something since it was granted: it aged, woke up, or was left behind.
    Drift {
        /// As for grants.
        repo: Option<RepoId>,
    },
    /// A pull request grants something. Its conversation is the case's.
    Pull {
        /// The repository.
        repo: RepoId,
        /// Its number there.
        pull: IssueNumber,
    },
    /// The same change is proposed in many repositories at once.
    Fleet {
        /// What all of them grant.
        digest: Digest,
    },
    /// A safeguard of a place was weakened. Such a case has no rows.
    Weakened {
        /// The repository; `None` for the organisation itself.
        repo: Option<RepoId>,
        /// Which safeguard.
        name: String,
        /// What is weaker, and what that means.
        told: String,
        /// Who did it, as far as known.
        by: Option<Actor>,
    },
    /// Somebody else reports a check under our name. Such a case has no rows.
    Impostor {
        /// The repository.
        repo: RepoId,
        /// Who.
        by: Impostor,
        /// The commit on which it was first seen.
        head: Sha,
    },
    /// A change reaches workflows of repositories that may not be named where it is made. Such a
    /// case has no rows: it names them.
    Callers {
        /// The repository of the change.
        repo: RepoId,
        /// The pull request that proposes it; `None` once it is where they take it.
        pull: Option<IssueNumber>,
        /// The whole name of the branch or tag where they take it; `None`: the default branch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Foreign>,
        /// The repositories, and what their workflows may do more than before.
        told: Vec<CallerTold>,
    },
    /// References of a repository that workflows take code at name other commits. Such a case has
    /// no rows.
    Moved {
        /// The repository whose references they are.
        of: RepoName,
        /// Each of them.
        told: Vec<MoveTold>,
    },
    /// Code of others that workflows take is not what its name says: a commit that is on no branch, a
    /// repository in other hands. Such a case has no rows.
    Upstream {
        /// The repository, as workflows name it.
        of: RepoName,
        /// What of it.
        told: Vec<UpstreamTold>,
    },
    /// What was there before we came. Such a case has no rows: it is open while any of it is
    /// unowned.
    Baseline,
    /// We went blind. Such a case has no rows: it is open while we are.
    Blind {
        /// Why.
        why: Blind,
    },
}

/// Where a case's issue belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum Place {
    /// In this repository.
    Repo {
        /// Which.
        repo: RepoId,
    },
    /// Nowhere: it stays in the register and on the page.
    Register {
        /// Why, as a sentence.
        why: String,
    },
}

/// One identity of a case, and what was found about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The identity.
    pub identity: IdentityKey,
    /// The findings about it, worst first, each key once.
    pub findings: Vec<Finding>,
    /// Settled: owned, retired or gone.
    pub settled: bool,
}

/// An issue of ours, or a comment or review of ours in it or in a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ours {
    /// The issue.
    pub issue: IssueNumber,
    /// The comment or the review; `None` for the issue itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<CommentId>,
    /// Which of both, where it is a pull request; `None` in an issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_pull: Option<InPull>,
}

/// What of ours stands in a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InPull {
    /// A comment in its conversation.
    Comment,
    /// A comment in a thread of a review.
    Thread,
    /// A review, with as many comments on lines.
    Review {
        /// How many.
        comments: usize,
    },
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Some row waits for a person; or, without rows, what it tells of is still so.
    Open,
    /// Every row is settled.
    Settled,
    /// A person closed it although rows wait, and it was opened again once already.
    Dismissed,
    /// Its rows went on in another case.
    Merged,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: CaseId,
    /// What brought it about.
    pub cause: Cause,
    /// Where its issue belongs.
    pub place: Place,
    /// Its identities, in the order they came.
    pub rows: Vec<Row>,
    /// Where it stands.
    pub state: CaseState,
    /// The issue, once GitHub has given it a number.
    pub issue: Option<IssueNumber>,
    /// Whether a person closed it unowned and it was opened again, which happens once.
    pub reopened: bool,
    /// When it was opened.
    pub opened: Timestamp,
    /// When the last finding joined it.
    pub latest: Timestamp,
    /// The case that its rows went on in.
    pub merged_into: Option<CaseId>,
    /// What we wrote in the repository of the cause before it became public.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exposed: Vec<Ours>,
    /// What was there before we came, as last counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backlog: Option<Box<Backlog>>,
}

impl CaseId {
    /// The name of the case that `finding` opens at `at` in `org`: the same input gives the same
    /// name, so that a story told twice opens the same cases.
    pub fn of(org: OrgId, cause: &Cause, first: &Finding) -> Self {
        let text = format!("{org} {cause:?} {} {}", first.key.0, first.at);
        Self(hex::encode(&Sha256::digest(text)[..8]))
    }

    /// The name of a case without rows: one for each cause, however often it comes about.
    pub fn of_cause(org: OrgId, cause: &Cause) -> Self {
        Self(hex::encode(&Sha256::digest(format!("{org} {}", cause.key()))[..8]))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CaseId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(format!("not a case: {text:?}"))
        }
    }
}

impl TryFrom<String> for CaseId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<CaseId> for String {
    fn from(id: CaseId) -> String {
        id.0
    }
}

impl Cause {
    /// The key by which an open case of the same cause is found.
    pub fn key(&self) -> String {
        let (key, repo) = match self {
            Self::Grants { by: Some(by), repo } => (format!("grants/{by}"), repo),
            Self::Grants { by: None, repo } => ("grants/unknown".to_owned(), repo),
            Self::Drift { repo } => ("drift".to_owned(), repo),
            Self::Exposed { repo } => (format!("exposed/{repo}"), &None),
            Self::Pull { repo, pull } => (format!("pull/{repo}/{pull}"), &None),
            Self::Fleet { digest } => (format!("fleet/{}", digest.0), &None),
            Self::Impostor { repo, by, .. } => (format!("impostor/{repo}/{}", by.key()), &None),
            Self::Weakened { repo, name, .. } => (format!("weakened/{name}"), repo),
            Self::Callers { repo, pull: Some(pull), .. } => {
                (format!("callers/{repo}/{pull}"), &None)
            }
            Self::Callers { repo, pull: None, at: None, .. } => (format!("callers/{repo}"), &None),
            Self::Callers { repo, pull: None, at: Some(at), .. } => {
                let at = hex::encode(&Sha256::digest(at.raw())[..8]);
                (format!("callers/{repo}/{at}"), &None)
            }
            Self::Moved { of, .. } => (format!("moved/{of}"), &None),
            Self::Upstream { of, .. } => (format!("upstream/{of}"), &None),
            Self::Baseline => ("baseline".to_owned(), &None),
            Self::Blind { why } => (format!("blind/{why}"), &None),
            Self::OwnerLeft { who: Owner::Person { id, .. }, repo } => {
                (format!("owner-left/person/{id}"), repo)
            }
            Self::OwnerLeft { who: Owner::Team { id, .. }, repo } => {
                (format!("owner-left/team/{id}"), repo)
            }
        };
        match repo {
            Some(repo) => format!("{key}@{repo}"),
            None => key,
        }
    }
}

impl Case {
    /// A case that is opened now, without rows yet.
    pub fn opened(id: CaseId, cause: Cause, place: Place, at: Timestamp) -> Self {
        Self {
            id,
            cause,
            place,
            rows: Vec::new(),
            state: CaseState::Open,
            issue: None,
            reopened: false,
            opened: at,
            latest: at,
            merged_into: None,
            exposed: Vec::new(),
            backlog: None,
        }
    }

    /// The row of an identity.
    pub fn row(&self, identity: &IdentityKey) -> Option<&Row> {
        self.rows.iter().find(|row| row.identity == *identity)
    }

    /// Whether anything in it still waits for a person.
    pub fn waits(&self) -> bool {
        if self.is_notice() {
            return self.state == CaseState::Open;
        }
        self.rows.iter().any(|row| !row.settled)
    }

    /// Whether it only tells of something: it has no identity that a person could answer for.
    /// Whoever closes its issue has read it.
    pub fn is_notice(&self) -> bool {
        self.rows.is_empty()
    }

    /// The pull request whose conversation it is held in.
    pub fn pull(&self) -> Option<(RepoId, IssueNumber)> {
        match self.cause {
            Cause::Pull { repo, pull } => Some((repo, pull)),
            _ => None,
        }
    }
}

//! Owners: the humans who answer for an identity, and the acts that made them so.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, Digest, Evidence, Foreign, IssueNumber, Login, RepoId, TeamId, TeamSlug, Timestamp,
    UserId,
};

/// Who answers for an identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "owner", rename_all = "snake_case")]
pub enum Owner {
    /// One human.
    Person {
        /// Account number.
        id: UserId,
        /// Login when last seen.
        login: Login,
    },
    /// A team with at least one human in it.
    Team {
        /// Team number.
        id: TeamId,
        /// Slug when last seen.
        slug: TeamSlug,
    },
}

/// The place of an act among the others on the same identity: when GitHub says it was written,
/// then the number of the comment. A late older act never overrides a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order {
    /// The comment's `updated_at`, the issue's for an assignment, or the reading's `as_of`.
    pub at: Timestamp,
    /// The comment's number; 0 for other acts.
    pub id: i64,
}

/// Something a person did, or that happened, which bears on who owns an identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Its place among the others.
    pub order: Order,
    /// Who did it.
    pub by: Actor,
    /// What.
    pub deed: Deed,
    /// Where it can be read.
    pub evidence: Evidence,
}

impl Act {
    /// What it accepts access for, if it names that: `#12` is of the repository where it was written.
    pub fn task(&self) -> Option<(RepoId, IssueNumber)> {
        match (&self.deed, &self.evidence) {
            (Deed::Own { task: Some(number), .. }, Evidence::Comment { repo, .. }) => {
                Some((*repo, IssueNumber(*number)))
            }
            _ => None,
        }
    }
}

/// What an act does. Only acts of people who may do them are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// The speaker takes responsibility, alone or for a team they are in.
    Own {
        /// Who answers from now on.
        owner: Owner,
        /// Who steps in.
        backup: Option<Owner>,
        /// When it must be said again.
        until: Option<Timestamp>,
        /// The issue or pull request that the access is for.
        task: Option<i64>,
        /// Why.
        because: Option<Foreign>,
        /// The power that was shown before the words were written.
        digest: Digest,
        /// Accepted by the person who granted it.
        by_granter: bool,
    },
    /// Somebody names another person, who has yet to say yes; or says yes themselves where words
    /// are not enough, and has yet to press a button.
    Propose {
        /// Who is named.
        owner: Owner,
        /// Who they would be, once they press the button.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<OwnTerms>,
    },
    /// The owner steps down. It counts only if the speaker is the owner then, or may say it for
    /// others; so it may be heard before the words that made them the owner.
    Disown {
        /// Said by an organisation owner, or for the speaker's team.
        for_others: bool,
    },
    /// The identity is no longer in use.
    Retire,
    /// A person says the finding is mistaken.
    Wrong {
        /// Why.
        because: Foreign,
    },
    /// A person leaves the power as it is until a date, although nobody answers for it.
    Except {
        /// When it must be asked about again.
        until: Timestamp,
        /// Why.
        because: Foreign,
        /// The power that was shown before the words were written.
        digest: Digest,
    },
    /// That date came.
    Lapse {
        /// Which.
        until: Timestamp,
    },
    /// An owner left: the organisation, or what makes them eligible.
    Left {
        /// Who.
        who: Owner,
    },
}

/// For how long, for what and why somebody answers for an identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTerms {
    /// Who steps in.
    pub backup: Option<Owner>,
    /// When it must be said again.
    pub until: Option<Timestamp>,
    /// The issue or pull request that the access is for.
    pub task: Option<i64>,
    /// Why.
    pub because: Option<Foreign>,
}

/// Why an identity has no owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Nobody ever took it.
    Never,
    /// The owner stepped down.
    Disowned {
        /// Who it was.
        by: Login,
    },
    /// The last eligible owner is gone: the identity is orphaned.
    Left {
        /// Who it was.
        last: Owner,
    },
}

/// A person who might take an identity, and why we think so. Never a record of ownership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Who.
    pub owner: Owner,
    /// Why, as the end of a sentence: "added the key", "is named by @octocat".
    pub why: String,
}

/// Where an identity stands between unowned and retired. Derived from its acts, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Ownership {
    /// Nobody answers for it.
    Unowned {
        /// Why.
        why: Reason,
        /// The best guess at who should.
        proposed: Option<Proposal>,
    },
    /// Somebody does.
    Owned {
        /// Who.
        owner: Owner,
        /// Who steps in.
        backup: Option<Owner>,
        /// Since when.
        since: Timestamp,
        /// Until when.
        until: Option<Timestamp>,
        /// For what.
        task: Option<i64>,
        /// In their words.
        because: Option<Foreign>,
        /// The power accepted.
        digest: Digest,
        /// Accepted by the person who granted it.
        by_granter: bool,
    },
    /// Declared out of use.
    Retired {
        /// When.
        at: Timestamp,
        /// By whom.
        by: Login,
    },
}

impl Ownership {
    /// Whether a human answers for the identity.
    pub fn is_owned(&self) -> bool {
        matches!(self, Self::Owned { .. })
    }

    /// Whether the last owner is gone.
    pub fn is_orphaned(&self) -> bool {
        matches!(self, Self::Unowned { why: Reason::Left { .. }, .. })
    }

    /// The word for it: `unowned`, `proposed`, `orphaned`, `owned` or `retired`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unowned { why: Reason::Left { .. }, .. } => "orphaned",
            Self::Unowned { proposed: Some(_), .. } => "proposed",
            Self::Unowned { .. } => "unowned",
            Self::Owned { .. } => "owned",
            Self::Retired { .. } => "retired",
        }
    }

    /// The people and teams who answer, first owner then backup.
    pub fn owners(&self) -> impl Iterator<Item = &Owner> {
        match self {
            Self::Owned { owner, backup, .. } => [Some(owner), backup.as_ref()],
            Self::Unowned { .. } | Self::Retired { .. } => [None, None],
        }
        .into_iter()
        .flatten()
    }
}

impl Owner {
    /// The owner without a mention: `octocat`, or `team platform`. Mentions are
    /// made in `plan`, for people who may read the place.
    pub fn plain(&self) -> String {
        match self {
            Self::Person { login, .. } => login.to_string(),
            Self::Team { slug, .. } => format!("team {slug}"),
        }
    }
}

//! People and other accounts, as GitHub describes them.

use serde::{Deserialize, Serialize};

use crate::domain::{Login, UserId};

/// The account that did something, from a payload's `sender`, `added_by` or `owner`.
///
/// GitHub sends the placeholder `ghost` when it cannot name the actor, so this alone proves
/// little (webhook docs: "delivery headers and payload").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Actor {
    /// The account's number.
    pub id: UserId,
    /// Its login at that moment.
    pub login: Login,
    /// What GitHub says it is.
    pub kind: ActorType,
}

/// GitHub's `type` of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorType {
    /// A person's account, or a machine user's: GitHub does not tell them apart.
    User,
    /// The bot user of a GitHub App.
    Bot,
    /// An organisation.
    Organization,
    /// Anything else, or nothing said.
    Unknown,
}

/// A role in the organisation (`GET /orgs/{org}/memberships/{username}`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgRole {
    /// A member.
    Member,
    /// An organisation owner; the API says `admin`.
    Owner,
}

/// What was read about an account and its place in the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub actor: Actor,
    /// Whether the account is suspended, where the host says so.
    pub suspended: bool,
    /// The active role in the organisation; `None` for outsiders and pending invitations.
    pub role: Option<OrgRole>,
}

impl Actor {
    /// GitHub's placeholder for accounts it cannot or will not name.
    pub fn is_ghost(&self) -> bool {
        self.login.as_str() == "ghost"
    }
}

impl ActorType {
    /// Reads GitHub's spelling; what is new or missing is [`ActorType::Unknown`].
    pub fn from_github(text: Option<&str>) -> Self {
        match text {
            Some("User") => Self::User,
            Some("Bot") => Self::Bot,
            Some("Organization") => Self::Organization,
            _ => Self::Unknown,
        }
    }
}

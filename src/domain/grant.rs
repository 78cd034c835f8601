//! Grants: one piece of power, given to one identity, through one door.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{Actor, Evidence, FilePower, Foreign, OrgRole, RepoId, TeamId, Timestamp};

/// How much an identity may do. A total order; GitHub's repository roles plus "nothing".
///
/// Source: "Repository roles for an organization". Custom roles count as their base role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Nothing.
    None,
    /// May read.
    Read,
    /// May manage issues, not code.
    Triage,
    /// May push.
    Write,
    /// May change settings short of the dangerous ones.
    Maintain,
    /// May do everything.
    Admin,
}

/// The door a grant came through. An identity has at most one grant per door.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "through", rename_all = "snake_case")]
pub enum Through {
    /// The key itself.
    DeployKey,
    /// Direct or effective permission on a repository.
    Collaborator {
        /// The repository.
        repo: RepoId,
    },
    /// Membership of the organisation.
    OrgMembership,
    /// Membership of a team.
    Team {
        /// The team.
        team: TeamId,
    },
    /// An organisation role: a named set of permissions, and perhaps access to every repository.
    OrgRole {
        /// The role's number.
        role: i64,
        /// The team that has it; `None` when it was given to the account itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<TeamId>,
    },
    /// A token's approved permissions.
    Token,
    /// A request for a token's permissions that waits for an organisation owner.
    TokenRequest {
        /// The request's number.
        request: i64,
    },
    /// A runner that took a job of a repository.
    Runner {
        /// The repository.
        repo: RepoId,
    },
    /// An entry in a ruleset's list of bypass actors.
    Ruleset {
        /// The ruleset's number.
        ruleset: i64,
    },
    /// The list of those who may pass the protection of a branch.
    BranchProtection,
    /// The settings of a repository's coding agent.
    CodingAgent,
    /// None that is known: it was seen using GitHub's API, and nobody says what it may do.
    ApiUse,
    /// A file of a repository's default branch, or of a pull request's head.
    File {
        /// The repository.
        repo: RepoId,
    },
    /// The installation of an App.
    Installation,
    /// An organisation owner's yes to an OAuth app.
    Approval,
    /// A secret's being lent to workflows, to Dependabot or to agents.
    Secret,
    /// A webhook's being sent what happens.
    Webhook,
    /// A runner's being registered with a repository or the organisation.
    Registration,
    /// A package registry's being lent to workflows and Dependabot.
    Registry,
    /// A credential in the open.
    Leak {
        /// The repository.
        repo: RepoId,
        /// The alert's number there.
        alert: i64,
    },
}

/// Which repositories a grant reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reach", rename_all = "snake_case")]
pub enum Reach {
    /// These and no others.
    Repos {
        /// By number.
        repos: BTreeSet<RepoId>,
    },
    /// Every repository of the organisation, and what comes later.
    AllRepos,
    /// Every repository that is not public, and what comes later.
    PrivateRepos,
    /// Repositories that somebody chose, and GitHub does not say which.
    Chosen,
    /// The organisation itself: members, settings, tokens.
    Organization,
    /// GitHub did not say.
    Unknown,
}

/// When a credential ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "expiry", rename_all = "snake_case")]
pub enum Expiry {
    /// It has no end and could have one.
    Never,
    /// It ends then.
    At {
        /// The moment.
        at: Timestamp,
    },
    /// This kind of grant has no end to set.
    NotApplicable,
}

/// One piece of power of one identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The door.
    pub through: Through,
    /// The repositories.
    pub reach: Reach,
    /// The highest access in it; `None` when GitHub did not say.
    pub access: Option<Access>,
    /// Single permissions by GitHub's name, for tokens and Apps.
    pub permissions: BTreeMap<String, Access>,
    /// The role in the organisation, for accounts.
    pub role: Option<OrgRole>,
    /// When the credential ends.
    pub expiry: Expiry,
    /// For what a file grants: the power, which no role or permission names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Box<FilePower>>,
    /// What somebody called it: an organisation role, the group of a runner, the environment of a
    /// secret. It is no part of the power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Foreign>,
    /// Who granted it, as far as GitHub named anybody.
    pub by: Option<Actor>,
    /// When it was granted, as far as known: GitHub's own date, or when we heard.
    pub at: Timestamp,
    /// When the reading was sent, or the webhook received, that this is from.
    pub as_of: Timestamp,
    /// Where that was read.
    pub evidence: Evidence,
}

/// The canonical form of a power, hashed. An acceptance binds to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub String);

impl Access {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// Reads GitHub's spellings of roles and permissions (`pull`, `push`, `read`, `write` …).
    /// `None` for custom role names: unknown is not "nothing".
    pub fn from_github(text: &str) -> Option<Self> {
        Some(match text {
            "none" => Self::None,
            "read" | "pull" => Self::Read,
            "triage" => Self::Triage,
            "write" | "push" => Self::Write,
            "maintain" => Self::Maintain,
            "admin" => Self::Admin,
            _ => return None,
        })
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Grant {
    /// Whether this allows something that `before` did not: some component rose, or became
    /// unknown. Who granted it and when play no part.
    pub fn exceeds(&self, before: &Self) -> bool {
        let Self { through: _, reach, access, permissions, role, expiry, power, .. } = self;
        let more_access = match (access, before.access) {
            (Some(now), Some(then)) => *now > then,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        let more_permissions = permissions.iter().any(|(name, now)| {
            *now > before.permissions.get(name).copied().unwrap_or(Access::None)
        });
        let longer = match (expiry, before.expiry) {
            (Expiry::Never, Expiry::At { .. }) => true,
            (Expiry::At { at: now }, Expiry::At { at: then }) => *now > then,
            _ => false,
        };
        let other_power = match (power, &before.power) {
            (Some(now), Some(then)) => {
                now.digest != then.digest && now.less_than.as_ref() != Some(&then.digest)
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        other_power
            || more_access
            || more_permissions
            || *role > before.role
            || reach.exceeds(&before.reach)
            || longer
    }

    /// The canonical form of a set of grants, hashed: what a person saw when they accepted.
    /// Order, granter, dates and evidence do not matter.
    pub fn digest<'a>(grants: impl IntoIterator<Item = &'a Self>) -> Digest {
        let mut lines: Vec<String> = grants
            .into_iter()
            .map(|grant| {
                let Self { through, reach, access, permissions, role, expiry, power, .. } = grant;
                let mut line =
                    serde_json::to_string(&(through, reach, access, permissions, role, expiry))
                        .expect("plain data serialises");
                line.extend(power.iter().map(|power| power.digest.0.as_str()));
                line
            })
            .collect();
        lines.sort();
        Digest(hex::encode(&Sha256::digest(lines.join("\n"))[..16]))
    }
}

impl Reach {
    /// One repository.
    pub fn one(repo: RepoId) -> Self {
        Self::Repos { repos: BTreeSet::from([repo]) }
    }

    /// The repositories by number, where they are listed one by one.
    pub fn repos(&self) -> impl Iterator<Item = RepoId> + '_ {
        match self {
            Self::Repos { repos } => Some(repos.iter().copied()),
            Self::AllRepos
            | Self::PrivateRepos
            | Self::Chosen
            | Self::Organization
            | Self::Unknown => None,
        }
        .into_iter()
        .flatten()
    }

    /// Whether the whole organisation is within reach, or may be.
    pub fn is_wide(&self) -> bool {
        !matches!(self, Self::Repos { .. })
    }

    fn exceeds(&self, before: &Self) -> bool {
        match (self, before) {
            (Self::Repos { repos }, Self::Repos { repos: then }) => !repos.is_subset(then),
            (Self::Repos { .. }, _) => false,
            (Self::PrivateRepos, Self::AllRepos | Self::Organization) => false,
            (Self::Chosen, Self::AllRepos) => false,
            (now, then) => now != then,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(access: Access, repos: &[i64]) -> Grant {
        Grant {
            through: Through::DeployKey,
            reach: Reach::Repos { repos: repos.iter().copied().map(RepoId).collect() },
            access: Some(access),
            permissions: BTreeMap::new(),
            role: None,
            expiry: Expiry::NotApplicable,
            power: None,
            called: None,
            by: None,
            at: Timestamp::UNIX_EPOCH,
            as_of: Timestamp::UNIX_EPOCH,
            evidence: Evidence::Api { request: "GET /".to_owned() },
        }
    }

    #[test]
    fn a_grant_exceeds_another_when_any_component_rises() {
        assert!(grant(Access::Write, &[1]).exceeds(&grant(Access::Read, &[1])));
        assert!(
            grant(Access::Read, &[1, 2]).exceeds(&grant(Access::Write, &[1])),
            "other repository"
        );
        assert!(!grant(Access::Read, &[1]).exceeds(&grant(Access::Write, &[1, 2])));
        let never = Grant { expiry: Expiry::Never, ..grant(Access::Read, &[1]) };
        let ends = Grant { expiry: Expiry::At { at: Timestamp::UNIX_EPOCH }, ..never.clone() };
        assert!(never.exceeds(&ends) && !ends.exceeds(&never));
    }

    #[test]
    fn unknown_access_exceeds_what_was_known() {
        let unknown = Grant { access: None, ..grant(Access::Read, &[1]) };
        assert!(unknown.exceeds(&grant(Access::Admin, &[1])));
        assert!(!unknown.exceeds(&unknown));
    }

    #[test]
    fn the_digest_ignores_order_and_history() {
        let (a, mut b) = (grant(Access::Read, &[1]), grant(Access::Write, &[2]));
        let before = Grant::digest([&a, &b]);
        b.as_of = Timestamp::MAX;
        assert_eq!(before, Grant::digest([&b, &a]));
        b.access = Some(Access::Admin);
        assert_ne!(before, Grant::digest([&b, &a]));
    }
}

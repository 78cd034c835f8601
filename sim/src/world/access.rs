//! What a person may do in a repository: the sum of the organization's base permission, teams,
//! direct grants and organization ownership.

use super::{Org, Repo, Role, World};
use serde::{Deserialize, Serialize};

/// A repository role. Each one includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// No access of its own.
    #[default]
    None,
    /// May read. `pull` in older API fields.
    #[serde(alias = "pull")]
    Read,
    /// May label and assign.
    Triage,
    /// May push. `push` in older API fields.
    #[serde(alias = "push")]
    Write,
    /// May change some settings.
    Maintain,
    /// May do everything.
    Admin,
}

impl Access {
    /// The name used by collaborator and team endpoints: pull, triage, push, maintain, admin.
    pub(crate) fn grant_name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "pull",
            Self::Triage => "triage",
            Self::Write => "push",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// The role's own name: read, triage, write, maintain, admin.
    pub(crate) fn role_name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// The older four values, in which maintain counts as write and triage as read.
    pub(crate) fn legacy_name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read | Self::Triage => "read",
            Self::Write | Self::Maintain => "write",
            Self::Admin => "admin",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::None,
            "pull" | "read" => Self::Read,
            "triage" => Self::Triage,
            "push" | "write" => Self::Write,
            "maintain" => Self::Maintain,
            "admin" => Self::Admin,
            _ => return None,
        })
    }
}

impl World {
    /// The highest access that any source gives to a user.
    pub(crate) fn access(&self, repo: &Repo, user: u64) -> Access {
        let public = if repo.is_public() { Access::Read } else { Access::None };
        let direct = repo.collaborators.get(&user).map_or(Access::None, |grant| grant.access);
        let through_org =
            self.orgs.get(&repo.org).map_or(Access::None, |org| of_org(org, repo, user));
        let as_owner = if repo.org == user { Access::Admin } else { Access::None };
        public.max(direct).max(through_org).max(as_owner)
    }
}

fn of_org(org: &Org, repo: &Repo, user: u64) -> Access {
    let as_member = match org.members.get(&user) {
        Some(Role::Admin) => Access::Admin,
        Some(Role::Member) => org.base_permission,
        None => return Access::None,
    };
    let through_teams = org
        .teams
        .values()
        .filter(|team| team.members.contains_key(&user))
        .filter_map(|team| team.repos.get(&repo.id).copied())
        .max()
        .unwrap_or_default();
    as_member.max(through_teams)
}

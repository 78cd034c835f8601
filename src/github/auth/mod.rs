//! Who asks: the App itself, one installation with so many permissions, or nobody.

mod jwt;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{InstallationId, RepoId};

pub(super) use jwt::AppKey;
pub(super) use tokens::{Token, Tokens};

/// As whom a request is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The App, by JWT: only for routes below `/app` and the like.
    App,
    /// An installation, by a token that holds this scope and no more.
    Installation {
        /// Which.
        id: InstallationId,
        /// What the token may do.
        scope: Scope,
    },
    /// Without credentials.
    Nobody,
}

/// What a token is narrowed to. Empty means everything that the installation was granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// Permissions by the manifest's names, with `read` or `write`.
    pub permissions: BTreeMap<&'static str, &'static str>,
    /// Repositories by number.
    pub repositories: BTreeSet<RepoId>,
}

impl Scope {
    /// A token for these permissions on every repository of the installation. `metadata: read`
    /// comes with any of them.
    pub fn of(permissions: &[(&'static str, &'static str)]) -> Self {
        let mut permissions: BTreeMap<_, _> = permissions.iter().copied().collect();
        permissions.insert("metadata", "read");
        Self { permissions, repositories: BTreeSet::new() }
    }
}

impl Who {
    /// An installation with these permissions and `metadata: read`.
    pub fn installation(id: InstallationId, permissions: &[(&'static str, &'static str)]) -> Self {
        Self::Installation { id, scope: Scope::of(permissions) }
    }

    /// Names whose view an answer is: what a token may see depends on its installation and scope.
    pub(super) fn reader(&self) -> String {
        match self {
            Self::App => "app".to_owned(),
            Self::Nobody => "nobody".to_owned(),
            Self::Installation { id, scope } => {
                let permissions: Vec<_> = scope
                    .permissions
                    .iter()
                    .map(|(name, level)| format!("{name}={level}"))
                    .collect();
                let repositories: Vec<_> =
                    scope.repositories.iter().map(ToString::to_string).collect();
                format!("{id}/{}/{}", permissions.join(","), repositories.join(","))
            }
        }
    }
}

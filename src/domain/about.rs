//! What a record of the audit log is about where it gives a name and no number.

use serde::{Deserialize, Serialize};

use crate::domain::{Foreign, Grant, Identity, IdentityKey, IdentityKind, Login, OrgId, RepoId};

/// Something by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum About {
    /// A runner of the organisation's own.
    Runner {
        /// Its name.
        name: Foreign,
    },
    /// A GitHub App.
    App {
        /// The login of the account that it acts with.
        login: Login,
    },
    /// A secret of an environment.
    EnvironmentSecret {
        /// The repository.
        repo: RepoId,
        /// The environment.
        environment: Foreign,
        /// The secret.
        name: Foreign,
    },
    /// A secret of Dependabot, of Codespaces or of coding agents, or what a private registry is opened
    /// with. The log has one word for all of them.
    OtherSecret {
        /// The repository; `None` where it is of the organisation.
        repo: Option<RepoId>,
        /// The secret, or the registry.
        name: Foreign,
    },
}

impl About {
    /// How a record would name an identity; `None` for those that it names by number.
    pub fn of(identity: &Identity, grant: &Grant) -> Option<Self> {
        let (repo, name) = (identity.repo, identity.name.clone());
        match identity.key.kind() {
            IdentityKind::AppInstallation => Some(Self::App { login: identity.login.clone()? }),
            IdentityKind::ActionsSecret => {
                let environment = grant.called.clone()?;
                Some(Self::EnvironmentSecret { repo: repo?, environment, name })
            }
            IdentityKind::DependabotSecret
            | IdentityKind::AgentsSecret
            | IdentityKind::PrivateRegistry => Some(Self::OtherSecret { repo, name }),
            _ => None,
        }
    }

    /// The key under which its history is kept while nobody knows which identity it is. Nothing in the
    /// register has one like it.
    pub fn alias(&self, org: OrgId) -> Option<IdentityKey> {
        let (kind, scope, parts) = match self {
            Self::Runner { .. } => return None,
            Self::App { login } => {
                let login = login.as_str().trim_end_matches("[bot]");
                (IdentityKind::AppInstallation, org.0, vec!["named", login])
            }
            Self::EnvironmentSecret { repo, environment, name } => {
                let parts = vec!["named", environment.raw(), name.raw()];
                (IdentityKind::ActionsSecret, repo.0, parts)
            }
            Self::OtherSecret { repo, name } => {
                let place = if repo.is_some() { "repo" } else { "org" };
                let parts = vec!["named", place, name.raw()];
                (IdentityKind::DependabotSecret, repo.map_or(org.0, |repo| repo.0), parts)
            }
        };
        Some(IdentityKey::scoped(kind, scope, &parts))
    }

    /// The keys that it may have in the register, where those can be made from its name.
    pub fn keys(&self, org: OrgId) -> Vec<IdentityKey> {
        use IdentityKind::{AgentsSecret, DependabotSecret, PrivateRegistry};
        let Self::OtherSecret { repo, name } = self else { return Vec::new() };
        let (scope, place) = repo.map_or((org.0, "org"), |repo| (repo.0, "repo"));
        let secret = |kind| IdentityKey::scoped(kind, scope, &[place, name.raw()]);
        let mut keys = vec![secret(DependabotSecret), secret(AgentsSecret)];
        if repo.is_none() {
            keys.push(IdentityKey::scoped(PrivateRegistry, scope, &[name.raw()]));
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_of_before_it_was_listed_is_found_under_the_name_that_was_told() {
        let told = About::EnvironmentSecret {
            repo: RepoId(7),
            environment: "Prod (EU)".into(),
            name: "NPM_TOKEN".into(),
        };
        let alias = told.alias(OrgId(1)).unwrap().to_string();
        assert_eq!(alias, "actions_secret/7:named:prod__eu_:npm_token");
        assert_eq!(alias.parse(), Ok(told.alias(OrgId(1)).unwrap()));
        let other = About::OtherSecret { repo: None, name: "NPM".into() };
        let keys: Vec<String> = other.keys(OrgId(1)).iter().map(ToString::to_string).collect();
        assert_eq!(
            keys,
            ["dependabot_secret/1:org:npm", "agents_secret/1:org:npm", "private_registry/1:npm"]
        );
    }
}

//! Identities: what is not human and can act.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use sha2::{Digest as _, Sha256};

use crate::domain::{Actor, Foreign, IssueNumber, Login, OrgId, RepoId, Timestamp, UserId};

/// Declares the kinds once: variant, spelling, and the words people read.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $words:literal;)*) => {
        /// What an identity is. The spelling is stored and shown in commands, URLs and the policy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum IdentityKind {
            $($(#[$doc])* $variant,)*
        }

        impl IdentityKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The spelling in keys and in the policy.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The words for a sentence, without an article.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }
    };
}

kinds! {
    /// A GitHub App installed on the organisation.
    AppInstallation = "app_installation", "GitHub App";
    /// An SSH key of one repository.
    DeployKey = "deploy_key", "deploy key";
    /// A fine-grained personal access token that reaches the organisation.
    FineGrainedPat = "fine_grained_pat", "fine-grained personal access token";
    /// A classic personal access token.
    ClassicPat = "classic_pat", "classic personal access token";
    /// An OAuth app.
    OauthApp = "oauth_app", "OAuth app";
    /// A secret of GitHub Actions.
    ActionsSecret = "actions_secret", "Actions secret";
    /// A secret of Dependabot.
    DependabotSecret = "dependabot_secret", "Dependabot secret";
    /// A secret of Codespaces.
    CodespacesSecret = "codespaces_secret", "Codespaces secret";
    /// A secret handed to coding agents.
    AgentsSecret = "agents_secret", "agents secret";
    /// A webhook of the organisation or of a repository.
    Webhook = "webhook", "webhook";
    /// A runner that the organisation hosts.
    SelfHostedRunner = "self_hosted_runner", "self-hosted runner";
    /// A user account that a machine uses.
    MachineUser = "machine_user", "machine user";
    /// A workflow's `GITHUB_TOKEN`.
    Workflow = "workflow", "workflow";
    /// A trust that a cloud places in a workflow's OIDC token.
    OidcTrust = "oidc_trust", "OIDC trust";
    /// An action of somebody else.
    ThirdPartyAction = "third_party_action", "third-party action";
    /// An AI agent: an account, an App, or a step of a workflow.
    AiAgent = "ai_agent", "AI agent";
    /// A server of the Model Context Protocol that agents are given.
    McpServer = "mcp_server", "MCP server";
    /// Files that tell agents and editors what to start and what to do.
    AgentInstructions = "agent_instructions", "agent instructions";
    /// A private package registry.
    PrivateRegistry = "private_registry", "private registry";
    /// An actor that may bypass a ruleset.
    RulesetBypass = "ruleset_bypass", "ruleset bypass";
    /// A credential that secret scanning found in the open, kept with what it opens.
    LeakedCredential = "leaked_credential", "leaked credential";
}

/// Names one identity for good: GitHub's number where there is one, never a name or a title.
///
/// Written `kind/id`, for example `deploy_key/4711`. Kinds without a number put the number of
/// their scope first: `self_hosted_runner/901:17`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdentityKey {
    kind: IdentityKind,
    id: String,
}

/// An identity as last seen, without what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its key.
    pub key: IdentityKey,
    /// The name that somebody gave it: a key's title, a token's name, a runner's name.
    pub name: Foreign,
    /// The login, for identities that are accounts.
    pub login: Option<Login>,
    /// The repository it belongs to, where it belongs to one.
    pub repo: Option<RepoId>,
    /// How sure we are that it is a machine.
    pub class: Class,
    /// SHA-256 in hex of a deploy key's public half, or of a token's value as the audit log gives
    /// it: the same one is known again.
    pub fingerprint: Option<String>,
    /// The catalogue's entry that recognised it.
    pub catalogue: Option<String>,
    /// Whose credential it is: the person behind a personal access token.
    pub holder: Option<Actor>,
    /// Whether GitHub still has it.
    pub standing: Standing,
}

/// How sure we are that an account is a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Not a person: by kind, catalogue, GitHub's type or the policy.
    Machine,
    /// Signals that could be either. Listed; opens no case; may run no command until somebody says.
    Unclassified,
    /// A person after all.
    Human,
}

/// Whether an identity still exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// It exists.
    Live,
    /// An open pull request would bring it about. It can do nothing yet.
    Proposed {
        /// The pull request, in the identity's repository.
        pull: IssueNumber,
    },
    /// It is gone; the row stays as a tombstone and ignores late news of its creation.
    Gone {
        /// When that was established.
        at: Timestamp,
    },
}

impl IdentityKey {
    /// Makes the key of a numbered identity.
    pub fn new(kind: IdentityKind, number: i64) -> Self {
        Self { kind, id: number.to_string() }
    }

    /// Makes the key of something that is only unique inside `scope` (a repository's or
    /// organisation's number). `parts` must be numbers or normalised names.
    pub fn scoped(kind: IdentityKind, scope: i64, parts: &[&str]) -> Self {
        let mut id = scope.to_string();
        for part in parts {
            id.push(':');
            id.extend(part.chars().map(|c| {
                if c.is_ascii_alphanumeric() || "._-".contains(c) {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            }));
        }
        Self { kind, id }
    }

    /// Makes the key of what a file grants something to. The readable part is cut; the digest of
    /// the exact path and name tells two that look alike apart.
    pub fn in_file(kind: IdentityKind, repo: RepoId, path: &str, name: &str) -> Self {
        let exact = hex::encode(&Sha256::digest(format!("{path}\0{name}"))[..6]);
        let file: String = path.rsplit('/').next().unwrap_or(path).chars().take(40).collect();
        let name: String = name.chars().take(40).collect();
        Self::scoped(kind, repo.0, &[&file, &name, &exact])
    }

    /// The key of an OAuth app of which only the name is known. Its maker may change that: under another
    /// name it is another app here, and waits for an owner anew.
    pub fn oauth_app_called(org: OrgId, name: &str) -> Self {
        let exact = hex::encode(&Sha256::digest(name)[..6]);
        let short: String = name.chars().take(40).collect();
        Self::scoped(IdentityKind::OauthApp, org.0, &[&short, &exact])
    }

    /// The key of the same identity as a pull request proposes it.
    pub fn proposed(&self, pull: IssueNumber) -> Self {
        Self { kind: self.kind, id: format!("{}:pr{pull}", self.id) }
    }

    /// The key of the same identity on a branch that is not the default one. A branch's name is
    /// anybody's text: its hash tells it from others.
    pub fn on_branch(&self, branch: &Foreign) -> Self {
        Self { kind: self.kind, id: format!("{}{}", self.id, branch_mark(branch)) }
    }

    /// Whether it is the key of something on that branch.
    pub fn is_on_branch(&self, branch: &Foreign) -> bool {
        self.id.ends_with(&branch_mark(branch))
    }

    /// What the identity is.
    pub fn kind(&self) -> IdentityKind {
        self.kind
    }

    /// The part after the slash.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// GitHub's number, for the kinds that have one.
    pub fn number(&self) -> Option<i64> {
        self.id.parse().ok()
    }

    /// The number of the account, for identities that are accounts.
    pub fn account(&self) -> Option<UserId> {
        self.id.split(':').next()?.parse().ok().map(UserId)
    }
}

fn branch_mark(branch: &Foreign) -> String {
    format!(":on-{}", hex::encode(&Sha256::digest(branch.raw())[..6]))
}

impl Identity {
    /// Whether GitHub still has it.
    pub fn is_live(&self) -> bool {
        self.standing == Standing::Live
    }

    /// Whether GitHub has it no more, or the pull request that would bring it about is closed.
    pub fn is_gone(&self) -> bool {
        matches!(self.standing, Standing::Gone { .. })
    }
}

impl FromStr for IdentityKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("no such kind of identity: {text:?}"))
    }
}

impl fmt::Display for IdentityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

impl FromStr for IdentityKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, id) = text
            .split_once('/')
            .ok_or_else(|| format!("an identity is written kind/id: {text:?}"))?;
        let fits = |c: char| c.is_ascii_alphanumeric() || "._:-".contains(c);
        if id.is_empty() || id.len() > 200 || !id.chars().all(fits) {
            return Err(format!("not an identity's id: {id:?}"));
        }
        Ok(Self { kind: kind.parse()?, id: id.to_ascii_lowercase() })
    }
}

impl TryFrom<String> for IdentityKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<IdentityKey> for String {
    fn from(key: IdentityKey) -> String {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_what_it_wrote() {
        for key in [
            IdentityKey::new(IdentityKind::DeployKey, 4711),
            IdentityKey::scoped(IdentityKind::SelfHostedRunner, 901, &["17"]),
            IdentityKey::scoped(IdentityKind::RulesetBypass, 3, &["Integration", "@evil/ name"]),
        ] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        assert!("deploy_key/".parse::<IdentityKey>().is_err());
        assert!("nothing/1".parse::<IdentityKey>().is_err());
        assert!("deploy_key/1 /own".parse::<IdentityKey>().is_err());
    }
}

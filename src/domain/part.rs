//! What there is to read in an organisation: the parts of the inventory.
//!
//! One row for each part: whose it is, which permission shows it, and, where nothing that may only
//! read shows it, why it stays dark and what widening would cost. Source of the permissions:
//! "Permissions required for GitHub Apps".

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::domain::{Covered, IdentityKind, Seen, Timestamp};

/// Whose a part is: the organisation's, or each repository's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// Listed once.
    Organization,
    /// Listed once for each repository.
    Repository,
}

/// What it takes to see a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// These permissions, which are all needed. Empty: `metadata: read`, which every App has.
    Read(&'static [(&'static str, &'static str)]),
    /// A permission that could also change it. It is never asked for.
    Write {
        /// Which, in the manifest's spelling.
        permission: &'static str,
        /// What somebody who stole our key could do with it.
        risk: &'static str,
    },
    /// Nothing: GitHub has no way to show it to an App on any plan, or on this one.
    Nothing {
        /// Why, and what tells of it all the same.
        why: &'static str,
    },
}

/// Declares the parts once.
macro_rules! parts {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $words:literal, $breadth:ident,
        $takes:expr, $kinds:expr, $heard:literal;)*) => {
        /// A part of the inventory: what one listing of GitHub shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Part {
            $($(#[$doc])* $variant,)*
        }

        impl Part {
            /// Every part, in the order in which they are read and shown.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The spelling in commands, in JSON and in metrics.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The words for a page, in the plural.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }

            /// Whose it is.
            pub fn breadth(self) -> Breadth {
                match self { $(Self::$variant => Breadth::$breadth,)* }
            }

            /// What it takes to see it.
            pub fn takes(self) -> Takes {
                match self { $(Self::$variant => $takes,)* }
            }

            /// The kinds of identity that stand in it, and that are gone when they do not.
            pub fn kinds(self) -> &'static [IdentityKind] {
                match self { $(Self::$variant => $kinds,)* }
            }

            /// Whether a webhook tells of changes at once. Otherwise only reading does.
            pub fn is_heard(self) -> bool {
                match self { $(Self::$variant => $heard,)* }
            }
        }
    };
}

use IdentityKind as K;
use Takes::{Nothing, Read, Write};

parts! {
    /// The repositories that our installation covers.
    Repositories = "repositories", "repositories", Organization, Read(&[]), &[], true;
    /// Who owns the organisation, and who is in it.
    Members = "members", "members", Organization, Read(&[("members", "read")]), &[], true;
    /// People and machines from outside that were given a repository.
    OutsideCollaborators = "outside_collaborators", "outside collaborators", Organization,
        Read(&[("members", "read")]), &[], true;
    /// Teams with machines in them, and what they reach.
    Teams = "teams", "teams", Organization, Read(&[("members", "read")]), &[], true;
    /// Machines that hold a role of the organisation, themselves or through a team.
    OrgRoles = "org_roles", "organisation roles", Organization,
        Read(&[("organization_custom_org_roles", "read"), ("members", "read")]), &[], false;
    /// Other GitHub Apps, with permissions, events, selection and suspension.
    Apps = "apps", "GitHub Apps", Organization,
        Read(&[("organization_administration", "read")]), &[K::AppInstallation], false;
    /// Fine-grained personal access tokens that may act here.
    Tokens = "tokens", "fine-grained personal access tokens", Organization,
        Read(&[("organization_personal_access_tokens", "read")]), &[K::FineGrainedPat], true;
    /// Fine-grained tokens that ask whether they may.
    TokenRequests = "token_requests", "requests of fine-grained tokens", Organization,
        Read(&[("organization_personal_access_token_requests", "read")]), &[], true;
    /// Switches of the organisation: what tokens of workflows may do, whose runs need a yes.
    OrgSettings = "org_settings", "settings of the organisation", Organization,
        Read(&[("organization_administration", "read")]), &[], false;
    /// Secrets of Actions that the organisation lends to repositories, by name.
    OrgActionsSecrets = "org_actions_secrets", "Actions secrets of the organisation", Organization,
        Read(&[("organization_secrets", "read")]), &[K::ActionsSecret], false;
    /// The same for Dependabot.
    OrgDependabotSecrets = "org_dependabot_secrets", "Dependabot secrets of the organisation",
        Organization, Read(&[("organization_dependabot_secrets", "read")]),
        &[K::DependabotSecret], false;
    /// The same for coding agents.
    OrgAgentsSecrets = "org_agents_secrets", "agents secrets of the organisation", Organization,
        Read(&[("organization_agent_secrets", "read")]), &[K::AgentsSecret], false;
    /// Where the organisation sends its events, as far as the host.
    OrgWebhooks = "org_webhooks", "webhooks of the organisation", Organization,
        Read(&[("organization_hooks", "read")]), &[K::Webhook], false;
    /// Runners that the organisation lends to repositories.
    OrgRunners = "org_runners", "runners of the organisation", Organization,
        Read(&[("organization_self_hosted_runners", "read")]), &[K::SelfHostedRunner], false;
    /// Private package registries, with the cloud roles that they take on.
    Registries = "registries", "private registries", Organization,
        Read(&[("organization_private_registries", "read")]), &[K::PrivateRegistry], false;
    /// Where the branches and tags point at which workflows take code of others.
    References = "references", "references to others' code", Organization,
        Read(&[("contents", "read")]), &[], false;
    /// Variables of Actions that the organisation lends to repositories: names and dates.
    OrgVariables = "org_variables", "Actions variables of the organisation", Organization,
        Read(&[("organization_actions_variables", "read")]), &[], false;
    /// Variables that the organisation hands to coding agents: names and dates.
    OrgAgentsVariables = "org_agents_variables", "agents variables of the organisation",
        Organization, Read(&[("organization_agent_variables", "read")]), &[], false;
    /// Which repositories and workflows may use which runners of the organisation.
    RunnerGroups = "runner_groups", "runner groups", Organization,
        Read(&[("organization_self_hosted_runners", "read")]), &[], false;
    /// What stands in the subject of OIDC tokens, unless a repository says otherwise.
    OrgOidcSubjects = "org_oidc_subjects", "OIDC subjects of the organisation", Organization,
        Read(&[("organization_administration", "read")]), &[], false;
    /// Classic tokens that were let in by single sign-on.
    Credentials = "credentials", "credentials let in by single sign-on", Organization,
        Read(&[("organization_administration", "read")]), &[K::ClassicPat], false;
    /// What GitHub's API was used with for the organisation: classic tokens, OAuth apps, and when.
    ApiUse = "api_use", "credentials seen using the API", Organization,
        Read(&[("organization_api_insights", "read")]), &[], false;
    /// In which repositories the coding agent may work.
    OrgCodingAgent = "org_coding_agent", "repositories of the coding agent", Organization,
        Read(&[("organization_copilot_agent_settings", "read")]), &[], false;
    /// The audit log, from where it was read before. What a stream brings comes on its own.
    AuditLog = "audit_log", "audit log", Organization,
        Read(&[("organization_administration", "read")]), &[], false;

    /// Switches of a repository.
    Settings = "settings", "settings of repositories", Repository,
        Read(&[("administration", "read")]), &[], false;
    /// Environments with their guards and the names of their secrets.
    Environments = "environments", "environments", Repository,
        Read(&[("actions", "read"), ("environments", "read")]), &[K::ActionsSecret], false;
    /// Keys that reach one repository.
    DeployKeys = "deploy_keys", "deploy keys", Repository,
        Read(&[("administration", "read")]), &[K::DeployKey], true;
    /// Machines that were given one repository.
    Collaborators = "collaborators", "collaborators", Repository, Read(&[]), &[], true;
    /// Secrets of Actions of one repository, by name.
    ActionsSecrets = "actions_secrets", "Actions secrets", Repository,
        Read(&[("secrets", "read")]), &[K::ActionsSecret], false;
    /// The same for Dependabot.
    DependabotSecrets = "dependabot_secrets", "Dependabot secrets", Repository,
        Read(&[("dependabot_secrets", "read")]), &[K::DependabotSecret], false;
    /// The same for coding agents.
    AgentsSecrets = "agents_secrets", "agents secrets", Repository,
        Read(&[("agent_secrets", "read")]), &[K::AgentsSecret], false;
    /// Where a repository sends its events, as far as the host.
    Webhooks = "webhooks", "webhooks", Repository,
        Read(&[("repository_hooks", "read")]), &[K::Webhook], false;
    /// Runners of one repository.
    Runners = "runners", "runners", Repository,
        Read(&[("administration", "read")]), &[K::SelfHostedRunner], true;
    /// Files of the default branch that grant something: workflows, settings of agents and editors,
    /// infrastructure code.
    Files = "files", "files that grant", Repository, Read(&[("contents", "read")]), &[], true;
    /// Which rulesets there are. Who may bypass them only the event says.
    Rulesets = "rulesets", "rulesets", Repository, Read(&[]), &[K::RulesetBypass], true;
    /// Branches that are protected in the older way, and who may pass.
    BranchProtections = "branch_protections", "protected branches", Repository,
        Read(&[("administration", "read"), ("contents", "read")]), &[K::RulesetBypass], false;
    /// Variables of Actions of one repository: names and dates.
    Variables = "variables", "Actions variables", Repository,
        Read(&[("actions_variables", "read")]), &[], false;
    /// Variables that a repository hands to coding agents: names and dates.
    AgentsVariables = "agents_variables", "agents variables", Repository,
        Read(&[("agent_variables", "read")]), &[], false;
    /// Whether Actions runs in a repository, and whose actions its workflows may use.
    ActionsPermissions = "actions_permissions", "which actions workflows may use", Repository,
        Read(&[("administration", "read")]), &[], false;
    /// What stands in the subject of a repository's OIDC tokens.
    OidcSubjects = "oidc_subjects", "OIDC subjects", Repository,
        Read(&[("actions", "read")]), &[], false;
    /// What GitHub's coding agent may do in a repository, and the MCP servers that it is given.
    CodingAgent = "coding_agent", "settings of the coding agent", Repository,
        Read(&[("copilot_agent_settings", "read")]), &[K::McpServer], false;

    /// Who may bypass rulesets that nobody has changed since we came.
    RulesetBypasses = "ruleset_bypasses", "bypass lists of rulesets", Repository,
        Write { permission: "administration: write",
            risk: "whoever holds it can delete repositories and change who has access" },
        &[], true;
    /// Secrets of Codespaces of one repository.
    CodespacesSecrets = "codespaces_secrets", "Codespaces secrets", Repository,
        Write { permission: "codespaces_secrets: write",
            risk: "whoever holds it can replace the secrets that developers' machines get" },
        &[], false;
    /// Rulesets of the organisation.
    OrgRulesets = "org_rulesets", "rulesets of the organisation", Organization,
        Write { permission: "organization_administration: write",
            risk: "whoever holds it can change the organisation's settings and rulesets" },
        &[], false;
    /// Secrets of Codespaces of the organisation.
    OrgCodespacesSecrets = "org_codespaces_secrets", "Codespaces secrets of the organisation",
        Organization,
        Nothing { why: "GitHub's description does not open this list to Apps." }, &[], false;
    /// OAuth apps that members have let in.
    OauthApps = "oauth_apps", "OAuth apps", Organization,
        Nothing { why: "GitHub has no API that lists them. Where the plan has it, the audit log tells \
            when one is approved, and API Insights when one is used." }, &[], false;
    /// Classic personal access tokens.
    ClassicPats = "classic_pats", "classic personal access tokens", Organization,
        Nothing { why: "GitHub lists them only for organisations with SAML single sign-on, and \
            never says what they may do elsewhere. Where the plan has API Insights, those that are \
            used are seen. The setting that keeps them out is the better answer." }, &[], false;
}

impl Part {
    /// The permissions that it is read with; `None` when it is never read.
    pub fn read_with(self) -> Option<&'static [(&'static str, &'static str)]> {
        match self.takes() {
            Read(permissions) => Some(permissions),
            Write { .. } | Nothing { .. } => None,
        }
    }

    /// Whether some plans and hosts do not have it, and answer 404 to whoever may read it.
    pub fn may_lack(self) -> bool {
        matches!(
            self,
            Self::AgentsSecrets
                | Self::OrgAgentsSecrets
                | Self::AgentsVariables
                | Self::OrgAgentsVariables
                | Self::Registries
                | Self::Environments
                | Self::AuditLog
                | Self::Credentials
                | Self::OrgRoles
                | Self::ApiUse
                | Self::OrgCodingAgent
                | Self::CodingAgent
        )
    }

    /// Whether it matters only where a file of the default branch may grant something. Elsewhere it is
    /// not asked for.
    pub fn serves_files(self) -> bool {
        matches!(
            self,
            Self::BranchProtections
                | Self::Variables
                | Self::OidcSubjects
                | Self::ActionsPermissions
        )
    }

    /// Whether it matters only where GitHub's coding agent may work. Elsewhere it is not asked for.
    pub fn serves_coding_agent(self) -> bool {
        matches!(self, Self::CodingAgent | Self::AgentsVariables)
    }

    /// How often it is read, where that is more often than its place is.
    pub fn own_rhythm(self) -> Option<SignedDuration> {
        (self == Self::AuditLog).then_some(SignedDuration::from_mins(10))
    }

    /// The first permission that an installation lacks, as `name: level`.
    pub fn lacks(self, granted: &BTreeMap<String, String>) -> Option<String> {
        let rank = |level: &str| ["read", "write", "admin"].iter().position(|it| *it == level);
        self.read_with()?
            .iter()
            .find(|(name, level)| granted.get(*name).and_then(|has| rank(has)) < rank(level))
            .map(|(name, level)| format!("{name}: {level}"))
    }

    /// The parts that are read for a place.
    pub fn of(breadth: Breadth) -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |part| part.breadth() == breadth && part.read_with().is_some())
    }

    /// What is said of a part that is never read: the same everywhere.
    pub fn never_read(self, at: Timestamp) -> Option<Covered> {
        let (seen, why, permission) = match self.takes() {
            Read(_) => return None,
            Write { permission, risk } => (
                Seen::Blind,
                format!("Only {permission} would show it, and {risk}. It is not asked for."),
                Some(permission.to_owned()),
            ),
            Nothing { why } => (Seen::Unsupported, why.to_owned(), None),
        };
        let tags = BTreeMap::new();
        Some(Covered { seen, why, permission, complete_at: None, since: at, found: 0, tags })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|part| part.as_str() == text).ok_or_else(|| {
            let all: Vec<&str> = Self::ALL.iter().map(|part| part.as_str()).collect();
            format!("no such part: {text:?}; there are {}", all.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_reads_back_and_is_asked_for_with_read_permissions_only() {
        for part in Part::ALL {
            assert_eq!(part.to_string().parse(), Ok(*part));
            let levels = part.read_with().into_iter().flatten().map(|(_, level)| *level);
            assert!(levels.into_iter().all(|level| level == "read"), "{part}");
            assert_eq!(
                part.read_with().is_none(),
                part.never_read(Timestamp::UNIX_EPOCH).is_some()
            );
        }
        assert!("nothing".parse::<Part>().is_err());
    }

    #[test]
    fn what_is_lacking_is_named_with_its_level() {
        let granted = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, level)| ((*name).to_owned(), (*level).to_owned())).collect()
        };
        assert_eq!(
            Part::Apps.lacks(&granted(&[])).as_deref(),
            Some("organization_administration: read")
        );
        assert_eq!(Part::Apps.lacks(&granted(&[("organization_administration", "write")])), None);
        let half = granted(&[("actions", "read")]);
        assert_eq!(Part::Environments.lacks(&half).as_deref(), Some("environments: read"));
        assert_eq!(Part::Collaborators.lacks(&granted(&[])), None);
    }
}

//! Where on GitHub an identity loses its access, and who can take it away there.

use crate::domain::{Identity, IdentityKind};

/// The end of a sentence that says who can end it: "an administrator of the repository can, in its
/// settings under *Deploy keys*". `None` for what stands in a file. The headings are those of GitHub's
/// settings, not addresses: these differ between hosts. Source: "Managing programmatic access to your
/// organization".
pub fn ending(identity: &Identity) -> Option<String> {
    use IdentityKind::{
        ActionsSecret, AgentInstructions, AgentsSecret, AiAgent, AppInstallation, ClassicPat,
        CodespacesSecret, DependabotSecret, DeployKey, FineGrainedPat, LeakedCredential,
        MachineUser, McpServer, OauthApp, OidcTrust, PrivateRegistry, RulesetBypass,
        SelfHostedRunner, ThirdPartyAction, Webhook, Workflow,
    };
    let (in_repo, under) = match identity.key.kind() {
        DeployKey => (true, "*Deploy keys*"),
        FineGrainedPat => (false, "*Personal access tokens*"),
        OauthApp => (false, "*OAuth app policy*"),
        AppInstallation => (false, "*GitHub Apps*"),
        Webhook => (identity.repo.is_some(), "*Webhooks*"),
        SelfHostedRunner => (identity.repo.is_some(), "*Actions*, *Runners*"),
        RulesetBypass => (identity.repo.is_some(), "*Rulesets*"),
        ActionsSecret | DependabotSecret | CodespacesSecret | AgentsSecret => {
            (identity.repo.is_some(), "*Secrets and variables*")
        }
        MachineUser | AiAgent => {
            let where_to = "among the members of the organisation or of its teams, or in the \
                            settings of a repository under *Collaborators and teams*";
            return Some(format!("an organisation owner can, {where_to}"));
        }
        ClassicPat | LeakedCredential => return Some("whoever made it can".to_owned()),
        PrivateRegistry | Workflow | OidcTrust | ThirdPartyAction | McpServer
        | AgentInstructions => return None,
    };
    Some(match in_repo {
        true => format!("an administrator of the repository can, in its settings under {under}"),
        false => format!("an organisation owner can, in the organisation's settings under {under}"),
    })
}

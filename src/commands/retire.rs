//! `/retire`: an identity is out of use.

use crate::commands::command::{Command, CommandSpec, Pick};
use crate::commands::known::Wanting;
use crate::commands::outcome::Outcome;
use crate::commands::party::{picks, reason, split_because};
use crate::commands::people::Talk;
use crate::commands::rows::Unnamed;
use crate::commands::run::Reply;
use crate::domain::{Deed, Foreign, IdentityKind};

pub(super) const SPEC: CommandSpec = CommandSpec {
    verb: "retire",
    usage: "/retire [ID…] [because TEXT]",
    help: "It is out of use. This records it and deletes nothing.",
    example: "/retire 1-3 because the mirror is gone",
    read,
};

fn read(rest: &str) -> Result<Command, String> {
    let (words, because) = split_because(rest);
    Ok(Command::Retire { picks: picks(&words)?, because: reason(because)? })
}

pub(super) fn run(
    talk: &Talk<'_>,
    picks: &[Pick],
    because: Option<&Foreign>,
) -> Result<Reply, Wanting> {
    let records = match talk.records(picks, Unnamed::Only)? {
        Ok(records) => records,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let mut outcome = Outcome::default();
    for record in records {
        match talk.may_retire(record)? {
            Ok(()) => outcome.did(record, talk.act(record, Deed::Retire)),
            Err(why) => outcome.refuse(record, why),
        }
    }
    if outcome.done.is_empty() {
        return Ok(Reply::refused(outcome.refusals(talk)?));
    }
    let mut text = format!("Recorded as out of use: {}.", talk.subject(&outcome.done)?);
    let mut live: Vec<_> = outcome
        .done
        .iter()
        .filter(|record| !record.identity.is_gone())
        .map(|record| record.identity.key.kind())
        .collect();
    live.sort();
    live.dedup();
    if !live.is_empty() {
        text += " GitHub still has it, and it still works: Beholden deletes nothing.";
    }
    for kind in live {
        text += &format!(" {}", removal(kind));
    }
    if because.is_some() {
        text += " Your reason stays in your comment.";
    }
    text += &outcome.also_refused(talk)?;
    Ok(Reply::done(outcome.acts, text))
}

/// Who can end an identity of this kind, and where.
pub(super) fn removal(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::DeployKey => {
            "An administrator of the repository can delete a deploy key under Settings, Deploy keys."
        }
        IdentityKind::FineGrainedPat => {
            "The person who holds a fine-grained token can delete it; an organisation owner can \
             revoke its access under Settings, Personal access tokens."
        }
        IdentityKind::ClassicPat => "The person who holds a classic token can delete it.",
        IdentityKind::MachineUser | IdentityKind::AiAgent => {
            "An organisation owner can remove an account under People; an administrator of a \
             repository can remove it there under Collaborators and teams."
        }
        IdentityKind::AppInstallation => {
            "An organisation owner can uninstall an App under Settings, GitHub Apps."
        }
        IdentityKind::SelfHostedRunner => {
            "An administrator can remove a runner under Settings, Actions, Runners."
        }
        IdentityKind::RulesetBypass => {
            "An administrator can empty a bypass list under Settings, Rules, Rulesets."
        }
        IdentityKind::LeakedCredential => {
            "Whoever issued a leaked credential can revoke it; closing the alert does not."
        }
        IdentityKind::Webhook => "An administrator can delete a webhook under Settings, Webhooks.",
        IdentityKind::ActionsSecret
        | IdentityKind::DependabotSecret
        | IdentityKind::CodespacesSecret
        | IdentityKind::AgentsSecret
        | IdentityKind::PrivateRegistry => {
            "An administrator can delete a secret under Settings, Secrets; what it opens stays \
             open until its issuer revokes it."
        }
        IdentityKind::OauthApp => {
            "An organisation owner can deny an OAuth app under Settings, OAuth app policy."
        }
        IdentityKind::Workflow
        | IdentityKind::OidcTrust
        | IdentityKind::ThirdPartyAction
        | IdentityKind::McpServer
        | IdentityKind::AgentInstructions => {
            "Whoever can push to the repository can remove it from its files."
        }
    }
}

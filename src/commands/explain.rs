//! `/explain`: what the register holds, and what it does not.

use crate::commands::command::{Command, CommandSpec, Pick};
use crate::commands::known::Wanting;
use crate::commands::party::{picks, split_because};
use crate::commands::people::Talk;
use crate::commands::retire::removal;
use crate::commands::rows::Unnamed;
use crate::commands::run::Reply;
use crate::domain::{Evidence, Expiry, Grant, Ownership, Reason, Standing};
use crate::register::{NotLoaded, Record, exception};
use crate::words::{
    account, door, last_day, long_date, moment, owner, permission, seen, shown, upper,
};

/// The most identities that one reply explains.
const MOST: usize = 10;

/// The most grants that are shown of one identity.
const MOST_GRANTS: usize = 10;

pub(super) const SPEC: CommandSpec = CommandSpec {
    verb: "explain",
    usage: "/explain [ID…]",
    help: "What it is, what it can do, who granted it, who owns it, and what we cannot see.",
    example: "/explain 2",
    read,
};

fn read(rest: &str) -> Result<Command, String> {
    let (words, _) = split_because(rest);
    Ok(Command::Explain { picks: picks(&words)? })
}

pub(super) fn run(talk: &Talk<'_>, picks: &[Pick]) -> Result<Reply, Wanting> {
    let records = match talk.records(picks, Unnamed::All)? {
        Ok(records) => records,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let mut parts = Vec::new();
    for record in records.iter().take(MOST) {
        parts.push(explained(talk, record)?);
    }
    if records.len() > MOST {
        parts.push(format!("{} more are not shown; name them by row.", records.len() - MOST));
    }
    // A pull request may be read by everybody; the organisation's coverage is for its own people.
    if talk.case.pull().is_none() {
        parts.push(seen(talk.slice.overview()?));
    }
    Ok(Reply::told(parts.join("\n\n")))
}

fn explained(talk: &Talk<'_>, record: &Record) -> Result<String, NotLoaded> {
    let key = &record.identity.key;
    let mut lines = vec![format!("**{}** (`{key}`)", upper(&talk.subject(&[record])?))];
    if record.identity.is_gone() {
        lines.push("- GitHub no longer has it.".to_owned());
    }
    if let Standing::Proposed { pull } = record.identity.standing {
        lines.push(format!("- The pull request with the number {pull} would bring it about."));
    }
    if let Some(holder) = &record.identity.holder {
        lines.push(format!("- It is a credential of {}.", account(&holder.login)));
    }
    for (grant, what) in record.grants.iter().zip(talk.abilities(record)?).take(MOST_GRANTS) {
        lines.push(format!("- It {what}, {}.{}", door(&grant.through), end(grant)));
        lines.push(format!("  {}", origin(grant)));
    }
    if record.grants.len() > MOST_GRANTS {
        lines.push(format!("- and {} more grants.", record.grants.len() - MOST_GRANTS));
    }
    lines.push(format!("- {}", standing(talk, &record.ownership)));
    if let Some(left) = exception(record) {
        lines.push(format!(
            "- {} left it as it is until {}, because {}.",
            upper(&account(&left.by.login)),
            long_date(last_day(left.until), &talk.terms.zone),
            shown(left.because)
        ));
    }
    lines.push(format!(
        "- Seen first {}, last {}.",
        moment(record.first_seen),
        moment(record.last_seen)
    ));
    for gap in unseen(record) {
        lines.push(format!("- Not known: {gap}."));
    }
    if record.identity.is_live() {
        lines.push(format!("- {}", removal(key.kind())));
    }
    Ok(lines.join("\n"))
}

/// When the credential ends, as a sentence after the grant.
fn end(grant: &Grant) -> String {
    match grant.expiry {
        Expiry::Never => " It has no end date.".to_owned(),
        Expiry::At { at } => format!(" It ends {}.", moment(at)),
        Expiry::NotApplicable => String::new(),
    }
}

/// Who granted it, when, and where that was read.
fn origin(grant: &Grant) -> String {
    let by = grant.by.as_ref().filter(|by| !by.is_ghost());
    let by = by.map_or_else(|| "somebody GitHub did not name".into(), |by| account(&by.login));
    format!("Granted by {by}, {}; read from {}.", moment(grant.at), source(&grant.evidence))
}

/// The evidence, so that a person can find it.
fn source(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Webhook { delivery, event, .. } => {
            format!("the webhook `{}`, delivery `{}`", permission(event), permission(delivery))
        }
        Evidence::Api { request } => {
            format!("GitHub's answer to {}", shown(&request.as_str().into()))
        }
        Evidence::Audit { record, action } => {
            format!("the audit log: `{}`, record `{}`", permission(action), permission(record))
        }
        Evidence::Setting { name } => format!("the setting `{name}`"),
        Evidence::Comment { issue, .. } => format!("the issue with the number {issue}"),
    }
}

/// Who answers for it.
fn standing(talk: &Talk<'_>, ownership: &Ownership) -> String {
    let day = |at| long_date(at, &talk.terms.zone);
    match ownership {
        Ownership::Owned {
            owner: who, backup, since, until, task, because, by_granter, ..
        } => {
            let mut text = format!("{} owns it since {}", upper(&owner(who)), day(*since));
            text += &until.map(|end| format!(", until {}", day(last_day(end)))).unwrap_or_default();
            text += &task.map(|task| format!(", for `#{task}`")).unwrap_or_default();
            text += &because
                .as_ref()
                .map(|why| format!(", because {}", shown(why)))
                .unwrap_or_default();
            text += ".";
            text +=
                &backup.as_ref().map(|who| format!(" Backup: {}.", owner(who))).unwrap_or_default();
            text += if *by_granter { " It was accepted by the person who granted it." } else { "" };
            text
        }
        Ownership::Unowned { why, proposed } => {
            let mut text = match why {
                Reason::Never => "Nobody owns it.".to_owned(),
                Reason::Disowned { by } => format!("Nobody owns it: {} stepped down.", account(by)),
                Reason::Left { last } => {
                    format!("Nobody owns it: {} is gone.", owner(last))
                }
            };
            if let Some(proposal) = proposed {
                text += &format!(" {} is proposed.", upper(&owner(&proposal.owner)));
            }
            text
        }
        Ownership::Retired { at, by } => {
            format!("{} declared it out of use on {}.", upper(&account(by)), day(*at))
        }
    }
}

/// What the register does not know about it.
fn unseen(record: &Record) -> Vec<&'static str> {
    let mut gaps = Vec::new();
    if record.grants.is_empty() {
        gaps.push("what it can do");
    }
    if record.grants.iter().any(|grant| {
        grant.access.is_none()
            && grant.permissions.is_empty()
            && grant.role.is_none()
            && grant.power.is_none()
    }) {
        gaps.push("how far every grant goes, because GitHub did not say");
    }
    if record.baseline {
        gaps.push("what happened before we first heard of it");
    }
    gaps
}

//! What one vendor holds here, with what to rotate; and what hangs on one person.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::answers;
use crate::catalogue::{self, Told};
use crate::domain::{IdentityKey, IdentityKind, Login, Timestamp};
use crate::register::Record;
use crate::store::{Filter, OrgRow, Store};
use crate::words;

/// Rows that are read at once.
const PAGE: usize = 500;

/// Prints what a vendor holds, then what to rotate. `since` is the day of an incident.
pub(super) async fn list(
    store: &Store,
    org: &OrgRow,
    vendor: &str,
    filter: &Filter,
    since: Option<Date>,
) -> anyhow::Result<()> {
    let mut held: Vec<(Told, Record)> = Vec::new();
    let mut after = None;
    loop {
        let page = store.register_page(org.org, filter, after.as_ref(), PAGE).await?;
        for record in page.items.into_iter().filter(|record| record.identity.is_live()) {
            let by = record.grants.iter().filter_map(|grant| grant.by.as_ref());
            if let Some(told) = catalogue::told(vendor, &record.identity, by) {
                held.push((told, record));
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    held.extend(made_with(store, org, &held).await?);
    println!("{:<10} {:<34} {:<28} {:<24} OWNER", "STANDS", "IDENTITY", "NAME", "BECAUSE");
    for (told, record) in &held {
        let owners: Vec<String> = record.ownership.owners().map(|owner| owner.plain()).collect();
        println!(
            "{:<10} {:<34} {:<28} {:<24} {}",
            record.ownership.word(),
            record.identity.key.to_string(),
            plain(record),
            told.words(),
            owners.join(", ")
        );
    }
    println!("{}", words::count(held.len(), "identity"));
    rotation(held.iter().map(|(_, record)| record), since)
}

/// What the vendor's tokens were used to give access to, beyond what is held already.
async fn made_with(
    store: &Store,
    org: &OrgRow,
    held: &[(Told, Record)],
) -> anyhow::Result<Vec<(Told, Record)>> {
    let mut known: BTreeSet<IdentityKey> =
        held.iter().map(|(_, record)| record.identity.key.clone()).collect();
    let mut made = Vec::new();
    for (_, token) in held.iter().filter(|(_, record)| !record.own_marks().is_empty()) {
        for record in store.given_by(org.org, token).await? {
            if known.insert(record.identity.key.clone()) {
                made.push((Told::Token, record));
            }
        }
    }
    Ok(made)
}

/// What to do about each, and which of them are older than an incident.
fn rotation<'a>(held: impl Iterator<Item = &'a Record>, since: Option<Date>) -> anyhow::Result<()> {
    let incident = since.map(|day| day.to_zoned_datetime(TimeZone::UTC)).transpose()?;
    let incident = incident.map(|day| day.timestamp());
    println!("\nTo rotate:");
    let (mut left, mut all) = (0, 0);
    for record in held {
        let Some(what) = step(record.identity.key.kind()) else { continue };
        all += 1;
        let made = made(record);
        let mark = match (incident, made) {
            (None, _) => "  ",
            (Some(incident), Some(made)) if made >= incident => "x ",
            (Some(_), _) => {
                left += 1;
                "- "
            }
        };
        let when = made.map_or_else(
            || "nobody says since when".to_owned(),
            |made| format!("since {}", words::moment(made)),
        );
        println!("{mark}{} {}: {what} ({when})", record.identity.key, plain(record));
    }
    if let Some(day) = since {
        println!("{left} of {all} are older than {day}, or nobody says how old they are.");
    }
    Ok(())
}

/// When its value, or it itself, was made.
fn made(record: &Record) -> Option<Timestamp> {
    let granted = record.grants.iter().map(|grant| grant.at).max();
    match record.identity.key.kind() {
        IdentityKind::DeployKey | IdentityKind::FineGrainedPat => record.dates.stored.or(granted),
        _ => record.dates.stored,
    }
}

/// How one of this kind is rotated; `None` for what holds no credential.
fn step(kind: IdentityKind) -> Option<&'static str> {
    Some(match kind {
        IdentityKind::DeployKey => "delete it, and add a new key if it is still needed",
        IdentityKind::FineGrainedPat | IdentityKind::ClassicPat => "revoke it and make a new one",
        IdentityKind::ActionsSecret
        | IdentityKind::DependabotSecret
        | IdentityKind::CodespacesSecret
        | IdentityKind::AgentsSecret
        | IdentityKind::PrivateRegistry => {
            "revoke it where it was issued, and store a new value under its name"
        }
        IdentityKind::AppInstallation | IdentityKind::OauthApp => {
            "suspend or uninstall it until the vendor has new keys"
        }
        IdentityKind::Webhook => "set a new secret, or delete it",
        IdentityKind::SelfHostedRunner => "remove it, and register a fresh machine",
        IdentityKind::LeakedCredential => "revoke it where it was issued",
        IdentityKind::MachineUser | IdentityKind::AiAgent => "revoke its tokens and keys",
        IdentityKind::Workflow
        | IdentityKind::OidcTrust
        | IdentityKind::ThirdPartyAction
        | IdentityKind::McpServer
        | IdentityKind::AgentInstructions
        | IdentityKind::RulesetBypass => return None,
    })
}

/// Prints what a person answers for, holds, and gave access to.
pub(super) async fn of_person(store: &Store, org: &OrgRow, login: &Login) -> anyhow::Result<()> {
    let Some(person) = answers::person(store, org, login).await? else {
        anyhow::bail!("The register knows nobody of the login {login}.");
    };
    println!("{login} is {}.", person.standing.words());
    for hanging in person.hangs {
        let (how, key) = (hanging.how.words(), hanging.row.identity.to_string());
        let name = shortened(hanging.row.name.raw());
        println!("  {how:<20} {key:<34} {name:<28} {}", hanging.row.standing);
    }
    Ok(())
}

fn plain(record: &Record) -> String {
    shortened(record.identity.name.raw())
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(28).collect()
}

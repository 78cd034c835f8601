//! `audit_log`: a record of the organisation's audit log. It says who did what with which
//! credential, also where no webhook tells; what it is about is read again like after a webhook.
//!
//! Source: "Reviewing the audit log for your organization". Records come through the collector's
//! door or are asked for; none is a webhook.

mod framing;
mod oauth;
mod record;
mod told;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::catalogue::{AuditSignal, audit_grants, audit_signal};
use crate::domain::{
    About, Entity, Evidence, Fact, Foreign, Hint, IdentityKey, IdentityKind, Names, Observation,
    OrgId, RepoId, Timestamp,
};
use crate::events::audit::record::Record;
use crate::events::{BadPayload, Delivery, Heard, Route};

pub use framing::{Framed, REFUSED, Refused, Wrong, framed};

/// The event under which records stand in the inbox.
pub const AUDIT: &str = "audit_log";

/// The name of a record in the inbox. GitHub sends each at least once, under one `_document_id`;
/// one without is known by its bytes.
pub fn audit_guid(body: &[u8]) -> String {
    let id = Record::read(body).ok().and_then(|record| record.text("_document_id"));
    let fits = |id: &String| {
        id.len() <= 80 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    match id.filter(fits) {
        Some(id) => format!("audit-{id}"),
        None => format!("audit-sha256-{}", hex::encode(&Sha256::digest(body)[..16])),
    }
}

/// When a record says that it happened.
pub fn audit_moment(body: &[u8]) -> Option<Timestamp> {
    Record::read(body).ok()?.at()
}

/// Where a record belongs.
pub(super) fn route(delivery: &Delivery) -> Route {
    if delivery.event == REFUSED {
        let wrong = Wrong::of(&delivery.guid).unwrap_or(Wrong::Format);
        return Route::Unreadable { why: wrong.why().to_owned() };
    }
    let record = match Record::read(&delivery.body) {
        Ok(record) => record,
        Err(bad) => return Route::Unreadable { why: bad.to_string() },
    };
    match (concern(&record), record.org()) {
        (Err(bad), _) => Route::Unreadable { why: bad.to_string() },
        (Ok(concern), Some((org, login))) => {
            Route::To { org, login, installation: None, interesting: concern.is_some() }
        }
        (Ok(_), None) => Route::Nobody,
    }
}

/// What a record tells that concerns an organisation: its action, and what that does.
fn concern(record: &Record) -> Result<Option<(String, AuditSignal)>, BadPayload> {
    let action = record.action().ok_or_else(|| record.lacks("action"))?;
    let Some(signal) = signal(record, &action) else { return Ok(None) };
    match record.org() {
        Some(_) => Ok(Some((action, signal))),
        None if record.is_of_an_enterprise() => Ok(None),
        None => Err(record.lacks("org_id")),
    }
}

/// A record that stands in an organisation's own log, which may go without saying.
pub fn audit_record_in(org: OrgId, body: Bytes) -> Bytes {
    match Record::read(&body) {
        Ok(record) if record.org().is_none() => record.placed(org).into(),
        _ => body,
    }
}

/// What a record says.
pub(super) fn hear(delivery: &Delivery) -> Result<Heard, BadPayload> {
    let record = Record::read(&delivery.body)?;
    let Some((action, signal)) = concern(&record)? else { return Ok(Heard::ignored()) };
    let at = record.at().unwrap_or(delivery.received).min(delivery.received);
    let evidence = Evidence::Audit { record: delivery.guid.clone(), action: action.clone() };
    let mut heard = Heard { interesting: true, ..Heard::default() };
    let said = |fact: Fact| Observation {
        fact,
        as_of: at,
        by: record.actor(),
        news: false,
        evidence: evidence.clone(),
    };
    if let (Some(actor), Some(repo)) = (record.actor(), record.repo()) {
        heard.observations.push(said(Fact::Used { actor, repo, what: action.clone() }));
    }
    let with = record.credential().map(Box::new);
    let told = signal != AuditSignal::Uses || told::is_worth_a_line(&action);
    heard.observations.push(said(Fact::Audited {
        identity: identity(&record, &action),
        named: named(&record, &action),
        repo: record.repo(),
        what: if told { told::sentence(&record, &action) } else { Foreign::new(&action) },
        with: with.clone(),
        session: record.session(at).map(Box::new),
        told,
        grants: audit_grants(&action),
        whence: record.whence(),
    }));
    let is_news = is_recent(at, delivery.received);
    let decided = oauth::decided(&record, &action, at, &evidence);
    // From then on its use is watched, where the plan shows it.
    let watched = match &decided {
        Some(Fact::Holds { identity, .. }) => Some(identity.key.clone()),
        _ => None,
    };
    heard.observations.extend(decided.map(|fact| Observation { news: is_news, ..said(fact) }));
    heard.observations.extend(watched.map(|identity| Observation {
        as_of: delivery.received,
        ..said(Fact::Dated { identity, stored: None, used: None })
    }));
    heard.hasten.extend(place(&record, &action).filter(|_| signal != AuditSignal::Uses));
    // A record may come long after a webhook told the same: then what is read is no news.
    let news = signal == AuditSignal::Grants && is_news;
    heard.hints.extend(entity(&record, &action).map(|entity| Hint {
        entity,
        names: names(&record),
        by: record.actor(),
        about: record.user(),
        news,
        with: with.clone().filter(|_| signal == AuditSignal::Grants),
        at,
        evidence: evidence.clone(),
        command: None,
    }));
    Ok(heard)
}

/// What a record tells. Whatever an agent does is a use of its access.
fn signal(record: &Record, action: &str) -> Option<AuditSignal> {
    audit_signal(action).or_else(|| record.is_by_agent().then_some(AuditSignal::Uses))
}

/// Whether a grant happened now. A stream that was paused sends a week at once.
fn is_recent(at: Timestamp, received: Timestamp) -> bool {
    received.duration_since(at) < jiff::SignedDuration::from_hours(1)
}

/// The identity that a record is about, where its number or its name tells.
fn identity(record: &Record, action: &str) -> Option<IdentityKey> {
    match (entity(record, action), action.split_once('.')?) {
        (Some(Entity::DeployKey { key, .. }), _) => {
            Some(IdentityKey::new(IdentityKind::DeployKey, key))
        }
        (Some(Entity::Pat { token }), _) => {
            Some(IdentityKey::new(IdentityKind::FineGrainedPat, token))
        }
        (Some(_), _) => None,
        (None, ("hook", _)) => {
            Some(IdentityKey::new(IdentityKind::Webhook, record.number("hook_id")?))
        }
        (None, ("workflows", _)) => runner(record),
        (None, ("org", verb)) if verb.starts_with("oauth_app_access_") => {
            oauth::key(record, action)
        }
        (None, ("org" | "repo", verb)) if verb.contains("self_hosted_") => runner(record),
        (None, ("repo", verb)) if verb.ends_with("_actions_secret") => {
            secret(record, record.repo()?.0, "repo")
        }
        (None, ("org", verb)) if verb.ends_with("_actions_secret") => {
            secret(record, record.org()?.0.0, "org")
        }
        _ => None,
    }
}

/// What a record names without its number.
fn named(record: &Record, action: &str) -> Option<About> {
    let secret = || {
        let name = record.text("key").or_else(|| record.text("name"))?;
        Some(Foreign::new(&name))
    };
    match action.split_once('.')? {
        ("integration_installation", _) => Some(About::App { login: record.app()? }),
        ("environment", verb) if verb.ends_with("_actions_secret") => {
            Some(About::EnvironmentSecret {
                repo: record.repo()?,
                environment: Foreign::new(&record.text("environment_name")?),
                name: secret()?,
            })
        }
        ("org", verb) if is_of_others(verb) => {
            Some(About::OtherSecret { repo: None, name: secret()? })
        }
        ("repo", verb) if is_of_others(verb) => {
            Some(About::OtherSecret { repo: Some(record.repo()?), name: secret()? })
        }
        _ => Some(About::Runner { name: record.runner()? }),
    }
}

/// Whether an action is about a secret that is not of Actions, or about a private registry: GitHub
/// documents no action for those, and calls them like other secrets where it tells of them.
fn is_of_others(verb: &str) -> bool {
    verb.ends_with("_integration_secret") || verb.contains("private_registr")
}

fn secret(record: &Record, scope: i64, place: &str) -> Option<IdentityKey> {
    let name = record.text("key").or_else(|| record.text("name"))?;
    Some(IdentityKey::scoped(IdentityKind::ActionsSecret, scope, &[place, &name]))
}

/// The runner of a record, by the key that its listing and its jobs give it. GitHub's own machines
/// are no identities.
fn runner(record: &Record) -> Option<IdentityKey> {
    let (number, name) = (record.number("runner_id")?.to_string(), record.runner()?);
    let short: String = name.raw().chars().take(64).collect();
    let (org, _) = record.org()?;
    Some(IdentityKey::scoped(IdentityKind::SelfHostedRunner, org.0, &[&number, &short]))
}

/// Parts of an action's name after which the place that it names looks different.
const SHOWS: &[&str] = &[
    "secret",
    "private_registr",
    "actions_variable",
    "runner_group",
    "register_self_hosted_runner",
    "remove_self_hosted_runner",
    "self_hosted_jit_runner",
    "protection_rule",
    "workflow_permission",
    "actions_settings",
    "fork_pr",
    "default_repository_permission",
    "two_factor_requirement",
];

/// Actions after which a branch is protected in another way. The others only use what is.
const PROTECTS: &[&str] = &["authorized_users_teams", "branch_allowances", "create", "destroy"];

/// The place to be listed soon, where a record tells of something that cannot be read by itself.
fn place(record: &Record, action: &str) -> Option<Option<RepoId>> {
    let (family, verb) = action.split_once('.')?;
    let listed = match family {
        "integration_installation" | "organization_role" => return Some(None),
        "environment" | "hook" | "org_credential_authorization" => true,
        "copilot" => verb.starts_with("swe_agent"),
        "protected_branch" => PROTECTS.contains(&verb),
        "org" | "repo" => SHOWS.iter().any(|part| verb.contains(part)),
        _ => false,
    };
    listed.then(|| record.repo())
}

/// What is done to a repository as a whole.
const OF_A_REPOSITORY: &[&str] = &[
    "access",
    "archived",
    "create",
    "destroy",
    "rename",
    "transfer",
    "transfer_outgoing",
    "unarchived",
];

/// The object that a record is about, where it can be read.
fn entity(record: &Record, action: &str) -> Option<Entity> {
    let (family, verb) = action.split_once('.')?;
    let user = || record.number("user_id").map(crate::domain::UserId);
    match family {
        "public_key" => {
            Some(Entity::DeployKey { repo: record.repo()?, key: record.number("key")? })
        }
        "personal_access_token" => {
            Some(Entity::Pat { token: record.number("user_programmatic_access_id")? })
        }
        "repository_ruleset" => {
            Some(Entity::Ruleset { repo: record.repo()?, ruleset: record.number("ruleset_id")? })
        }
        "repo" if verb.ends_with("_member") => {
            Some(Entity::Collaborator { repo: record.repo()?, user: user()? })
        }
        "repo" if OF_A_REPOSITORY.contains(&verb) => Some(Entity::Repo { repo: record.repo()? }),
        "org" if verb.ends_with("_member") && verb != "invite_member" => {
            Some(Entity::Person { user: user()? })
        }
        "team" => {
            let (team, _) = record.team()?;
            match (verb.ends_with("_member"), record.repo()) {
                (true, _) => Some(Entity::TeamMember { team, user: user()? }),
                (false, Some(repo)) => Some(Entity::TeamRepo { team, repo }),
                (false, None) => Some(Entity::Team { team }),
            }
        }
        _ => None,
    }
}

fn names(record: &Record) -> Names {
    Names {
        repo: record.repo_name(),
        login: record.user().map(|user| user.login),
        team: record.team().and_then(|(_, slug)| slug),
        before: None,
    }
}

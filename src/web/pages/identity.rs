//! One identity: what it can reach and why, who owns it, and what changed.

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use crate::domain::{Act, Deed, Evidence, RepoId};
use crate::register::{Change, Entry, exception};
use crate::web::Admin;
use crate::web::pages::{Choice, Shown, Trouble, chosen, moment, names, page};
use crate::words;

/// Lines of history on a page.
const LINES: usize = 100;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    pub(super) org: Option<i64>,
}

#[derive(Template)]
#[template(path = "identity.html")]
struct Identity {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    key: String,
    kind: &'static str,
    name: String,
    word: &'static str,
    owners: String,
    because: String,
    excepted: String,
    baseline: bool,
    gone: String,
    grants: Vec<Held>,
    findings: Vec<Found>,
    own: Vec<String>,
    joined: Vec<Tied>,
    dates: Vec<String>,
    history: Vec<Past>,
}

struct Held {
    what: String,
    by: String,
    at: String,
    evidence: String,
}

struct Found {
    rule: String,
    severity: &'static str,
    message: String,
}

struct Tied {
    how: &'static str,
    key: String,
    name: String,
    gone: bool,
}

struct Past {
    at: String,
    what: String,
    by: String,
    evidence: String,
}

pub(in crate::web) async fn show(
    State(admin): State<Admin>,
    Path((kind, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Shown {
    let missing = Trouble::Missing("The register knows no such identity.\n");
    let (orgs, org) = chosen(&admin, asked.org).await?;
    let (Some(org), Ok(key)) = (org, format!("{kind}/{id}").parse()) else { return Err(missing) };
    let store = admin.store();
    let Some(record) = store.record(org.org, &key).await? else { return Err(missing) };
    let places = names(store, org.org, record.repos()).await?;
    let place = |repo: RepoId| places.get(&repo).cloned();
    let history = store.timeline_of(org.org, &key, None, LINES).await?;
    let owners: Vec<String> = record.ownership.owners().map(|owner| owner.plain()).collect();
    let because = match &record.ownership {
        crate::domain::Ownership::Owned { because: Some(because), .. } => because.raw().to_owned(),
        _ => String::new(),
    };
    let excepted = exception(&record)
        .map(|left| format!("{} by {}: {}", moment(left.until), left.by.login, left.because.raw()));
    let gone = match record.identity.standing {
        crate::domain::Standing::Gone { at } => moment(at),
        crate::domain::Standing::Live | crate::domain::Standing::Proposed { .. } => String::new(),
    };
    page(&Identity {
        orgs,
        org: org.org.0,
        login: org.login.as_ref().map(|login| login.to_string()).unwrap_or_default(),
        key: key.to_string(),
        kind: key.kind().words(),
        name: record.identity.name.raw().to_owned(),
        word: record.ownership.word(),
        owners: owners.join(", "),
        because,
        excepted: excepted.unwrap_or_default(),
        baseline: record.baseline,
        gone,
        grants: record
            .grants
            .iter()
            .map(|grant| Held {
                what: words::ability(grant, &place).replace('`', ""),
                by: grant.by.as_ref().map(|by| by.login.to_string()).unwrap_or_default(),
                at: moment(grant.at),
                evidence: source(&grant.evidence),
            })
            .collect(),
        findings: store
            .findings(org.org, &key)
            .await?
            .into_iter()
            .map(|finding| Found {
                severity: finding.severity.as_str(),
                message: finding.message.replace('`', ""),
                rule: finding.rule,
            })
            .collect(),
        own: match org.ourselves() {
            Some(own) if own == key => record.grants.iter().flat_map(words::own_power).collect(),
            _ => Vec::new(),
        },
        joined: store
            .joined(org.org, &record)
            .await?
            .into_iter()
            .map(|(bond, other)| Tied {
                how: bond.words(),
                key: other.identity.key.to_string(),
                name: other.identity.name.raw().to_owned(),
                gone: other.identity.is_gone(),
            })
            .collect(),
        dates: [words::dates(key.kind(), &record.dates), words::habits(key.kind(), &record.habits)]
            .concat(),
        history: history.iter().map(|line| past(&line.entry)).collect(),
    })
}

fn past(entry: &Entry) -> Past {
    Past {
        at: moment(entry.at),
        what: happened(&entry.change),
        by: entry.by.as_ref().map(|by| by.login.to_string()).unwrap_or_default(),
        evidence: source(&entry.evidence),
    }
}

/// A change in a few words.
fn happened(change: &Change) -> String {
    match change {
        Change::Added { news: true, .. } => "was granted access".to_owned(),
        Change::Added { news: false, .. } => "was seen with access".to_owned(),
        Change::Widened { .. } => "may do more than before".to_owned(),
        Change::Narrowed { .. } => "may do less than before".to_owned(),
        Change::Removed { .. } => "lost access".to_owned(),
        Change::Gone { .. } => "is gone".to_owned(),
        Change::Used { what, idle_since: None } => format!("acted: {what}"),
        Change::Used { what, idle_since: Some(since) } => {
            format!("acted: {what}; the time before was {}", moment(*since))
        }
        Change::Due { rule, since, .. } => format!("time passed: {rule}, since {}", moment(*since)),
        Change::Renamed { from } => format!("was renamed; before: {}", from.raw()),
        Change::Acted { act, word } => acted(act, word),
        Change::Orphaned { last } => format!("lost its last owner, {}", last.plain()),
        Change::Published => "its repository became public".to_owned(),
        Change::RepoRenamed { from } => format!("its repository was renamed; before: {from}"),
        Change::RepoGone => "its repository is gone".to_owned(),
        Change::TeamRaised { to, .. } => format!("its team was raised to {to}"),
        Change::PersonLeft { person } => format!("{} left", person.actor.login),
        Change::Altered { .. } => "was changed; GitHub does not show how".to_owned(),
        Change::Switched { group, name, from, to } => {
            words::switched(group, name, from.as_deref(), to.as_deref())
        }
        Change::Elsewhere { whence, .. } => {
            let country = whence.country.as_ref().map(|code| format!(" ({code})"));
            let network = whence.network.as_deref().unwrap_or("another country");
            format!("was used from a new place: {network}{}", country.unwrap_or_default())
        }
        Change::Busier { uses, minutes, usual } => {
            format!("did {uses} things within {minutes} minutes; at most {usual} on other days")
        }
        Change::Noted { what } | Change::Audited { what, .. } => what.clone(),
    }
}

/// What a person did, or the date that somebody gave.
fn acted(act: &Act, word: &str) -> String {
    match &act.deed {
        Deed::Except { until, because, .. } => {
            format!("was left as it is until {}: {}", moment(*until), because.raw())
        }
        Deed::Lapse { .. } => format!("the exception of {} is over; now {word}", act.by.login),
        _ => format!("a person acted; now {word}"),
    }
}

/// Where it was read.
fn source(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Webhook { delivery, event, .. } => format!("{event}, delivery {delivery}"),
        Evidence::Api { request } => request.clone(),
        Evidence::Audit { record, action } => format!("audit log: {action}, record {record}"),
        Evidence::Setting { name } => format!("the setting {name}"),
        Evidence::Comment { issue, comment: Some(comment), .. } => {
            format!("comment {comment} in issue {issue}")
        }
        Evidence::Comment { issue, comment: None, .. } => format!("assignment of issue {issue}"),
    }
}

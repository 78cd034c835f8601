//! One identity: what it can reach and why, who owns it, and what changed.

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use crate::answers::{Readers, happened, oidc, readers, sighted, source, used};
use crate::catalogue;
use crate::domain::RepoId;
use crate::register::{Entry, exception};
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
    vendors: Vec<String>,
    roles: Vec<String>,
    readers: Option<Readers>,
    joined: Vec<Tied>,
    dates: Vec<String>,
    history: Vec<Past>,
    coverage: String,
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
    let joined = store.joined(org.org, &record).await?;
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
        roles: oidc(store, &org, &record).await?.map(|it| it.lines()).unwrap_or_default(),
        vendors: {
            let by = record.grants.iter().filter_map(|grant| grant.by.as_ref());
            catalogue::vendors(&record.identity, by).into_iter().collect()
        },
        readers: readers(store, &org, &record, &joined).await?,
        joined: joined
            .into_iter()
            .map(|(bond, other)| Tied {
                how: bond.words(),
                key: other.identity.key.to_string(),
                name: other.identity.name.raw().to_owned(),
                gone: other.identity.is_gone(),
            })
            .collect(),
        dates: used(&record),
        history: history.iter().map(|line| past(&line.entry)).collect(),
        coverage: sighted(store, &org).await?.line,
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

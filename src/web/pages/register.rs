//! The register: what non-human can act here, and who owns it.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::answers::sighted;
use crate::domain::{IdentityKey, IdentityKind};
use crate::register::exception;
use crate::store::Filter;
use crate::web::Admin;
use crate::web::pages::{Choice, Shown, chosen, moment, names, page};

/// Rows on a page.
const ROWS: usize = 100;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    org: Option<i64>,
    kind: Option<String>,
    word: Option<String>,
    text: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "register.html")]
struct Register {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    counts: Vec<(String, i64)>,
    kinds: Vec<(&'static str, &'static str)>,
    kind: String,
    word: String,
    text: String,
    rows: Vec<Line>,
    next: Option<String>,
    coverage: String,
}

struct Line {
    key: String,
    kind: &'static str,
    name: String,
    place: String,
    word: &'static str,
    owners: String,
    excepted: String,
    baseline: bool,
    gone: bool,
    seen: String,
}

pub(in crate::web) async fn show(State(admin): State<Admin>, Query(asked): Query<Asked>) -> Shown {
    let (orgs, org) = chosen(&admin, asked.org).await?;
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (kind, word, text) = (said(asked.kind), said(asked.word), said(asked.text));
    let filter = Filter {
        kind: kind.as_deref().and_then(|kind| kind.parse().ok()),
        word: word.clone(),
        repo: None,
        text: text.clone(),
    };
    let after: Option<IdentityKey> = asked.after.and_then(|key| key.parse().ok());
    let mut register = Register {
        orgs,
        org: org.as_ref().map_or(0, |org| org.org.0),
        login: org
            .as_ref()
            .and_then(|org| org.login.as_ref())
            .map(ToString::to_string)
            .unwrap_or_default(),
        counts: Vec::new(),
        kinds: IdentityKind::ALL.iter().map(|kind| (kind.as_str(), kind.words())).collect(),
        kind: kind.unwrap_or_default(),
        word: word.unwrap_or_default(),
        text: text.unwrap_or_default(),
        rows: Vec::new(),
        next: None,
        coverage: String::new(),
    };
    if let Some(org) = org {
        let store = admin.store();
        register.coverage = sighted(store, &org).await?.line;
        register.counts = store.words(org.org).await?.into_iter().collect();
        let mut found = store.register_page(org.org, &filter, after.as_ref(), ROWS).await?;
        // We are the first row of our own register.
        if let Some(own) = org.ourselves() {
            let all = filter == Filter::default() && after.is_none();
            found.items.retain(|record| record.identity.key != own || filter != Filter::default());
            let record = if all { store.record(org.org, &own).await? } else { None };
            found.items.splice(0..0, record);
        }
        let places = found.items.iter().flat_map(|record| record.repos());
        let places = names(store, org.org, places).await?;
        register.next = found.next.map(|key| key.to_string());
        register.rows = found
            .items
            .iter()
            .map(|record| {
                let repos = record.repos();
                let first = repos.first().and_then(|repo| places.get(repo)).cloned();
                let more = repos.len().saturating_sub(1);
                let place = match (first, more) {
                    (Some(first), 0) => first,
                    (Some(first), more) => format!("{first} and {more} more"),
                    (None, _) => String::new(),
                };
                let owners: Vec<String> =
                    record.ownership.owners().map(|owner| owner.plain()).collect();
                Line {
                    key: record.identity.key.to_string(),
                    kind: record.identity.key.kind().words(),
                    name: record.identity.name.raw().chars().take(100).collect(),
                    place,
                    word: record.ownership.word(),
                    owners: owners.join(", "),
                    excepted: exception(record).map(|left| moment(left.until)).unwrap_or_default(),
                    baseline: record.baseline,
                    gone: record.identity.is_gone(),
                    seen: moment(record.last_seen),
                }
            })
            .collect();
    }
    page(&register)
}

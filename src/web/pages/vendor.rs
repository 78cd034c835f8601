//! One vendor: what it holds here, and how far that is rotated since an incident.

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use crate::answers::{self, HeldThing};
use crate::store::Filter;
use crate::web::Admin;
use crate::web::day::{Day, day};
use crate::web::pages::{Choice, Shown, Trouble, chosen, page};

/// Rows on a page.
const ROWS: usize = 200;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    org: Option<i64>,
    since: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "vendor.html")]
struct Vendor {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    name: String,
    since: String,
    wrong: bool,
    line: String,
    things: Vec<Thing>,
    next: Option<String>,
    coverage: String,
}

struct Thing {
    word: &'static str,
    open: bool,
    key: String,
    name: String,
    kind: &'static str,
    place: String,
    why: String,
    because: &'static str,
    step: &'static str,
    standing: &'static str,
    owners: String,
}

pub(in crate::web) async fn show(
    State(admin): State<Admin>,
    Path(vendor): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    let missing = Trouble::Missing("No organisation is known yet.\n");
    let (orgs, org) = chosen(&admin, asked.org).await?;
    let Some(org) = org else { return Err(missing) };
    let given = day(asked.since.as_deref());
    let since = if let Day::At(at) = given { Some(at) } else { None };
    let after = asked.after.and_then(|key| key.parse().ok());
    let (wanted, rest) = ((&Filter::default(), since), (after.as_ref(), ROWS));
    let answer = answers::vendor(admin.store(), &org, &vendor, wanted, rest).await?;
    let coverage = answers::sighted(admin.store(), &org).await?.line;
    page(&Vendor {
        orgs,
        org: org.org.0,
        login: org.login.map(|login| login.to_string()).unwrap_or_default(),
        name: answer.vendor,
        since: since.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default(),
        wrong: given == Day::Wrong,
        line: answer.line,
        things: answer.items.into_iter().map(thing).collect(),
        next: answer.next.map(|key| key.to_string()),
        coverage,
    })
}

fn thing(held: HeldThing) -> Thing {
    let HeldThing { rotation, because, why, step, row, .. } = held;
    Thing {
        word: rotation.words(),
        open: step.is_some(),
        key: row.identity.to_string(),
        name: row.name.raw().chars().take(100).collect(),
        kind: row.kind.words(),
        place: row.repository.map(|name| name.to_string()).unwrap_or_default(),
        why,
        because,
        step: step.unwrap_or_default(),
        standing: row.standing,
        owners: row.owners.join(", "),
    }
}

//! What could not be seen, and what was put aside: the other half of every answer.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::domain::{Blind, Breadth, Loss, OrgId, Timestamp};
use crate::plan::{self, PartRow, blindness};
use crate::store::ParkedWhat;
use crate::web::Admin;
use crate::web::pages::{Choice, Shown, Trouble, chosen, moment, page};
use crate::words::count;

/// Lines of each sort on a page.
const MOST: usize = 200;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    org: Option<i64>,
}

/// What is lost for one cause.
struct Lost {
    sentence: String,
    since: String,
    what: Vec<String>,
    more: usize,
}

/// A part of the inventory.
struct Part {
    words: &'static str,
    seen: &'static str,
    places: usize,
    found: u64,
    delay: String,
    reasons: Vec<Why>,
}

/// Why a part is not seen better.
struct Why {
    sentence: String,
    widened_by: String,
    stale_since: String,
}

#[derive(Template)]
#[template(path = "coverage.html")]
struct Coverage {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    blind: Vec<Lost>,
    policy: String,
    listed: String,
    parts: Vec<Part>,
    gaps: Vec<(String, String, String)>,
    parked: Vec<(String, String, String)>,
    log: String,
    missed: Vec<(String, String, String, String)>,
    unread: Vec<(String, String)>,
}

pub(in crate::web) async fn show(State(admin): State<Admin>, Query(asked): Query<Asked>) -> Shown {
    let (orgs, org) = chosen(&admin, asked.org).await?;
    let mut shown = Coverage {
        orgs,
        org: 0,
        login: String::new(),
        blind: Vec::new(),
        policy: String::new(),
        listed: String::new(),
        parts: Vec::new(),
        gaps: Vec::new(),
        parked: Vec::new(),
        log: String::new(),
        missed: Vec::new(),
        unread: Vec::new(),
    };
    let log = admin.store().delivery_log().await?;
    shown.log = log.looked.map(moment).unwrap_or_default();
    shown.missed = log
        .missed
        .into_iter()
        .map(|one| (one.guid, one.event, one.state.words().to_owned(), moment(one.first)))
        .collect();
    shown.unread =
        log.unread.into_iter().map(|(since, until)| (stretch(since), moment(until))).collect();
    let parked = admin.store().parked(MOST).await?;
    shown.parked = parked
        .into_iter()
        .map(|parked| {
            let what = match parked.what {
                ParkedWhat::Delivery(guid) => format!("delivery {guid}"),
                ParkedWhat::Refresh(entity) => format!("reading of {entity}"),
                ParkedWhat::Effect(key) => format!("writing of {}", key.0),
            };
            (what, parked.why, parked.since.map(moment).unwrap_or_default())
        })
        .collect();
    if let Some(org) = org {
        let gaps = admin.store().gaps(org.org).await?;
        shown.org = org.org.0;
        shown.login = org.login.map(|login| login.to_string()).unwrap_or_default();
        (shown.listed, shown.parts) = parts(&admin, org.org, &shown.login).await?;
        let sight = admin.store().sight(org.org).await?;
        shown.blind = sight.lost.iter().map(|(cause, loss)| lost(*cause, loss)).collect();
        shown.policy = match org.policy.and_then(|policy| policy.error) {
            Some(error) => {
                format!("beholden.yml is refused, and the last good one counts: {error}")
            }
            None => String::new(),
        };
        shown.gaps = gaps.into_iter().map(|gap| (gap.what, gap.why, moment(gap.since))).collect();
    }
    page(&shown)
}

/// Where a stretch begins. One that begins before the first look has no date.
fn stretch(since: Timestamp) -> String {
    if since > Timestamp::UNIX_EPOCH { moment(since) } else { "the beginning".to_owned() }
}

/// How well each part is seen, and how far listing has come.
async fn parts(admin: &Admin, org: OrgId, login: &str) -> Result<(String, Vec<Part>), Trouble> {
    let engine = admin.engine();
    let now = engine.clock().now();
    let named = admin.store().names_of_places(org).await?;
    let places: Vec<_> = named
        .iter()
        .map(|(place, name)| match place.repo {
            Some(_) => (name.clone(), Breadth::Repository, &place.coverage),
            None => (login.to_owned(), Breadth::Organization, &place.coverage),
        })
        .collect();
    let every = engine.options().sync.as_ref().map(|sync| sync.every);
    let rows = plan::coverage(&places, every, now);
    let (all, due) = admin.store().count_places(org, now).await?;
    let listed = match (every, admin.store().baseline(org).await?) {
        (None, _) => "Nothing is listed here: --sync-every is 0s.".to_owned(),
        (_, None) => format!("{} of {all} places have been listed for the first time.", all - due),
        (_, Some(at)) => {
            format!(
                "Everything had been listed once by {}. {due} of {all} places are due.",
                moment(at)
            )
        }
    };
    Ok((listed, rows.into_iter().map(part).collect()))
}

fn part(row: PartRow) -> Part {
    let reasons = row.reasons.into_iter().map(|reason| {
        let places = count(reason.places, "place");
        Why {
            sentence: format!("{} in {places}: {}", reason.seen.as_str(), reason.why),
            widened_by: reason.permission.unwrap_or_default(),
            stale_since: reason.complete_at.map(moment).unwrap_or_default(),
        }
    });
    Part {
        words: row.words,
        seen: row.seen.as_str(),
        places: row.places.values().sum(),
        found: row.found,
        delay: row.delay,
        reasons: reasons.collect(),
    }
}

fn lost(cause: Blind, loss: &Loss) -> Lost {
    Lost {
        sentence: blindness(cause, true, loss),
        since: moment(loss.since),
        what: loss.what.values().take(MOST).cloned().collect(),
        more: loss.what.len().saturating_sub(MOST),
    }
}

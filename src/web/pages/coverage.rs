//! What could not be seen, and what was put aside: the other half of every answer.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::domain::{Blind, Loss, Timestamp};
use crate::plan::blindness;
use crate::store::ParkedWhat;
use crate::web::Admin;
use crate::web::pages::{Choice, Shown, chosen, moment, page};

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

#[derive(Template)]
#[template(path = "coverage.html")]
struct Coverage {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    blind: Vec<Lost>,
    policy: String,
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

fn lost(cause: Blind, loss: &Loss) -> Lost {
    Lost {
        sentence: blindness(cause, true, loss),
        since: moment(loss.since),
        what: loss.what.values().take(MOST).cloned().collect(),
        more: loss.what.len().saturating_sub(MOST),
    }
}

//! The cases that wait for a person, and why some of them have no issue.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::answers::sighted;
use crate::domain::{Case, CaseState, Cause, Place, Sight};
use crate::plan::{blindness, impostor_noted, moved, upstream};
use crate::web::Admin;
use crate::web::pages::{Choice, Shown, chosen, moment, names, page};
use crate::words::list;

/// Cases on a page.
const MOST: usize = 200;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    org: Option<i64>,
}

#[derive(Template)]
#[template(path = "cases.html")]
struct Cases {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    cases: Vec<Line>,
    coverage: String,
}

struct Line {
    opened: String,
    place: String,
    waiting: usize,
    rows: Vec<(String, String)>,
    /// What a case without rows tells.
    tells: String,
}

pub(in crate::web) async fn show(State(admin): State<Admin>, Query(asked): Query<Asked>) -> Shown {
    let (orgs, org) = chosen(&admin, asked.org).await?;
    let mut shown =
        Cases { orgs, org: 0, login: String::new(), cases: Vec::new(), coverage: String::new() };
    if let Some(org) = org {
        shown.org = org.org.0;
        shown.coverage = sighted(admin.store(), &org).await?.line;
        shown.login = org.login.map(|login| login.to_string()).unwrap_or_default();
        let cases = admin.store().cases(org.org, CaseState::Open, None, MOST).await?;
        let places = cases.iter().filter_map(|case| match case.place {
            Place::Repo { repo } => Some(repo),
            Place::Register { .. } => None,
        });
        let places = names(admin.store(), org.org, places).await?;
        let sight = admin.store().sight(org.org).await?;
        for case in cases {
            let place = match (&case.place, case.issue) {
                (Place::Register { why }, _) => why.clone(),
                (Place::Repo { repo }, Some(issue)) => {
                    format!("{}#{issue}", places.get(repo).cloned().unwrap_or_default())
                }
                (Place::Repo { repo }, None) => {
                    format!("{}, not written yet", places.get(repo).cloned().unwrap_or_default())
                }
            };
            let waiting = case.rows.iter().filter(|row| !row.settled);
            shown.cases.push(Line {
                opened: moment(case.opened),
                place,
                waiting: waiting.clone().count(),
                tells: tells(&case, &sight),
                rows: waiting
                    .take(10)
                    .map(|row| {
                        let worst = row.findings.first();
                        let message = worst.map(|f| f.message.replace('`', "")).unwrap_or_default();
                        (row.identity.to_string(), message)
                    })
                    .collect(),
            });
        }
    }
    page(&shown)
}

/// What a case tells that is about no identity.
fn tells(case: &Case, sight: &Sight) -> String {
    match &case.cause {
        Cause::Blind { why } => {
            sight.lost.get(why).map(|loss| blindness(*why, true, loss)).unwrap_or_default()
        }
        Cause::Exposed { .. } if case.is_notice() => {
            "What we wrote in a repository became public with it.".to_owned()
        }
        Cause::Impostor { by, head, .. } => impostor_noted(by, head),
        Cause::Weakened { told, .. } => told.replace('`', ""),
        Cause::Callers { told, .. } => {
            let names: Vec<&str> = told.iter().map(|told| told.name.as_str()).collect();
            format!("A change reaches workflows of {}.", list(&names))
        }
        Cause::Moved { of, told } => moved(of, told),
        Cause::Upstream { of, told } => upstream(of, told),
        Cause::Baseline
        | Cause::Drift { .. }
        | Cause::Grants { .. }
        | Cause::Exposed { .. }
        | Cause::OwnerLeft { .. }
        | Cause::Pull { .. }
        | Cause::Fleet { .. } => String::new(),
    }
}

//! The same change in many repositories at once is one conversation, in home.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::domain::{Case, CaseId, CaseState, Cause, Finding, Place, Pull, RepoId, Row};
use crate::plan::cases::mark;
use crate::plan::{Terms, home};
use crate::register::{Need, NotLoaded, Record, Slice};

/// So many repositories make a fleet …
const LEAST: usize = 5;

/// … within this time.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// The most rows of one case. What comes after opens the next one.
const MOST_ROWS: usize = 4_000;

/// Gathers the pull requests that grant the very same as this one, once there are enough of them.
/// Each keeps its rows and its check; they are asked about in one issue of home.
///
/// # Errors
/// When the slice lacks something.
pub fn gather_fleet(terms: &Terms<'_>, slice: &mut Slice, pull: &Pull) -> Result<(), NotLoaded> {
    let Some(weighed) = pull.weighed.as_ref().filter(|weighed| !weighed.grants.is_empty()) else {
        return Ok(());
    };
    if !pull.is_open() || pull.case.is_none() {
        return Ok(());
    }
    let digest = weighed.digest.clone();
    let cause = Cause::Fleet { digest: digest.clone() };
    let lead = slice.lead(&Need::OpenCase(cause.key()))?;
    if lead.is_some_and(|lead| terms.now.duration_since(lead.latest) <= WITHIN) {
        // They are enough already: only this one joins.
        return match own_case(slice, pull)? {
            Some(case) => join(terms, slice, &cause, case),
            None => Ok(()),
        };
    }
    let alike = slice.pulls(&Need::PullsGranting(digest.clone()))?;
    let alike: Vec<Pull> = alike
        .into_iter()
        .filter(|other| other.is_open() && other.case.is_some())
        .filter(|other| terms.now.duration_since(other.since) <= WITHIN)
        .cloned()
        .collect();
    let repos: BTreeSet<RepoId> = alike.iter().map(|pull| pull.repo).collect();
    if repos.len() < LEAST {
        return Ok(());
    }
    let Place::Repo { .. } = home(terms, slice)? else { return Ok(()) };
    let cases = NotLoaded::all(alike.iter().map(|pull| own_case(slice, pull)))?;
    NotLoaded::all(
        cases
            .iter()
            .flatten()
            .flat_map(|case| &case.rows)
            .map(|row| slice.record(&row.identity).map(|_| ())),
    )?;
    for case in cases.into_iter().flatten() {
        join(terms, slice, &cause, case)?;
    }
    Ok(())
}

/// The case of a pull request while it asks by itself.
fn own_case(slice: &Slice, pull: &Pull) -> Result<Option<Case>, NotLoaded> {
    let Some(id) = &pull.case else { return Ok(None) };
    Ok(slice.case(id)?.filter(|case| case.state == CaseState::Open).cloned())
}

/// Takes the rows of a pull request's case into the fleet's.
fn join(terms: &Terms<'_>, slice: &mut Slice, cause: &Cause, case: Case) -> Result<(), NotLoaded> {
    let lead = slice.lead(&Need::OpenCase(cause.key()))?.cloned();
    let lead = lead.filter(|lead| lead.rows.len() + case.rows.len() <= MOST_ROWS);
    let first = case.rows.iter().find_map(|row| row.findings.first());
    let mut fleet = match (lead, first) {
        (Some(lead), _) => lead,
        (None, Some(first)) => fresh(terms, cause.clone(), home(terms, slice)?, first),
        (None, None) => return Ok(()),
    };
    for row in &case.rows {
        if fleet.row(&row.identity).is_none() {
            fleet.rows.push(Row { ..row.clone() });
        }
        if let Some(record) = slice.record(&row.identity)?.cloned() {
            slice.put_record(Record { case: Some(fleet.id.clone()), ..record });
        }
    }
    fleet.latest = terms.now;
    mark(&mut fleet);
    let merged_into = Some(fleet.id.clone());
    slice.put_case(fleet);
    slice.put_case(Case { state: CaseState::Merged, merged_into, ..case });
    Ok(())
}

fn fresh(terms: &Terms<'_>, cause: Cause, place: Place, first: &Finding) -> Case {
    Case::opened(CaseId::of(terms.org, &cause, first), cause, place, terms.now)
}

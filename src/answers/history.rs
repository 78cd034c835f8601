//! The history of one thing: who acted, what they reached, and whether that access still matched
//! what somebody had accepted.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::answers::names;
use crate::domain::{
    Act, Credential, Deed, Evidence, GRACE, IdentityKind, IssueNumber, Mark, OrgId, Ownership,
    RepoId, Timestamp,
};
use crate::register::{Change, Entry, Record, ownership};
use crate::store::{Line, Store, StoreError};
use crate::words::{self, moment};

/// One line of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Past {
    /// Its place: the next page begins before it.
    pub place: String,
    /// When.
    pub at: Timestamp,
    /// What happened, in words.
    pub what: String,
    /// The kind of change.
    pub change: String,
    /// The login of whoever brought it about, where anybody is named.
    pub by: Option<String>,
    /// The credential with which, where a record names one.
    pub with: Option<Credential>,
    /// The repository that was reached.
    pub repository: Option<String>,
    /// Where it was read.
    pub evidence: String,
    /// For something that the identity did: whether its access matched what was accepted.
    pub task: Option<Fits>,
}

/// Whether an access matched what somebody had accepted it for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fits {
    /// The verdict.
    pub fits: Fit,
    /// Why, as a sentence.
    pub why: String,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Somebody had accepted it for a task that was open then.
    Match,
    /// Nobody's acceptance covered it then.
    Mismatch,
    /// It cannot be told.
    CannotTell,
}

/// A page of an identity's history, newest first; and where the next one begins.
pub async fn history(
    store: &Store,
    org: OrgId,
    record: &Record,
    before: Option<(i64, i64)>,
    limit: usize,
) -> Result<(Vec<Past>, Option<String>), StoreError> {
    let lines = store.timeline_of(org, &record.identity.key, before, limit).await?;
    // People answer for the App, not for the account with which it acts.
    let app = store.app_of(org, record).await?;
    let owned = app.as_ref().unwrap_or(record);
    let named = lines.iter().filter_map(|line| line.entry.repo);
    let named = named.chain(owned.accepted_for().map(|(repo, _)| repo));
    let places = names(store, org, named).await?;
    let next = lines.last().filter(|_| lines.len() == limit).map(place);
    Ok((lines.iter().map(|line| past(record, owned, line, &places)).collect(), next))
}

fn place(line: &Line) -> String {
    format!("{}.{}", line.place.0, line.place.1)
}

fn past(record: &Record, owned: &Record, line: &Line, places: &BTreeMap<RepoId, String>) -> Past {
    let Entry { identity: _, repo, change, by, at, evidence } = &line.entry;
    Past {
        place: place(line),
        at: *at,
        what: happened(change),
        change: kind(change),
        by: by.as_ref().map(|by| by.login.to_string()),
        with: match change {
            Change::Audited { with, .. } => with.as_deref().cloned(),
            _ => None,
        },
        repository: repo.and_then(|repo| places.get(&repo)).cloned(),
        evidence: source(evidence),
        task: is_use(change, record, evidence).then(|| fits(owned, *at, places)),
    }
}

fn kind(change: &Change) -> String {
    let value = serde_json::to_value(change).unwrap_or_default();
    value["change"].as_str().unwrap_or_default().to_owned()
}

/// Whether a change is something that the identity did, not something done to it.
fn is_use(change: &Change, record: &Record, evidence: &Evidence) -> bool {
    let kind = record.identity.key.kind();
    match change {
        Change::Used { .. } | Change::Elsewhere { .. } | Change::Busier { .. } => true,
        // What a token's own history tells with a credential was done with it.
        Change::Audited { with: Some(_), .. } if kind == IdentityKind::FineGrainedPat => {
            !is_about_tokens(evidence)
        }
        // A deploy key's own history also tells what it was made with.
        Change::Audited { with: Some(with), .. } => {
            with.print.as_ref().is_some_and(|print| record.is_marked(&Mark::Print(print.clone())))
        }
        _ => false,
    }
}

fn is_about_tokens(evidence: &Evidence) -> bool {
    matches!(evidence, Evidence::Audit { action, .. } if action.starts_with("personal_access_token."))
}

/// Whether a use matched what had been accepted by then. `places` are the names of repositories.
pub(super) fn fits(record: &Record, at: Timestamp, places: &BTreeMap<RepoId, String>) -> Fits {
    let until_then = record.acts.iter().filter(|act| act.order.at <= at);
    let until_then: Vec<Act> = until_then.cloned().collect();
    let (fits, why) = match ownership(&until_then) {
        Ownership::Owned { until: Some(until), .. } if at > until => (
            Fit::Mismatch,
            format!("Somebody answered for it until {}; this was later.", moment(until)),
        ),
        Ownership::Owned { task: Some(task), .. } => {
            let act = until_then.iter().rev().find_map(Act::task);
            for_task(record, act, at, places).unwrap_or_else(|| {
                let why =
                    format!("It was accepted for #{task}; whether that was open was not read.");
                (Fit::CannotTell, why)
            })
        }
        Ownership::Owned { .. } => {
            (Fit::CannotTell, "Somebody answered for it, and named no task.".to_owned())
        }
        Ownership::Retired { at, .. } => {
            (Fit::Mismatch, format!("It had been declared out of use on {}.", moment(at)))
        }
        Ownership::Unowned { .. } => (
            Fit::CannotTell,
            "Nobody answered for it then, so nothing says what it was for.".to_owned(),
        ),
    };
    Fits { fits, why }
}

/// Whether what it was accepted for was open; `None` where that was not read.
fn for_task(
    record: &Record,
    accepted: Option<(RepoId, IssueNumber)>,
    at: Timestamp,
    places: &BTreeMap<RepoId, String>,
) -> Option<(Fit, String)> {
    let (repo, number) = accepted?;
    let task = record.task_read((repo, number))?;
    let name = format!("{}#{number}", places.get(&repo).map_or("", String::as_str));
    let is_old = task.open.last().is_some_and(|span| span.until.is_none())
        && at.duration_since(task.as_of) > GRACE;
    Some(match (task.was_open(at), task.closed_before(at)) {
        (true, _) if is_old => {
            let read = moment(task.as_of);
            let why = format!(
                "It was accepted for {name}, which was open on {read}. It was not read since."
            );
            (Fit::CannotTell, why)
        }
        (true, _) => (Fit::Match, format!("It was accepted for {name}, which was open.")),
        (false, Some(closed)) if at.duration_since(closed) < GRACE => {
            let why = format!(
                "It was accepted for {name}, which was closed on {}, less than a day before: what is \
                 merged is built and deployed after that.",
                moment(closed)
            );
            (Fit::CannotTell, why)
        }
        (false, Some(closed)) => {
            let closed = moment(closed);
            let why = format!("It was accepted for {name}, which had been closed on {closed}.");
            (Fit::Mismatch, why)
        }
        (false, None) => {
            (Fit::CannotTell, format!("It was accepted for {name}, which is newer than this."))
        }
    })
}

/// A change in a few words.
pub fn happened(change: &Change) -> String {
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
pub fn source(evidence: &Evidence) -> String {
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

//! Titles. Nothing foreign ever stands in one.

use crate::domain::{Cause, RepoId};
use crate::plan::issue::IssueInput;
use crate::words::{count, defused, plural};

pub(super) fn title(input: &IssueInput<'_>) -> String {
    let what = what(input);
    let place = place(input).and_then(|repo| input.repos.get(&repo)).filter(|_| !input.public);
    let place = place.map(|name| defused(name.as_str()));
    match (&input.case.cause, place) {
        (Cause::Exposed { .. }, Some(place)) => format!("{place} is public: who owns {what}?"),
        (Cause::OwnerLeft { .. }, Some(place)) => {
            format!("The owner left: who owns {what} in {place}?")
        }
        (Cause::OwnerLeft { .. }, None) => format!("The owner left: who owns {what}?"),
        (Cause::Grants { .. } | Cause::Pull { .. }, Some(place)) => {
            format!("Who owns {what} in {place}?")
        }
        (Cause::Drift { .. }, Some(place)) => format!("Look again at {what} in {place}"),
        (Cause::Drift { .. }, None) => format!("Look again at {what}"),
        (Cause::Fleet { .. }, _) => format!("One change in many places: who owns {what}?"),
        (
            Cause::Grants { .. }
            | Cause::Exposed { .. }
            | Cause::Pull { .. }
            | Cause::Impostor { .. }
            | Cause::Weakened { .. }
            | Cause::Callers { .. }
            | Cause::Moved { .. }
            | Cause::Upstream { .. }
            | Cause::Baseline
            | Cause::Blind { .. },
            _,
        ) => {
            format!("Who owns {what}?")
        }
    }
}

/// `this deploy key`, `these 27 deploy keys`.
fn what(input: &IssueInput<'_>) -> String {
    let mut kinds: Vec<_> = input.case.rows.iter().map(|row| row.identity.kind()).collect();
    let rows = kinds.len();
    kinds.dedup();
    let noun = match kinds[..] {
        [one] if !input.public => one.words(),
        _ => "identity",
    };
    match rows {
        1 if plural(noun) == noun => format!("these {noun}"),
        1 => format!("this {noun}"),
        _ => format!("these {}", count(rows, noun)),
    }
}

/// The one repository that every row is about.
fn place(input: &IssueInput<'_>) -> Option<RepoId> {
    if let Cause::Exposed { repo } = input.case.cause {
        return Some(repo);
    }
    let of = |row: &crate::domain::Row| {
        let found = row.findings.iter().find_map(|finding| finding.repo);
        found.or_else(|| input.record(row).and_then(|record| record.identity.repo))
    };
    let mut places = input.case.rows.iter().map(of);
    let first = places.next().flatten()?;
    places.all(|place| place == Some(first)).then_some(first)
}

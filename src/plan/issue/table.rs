//! A case with several rows: one table. Row numbers never change, so commands can use them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Cause, Reach, RepoId, Row, Through};
use crate::plan::issue::{IssueInput, single, standing};
use crate::register::Record;
use crate::words::{count, in_cell};

/// The most rows of the table.
pub(in crate::plan) const MOST_ROWS: usize = 50;

/// The most rows whose evidence is shown.
const MOST_EVIDENCE: usize = 3;

/// The most sentences that are said of several rows.
const MOST_ALIKE: usize = 3;

pub(super) fn details(input: &IssueInput<'_>) -> Vec<String> {
    let rows = &input.case.rows;
    let mut proposals: Vec<_> = rows
        .iter()
        .filter(|row| !row.settled)
        .filter_map(|row| standing::proposed(input, input.record(row)?))
        .collect();
    proposals.sort();
    proposals.dedup();
    let each = proposals.len() > 1;
    let mut lines = vec![
        "| Row | Identity | Name | Where | Found | Owner |".to_owned(),
        "|---|---|---|---|---|---|".to_owned(),
    ];
    for (at, row) in rows.iter().take(MOST_ROWS).enumerate() {
        lines.push(line(input, at + 1, row, each));
    }
    let mut parts = vec![lines.join("\n")];
    if rows.len() > MOST_ROWS {
        let more = count(rows.len() - MOST_ROWS, "more row");
        parts.push(format!(
            "There is not room for {more}. `/explain {}-{}` tells of them.",
            MOST_ROWS + 1,
            rows.len().min(MOST_ROWS + 10)
        ));
    }
    parts.extend(repositories(input));
    parts.extend(alike(input));
    if let [one] = &proposals[..] {
        parts.push(format!("Proposed owner: {one}."));
    }
    parts.push(evidence(input));
    parts
}

/// The most letters that the names of repositories take: an issue holds 65,536 in all.
const MOST_LETTERS: usize = 30_000;

/// The repositories of a change that is proposed in many, all of them where there is room.
fn repositories(input: &IssueInput<'_>) -> Option<String> {
    let Cause::Fleet { .. } = input.case.cause else { return None };
    let findings = input.case.rows.iter().filter_map(|row| row.findings.first());
    let repos: BTreeSet<RepoId> = findings.filter_map(|finding| finding.repo).collect();
    let all = repos.len();
    let mut names: Vec<String> = repos.into_iter().filter_map(|repo| input.repo(repo)).collect();
    names.sort();
    let mut letters = 0;
    names.retain(|name| {
        letters += name.len() + 2;
        letters <= MOST_LETTERS
    });
    let more = match all - names.len() {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    Some(format!("### Where\n\nIn {}{more}.", names.join(", ")))
}

/// What was found in several rows, word for word the same, and what files grant: the worst of it,
/// which no cell holds.
fn alike(input: &IssueInput<'_>) -> Option<String> {
    let rows = &input.case.rows;
    let in_file = |row: &&Row| {
        let grants = input.record(row).map(|record| record.grants.as_slice()).unwrap_or_default();
        !row.settled && grants.iter().any(|grant| matches!(grant.through, Through::File { .. }))
    };
    let of_files: BTreeSet<&str> = rows
        .iter()
        .filter(in_file)
        .flat_map(|row| row.findings.iter().map(|finding| finding.message.as_str()))
        .collect();
    let mut said: BTreeMap<(_, &str), usize> = BTreeMap::new();
    for finding in rows.iter().filter(|row| !row.settled).flat_map(|row| &row.findings) {
        if finding.rule != "unowned-identity" {
            *said.entry((Reverse(finding.severity), finding.message.as_str())).or_default() += 1;
        }
    }
    let lines: Vec<_> = said
        .iter()
        .filter(|((_, message), rows)| **rows > 1 || of_files.contains(message))
        .take(MOST_ALIKE)
        .map(|((severity, message), rows)| {
            format!("- {}: {message} ({})", severity.0.as_str(), count(*rows, "row"))
        })
        .collect();
    (!lines.is_empty()).then(|| format!("### What was found\n\n{}", lines.join("\n")))
}

/// One row. `each` says whether rows name different people, so that each must name its own.
fn line(input: &IssueInput<'_>, number: usize, row: &Row, each: bool) -> String {
    let key = &row.identity;
    let found: Vec<_> = row
        .findings
        .iter()
        .map(|finding| format!("{}: `{}`", finding.severity.as_str(), finding.rule))
        .collect();
    let found = found.join(", ");
    let Some(record) = input.record(row) else {
        return format!("| {number} | `{key}` | | | {found} | not in the register |");
    };
    let name = match &record.identity.login {
        Some(login) => crate::words::account(login),
        None => in_cell(&record.identity.name),
    };
    let place = place(input, record);
    match standing::settled(record, row) {
        Some(now) => {
            format!("| ~~{number}~~ | ~~`{key}`~~ | ~~{name}~~ | {place} | ~~{found}~~ | {now} |")
        }
        None => {
            let who = standing::proposed(input, record).filter(|_| each);
            let who = who.map_or_else(|| "nobody".to_owned(), |who| format!("nobody; {who}"));
            format!("| {number} | `{key}` | {name} | {place} | {found} | {who} |")
        }
    }
}

/// Where it reaches, short enough for a cell.
fn place(input: &IssueInput<'_>, record: &Record) -> String {
    if record.grants.iter().any(|grant| matches!(grant.reach, Reach::AllRepos)) {
        return "every repository".to_owned();
    }
    if record.grants.iter().any(|grant| grant.reach.is_wide()) {
        return "the organisation".to_owned();
    }
    match record.repos()[..] {
        [] => "nowhere".to_owned(),
        [one] => input.repo(one).unwrap_or_else(|| "one repository".to_owned()),
        ref many => count(many.len(), "repository"),
    }
}

fn evidence(input: &IssueInput<'_>) -> String {
    let mut lines = Vec::new();
    for (at, row) in input.case.rows.iter().enumerate().take(MOST_EVIDENCE) {
        if let Some(grant) = input.record(row).and_then(|record| record.grants.first()) {
            lines.push(format!("{} (row {})", single::evidence(grant), at + 1));
        }
    }
    if input.case.rows.len() > MOST_EVIDENCE {
        lines.push("- `/explain` gives that of the other rows.".to_owned());
    }
    format!("### Evidence\n\n{}", lines.join("\n"))
}

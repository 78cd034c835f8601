//! A case with one row: findings, owner, evidence.

use crate::domain::{Evidence, Expiry, Grant, Through};
use crate::plan::issue::{IssueInput, standing};
use crate::words::{count, door, moment, owner, permission, shown, upper};

/// The most grants whose evidence is shown.
const MOST: usize = 5;

pub(super) fn details(input: &IssueInput<'_>) -> Vec<String> {
    let [row] = &input.case.rows[..] else { return Vec::new() };
    let Some(record) = input.record(row) else {
        return vec!["The register no longer holds what this is about.".to_owned()];
    };
    let mut parts = Vec::new();
    match standing::settled(record, row) {
        Some(now) => parts.push(format!("It is {now}.")),
        None if record.ownership.is_owned() => {
            let owners: Vec<_> = record.ownership.owners().map(owner).collect();
            parts.push(format!("Its owner is {}.", crate::words::list(&owners)));
        }
        None => {
            let who = standing::proposed(input, record);
            let who = who.unwrap_or_else(|| "nobody that we could tell".to_owned());
            parts.push(format!("Proposed owner: {who}."));
        }
    }
    let ends: Vec<_> = record.grants.iter().filter_map(|grant| end(grant, input)).collect();
    parts.extend(ends);
    if record.grants.iter().any(|grant| matches!(grant.through, Through::TokenRequest { .. })) {
        parts.push("An organisation owner approves or denies the request on GitHub.".to_owned());
    }
    let found: Vec<_> = row
        .findings
        .iter()
        .map(|finding| {
            format!("- {}: {} (`{}`)", finding.severity.as_str(), finding.message, finding.rule)
        })
        .collect();
    if !found.is_empty() {
        parts.push(format!("### What was found\n\n{}", found.join("\n")));
    }
    let mut lines: Vec<_> = record.grants.iter().take(MOST).map(evidence).collect();
    if record.grants.len() > MOST {
        lines.push(format!("- and {}.", count(record.grants.len() - MOST, "more grant")));
    }
    lines.push(format!("- In the register it is `{}`.", record.identity.key));
    parts.push(format!("### Evidence\n\n{}", lines.join("\n")));
    parts
}

/// When a credential ends, as a sentence.
fn end(grant: &Grant, input: &IssueInput<'_>) -> Option<String> {
    match grant.expiry {
        Expiry::NotApplicable => None,
        Expiry::Never => Some("It has no end date: it works until somebody revokes it.".to_owned()),
        Expiry::At { at } if at <= input.now => Some(format!("It ended on {}.", moment(at))),
        Expiry::At { at } => Some(format!("It ends on {}.", moment(at))),
    }
}

/// Where one grant was read, as a line of a list.
pub(super) fn evidence(grant: &Grant) -> String {
    let source = match &grant.evidence {
        Evidence::Webhook { delivery, event, .. } => {
            let (event, delivery) = (permission(event), permission(delivery));
            format!("webhook `{event}`, delivery `{delivery}`, received {}", moment(grant.as_of))
        }
        Evidence::Api { request } => {
            let request = shown(&request.as_str().into());
            format!("GitHub's answer to {request}, asked {}", moment(grant.as_of))
        }
        Evidence::Audit { record, action } => {
            let (action, record) = (permission(action), permission(record));
            format!("the audit log: `{action}`, record `{record}`, of {}", moment(grant.as_of))
        }
        Evidence::Setting { name } => format!("the setting `{name}`"),
        Evidence::Comment { issue, .. } => {
            format!("issue number {issue}, read {}", moment(grant.as_of))
        }
    };
    format!("- {}: {source}.", upper(door(&grant.through)))
}

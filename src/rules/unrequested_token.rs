//! A token of an organisation owner, which nobody had to approve.

use crate::domain::{IdentityKind, OrgRole, Severity, Through};
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "unrequested-token",
    title: "An organisation owner's token, granted without a request",
    severity: Severity::Medium,
    tags: &["NHI5:2025", "NHI10:2025", "T1098.001 (ATT&CK v16)"],
    docs: include_str!("unrequested_token.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Added { grant, .. } = &entry.change else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let is_pat = record.identity.key.kind() == IdentityKind::FineGrainedPat;
    if !is_pat || grant.through != Through::Token {
        return Ok(Vec::new());
    }
    let is_request = |door: &Through| matches!(door, Through::TokenRequest { .. });
    let asked = record.closed.iter().any(|(door, _)| is_request(door))
        || record.grants.iter().any(|grant| is_request(&grant.through));
    let Some(holder) = record.identity.holder.as_ref().filter(|_| !asked) else {
        return Ok(Vec::new());
    };
    let person = facts.slice.person(holder.id)?;
    if person.is_none_or(|(person, _)| person.role != Some(OrgRole::Owner)) {
        return Ok(Vec::new());
    }
    let name = facts.name(record)?;
    let message = format!(
        "Nobody was asked for it, because its holder owns the organisation: {name}. It can do what \
         an owner gave it, and nobody else has looked at that."
    );
    Ok(vec![Hit::on(record, message)])
}

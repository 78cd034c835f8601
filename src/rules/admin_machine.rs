//! A bot or an agent that administers.

use crate::domain::{Access, Grant, OrgRole, Severity, Through};
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "admin-machine",
    title: "A bot or agent with admin",
    severity: Severity::Critical,
    tags: &["NHI5:2025", "ASI03:2026", "CICD-SEC-2", "T1098.003 (ATT&CK v16)"],
    docs: include_str!("admin_machine.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let grant = match &entry.change {
        Change::Added { grant, .. } => grant,
        Change::Widened { from, to, .. } if !administers(from) => to,
        _ => return Ok(Vec::new()),
    };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    if !administers(grant) {
        return Ok(Vec::new());
    }
    let name = facts.name(record)?;
    let message = if grant.role == Some(OrgRole::Owner) {
        format!("An organisation owner is not a person: {name}.")
    } else if let Through::OrgRole { .. } = grant.through {
        format!("A machine administers a part of the organisation through a role: {name}.")
    } else {
        format!("A machine can change settings, keys and members: {name} has admin.")
    };
    Ok(vec![Hit::on(record, message)])
}

/// Whether the grant lets its holder change who else has access.
fn administers(grant: &Grant) -> bool {
    let settings = ["administration", "organization_administration", "members"];
    grant.role == Some(OrgRole::Owner)
        || grant.access == Some(Access::Admin)
        || settings.iter().any(|name| grant.permissions.get(*name) >= Some(&Access::Write))
        || matches!(grant.through, Through::OrgRole { .. })
            && grant.permissions.values().any(|access| *access == Access::Admin)
}

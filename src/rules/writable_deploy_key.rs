//! A deploy key that can push.

use crate::domain::{Access, IdentityKind, Severity};
use crate::register::{Change, Entry, NotLoaded};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "writable-deploy-key",
    title: "A deploy key that can write",
    severity: Severity::High,
    tags: &["NHI5:2025", "NHI7:2025", "CICD-SEC-2", "T1098.004 (ATT&CK v16)"],
    docs: include_str!("writable_deploy_key.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Added { grant, .. } = &entry.change else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    if record.identity.key.kind() != IdentityKind::DeployKey || grant.access < Some(Access::Write) {
        return Ok(Vec::new());
    }
    let name = facts.name(record)?;
    let message = format!("Whoever holds {name} can push to every unprotected branch.");
    Ok(vec![Hit::on(record, message)])
}

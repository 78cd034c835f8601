//! A repository became public while identities with write access or secrets hang on it.

use crate::domain::{Access, Class, IdentityKind, Severity};
use crate::register::{Change, Entry, Need, NotLoaded, Record};
use crate::rules::{Facts, Hit, Rule};

pub(super) const RULE: Rule = Rule {
    id: "exposed-repository",
    title: "A repository with identities was made public",
    severity: Severity::High,
    tags: &["NHI2:2025", "CICD-SEC-7", "T1567.001 (ATT&CK v16)"],
    docs: include_str!("exposed_repository.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let (Change::Published, Some(repo)) = (&entry.change, entry.repo) else {
        return Ok(Vec::new());
    };
    let place = facts.repo_name(repo)?;
    let mut hits = Vec::new();
    for record in facts.slice.set(&Need::InRepo(repo))? {
        if record.identity.class == Class::Machine && matters(record) {
            let name = facts.name(record)?;
            let message = format!("{place} is public now, and this hangs on it: {name}.");
            let hit = Hit::on(record, message);
            hits.push(Hit { repo: Some(repo), discriminator: repo.to_string(), ..hit });
        }
    }
    Ok(hits)
}

/// Whether a stranger who can read the repository gains something from this identity.
fn matters(record: &Record) -> bool {
    use IdentityKind::{
        ActionsSecret, AgentsSecret, CodespacesSecret, DependabotSecret, LeakedCredential,
        SelfHostedRunner,
    };
    let secret = matches!(
        record.identity.key.kind(),
        ActionsSecret
            | AgentsSecret
            | CodespacesSecret
            | DependabotSecret
            | LeakedCredential
            | SelfHostedRunner
    );
    secret || record.grants.iter().any(|grant| grant.access >= Some(Access::Write))
}

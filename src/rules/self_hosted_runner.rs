//! A machine of our own that runs what a repository's workflows say.

use crate::domain::{IdentityKind, JobRunner, Severity, Through, Visibility};
use crate::register::{Change, Entry, Need, NotLoaded};
use crate::rules::{Facts, Hit, Rule};
use crate::words::shown;

pub(super) const RULE: Rule = Rule {
    id: "self-hosted-runner",
    title: "A repository's first self-hosted runner, or any in a public one",
    severity: Severity::Medium,
    tags: &["NHI8:2025", "CICD-SEC-7", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("self_hosted_runner.md"),
    check,
};

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Change::Added { grant, .. } = &entry.change else { return Ok(Vec::new()) };
    let Through::Runner { repo } = grant.through else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let public = facts.slice.repo(repo)?.is_some_and(|r| r.visibility == Visibility::Public);
    let others = facts.slice.set(&Need::InRepo(repo))?;
    let first = !others.iter().any(|other| {
        other.identity.key.kind() == IdentityKind::SelfHostedRunner
            && other.identity.key != record.identity.key
    });
    if !public && !first {
        return Ok(Vec::new());
    }
    let (name, place) = (facts.name(record)?, facts.repo_name(repo)?);
    let group = shown(&record.identity.name);
    let passing = JobRunner::is_passing(&record.identity.key);
    let (message, severity) = match (public, passing) {
        (true, false) => (
            format!(
                "Code from a stranger's pull request may run on your own machine: {name} took a job \
                 of the public repository {place}."
            ),
            Severity::Critical,
        ),
        // What a stranger leaves there is not there for the next job.
        (true, true) => (
            format!(
                "Code from a stranger's pull request may run on machines of your own that do not \
                 stay: one in {group} took a job of the public repository {place}."
            ),
            Severity::High,
        ),
        (false, false) => {
            (format!("{place} now runs jobs on a machine of your own: {name}."), Severity::Medium)
        }
        (false, true) => (
            format!("{place} now runs jobs on machines of your own that do not stay: {group}."),
            Severity::Medium,
        ),
    };
    let hit = Hit::on(record, message);
    Ok(vec![Hit {
        repo: Some(repo),
        discriminator: repo.to_string(),
        severity: Some(severity),
        ..hit
    }])
}

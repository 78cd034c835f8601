//! An App that may write everywhere, and does nothing.

use jiff::SignedDuration;

use crate::domain::{Access, Grant, IdentityKind, Reach, Severity, Through, Timestamp};
use crate::policy::Policy;
use crate::register::{Entry, NotLoaded, Record};
use crate::rules::over_time::due;
use crate::rules::unrotated_secret::accepted;
use crate::rules::{Facts, Hit, Rule};
use crate::words::moment;

pub(super) const RULE: Rule = Rule {
    id: "dormant-grant",
    title: "An App that may write everywhere and is not seen acting",
    severity: Severity::Medium,
    tags: &["NHI3:2025", "NHI5:2025", "CICD-SEC-8", "T1199 (ATT&CK v16)"],
    docs: include_str!("dormant_grant.md"),
    check,
};

/// Since when an App with broad power was not seen acting; and how long that may be.
pub(super) fn since(policy: &Policy, record: &Record) -> Option<(Timestamp, SignedDuration)> {
    let grant = broad(record)?;
    // It is watched since then; what it did before is not known.
    let watched = record.dates.since?;
    let since = watched.max(grant.at).max(accepted(record));
    let since = since.max(record.dates.used.unwrap_or(since));
    Some((since, policy.limits.unused()))
}

/// The grant with which it may write everywhere: of an App that may, and of every OAuth app that an owner
/// let in, which may do whatever each member lets it do.
fn broad(record: &Record) -> Option<&Grant> {
    let key = &record.identity.key;
    match key.kind() {
        IdentityKind::AppInstallation if key.number().is_some() => {
            let grant = record.grant(&Through::Installation)?;
            let writes = grant.permissions.values().any(|access| *access >= Access::Write);
            (writes && grant.reach == Reach::AllRepos).then_some(grant)
        }
        IdentityKind::OauthApp => record.grant(&Through::Approval),
        _ => None,
    }
}

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Some(since) = due(RULE.id, entry) else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let name = facts.name(record)?;
    let message = match record.identity.key.kind() {
        IdentityKind::OauthApp => format!(
            "It may reach here whatever each member lets it reach, and was not seen using GitHub's API \
             since {}: {name}. Git and GraphQL are not visible here.",
            moment(since)
        ),
        _ => format!(
            "It may write in every repository and was not seen doing anything since {}: {name}. What \
             it only reads is not visible here.",
            moment(since)
        ),
    };
    Ok(vec![Hit { discriminator: since.as_second().to_string(), ..Hit::on(record, message) }])
}

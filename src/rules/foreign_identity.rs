//! An account that acts in the organisation and belongs to nothing in it.

use jiff::SignedDuration;

use crate::catalogue::ACTORS;
use crate::domain::{IdentityKind, Severity, Timestamp};
use crate::policy::Policy;
use crate::register::{Entry, NotLoaded, Record};
use crate::rules::over_time::due;
use crate::rules::{Facts, Hit, Rule};
use crate::words::moment;

pub(super) const RULE: Rule = Rule {
    id: "foreign-identity",
    title: "An identity acts where it does not belong",
    severity: Severity::Medium,
    tags: &["NHI1:2025", "T1078.004 (ATT&CK v16)", "T1199 (ATT&CK v16)"],
    docs: include_str!("foreign_identity.md"),
    check,
};

/// How long it may have been unknown: by then everything was listed anew.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// How the names of GitHub's own Apps begin, of which new ones come without notice.
const GITHUBS: &str = "github-";

/// Since when it acts in what is not public without being let in anywhere. Apps of GitHub's own are in
/// no list of installations.
pub(super) fn since(_: &Policy, record: &Record) -> Option<(Timestamp, SignedDuration)> {
    use IdentityKind::{AiAgent, AppInstallation, MachineUser};
    let kind = record.identity.key.kind();
    let acts = [AiAgent, AppInstallation, MachineUser].contains(&kind) && record.grants.is_empty();
    let entry = record.identity.catalogue.as_ref();
    let entry = entry.and_then(|id| ACTORS.rows.iter().find(|entry| entry.id == *id));
    let is_known = entry.is_some_and(|entry| entry.vendor.starts_with("GitHub"));
    let named_so =
        record.identity.login.as_ref().is_some_and(|it| it.as_str().starts_with(GITHUBS));
    let stray = record.dates.stray.filter(|_| acts && !is_known && !named_so)?;
    Some((stray.since, PATIENCE))
}

fn check(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Hit>, NotLoaded> {
    let Some(since) = due(RULE.id, entry) else { return Ok(Vec::new()) };
    let Some(record) = facts.machine(entry)? else { return Ok(Vec::new()) };
    let name = facts.name(record)?;
    let list = match record.identity.login.as_ref() {
        Some(login) if login.is_bot() => "No App of the organisation acts with this account",
        _ => "It is neither a member nor an outside collaborator",
    };
    let place = match record.dates.stray {
        Some(stray) => facts.repo_name(stray.repo)?,
        None => "a repository".to_owned(),
    };
    let message = format!(
        "It acts in {place}, which is not public, since {}: {name}. {list}, as far as GitHub's lists \
         show, and they were read whole since.",
        moment(since)
    );
    Ok(vec![Hit { discriminator: since.as_second().to_string(), ..Hit::on(record, message) }])
}

//! Rules: changes to findings. One file, one page, one line in [`ALL`] each.
//!
//! A rule is a value. It does no I/O, asks no clock, and sees only the part of the register that
//! was loaded; what it lacks is loaded and it is asked again.

mod admin_machine;
mod dormant_grant;
mod exception_over;
mod exposed_repository;
pub mod files;
mod foreign_identity;
mod key_left_behind;
mod never_expiring_token;
mod new_place;
mod of_places;
pub mod origins;
mod over_time;
mod overheard;
mod owner_left;
pub mod references;
mod self_hosted_runner;
mod unowned_identity;
mod unrequested_token;
mod unrotated_secret;
mod unseen_change;
mod unused_identity;
mod unusual_rate;
mod usage;
mod used_after_task;
mod weakened_setting;
mod widened_grant;
mod woken_identity;
mod writable_deploy_key;

use crate::domain::{Class, Deed, Finding, FindingKey, IdentityKey, RepoId, RuleId, Severity};
use crate::policy::Policy;
use crate::register::{Change, Entry, NotLoaded, Record, Slice};

/// The rule about accounts that belong to nothing of the organisation: only the register as a whole
/// tells.
pub const FOREIGN: RuleId = foreign_identity::RULE.id;

/// The rule about uses after a task: that it was told is kept with the identity.
pub const AFTER_TASK: RuleId = used_after_task::RULE.id;

pub use of_places::{Guarded, PlaceRule, check_places};
pub use over_time::{Turning, next_due, turnings};
pub use usage::learn;

/// What is wrong, how bad it is, why it matters, and how to see it.
#[derive(Debug)]
pub struct Rule {
    /// Its name everywhere: file, page, policy, finding.
    pub id: RuleId,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// How bad it is, unless a hit says otherwise.
    pub severity: Severity,
    /// OWASP and ATT&CK entries, each with its version.
    pub tags: &'static [&'static str],
    /// Its page.
    pub docs: &'static str,
    check: fn(&Facts<'_>, &Entry) -> Result<Vec<Hit>, NotLoaded>,
}

/// Every rule, in the order of the documentation.
pub static ALL: &[Rule] = &[
    unowned_identity::RULE,
    owner_left::RULE,
    writable_deploy_key::RULE,
    widened_grant::RULE,
    admin_machine::RULE,
    never_expiring_token::RULE,
    self_hosted_runner::RULE,
    exposed_repository::RULE,
    unrotated_secret::RULE,
    unused_identity::RULE,
    woken_identity::RULE,
    new_place::RULE,
    unusual_rate::RULE,
    dormant_grant::RULE,
    key_left_behind::RULE,
    unrequested_token::RULE,
    unseen_change::RULE,
    foreign_identity::RULE,
    used_after_task::RULE,
    exception_over::RULE,
];

/// Every rule about places.
pub static OF_PLACES: &[PlaceRule] = &[weakened_setting::RULE];

/// What a rule may look at: the register after the changes, and the policy.
pub struct Facts<'a> {
    /// The register after.
    pub slice: &'a Slice,
    /// The policy in force.
    pub policy: &'a Policy,
}

/// A rule's verdict before it is made a finding.
pub(crate) struct Hit {
    identity: IdentityKey,
    repo: Option<RepoId>,
    discriminator: String,
    message: String,
    severity: Option<Severity>,
}

/// Asks every rule about one change.
///
/// # Errors
/// When a rule wants something that is not loaded.
pub fn check_all(facts: &Facts<'_>, entry: &Entry) -> Result<Vec<Finding>, NotLoaded> {
    let mut findings = Vec::new();
    for rule in ALL {
        for hit in (rule.check)(facts, entry)? {
            findings.push(Finding {
                key: FindingKey::new(rule.id, &hit.identity, &hit.discriminator),
                rule: rule.id.to_owned(),
                severity: hit.severity.unwrap_or(rule.severity),
                identity: hit.identity,
                repo: hit.repo,
                message: hit.message,
                by: entry.by.clone(),
                at: entry.at,
                news: is_news(&entry.change),
            });
        }
    }
    Ok(findings)
}

/// What people read about a rule, whatever it is about.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its name everywhere.
    pub id: RuleId,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// How bad it usually is.
    pub severity: Severity,
    /// OWASP and ATT&CK entries, each with its version.
    pub tags: &'static [&'static str],
    /// Its text.
    pub docs: &'static str,
}

/// The pages of all rules, about the register, about files and about how changes of them came, in the
/// order of the documentation.
pub fn pages() -> impl Iterator<Item = Page> {
    let about_register = ALL.iter().map(|rule| {
        let Rule { id, title, severity, tags, docs, check: _ } = *rule;
        Page { id, title, severity, tags, docs }
    });
    let about_places = OF_PLACES.iter().map(|rule| {
        let PlaceRule { id, title, severity, tags, docs, check: _ } = *rule;
        Page { id, title, severity, tags, docs }
    });
    let about_files = files::all().map(files::FileRule::page);
    let about_changes = origins::ALL.iter().map(origins::OriginRule::page);
    let about_references = references::ALL.iter().map(references::ReferenceRule::page);
    about_register
        .chain(about_places)
        .chain(about_references)
        .chain(about_files)
        .chain(about_changes)
}

/// The page of the rule of this name.
pub fn page(id: &str) -> Option<Page> {
    pages().find(|page| page.id == id)
}

/// Whether the source stated that it happened now.
fn is_news(change: &Change) -> bool {
    match change {
        Change::Added { news, .. }
        | Change::Widened { news, .. }
        | Change::Due { news, .. }
        | Change::Altered { news } => *news,
        Change::Orphaned { .. }
        | Change::Published
        | Change::Used { .. }
        | Change::Elsewhere { .. }
        | Change::Busier { .. }
        | Change::Gone { .. } => true,
        Change::Acted { act, .. } => matches!(act.deed, Deed::Lapse { .. }),
        _ => false,
    }
}

impl Facts<'_> {
    /// The identity that a change is about, if it is live and known to be a machine.
    fn machine(&self, entry: &Entry) -> Result<Option<&Record>, NotLoaded> {
        let Some(key) = &entry.identity else { return Ok(None) };
        let record = self.slice.record(key)?;
        Ok(record
            .filter(|record| record.identity.is_live() && record.identity.class == Class::Machine))
    }

    /// The identity in words, with its repository: "the deploy key `ci` of acme/api".
    fn name(&self, record: &Record) -> Result<String, NotLoaded> {
        let repo = match record.identity.repo {
            Some(repo) => self.slice.repo(repo)?,
            None => None,
        };
        Ok(crate::words::named(&record.identity, repo.map(|repo| &repo.name)))
    }

    /// The repository's name, or words for one that is not known.
    fn repo_name(&self, repo: RepoId) -> Result<String, NotLoaded> {
        let known = self.slice.repo(repo)?;
        Ok(known.map_or_else(|| "a repository".to_owned(), |repo| repo.name.to_string()))
    }
}

impl Hit {
    fn on(record: &Record, message: String) -> Self {
        Self {
            identity: record.identity.key.clone(),
            repo: record.identity.repo,
            discriminator: String::new(),
            message,
            severity: None,
        }
    }
}

//! Rules about a place rather than an identity: what they find is told in a case without rows, which
//! closes when what was found is put right.

use crate::domain::{RuleId, Severity};
use crate::register::Entry;
use crate::rules::OF_PLACES;

/// What is wrong with a place, how bad it is, and how to see it.
#[derive(Debug)]
pub struct PlaceRule {
    /// Its name everywhere: file, page, policy, case.
    pub id: RuleId,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// OWASP and ATT&CK entries, each with its version.
    pub tags: &'static [&'static str],
    /// Its page.
    pub docs: &'static str,
    pub(super) check: fn(&Entry) -> Option<Guarded>,
}

/// What became of one safeguard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// Which, as far as that tells two of a place apart.
    pub name: String,
    /// What is weaker and what that means, safe to post; `None`: it was put right.
    pub weaker: Option<String>,
}

/// Asks every rule about places about one change.
pub fn check_places(entry: &Entry) -> impl Iterator<Item = (&'static PlaceRule, Guarded)> {
    OF_PLACES.iter().filter_map(|rule| Some((rule, (rule.check)(entry)?)))
}

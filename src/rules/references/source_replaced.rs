//! Another repository has the name that workflows take code under.

use crate::domain::{Fate, Severity};
use crate::rules::references::{Look, ReferenceRule};
use crate::words::repo;

pub(super) const RULE: ReferenceRule = ReferenceRule {
    id: "source-replaced",
    title: "Another repository answers under the name of one that code is taken from",
    severity: Severity::Critical,
    tags: &["CICD-SEC-3", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("source_replaced.md"),
    check,
};

fn check(look: Look<'_>) -> Option<String> {
    let Look::Source(source) = look else { return None };
    let name = repo(&source.repo);
    match &source.fate {
        Fate::Replaced => Some(format!(
            "{name} is another repository than it was: GitHub gives it another number. Whoever made it \
             decides what these jobs run."
        )),
        Fate::Same
        | Fate::Renamed { .. }
        | Fate::OwnerRenamed { .. }
        | Fate::Moved { .. }
        | Fate::Gone
        | Fate::Abandoned => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::references::moves::of_source;

    #[test]
    fn a_name_that_another_repository_took_is_told() {
        assert_eq!(of_source(Fate::Replaced), [RULE.id]);
        assert!(of_source(Fate::Same).is_empty());
    }
}

//! A repository that workflows take code from is not there any more.

use crate::domain::{Fate, Severity};
use crate::rules::references::{Look, ReferenceRule};
use crate::words::repo;

pub(super) const RULE: ReferenceRule = ReferenceRule {
    id: "source-gone",
    title: "A repository that code is taken from is gone",
    severity: Severity::High,
    tags: &["CICD-SEC-3", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("source_gone.md"),
    check,
};

fn check(look: Look<'_>) -> Option<String> {
    let Look::Source(source) = look else { return None };
    let name = repo(&source.repo);
    match &source.fate {
        Fate::Gone => Some(format!(
            "GitHub does not show {name} any more: it was deleted or made private. Its owner's account \
             is there and can make another one of that name."
        )),
        Fate::Abandoned => Some(format!(
            "GitHub does not show {name} any more, and the account that owned it does not have that name \
             any more. Whoever has or registers it can make a repository of that name, and decides then \
             what these jobs run."
        )),
        Fate::Same
        | Fate::Renamed { .. }
        | Fate::OwnerRenamed { .. }
        | Fate::Moved { .. }
        | Fate::Replaced => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::references::moves::of_source;

    #[test]
    fn what_is_gone_is_told_and_worse_where_the_name_is_free() {
        assert_eq!(of_source(Fate::Gone), [RULE.id]);
        assert_eq!(of_source(Fate::Abandoned), [RULE.id]);
        assert!(of_source(Fate::Replaced) != [RULE.id]);
    }
}

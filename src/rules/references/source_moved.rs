//! A repository that workflows take code from belongs to another account, or its owner has another name.

use crate::domain::{Fate, Severity};
use crate::rules::references::{Look, ReferenceRule};
use crate::words::repo;

pub(super) const RULE: ReferenceRule = ReferenceRule {
    id: "source-moved",
    title: "A repository that code is taken from belongs to somebody else now",
    severity: Severity::High,
    tags: &["CICD-SEC-3", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("source_moved.md"),
    check,
};

fn check(look: Look<'_>) -> Option<String> {
    let Look::Source(source) = look else { return None };
    let name = repo(&source.repo);
    match &source.fate {
        Fate::Moved { to } => Some(format!(
            "{name} belongs to another account now and is called {}. GitHub leads from the old name to \
             the new one until somebody makes a repository of the old name.",
            repo(to)
        )),
        Fate::OwnerRenamed { to } => Some(format!(
            "The owner of {name} has another name now: it is called {}. GitHub leads there until \
             somebody registers the old name of the owner and makes a repository of that name.",
            repo(to)
        )),
        Fate::Same | Fate::Renamed { .. } | Fate::Replaced | Fate::Gone | Fate::Abandoned => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::references::moves::of_source;

    #[test]
    fn another_owner_and_another_name_of_the_owner_are_told_and_another_name_of_it_alone_is_not() {
        let to = "octo-labs/lint".parse().unwrap();
        assert_eq!(of_source(Fate::Moved { to }), [RULE.id]);
        let to = "octo-labs/lint".parse().unwrap();
        assert_eq!(of_source(Fate::OwnerRenamed { to }), [RULE.id]);
        let to = "octo-org/linter".parse().unwrap();
        assert!(of_source(Fate::Renamed { to }).is_empty(), "nobody else can take the name");
    }
}

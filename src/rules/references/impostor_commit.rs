//! A reference names a commit that is on no branch of its repository.

use crate::domain::{Move, Severity};
use crate::rules::references::ReferenceRule;
use crate::words::{repo, shown};

pub(super) const RULE: ReferenceRule = ReferenceRule {
    id: "impostor-commit",
    title: "A reference names a commit on no branch of its repository",
    severity: Severity::High,
    tags: &["CICD-SEC-3", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("impostor_commit.md"),
    check,
};

fn check(moved: &Move) -> Option<String> {
    // Where the release before was on no branch either, that is how they release there.
    if moved.is_on_branch != Some(false) || moved.was_on_branch == Some(false) {
        return None;
    }
    Some(format!(
        "{} names a commit that is on no branch of {}. It may come from a fork, or from nobody's \
         work there at all.",
        shown(&moved.reference.name),
        repo(&moved.reference.repo)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::references::moves::{moved, rules};

    #[test]
    fn a_commit_beside_every_branch_is_told_unless_releases_always_are() {
        let at = |was, is| Move { was_on_branch: was, is_on_branch: is, ..moved("v4") };
        assert_eq!(rules(&at(Some(true), Some(false))), [RULE.id]);
        assert_eq!(rules(&at(None, Some(false))), [RULE.id], "what was is not known");
        assert!(rules(&at(Some(false), Some(false))).is_empty());
        assert!(rules(&at(Some(true), None)).is_empty(), "nobody can tell");
        assert!(rules(&at(None, Some(true))).is_empty());
    }
}

//! A tag that names one release names another commit than before.

use crate::domain::Severity;
use crate::rules::references::{Look, ReferenceRule, release};
use crate::words::shown;

pub(super) const RULE: ReferenceRule = ReferenceRule {
    id: "version-tag-moved",
    title: "The tag of one release names another commit",
    severity: Severity::High,
    tags: &["CICD-SEC-3", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("version_tag_moved.md"),
    check,
};

fn check(look: Look<'_>) -> Option<String> {
    let Look::Moved(moved) = look else { return None };
    release(moved.reference.name.raw())?;
    Some(format!(
        "The tag {} names one release and should stay where it was published. It names another \
         commit now.",
        shown(&moved.reference.name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::references::moves::{moved, rules};

    #[test]
    fn a_release_stays_where_it_is_however_it_moves() {
        assert_eq!(rules(&moved("v4.1.2")), [RULE.id]);
        assert!(rules(&moved("v4.1")).is_empty());
    }
}

//! A reference moved to a commit that does not rest on the one before.

use crate::domain::{Severity, Way};
use crate::rules::references::{Look, ReferenceRule, release};
use crate::words::shown;

pub(super) const RULE: ReferenceRule = ReferenceRule {
    id: "reference-moved-back",
    title: "A reference moved backwards or sideways",
    severity: Severity::Medium,
    tags: &["CICD-SEC-3", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("reference_moved_back.md"),
    check,
};

fn check(look: Look<'_>) -> Option<String> {
    let Look::Moved(moved) = look else { return None };
    let name = shown(&moved.reference.name);
    // The others speak of a release, and of a commit beside every branch.
    if release(moved.reference.name.raw()).is_some() || moved.is_on_branch == Some(false) {
        return None;
    }
    match moved.way {
        Way::Forward => None,
        Way::Back => Some(format!(
            "{name} names an older commit than before: what was released since is taken back."
        )),
        Way::Aside => Some(format!(
            "{name} moved sideways: the commit that it names does not rest on the one before."
        )),
        Way::Unknown => Some(format!(
            "{name} names another commit, and GitHub does not tell how it stands to the one before."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Move;
    use crate::rules::references::moves::{moved, rules};

    #[test]
    fn back_and_sideways_are_told_and_what_nobody_can_tell_too() {
        for way in [Way::Back, Way::Aside, Way::Unknown] {
            assert_eq!(rules(&Move { way, ..moved("v4") }), [RULE.id], "{way:?}");
            let rules = rules(&Move { way, ..moved("v4.1.2") });
            assert_eq!(rules, ["version-tag-moved"], "one sentence is enough");
        }
    }
}

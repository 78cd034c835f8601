//! Tags of several releases name one commit.

use std::collections::BTreeSet;

use crate::domain::Severity;
use crate::rules::files::names;
use crate::rules::references::{Look, ReferenceRule, release};
use crate::words::repo;

pub(super) const RULE: ReferenceRule = ReferenceRule {
    id: "tags-moved-together",
    title: "Tags of several releases moved to one commit",
    severity: Severity::Critical,
    tags: &["CICD-SEC-3", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("tags_moved_together.md"),
    check,
};

/// So many releases of one commit are no mistake of somebody who released twice.
const RELEASES: usize = 3;

fn check(look: Look<'_>) -> Option<String> {
    let Look::Moved(moved) = look else { return None };
    let of_releases = moved.tags.iter().filter(|tag| release(tag.raw()).is_some());
    let releases: BTreeSet<[u64; 3]> =
        of_releases.clone().filter_map(|tag| release(tag.raw())).collect();
    if releases.len() < RELEASES {
        return None;
    }
    Some(format!(
        "Tags of {} releases of {} name the same commit now: {}. Whoever takes any of them takes \
         that commit.",
        releases.len(),
        repo(&moved.reference.repo),
        names(of_releases, "tags")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Move;
    use crate::rules::references::moves::{moved, rules};

    #[test]
    fn three_releases_at_one_commit_are_told_and_the_tags_of_one_are_not() {
        let at = |tags: &[&str]| Move {
            tags: tags.iter().map(|tag| (*tag).into()).collect(),
            ..moved("v4")
        };
        assert!(rules(&at(&["v4", "v4.2", "v4.2.0", "latest", "4.2.0"])).is_empty());
        assert!(rules(&at(&["v4.2.0", "v4.2.1"])).is_empty());
        assert_eq!(rules(&at(&["v1.0.0", "v4.2.0", "v4.2.1"])), [RULE.id]);
    }
}

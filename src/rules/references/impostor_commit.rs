//! A reference names a commit that is on no branch of its repository, or is such a commit.

use crate::domain::Severity;
use crate::rules::references::{Look, ReferenceRule};
use crate::words::{repo, shown};

pub(super) const RULE: ReferenceRule = ReferenceRule {
    id: "impostor-commit",
    title: "A reference names a commit on no branch of its repository",
    severity: Severity::High,
    tags: &["CICD-SEC-3", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("impostor_commit.md"),
    check,
};

fn check(look: Look<'_>) -> Option<String> {
    match look {
        // Where the release before was on no branch either, that is how they release there.
        Look::Moved(moved)
            if moved.is_on_branch == Some(false) && moved.was_on_branch != Some(false) =>
        {
            Some(format!(
                "{} names a commit that is on no branch of {}. It may come from a fork, or from \
                 nobody's work there at all.",
                shown(&moved.reference.name),
                repo(&moved.reference.repo)
            ))
        }
        Look::Pinned(pinned) if pinned.belongs == Some(false) => Some(format!(
            "The commit `{}` is on no branch of {}, and none of its tags names it. GitHub shows the \
             commits of forks under that name too: it may be anybody's.",
            pinned.commit,
            repo(&pinned.repo)
        )),
        Look::Moved(_) | Look::Pinned(_) | Look::Source(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Move, Pinned, Timestamp};
    use crate::rules::references::check;
    use crate::rules::references::moves::{moved, rules, sha};

    #[test]
    fn a_commit_beside_every_branch_is_told_unless_releases_always_are() {
        let at = |was, is| Move { was_on_branch: was, is_on_branch: is, ..moved("v4") };
        assert_eq!(rules(&at(Some(true), Some(false))), [RULE.id]);
        assert_eq!(rules(&at(None, Some(false))), [RULE.id], "what was is not known");
        assert!(rules(&at(Some(false), Some(false))).is_empty());
        assert!(rules(&at(Some(true), None)).is_empty(), "nobody can tell");
        assert!(rules(&at(None, Some(true))).is_empty());
    }

    #[test]
    fn what_is_held_to_a_commit_is_told_only_where_it_is_known_not_to_belong() {
        for (belongs, told) in [(Some(false), 1), (Some(true), 0), (None, 0)] {
            let pinned = Pinned {
                repo: "octo-org/lint".parse().unwrap(),
                commit: sha('b'),
                news: true,
                belongs,
                tried: Timestamp::UNIX_EPOCH,
                why: None,
            };
            assert_eq!(check(Look::Pinned(&pinned)).len(), told, "{belongs:?}");
        }
    }
}

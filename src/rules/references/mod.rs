//! Rules about references to code of others: a branch or tag names another commit than before.
//!
//! Most of them move all the time, as their owners release: `v4` goes on to the newest `v4.2.1`. A rule
//! speaks only where a reference moved as it should not.

mod impostor_commit;
mod reference_moved_back;
mod tags_moved_together;
mod version_tag_moved;

use std::cmp::Reverse;

use crate::domain::{Move, MoveSaid, RuleId, Severity};
use crate::rules::Page;

/// What is wrong with how a reference moved, how bad it is, why it matters, and how to see it.
pub struct ReferenceRule {
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
    check: fn(&Move) -> Option<String>,
}

/// Every rule, in the order of the documentation.
pub static ALL: &[ReferenceRule] = &[
    tags_moved_together::RULE,
    impostor_commit::RULE,
    version_tag_moved::RULE,
    reference_moved_back::RULE,
];

impl ReferenceRule {
    /// What people read about it.
    pub fn page(&self) -> Page {
        let Self { id, title, severity, tags, docs, check: _ } = *self;
        Page { id, title, severity, tags, docs }
    }
}

/// What the rules say of a reference that moved, worst first.
pub fn check(moved: &Move) -> Vec<MoveSaid> {
    let said = ALL.iter().filter_map(|rule| {
        let message = (rule.check)(moved)?;
        Some(MoveSaid::new(rule.id, rule.severity, message))
    });
    let mut said: Vec<MoveSaid> = said.collect();
    said.sort_by_key(|said| Reverse(said.severity));
    said
}

/// The release that a tag names with all three numbers, `v4.1.2` or `4.1.2-rc.1`; `None` for tags that
/// move along, such as `v4` and `v4.1`, and for everything else.
fn release(tag: &str) -> Option<[u64; 3]> {
    let version = tag.strip_prefix('v').unwrap_or(tag);
    let version = version.split(['-', '+']).next()?;
    let mut parts = version.split('.');
    let mut next = || parts.next()?.parse::<u64>().ok();
    let release = [next()?, next()?, next()?];
    parts.next().is_none().then_some(release)
}

#[cfg(test)]
mod moves {
    //! A move of a tag of `octo-org/lint`, for the tests of the rules.

    use super::*;
    use crate::domain::{Reference, Sha, Way};

    pub(super) fn sha(digit: char) -> Sha {
        digit.to_string().repeat(40).parse().unwrap()
    }

    /// As maintainers release: the newest commit of a branch, with its tags.
    pub(super) fn moved(name: &str) -> Move {
        Move {
            reference: Reference { repo: "octo-org/lint".parse().unwrap(), name: name.into() },
            from: sha('a'),
            to: sha('b'),
            way: Way::Forward,
            was_on_branch: None,
            is_on_branch: Some(true),
            tags: vec![name.into(), "v4.2.0".into()],
        }
    }

    /// The rules that speak.
    pub(super) fn rules(moved: &Move) -> Vec<String> {
        check(moved).into_iter().map(|said| said.rule).collect()
    }

    #[test]
    fn what_maintainers_do_says_nothing() {
        for name in ["v4", "v4.2", "main", "latest", "release/v4"] {
            assert!(rules(&moved(name)).is_empty(), "{name}");
        }
        // Releases that never were on a branch, as where each is built beside it.
        let built = Move {
            way: Way::Aside,
            was_on_branch: Some(false),
            is_on_branch: Some(false),
            ..moved("v4")
        };
        assert!(rules(&built).is_empty());
    }

    #[test]
    fn only_three_numbers_are_a_release() {
        for (tag, is) in [
            ("v4.1.2", Some([4, 1, 2])),
            ("4.1.2-rc.1", Some([4, 1, 2])),
            ("v4.1.2+build", Some([4, 1, 2])),
            ("v4", None),
            ("v4.1", None),
            ("v4.1.2.3", None),
            ("lint-v4.1.2", None),
            ("v4.x.1", None),
            ("", None),
        ] {
            assert_eq!(release(tag), is, "{tag}");
        }
    }
}

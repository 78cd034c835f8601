//! Rules about code of others that workflows take: a branch or tag names another commit than before, a
//! commit is not of the repository that it is taken from, a repository is in other hands.
//!
//! Most references move all the time, as their owners release: `v4` goes on to the newest `v4.2.1`. A
//! rule speaks only where one moved as it should not.

mod impostor_commit;
mod reference_moved_back;
mod source_gone;
mod source_moved;
mod source_replaced;
mod tags_moved_together;
mod version_tag_moved;

use std::cmp::Reverse;

use crate::domain::{Move, MoveSaid, Pinned, RuleId, Severity, Source};
use crate::rules::Page;

/// What there is to judge about code of others.
#[derive(Clone, Copy, Debug)]
pub enum Look<'a> {
    /// A branch or tag that moved.
    Moved(&'a Move),
    /// A commit that code is held to.
    Pinned(&'a Pinned),
    /// A repository that code is taken from.
    Source(&'a Source),
}

/// What is wrong with code of others, how bad it is, why it matters, and how to see it.
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
    check: fn(Look<'_>) -> Option<String>,
}

/// Every rule, in the order of the documentation.
pub static ALL: &[ReferenceRule] = &[
    source_replaced::RULE,
    tags_moved_together::RULE,
    impostor_commit::RULE,
    version_tag_moved::RULE,
    source_moved::RULE,
    source_gone::RULE,
    reference_moved_back::RULE,
];

impl ReferenceRule {
    /// What people read about it.
    pub fn page(&self) -> Page {
        let Self { id, title, severity, tags, docs, check: _ } = *self;
        Page { id, title, severity, tags, docs }
    }
}

/// What the rules say, worst first.
pub fn check(look: Look<'_>) -> Vec<MoveSaid> {
    let said = ALL.iter().filter_map(|rule| {
        let message = (rule.check)(look)?;
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
    use crate::domain::{Fate, Reference, Sha, Timestamp, Way};

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

    /// `octo-org/lint`, and what became of it.
    pub(super) fn source(fate: Fate) -> Source {
        let (repo, tried) = ("octo-org/lint".parse().unwrap(), Timestamp::UNIX_EPOCH);
        Source { repo, first: None, branch: None, fate, tag: None, tried, why: None }
    }

    /// The rules that speak of what became of a repository.
    pub(super) fn of_source(fate: Fate) -> Vec<String> {
        check(Look::Source(&source(fate))).into_iter().map(|said| said.rule).collect()
    }

    /// The rules that speak.
    pub(super) fn rules(moved: &Move) -> Vec<String> {
        check(Look::Moved(moved)).into_iter().map(|said| said.rule).collect()
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

//! What a login says about who is behind it, when nothing better is known.

use std::sync::LazyLock;

use regex::RegexSet;
use serde::Deserialize;

use crate::catalogue::table::{self, Table};
use crate::domain::Login;

/// One pattern over logins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heuristic {
    /// Names it.
    pub id: String,
    /// How much it says.
    pub strength: Strength,
    /// The pattern, over lowercased logins.
    pub pattern: String,
    /// The end of a sentence about the account.
    pub words: String,
    /// Logins it is for.
    pub examples: Vec<String>,
    /// Logins it must leave alone.
    pub counterexamples: Vec<String>,
    /// Where it was read.
    pub source: Vec<String>,
}

/// How much a pattern says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// People have such logins too: nothing follows.
    Weak,
    /// Could be either: somebody must say.
    Middling,
}

/// Every pattern, in the order of the table.
pub static HEURISTICS: LazyLock<Table<Heuristic>> =
    LazyLock::new(|| table::parse(include_str!("heuristics.toml")));

static SET: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(HEURISTICS.rows.iter().map(|it| &it.pattern)).expect("the table is tested")
});

/// The strongest pattern that a login matches; among equals the first of the table.
pub fn signal(login: &Login) -> Option<&'static Heuristic> {
    let matched = SET.matches(login.as_str());
    let mut found = matched.iter().map(|index| &HEURISTICS.rows[index]);
    let first = found.next()?;
    Some(found.fold(first, |best, it| if it.strength > best.strength { it } else { best }))
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn every_pattern_matches_its_examples_and_nothing_that_it_must_leave_alone() {
        for heuristic in &HEURISTICS.rows {
            let pattern = Regex::new(&heuristic.pattern).unwrap();
            assert!(!heuristic.examples.is_empty() && !heuristic.words.is_empty());
            for login in &heuristic.examples {
                assert!(pattern.is_match(login), "{}: {login}", heuristic.id);
                let best = signal(&login.parse().unwrap()).unwrap();
                assert!(best.strength >= heuristic.strength, "{login}");
            }
            for login in &heuristic.counterexamples {
                assert!(!pattern.is_match(login), "{}: {login}", heuristic.id);
            }
            HEURISTICS.check_sources(&heuristic.id, &heuristic.source);
        }
    }
}

//! A table of data, with where each of its rows was read.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Rows, and the sources that they name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table<R> {
    /// Where rows were read, by the name that rows use.
    #[serde(rename = "source")]
    pub sources: BTreeMap<String, Source>,
    /// The rows, in the order of the file.
    #[serde(rename = "row")]
    pub rows: Vec<R>,
}

/// One source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is.
    pub title: String,
    /// Where to find it.
    pub r#where: String,
}

/// How well a row is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Said by somebody, not checked.
    Reported,
    /// Read in at least one listed source.
    Verified,
}

/// A pattern of a table, compiled when the table is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Regex);

impl Pattern {
    /// The expression.
    pub fn regex(&self) -> &Regex {
        &self.0
    }

    /// Whether it matches somewhere.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl TryFrom<String> for Pattern {
    type Error = regex::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Regex::new(&text).map(Self)
    }
}

/// Reads a table that is compiled in.
///
/// # Panics
/// When the table has a mistake, which the tests find.
pub(super) fn parse<R: DeserializeOwned>(text: &str) -> Table<R> {
    toml::from_str(text).expect("the tables are tested")
}

#[cfg(test)]
impl<R> Table<R> {
    /// Fails unless a row's sources are there and say what and where they are.
    #[track_caller]
    pub(super) fn check_sources<'a>(&self, row: &str, names: impl IntoIterator<Item = &'a String>) {
        let mut names = names.into_iter().peekable();
        assert!(names.peek().is_some(), "{row} names no source");
        for name in names {
            let source = self.sources.get(name).unwrap_or_else(|| panic!("{row}: {name}"));
            assert!(!source.title.is_empty() && !source.r#where.is_empty(), "{name}");
        }
    }
}

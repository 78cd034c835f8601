//! Marks of a trust in the OIDC tokens of GitHub Actions.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Pattern, Table};

/// One mark.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederationMarker {
    /// Names it.
    pub id: String,
    /// What it looks like.
    pub pattern: Pattern,
    /// Something that it matches.
    pub example: String,
    /// What it says.
    pub meaning: String,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// Every mark, in the order of the table.
pub static FEDERATION: LazyLock<Table<FederationMarker>> =
    LazyLock::new(|| table::parse(include_str!("federation.toml")));

/// The marks in a text, in the order of the table.
pub fn federation_in(text: &str) -> impl Iterator<Item = &'static FederationMarker> + '_ {
    FEDERATION.rows.iter().filter(|it| it.pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_in_its_example() {
        for marker in &FEDERATION.rows {
            assert!(federation_in(&marker.example).any(|it| it.id == marker.id), "{}", marker.id);
            assert!(!marker.meaning.is_empty());
            FEDERATION.check_sources(&marker.id, &marker.source);
        }
        assert_eq!(federation_in("https://accounts.acme.invalid").count(), 0);
    }
}

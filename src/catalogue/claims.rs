//! What commits say of themselves when they say that they grant nothing.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Pattern, Table};

/// One way to say so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitClaim {
    /// Names it.
    pub id: String,
    /// What the change would be about, as the end of a sentence.
    pub words: String,
    /// The pattern, over the lowercased first line.
    pub pattern: Pattern,
    /// Over the whole lowercased message: what else it says, so that nothing follows.
    #[serde(default)]
    pub unless: Option<Pattern>,
    /// Rules about files that such a change may well wake.
    #[serde(default)]
    pub allows: Vec<String>,
    /// First lines that it is for.
    pub examples: Vec<String>,
    /// First lines that it must leave alone.
    pub counterexamples: Vec<String>,
    /// Where it was read.
    pub source: Vec<String>,
}

/// Every way, in the order of the table.
pub static COMMIT_CLAIMS: LazyLock<Table<CommitClaim>> =
    LazyLock::new(|| table::parse(include_str!("claims.toml")));

/// What a commit's message claims; the first of the table that fits.
pub fn commit_claim(message: &str) -> Option<&'static CommitClaim> {
    let message = message.trim().to_lowercase();
    let headline = message.lines().next()?.trim();
    COMMIT_CLAIMS.rows.iter().find(|claim| {
        claim.pattern.is_match(headline)
            && !claim.unless.as_ref().is_some_and(|unless| unless.is_match(&message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_told_apart_by_its_examples_and_names_its_source() {
        for row in &COMMIT_CLAIMS.rows {
            COMMIT_CLAIMS.check_sources(&row.id, &row.source);
            for example in &row.examples {
                let found = commit_claim(example).map(|claim| claim.id.as_str());
                assert_eq!(found, Some(row.id.as_str()), "{example}");
            }
            for other in &row.counterexamples {
                let found = commit_claim(other).map(|claim| claim.id.as_str());
                assert_eq!(found, None, "{other}");
            }
        }
    }

    #[test]
    fn what_it_says_besides_counts_anywhere_in_the_message() {
        assert!(commit_claim("docs: reword").is_some());
        assert!(commit_claim("docs: reword\n\nAlso lets the triage agent write.").is_none());
        assert!(commit_claim("").is_none() && commit_claim("\n\ndocs:").is_some());
    }
}

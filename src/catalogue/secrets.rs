//! Credentials: what a leaked one opens, and how it looks, so that none is ever shown.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::RegexSet;
use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Table};

/// One kind of credential.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretType {
    /// GitHub's `secret_type`.
    pub id: String,
    /// Whose service it is for; `any` when the type does not say.
    pub provider: String,
    /// What whoever holds it can open, as the end of a sentence.
    pub opens: String,
    /// How it looks: a pattern, where one is known.
    pub form: Option<String>,
    /// Something that the pattern matches; made up.
    pub example: Option<String>,
    /// Where the pattern was read.
    pub form_source: Option<String>,
    /// How well the name of the type is known.
    pub confidence: Confidence,
    /// Where the name was read.
    pub source: Vec<String>,
}

/// Every kind of credential, in the order of the table.
pub static SECRET_TYPES: LazyLock<Table<SecretType>> =
    LazyLock::new(|| table::parse(include_str!("secrets.toml")));

static BY_ID: LazyLock<BTreeMap<&'static str, &'static SecretType>> =
    LazyLock::new(|| SECRET_TYPES.rows.iter().map(|it| (it.id.as_str(), it)).collect());

static WITH_FORM: LazyLock<Vec<&'static SecretType>> =
    LazyLock::new(|| SECRET_TYPES.rows.iter().filter(|it| it.form.is_some()).collect());

static FORMS: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(WITH_FORM.iter().filter_map(|it| it.form.as_ref())).expect("the table is tested")
});

/// What is known about GitHub's `secret_type`.
pub fn secret_type(id: &str) -> Option<&'static SecretType> {
    BY_ID.get(id).copied()
}

/// The kind of credential that stands somewhere in a text. Such a text must not be shown.
pub fn secret_in(text: &str) -> Option<&'static SecretType> {
    FORMS.matches(text).iter().next().map(|index| WITH_FORM[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_matches_its_example_and_every_row_names_its_sources() {
        for kind in &SECRET_TYPES.rows {
            assert_eq!(kind.form.is_some(), kind.example.is_some(), "{}", kind.id);
            assert_eq!(kind.form.is_some(), kind.form_source.is_some(), "{}", kind.id);
            if let Some(example) = &kind.example {
                let text = format!("the key is {example} or so");
                assert_eq!(secret_in(&text).map(|it| &it.id), Some(&kind.id), "{example}");
            }
            assert!(!kind.opens.is_empty(), "{}", kind.id);
            SECRET_TYPES.check_sources(&kind.id, kind.source.iter().chain(&kind.form_source));
        }
        assert_eq!(BY_ID.len(), SECRET_TYPES.rows.len(), "names are unique");
    }

    #[test]
    fn ordinary_titles_hold_no_credential() {
        for title in ["ci deploy", "ghp_short", "sk-learn", "npm_install", "hf_model", "AKIA"] {
            assert!(secret_in(title).is_none(), "{title}");
        }
        assert_eq!(secret_type("no_such_type").map(|it| &it.id), None);
    }
}

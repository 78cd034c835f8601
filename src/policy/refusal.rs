//! Why a policy file was refused, in a sentence with a place.
//!
//! The sentence may be posted: what it repeats of the file is cut and reduced to plain characters.

use serde_saphyr::{Error, Location};

/// A policy file that was refused. It changed nothing; the last good one stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct BadPolicy {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl BadPolicy {
    /// A refusal at a place.
    pub(super) fn at(place: Location, message: impl Into<String>) -> Self {
        Self { line: place.line().max(1), column: place.column().max(1), message: message.into() }
    }

    /// A refusal of the whole file.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self { line: 1, column: 1, message: message.into() }
    }
}

impl From<Error> for BadPolicy {
    fn from(error: Error) -> Self {
        let place = error.location().unwrap_or(Location::UNKNOWN);
        let message = match error.without_snippet() {
            Error::SerdeUnknownField { field, .. } if field == "home" => {
                "home is named by the operator's flag --home; a file cannot move itself".to_owned()
            }
            Error::SerdeUnknownField { field, expected, .. } => {
                format!("there is no setting {}{}", plain(field), instead(field, expected))
            }
            Error::DuplicateMappingKey { key, .. } => {
                let key = key.as_deref().map_or_else(|| "a setting".to_owned(), plain);
                format!("{key} stands here twice")
            }
            Error::SerdeInvalidType { unexpected, expected, .. } => {
                format!("expected {}, not {}", sentence(expected), sentence(unexpected))
            }
            Error::Unexpected { expected, .. } => format!("expected {} here", shape(expected)),
            Error::NullIntoString { .. } => "expected a word, not nothing".to_owned(),
            Error::MultipleDocuments { .. } => "a policy is one document; remove `---`".to_owned(),
            Error::Budget { .. } => {
                "the file is nested too deeply, too long, or uses anchors; write it out plainly"
                    .to_owned()
            }
            other => format!("this cannot be read as YAML: {}", sentence(&other.to_string())),
        };
        Self::at(place, message)
    }
}

/// What to write instead: the nearest known word, or all of them.
pub(super) fn instead(said: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&said.to_lowercase(), word), word))
        .min()
        .filter(|(distance, word)| *distance <= 1 + word.len() / 4);
    match nearest {
        Some((_, word)) => format!("; did you mean `{word}`?"),
        None => format!("; possible here: {}", known.join(", ")),
    }
}

/// A word of the file, safe to repeat: 40 characters, in quotes.
pub(super) fn plain(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_./".contains(c) { c } else { '?' };
    let mut kept: String = text.chars().take(40).map(safe).collect();
    if text.chars().nth(40).is_some() {
        kept.push('…');
    }
    format!("`{kept}`")
}

/// A YAML term in everyday words.
fn shape(expected: &str) -> &str {
    match expected {
        "sequence start" => "a list, as in `[a, b]`,",
        "mapping start" => "settings, each as `name: value`,",
        "string scalar" => "a single word",
        other => other,
    }
}

/// What the YAML reader says, on one line and without what could be markup.
fn sentence(text: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || " .,:;_-/()'".contains(c);
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(160).map(|c| if safe(c) { c } else { '\'' }).collect()
}

//! Words that wake an agent or a bot. `plan` breaks them wherever we show foreign text.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Table};

/// One word, or a few in a row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// As it must be written, in lower case: `@claude`, `/gemini`, `bors r+`.
    pub word: String,
    /// The entry of the known accounts that answers to it.
    pub actor: Option<String>,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// Every trigger, in the order of the table.
pub static TRIGGERS: LazyLock<Table<Trigger>> =
    LazyLock::new(|| table::parse(include_str!("triggers.toml")));

static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut words: Vec<_> = TRIGGERS.rows.iter().map(|it| it.word.as_str()).collect();
    words.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    words
});

/// The words, in lower case, longest first: a filter that takes them in this order never breaks a
/// part and leaves the whole.
pub fn trigger_words() -> &'static [&'static str] {
    &WORDS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::ACTORS;

    #[test]
    fn every_trigger_is_one_lowercase_line_with_a_source_and_a_known_account() {
        let actors: BTreeSet<_> = ACTORS.rows.iter().map(|entry| entry.id.as_str()).collect();
        for trigger in &TRIGGERS.rows {
            let word = trigger.word.as_str();
            assert_eq!(word, word.to_lowercase().trim());
            assert!(word.len() > 1 && !word.contains('\n'), "{word:?}");
            assert!(trigger.actor.as_deref().is_none_or(|it| actors.contains(it)), "{word}");
            TRIGGERS.check_sources(&trigger.word, &trigger.source);
        }
        assert_eq!(trigger_words().iter().collect::<BTreeSet<_>>().len(), TRIGGERS.rows.len());
    }

    #[test]
    fn longer_words_come_before_what_they_begin_with() {
        let place = |word| trigger_words().iter().position(|it| *it == word).unwrap();
        assert!(place("@copilot-swe-agent") < place("@copilot"));
        assert!(place("@claude") < trigger_words().len());
    }
}

//! Words that make an agent or a bot start, broken so that none of them stands in our text.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalogue::trigger_words;
use crate::words::shown::JOINER;

/// Any trigger word, in any case. What is called with an `@` counts without it too: some agents
/// look for their bare name.
static ANY: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<_> = trigger_words()
        .iter()
        .map(|word| regex::escape(word.strip_prefix('@').unwrap_or(word)))
        .collect();
    Regex::new(&format!("(?i){}", words.join("|"))).expect("escaped words make a pattern")
});

/// The text with a joiner inside every trigger word. A text without any comes back as it was.
pub fn defused(text: &str) -> String {
    let mut text = text.to_owned();
    // A break may leave another word that overlapped the first; each round shortens what is whole.
    while let Some(found) = ANY.find(&text) {
        let first = text[found.start()..].chars().next().map_or(1, char::len_utf8);
        text.insert(found.start() + first, JOINER);
    }
    text
}

/// Whether a text holds a word that some agent or bot answers to.
pub fn is_trigger(text: &str) -> bool {
    ANY.is_match(text)
}

//! Words that make an agent or a bot start, broken so that none of them stands in our text.

use std::sync::LazyLock;

use regex::Regex;

use crate::words::JOINER;

/// Names that agents and bots answer to when they are mentioned or commanded.
const TRIGGERS: &[&str] = &[
    "aider",
    "allcontributors",
    "amazonq",
    "amp-code",
    "augment",
    "bors",
    "bugbot",
    "charlie",
    "claude",
    "cline",
    "coderabbit",
    "codex",
    "codegen",
    "copilot",
    "cubic",
    "cursor",
    "dependabot",
    "devin",
    "droid",
    "ellipsis",
    "gemini",
    "greptile",
    "jules",
    "junie",
    "kilocode",
    "kiro",
    "mergify",
    "mergifyio",
    "opencode",
    "openhands",
    "qodo",
    "qwen",
    "renovate",
    "roomote",
    "rust-bors",
    "rustbot",
    "sourcery",
    "sweep",
    "warp",
];

/// Any trigger word, without the sign before it, in any case.
static ANY: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<_> = TRIGGERS
        .iter()
        .map(|word| word.trim_start_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() > 2) // shorter ones work only behind a sign
        .map(regex::escape)
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

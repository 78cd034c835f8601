//! The words that commands share: which identities, who, and why.

use crate::commands::command::{Pick, Somebody};
use crate::domain::Foreign;
use crate::words::shown;

/// The words of a command up to `because`, and the text after it.
pub(super) fn split_because(rest: &str) -> (Vec<&str>, Option<&str>) {
    let mut words = Vec::new();
    let mut at = rest;
    loop {
        at = at.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if at.is_empty() {
            return (words, None);
        }
        let end = at.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(at.len());
        let (word, after) = at.split_at(end);
        if word.eq_ignore_ascii_case("because") {
            return (words, Some(after.trim()));
        }
        words.push(word);
        at = after;
    }
}

/// The text after `because`, which may not be empty.
pub(super) fn reason(text: Option<&str>) -> Result<Option<Foreign>, String> {
    match text {
        Some("") => Err("There is no text after `because`.".to_owned()),
        other => Ok(other.map(Foreign::new)),
    }
}

/// Only picks, for commands that take nothing else.
pub(super) fn picks(words: &[&str]) -> Result<Vec<Pick>, String> {
    words.iter().map(|word| pick(word)?.ok_or_else(|| unknown(word))).collect()
}

/// One pick; `None` when the word is not one, an error when it nearly is.
pub(super) fn pick(word: &str) -> Result<Option<Pick>, String> {
    let word = word.trim_matches('`');
    if word.eq_ignore_ascii_case("all") {
        return Ok(Some(Pick::All));
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let (from, to) = word.split_once('-').unwrap_or((word, word));
        return match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) if 0 < from && from <= to => Ok(Some(Pick::Rows(from, to))),
            _ => Err(format!("{} is not a row number such as `2` or `1-3`.", quote(word))),
        };
    }
    if word.contains('/') && !word.starts_with('@') {
        return match word.to_ascii_lowercase().parse() {
            Ok(key) => Ok(Some(Pick::Key(key))),
            Err(_) => Err(format!("{} is not an identity such as `deploy_key/4711`.", quote(word))),
        };
    }
    Ok(None)
}

/// `@octocat` or `@acme/platform`.
pub(super) fn somebody(word: &str) -> Result<Somebody, String> {
    let refuse = || format!("{} is neither a person nor a team with an @ before it.", quote(word));
    let name = word.strip_prefix('@').ok_or_else(refuse)?;
    match name.split_once('/') {
        Some((org, slug)) => Ok(Somebody::Team {
            org: org.parse().map_err(|_| refuse())?,
            slug: slug.parse().map_err(|_| refuse())?,
        }),
        None => Ok(Somebody::Person(name.parse().map_err(|_| refuse())?)),
    }
}

/// The refusal of a word that means nothing here.
pub(super) fn unknown(word: &str) -> String {
    format!("I do not know what {} means here.", quote(word))
}

/// A person's word as it may be repeated to them.
pub(super) fn quote(word: &str) -> String {
    shown(&Foreign::new(word))
}

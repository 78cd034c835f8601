//! From the text of a comment to commands.

use crate::commands::command::{COMMANDS, Command, CommandSpec, MOST_COMMANDS, Misread};
use crate::commands::spoken::spoken;

/// The most bytes of a comment that are read. GitHub's own limit is 65,536 characters.
const LONGEST: usize = 64 * 1024;

/// Whom a comment is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressed<'a> {
    /// Us alone: it stands in an issue of ours.
    Us,
    /// Whoever listens: it stands in the conversation of a pull request. `/help` there is anybody's.
    Others {
        /// Our App's slug: `@beholden help` is ours.
        slug: &'a str,
    },
}

/// The commands in a comment, in order; what is not ours is passed over in silence.
pub fn parse(body: &str, to: Addressed<'_>) -> Vec<Result<Command, Misread>> {
    let end = (0..=LONGEST.min(body.len())).rev().find(|at| body.is_char_boundary(*at));
    let body = &body[..end.unwrap_or(0)];
    if !body.contains(['/', '@']) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in spoken(body) {
        let Some((spec, rest)) = ours(&line, to) else { continue };
        if found.len() == MOST_COMMANDS {
            found.push(Err(Misread {
                verb: spec.verb,
                why: format!("I read only the first {MOST_COMMANDS} commands of a comment."),
                example: spec.example,
            }));
            break;
        }
        found.push((spec.read)(rest).map_err(|why| Misread {
            verb: spec.verb,
            why,
            example: spec.example,
        }));
    }
    found
}

/// Which of our commands a line begins with, and what stands after it.
fn ours<'a>(line: &'a str, to: Addressed<'_>) -> Option<(&'static CommandSpec, &'a str)> {
    let (words, by_name) = match (line.strip_prefix('/'), to) {
        (Some(words), _) => (words, false),
        (None, Addressed::Others { slug }) => (named(line, slug)?, true),
        (None, Addressed::Us) => return None,
    };
    let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let spec = COMMANDS.iter().find(|spec| spec.verb.eq_ignore_ascii_case(verb))?;
    let anybodys = to != Addressed::Us && !by_name && spec.verb == "help";
    (!anybodys).then(|| (spec, rest.trim()))
}

/// What stands after our name at the beginning of a line.
fn named<'a>(line: &'a str, slug: &str) -> Option<&'a str> {
    let name = line.strip_prefix('@')?;
    let (ours, rest) = name.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    ours.eq_ignore_ascii_case(slug).then(|| rest.strip_prefix('/').unwrap_or(rest))
}

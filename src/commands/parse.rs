//! From the text of a comment to commands.

use crate::commands::command::{COMMANDS, Command, CommandSpec, MOST_COMMANDS, Misread};
use crate::commands::spoken::spoken;

/// The most bytes of a comment that are read. GitHub's own limit is 65,536 characters.
const LONGEST: usize = 64 * 1024;

/// The commands in a comment, in order; what is not ours is passed over in silence.
pub fn parse(body: &str) -> Vec<Result<Command, Misread>> {
    let end = (0..=LONGEST.min(body.len())).rev().find(|at| body.is_char_boundary(*at));
    let body = &body[..end.unwrap_or(0)];
    if !body.contains('/') {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in spoken(body) {
        let Some((spec, rest)) = ours(&line) else { continue };
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
fn ours(line: &str) -> Option<(&'static CommandSpec, &str)> {
    let words = line.strip_prefix('/')?;
    let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let spec = COMMANDS.iter().find(|spec| spec.verb.eq_ignore_ascii_case(verb))?;
    Some((spec, rest.trim()))
}

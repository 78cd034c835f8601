//! The only way that foreign text reaches GitHub: cut, filtered, broken up, in a code span.
//!
//! The result is one line. Rendered, nothing in it takes effect; read as raw text, no `@name`,
//! `/command`, `#1`, URL, tag or trigger word of an agent stands in it in one piece.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Foreign;
use crate::words::triggers::defused;

/// The most characters that are shown. The rest stands only on the page.
pub const LONGEST: usize = 100;

/// What stands for a name without a visible character.
pub const EMPTY: &str = "(no name)";

/// U+2060 WORD JOINER, which breaks a word for programs and for nobody else.
///
/// It has no width, is not white space (bots that split on white space get nothing new to match),
/// allows no line break, and unlike the zero-width joiners does not change how letters connect.
pub const JOINER: char = '\u{2060}';

/// What marks a place where characters were that cannot be seen.
const HIDDEN: char = '\u{fffd}';

/// Characters without a picture of their own: controls, format and bidirectional characters,
/// private use, unassigned, tags, variation selectors, fillers, and the blank Braille pattern.
static UNSEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{C}\p{Default_Ignorable_Code_Point}\u{2800}]").expect("the pattern is fixed")
});

/// Marks that sit on the character before them.
static MARK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\p{M}").expect("the pattern is fixed"));

/// Foreign text as it may stand in a sentence of ours.
pub fn shown(text: &Foreign) -> String {
    fenced(&broken(&visible(text.raw())))
}

/// Foreign text as it may stand in a cell of a table, where a bar would end the cell even inside
/// a code span.
pub fn in_cell(text: &Foreign) -> String {
    fenced(&broken(&visible(text.raw())).replace('|', r"\|"))
}

/// What a person could see of a text, in one line, at most [`LONGEST`] characters.
fn visible(text: &str) -> String {
    let mut seen = String::new();
    let (mut length, mut marks) = (0, 0);
    let mut buffer = [0; 4];
    for c in text.chars() {
        let piece = &*c.encode_utf8(&mut buffer);
        let c = if c.is_whitespace() {
            ' '
        } else if matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}') {
            continue; // parts of ordinary emoji
        } else if !c.is_ascii() && UNSEEN.is_match(piece) || c.is_ascii_control() {
            HIDDEN
        } else {
            c
        };
        if matches!(c, ' ' | HIDDEN) && (seen.is_empty() && c == ' ' || seen.ends_with(c)) {
            continue;
        }
        // Letters carry one or two marks; a pile of them paints over the lines around it.
        marks = if !c.is_ascii() && MARK.is_match(piece) { marks + 1 } else { 0 };
        if marks > 2 {
            continue;
        }
        if length == LONGEST {
            seen.pop();
            seen.truncate(seen.trim_end().len());
            seen.push('…');
            return seen;
        }
        seen.push(c);
        length += 1;
    }
    seen.truncate(seen.trim_end().len());
    seen
}

/// Puts a joiner wherever a program that reads raw text could find something to act on.
fn broken(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut before = ['\0', '\0'];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        let next = chars.peek().copied().unwrap_or(' ');
        let opens = match c {
            // Mentions, references, tags, links, shortcodes, mathematics, escapes.
            '@' | '\u{ff20}' | '\u{fe6b}' | '#' | '\u{ff03}' | '<' | ':' | '[' | ']' | '$'
            | '\\' | '&' => true,
            // Commands, paths, images.
            '/' | '\u{ff0f}' | '!' => true,
            // GH-1.
            '-' => before.map(|c| c.to_ascii_lowercase()) == ['g', 'h'],
            // www, which opens a link with what follows the dot.
            'w' | 'W' => before.map(|c| c.to_ascii_lowercase()) == ['w', 'w'],
            _ => false,
        };
        if opens && next != ' ' {
            out.push(JOINER);
        }
        before = [before[1], c];
    }
    defused(&out)
}

/// A code span whose fence is longer than any run of backticks inside.
fn fenced(text: &str) -> String {
    if text.chars().all(|c| c == HIDDEN || c.is_whitespace()) {
        return EMPTY.to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A backtick at an end would lengthen the fence; GitHub takes one space off each side.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

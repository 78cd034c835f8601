//! How much the HCL parser has to do for a text, found out before it begins.
//!
//! It reads what follows the second operator of a row once more when that turns out to be wrong, and
//! inside brackets that stand there again, and so on: the work doubles with each level of them. And
//! it compares each key of an object with all keys before it. Comments, strings and here-documents
//! are told apart as the parser does it, for a bracket in one of them opens and closes nothing.

use hcl_primitives::ident::{is_id_continue, is_id_start};

/// How many keys are compared in the time in which a byte is read.
const COMPARED: usize = 8;

/// How many bytes the parser reads at most, each counted as often as it is read, if the text turns
/// out to be no HCL; with the keys that it compares.
pub(super) fn work(text: &str) -> usize {
    let mut reader = Reader { text, at: 0, total: 0, times: 1, operators: 0, open: Vec::new() };
    while reader.at < text.len() {
        let from = reader.at;
        let goes_on = reader.token();
        reader.total = reader.total.saturating_add(reader.times.saturating_mul(reader.at - from));
        if !goes_on {
            break;
        }
    }
    reader.total
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    total: usize,
    /// How often the parser reads what stands here.
    times: usize,
    /// Operators of the row so far.
    operators: usize,
    open: Vec<Open<'t>>,
}

/// What is open, with what held before it.
struct Open<'t> {
    what: What<'t>,
    times: usize,
    operators: usize,
    /// Keys in it so far.
    keys: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What<'t> {
    /// Brackets, by the one that closes them.
    Bracket(u8),
    Quotes,
    /// A here-document, by the word that ends it.
    Here(&'t str),
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Reads one token. Whether the parser can go on after it: it stops at a bracket that closes
    /// nothing.
    fn token(&mut self) -> bool {
        match self.open.last().map(|open| open.what) {
            Some(What::Quotes) => self.template(None),
            Some(What::Here(word)) => self.template(Some(word)),
            _ => return self.code(),
        }
        true
    }

    fn code(&mut self) -> bool {
        let rest = self.rest();
        if let Some(word) = here_document(rest) {
            self.open(What::Here(word.word), word.len);
            return true;
        }
        let bytes = rest.as_bytes();
        let mut len = 1;
        match (bytes[0], bytes.get(1)) {
            (b'#', _) | (b'/', Some(b'/')) => len = rest.find('\n').unwrap_or(rest.len()),
            (b'/', Some(b'*')) => len = rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            (b'"', _) => {
                self.open(What::Quotes, 1);
                return true;
            }
            (b'(', _) => return self.bracket(b')', 1),
            (b'[', _) => return self.bracket(b']', 1),
            (b'{', _) => return self.bracket(b'}', 1),
            (closing @ (b')' | b']' | b'}'), _) => {
                self.at += 1;
                return self.close() == Some(What::Bracket(closing));
            }
            (b'=' | b'!' | b'<' | b'>', Some(b'=')) => {
                self.operators += 1;
                len = 2;
            }
            (b':', Some(b':')) => len = 2,
            (b'=' | b':', _) => {
                self.operators = 0;
                self.key();
            }
            (b',' | b'?', _) => self.operators = 0,
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'<' | b'>' | b'!', _) => {
                self.operators += 1;
            }
            // A name may hold what elsewhere is an operator.
            _ => len = name(rest),
        }
        self.at += len;
        true
    }

    /// What stands before this may be a key of the object around it.
    fn key(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        open.keys += 1;
        let compared = self.times.saturating_mul(open.keys / COMPARED);
        self.total = self.total.saturating_add(compared);
    }

    fn bracket(&mut self, closing: u8, len: usize) -> bool {
        self.open(What::Bracket(closing), len);
        if self.open.last().is_some_and(|open| open.operators > 1) {
            self.times = self.times.saturating_mul(2);
        }
        true
    }

    /// Reads on in quotes or in a here-document.
    fn template(&mut self, here: Option<&str>) {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        match bytes[0] {
            b'$' | b'%' if bytes.get(1) == Some(&bytes[0]) && bytes.get(2) == Some(&b'{') => {
                self.at += 3;
            }
            b'$' | b'%' if bytes.get(1) == Some(&b'{') => {
                self.bracket(b'}', 2);
            }
            b'"' if here.is_none() => {
                self.at += 1;
                self.close();
            }
            b'\\' if here.is_none() => {
                self.at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8)
            }
            b'\n' => match here.and_then(|word| ends(rest, word)) {
                Some(len) => {
                    self.at += len;
                    self.close();
                }
                None => self.at += 1,
            },
            _ => {
                let special = |byte: &u8| b"$%\"\\\n".contains(byte);
                self.at += bytes.iter().skip(1).position(special).map_or(rest.len(), |at| at + 1);
            }
        }
    }

    fn open(&mut self, what: What<'t>, len: usize) {
        let (times, operators) = (self.times, self.operators);
        self.open.push(Open { what, times, operators, keys: 0 });
        // What stands in quotes is no row of its own: only what is filled in there is.
        if matches!(what, What::Bracket(_)) {
            self.operators = 0;
        }
        self.at += len;
    }

    fn close(&mut self) -> Option<What<'t>> {
        let open = self.open.pop()?;
        (self.times, self.operators) = (open.times, open.operators);
        Some(open.what)
    }
}

/// The beginning of a here-document.
struct Here<'t> {
    word: &'t str,
    /// Its bytes without the end of the line.
    len: usize,
}

fn here_document(text: &str) -> Option<Here<'_>> {
    let bare = text.strip_prefix("<<")?;
    let bare = bare.strip_prefix('-').unwrap_or(bare);
    let word = &bare[..word(bare)];
    let after = &bare[word.len()..];
    let is_one = !word.is_empty() && (after.starts_with('\n') || after.starts_with("\r\n"));
    is_one.then(|| Here { word, len: text.len() - after.len() })
}

/// The bytes of the end of a line and of the word that ends a here-document on the next one.
fn ends(text: &str, word: &str) -> Option<usize> {
    let line = text.strip_prefix('\n')?;
    let after = line.trim_start_matches([' ', '\t']).strip_prefix(word)?;
    (rest_of_word(after) == 0).then(|| text.len() - after.len())
}

/// The bytes of a name at the beginning of a text, or of one character.
fn name(text: &str) -> usize {
    word(text).max(text.chars().next().map_or(1, char::len_utf8))
}

/// The bytes of a name at the beginning of a text.
fn word(text: &str) -> usize {
    if text.starts_with(is_id_start) { rest_of_word(text) } else { 0 }
}

/// The bytes at the beginning of a text that can go on with a name.
fn rest_of_word(text: &str) -> usize {
    text.find(|c| !is_id_continue(c)).unwrap_or(text.len())
}

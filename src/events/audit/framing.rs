//! The records in a text, whatever form they come in, and the pieces of it that are none.
//!
//! Values stand one after the other or in an array, each bare or wrapped as `event`. After a piece that
//! cannot be read the next record is looked for, so that one bad record costs no other.

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// The event under which pieces that are no records stand in the inbox.
pub const REFUSED: &str = "audit_log_refused";

/// The most bytes of one record. A larger one is no record of GitHub's.
const MOST_RECORD: usize = 1024 * 1024;

/// The most bytes that are kept of a piece that is none.
const MOST_KEPT: usize = 64 * 1024;

/// The most pieces of one text that are kept because they are no records.
const MOST_REFUSED: usize = 1_000;

/// How many bytes of one text may be read in vain while the next record is looked for behind a broken one.
/// What is left then is one piece.
const MOST_LOOKED: usize = 64 * 1024 * 1024;

/// What is wrong with a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no JSON, or not UTF-8.
    Format,
    /// It is neither a record nor wraps one.
    NoEvent,
    /// It wraps nothing.
    Blank,
    /// It is larger than is read.
    TooLarge,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framed {
    /// A record, as it was written.
    Record(String),
    /// Something else.
    Refused(Refused),
}

/// Something that is no record, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong with it.
    pub wrong: Wrong,
    /// Its name in the inbox: the same piece has the same.
    pub guid: String,
    /// Its beginning, at most 64 KB.
    pub start: Vec<u8>,
}

impl Refused {
    /// Puts a piece aside.
    pub fn new(wrong: Wrong, piece: &[u8]) -> Self {
        let print = hex::encode(&Sha256::digest(piece)[..16]);
        let guid = format!("audit-{}-{print}", wrong.as_str());
        Self { wrong, guid, start: piece[..piece.len().min(MOST_KEPT)].to_vec() }
    }
}

impl Wrong {
    const ALL: [Self; 4] = [Self::Format, Self::NoEvent, Self::Blank, Self::TooLarge];

    fn as_str(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::NoEvent => "no_event",
            Self::Blank => "blank",
            Self::TooLarge => "too_large",
        }
    }

    /// Why it was put aside, as a sentence without any text of it.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Format => "It is no JSON, so it is no record of the audit log.",
            Self::NoEvent => "It is neither a record of the audit log nor wraps one.",
            Self::Blank => "It wraps no record of the audit log.",
            Self::TooLarge => "It is larger than is read; its first 64 KB are kept.",
        }
    }

    /// What was wrong with a piece of this name.
    pub(super) fn of(guid: &str) -> Option<Self> {
        let kind = guid.strip_prefix("audit-")?.rsplit_once('-')?.0;
        Self::ALL.into_iter().find(|wrong| wrong.as_str() == kind)
    }
}

/// The fields that tell a record from what wraps one.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    action: Option<&'a RawValue>,
    #[serde(borrow, rename = "_document_id")]
    document: Option<&'a RawValue>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
}

/// The pieces of a text, in its order.
pub fn framed(text: &str) -> Vec<Framed> {
    let mut framer = Framer { found: Vec::new(), refused: 0, looked: 0 };
    let (mut rest, mut in_broken_array) = (text, false);
    while !rest.trim_start().is_empty() {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let mut error = None;
        for value in values.by_ref() {
            match value {
                Ok(value) => framer.take(value.get(), Depth::Text),
                Err(broken) => {
                    error = Some(broken);
                    break;
                }
            }
        }
        rest = &rest[values.byte_offset()..];
        if let Some(error) = error {
            framer.looked += place_of(&error, rest);
        }
        // What holds an array together is no record, and its end may stand anywhere.
        let inside = rest.trim_start_matches(|c: char| c.is_whitespace() || ",[]".contains(c));
        if in_broken_array || rest.trim_start().starts_with('[') {
            in_broken_array = true;
            if inside.len() < rest.len() {
                rest = inside;
                continue;
            }
        }
        let (bad, after) = rest.split_at(framer.next_record(rest));
        if !bad.trim().is_empty() {
            framer.put_aside(Wrong::Format, bad);
        }
        rest = after;
    }
    framer.found
}

/// How deep a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// In the text itself: it may be an array, or wrap others.
    Text,
    /// In an array: it may wrap others.
    Array,
    /// Wrapped: it is a record.
    Wrapped,
}

/// What was found so far, and what the finding cost.
struct Framer {
    found: Vec<Framed>,
    /// Pieces that are no records.
    refused: usize,
    /// Bytes that were read in vain, because what began there did not end well.
    looked: usize,
}

impl Framer {
    /// Where the first record behind a broken piece begins, which is the end where there is none, or where
    /// looking for it costs too much.
    fn next_record(&mut self, text: &str) -> usize {
        let bytes = text.as_bytes();
        for at in (1..bytes.len()).filter(|at| bytes[*at] == b'{') {
            if self.looked > MOST_LOOKED {
                break;
            }
            let before = bytes[..at].iter().rev().find(|byte| !b" \t\r".contains(byte));
            if before.is_none_or(|byte| !b"}],\n".contains(byte)) {
                continue;
            }
            let from = &text[at..];
            let mut values = serde_json::Deserializer::from_str(from).into_iter::<&RawValue>();
            match values.next() {
                Some(Ok(value)) => {
                    let mut inside = Self { found: Vec::new(), refused: 0, looked: 0 };
                    inside.take(value.get(), Depth::Text);
                    if matches!(inside.found[..], [Framed::Record(_), ..]) {
                        return at;
                    }
                    self.looked += value.get().len();
                }
                Some(Err(error)) => self.looked += place_of(&error, from),
                None => {}
            }
        }
        bytes.len()
    }

    fn put_aside(&mut self, wrong: Wrong, piece: &str) {
        if self.refused < MOST_REFUSED {
            self.refused += 1;
            self.found.push(Framed::Refused(Refused::new(wrong, piece.as_bytes())));
        }
    }

    /// Takes the records out of a value.
    fn take(&mut self, value: &str, depth: Depth) {
        match value.trim_start().bytes().next() {
            Some(b'[') if depth == Depth::Text => self.take_all(value, Depth::Array),
            Some(b'{') => {
                let Ok(outline) = serde_json::from_str::<Outline<'_>>(value) else {
                    return self.put_aside(Wrong::Format, value);
                };
                let is_record = outline.action.is_some() || outline.document.is_some();
                match outline.event {
                    // A run of a workflow has an `event` of its own.
                    _ if is_record || depth == Depth::Wrapped => {
                        if value.len() > MOST_RECORD {
                            self.put_aside(Wrong::TooLarge, value);
                        } else {
                            self.found.push(Framed::Record(value.to_owned()));
                        }
                    }
                    Some(event) => self.wrapped(event.get()),
                    None => self.put_aside(Wrong::NoEvent, value),
                }
            }
            _ => self.put_aside(Wrong::Format, value),
        }
    }

    fn take_all(&mut self, values: &str, depth: Depth) {
        match serde_json::from_str::<Vec<&RawValue>>(values) {
            Ok(values) => values.into_iter().for_each(|value| self.take(value.get(), depth)),
            Err(_) => self.put_aside(Wrong::Format, values),
        }
    }

    /// What is wrapped: a record, several, or the text of one.
    fn wrapped(&mut self, event: &str) {
        match event.trim_start().bytes().next() {
            Some(b'{') => self.take(event, Depth::Wrapped),
            Some(b'[') => self.take_all(event, Depth::Wrapped),
            Some(b'"') => match serde_json::from_str::<String>(event) {
                Ok(text) if text.trim().is_empty() => self.put_aside(Wrong::Blank, event),
                Ok(text) if serde_json::from_str::<&RawValue>(&text).is_ok() => {
                    self.take(&text, Depth::Wrapped);
                }
                _ => self.put_aside(Wrong::Format, event),
            },
            _ => self.put_aside(Wrong::Format, event),
        }
    }
}

/// How many bytes were read until an error was met.
fn place_of(error: &serde_json::Error, text: &str) -> usize {
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let before: usize = lines.map(str::len).sum();
    (before + error.column()).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"action":"hook.create","_document_id":"a"}"#;
    const RUN: &str = r#"{"action":"workflows.created_workflow_run","event":"push"}"#;

    /// The records of a text, and what is wrong with its other pieces, in their order.
    fn read(text: &str) -> (Vec<String>, Vec<Wrong>) {
        let (mut records, mut wrong) = (Vec::new(), Vec::new());
        for piece in framed(text) {
            match piece {
                Framed::Record(record) => records.push(record),
                Framed::Refused(refused) => {
                    assert_eq!(Wrong::of(&refused.guid), Some(refused.wrong));
                    wrong.push(refused.wrong);
                }
            }
        }
        (records, wrong)
    }

    #[test]
    fn every_framing_gives_the_same_records() {
        let wrapped = format!(r#"{{"time":1.5,"source":"github","event":{RECORD}}}"#);
        let quoted = serde_json::to_string(RECORD).unwrap();
        for text in [
            format!("{RECORD}{RUN}"),
            format!("{RECORD}\n{RUN}\n"),
            format!("[{RECORD}, {RUN}]"),
            format!("{wrapped}{RUN}"),
            format!(r#"{{"event":[{RECORD},{RUN}]}}"#),
            format!(r#"{{"event":{quoted}}} {{"event":{RUN}}}"#),
        ] {
            let both = vec![RECORD.to_owned(), RUN.to_owned()];
            assert_eq!(read(&text), (both, Vec::new()), "{text}");
        }
        assert_eq!(read(" \n"), (Vec::new(), Vec::new()));
    }

    #[test]
    fn one_bad_piece_costs_no_other_record() {
        for (bad, why) in [
            ("{", Wrong::Format),
            ("7", Wrong::Format),
            (r#"{"action":"hook.create","config":{"#, Wrong::Format),
            (r#"{"action":"hook.create"x}"#, Wrong::Format),
            (r#"{"source":"x"}"#, Wrong::NoEvent),
            (r#"{"event":""}"#, Wrong::Blank),
            (r#"{"event":null}"#, Wrong::NoEvent),
            (r#"{"event":7}"#, Wrong::Format),
            (r#"{"event":"no json"}"#, Wrong::Format),
        ] {
            for text in [
                format!("{RECORD}\n{bad}\n{RUN}"),
                format!("[{RECORD},{bad},\n{RUN}]"),
                format!("{RECORD}{RUN}{bad}"),
            ] {
                let both = vec![RECORD.to_owned(), RUN.to_owned()];
                assert_eq!(read(&text), (both, vec![why]), "{text}");
            }
        }
    }

    #[test]
    fn a_large_record_is_put_aside_with_its_beginning() {
        let large = format!(r#"{{"action":"a.b","x":"{}"}}"#, "x".repeat(MOST_RECORD));
        let found = framed(&format!("{large}{RECORD}"));
        let [Framed::Refused(refused), Framed::Record(_)] = &found[..] else {
            panic!("{}", found.len())
        };
        assert_eq!((refused.wrong, refused.start.len()), (Wrong::TooLarge, MOST_KEPT));
    }

    #[test]
    fn arrays_that_stand_in_each_other_are_no_records_however_deep() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(
            read(&format!("{deep}{RECORD}")),
            (vec![RECORD.to_owned()], vec![Wrong::Format])
        );
        let wrapped = format!(r#"[[{{"event":{RECORD}}}],{{"event":{RUN}}}]"#);
        assert_eq!(read(&wrapped), (vec![RUN.to_owned()], vec![Wrong::Format]));
    }

    #[test]
    fn a_text_that_never_ends_well_is_given_up_and_not_read_again_and_again() {
        // Each `{` could begin a record, and nothing tells before the end that it does not.
        let text = "{\"a\":\n".repeat(300_000);
        let (records, wrong) = read(&text);
        assert_eq!((records.len(), wrong), (0, vec![Wrong::Format]));
        let text = format!("{RECORD}{{\"a\":\n").repeat(100_000);
        let (records, wrong) = read(&text);
        assert!(!records.is_empty() && !wrong.is_empty() && wrong.len() <= MOST_REFUSED);
    }

    #[test]
    fn no_more_pieces_are_kept_than_anybody_would_look_at() {
        let (records, wrong) = read(&format!("{}{RECORD}", "7 ".repeat(MOST_REFUSED + 5)));
        assert_eq!((records.len(), wrong.len()), (1, MOST_REFUSED));
    }
}

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
    let (mut found, mut rest, mut in_broken_array) = (Vec::new(), text, false);
    while !rest.trim_start().is_empty() {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        for value in values.by_ref().map_while(Result::ok) {
            take(value.get(), &mut found, true);
        }
        rest = &rest[values.byte_offset()..];
        // What holds an array together is no record, and its end may stand anywhere.
        let inside = rest.trim_start_matches(|c: char| c.is_whitespace() || ",[]".contains(c));
        if in_broken_array || rest.trim_start().starts_with('[') {
            in_broken_array = true;
            if inside.len() < rest.len() {
                rest = inside;
                continue;
            }
        }
        let (bad, after) = rest.split_at(next_record(rest));
        if !bad.trim().is_empty() {
            put_aside(Wrong::Format, bad, &mut found);
        }
        rest = after;
    }
    found
}

/// Where the first record behind a broken piece begins, which is the end where there is none.
fn next_record(text: &str) -> usize {
    let bytes = text.as_bytes();
    let opens = bytes.iter().enumerate().skip(1).filter(|(_, byte)| **byte == b'{');
    let between = opens.filter(|(at, _)| {
        let before = bytes[..*at].iter().rev().find(|byte| !b" \t\r".contains(byte));
        before.is_some_and(|byte| b"}],\n".contains(byte))
    });
    let begins = between.map(|(at, _)| at).find(|at| {
        let mut values = serde_json::Deserializer::from_str(&text[*at..]).into_iter::<&RawValue>();
        let Some(Ok(value)) = values.next() else { return false };
        let mut found = Vec::new();
        take(value.get(), &mut found, true);
        matches!(found[..], [Framed::Record(_), ..])
    });
    begins.unwrap_or(text.len())
}

fn put_aside(wrong: Wrong, piece: &str, found: &mut Vec<Framed>) {
    found.push(Framed::Refused(Refused::new(wrong, piece.as_bytes())));
}

/// Takes the records out of a value. `outer`: it may be an array or wrap others.
fn take(value: &str, found: &mut Vec<Framed>, outer: bool) {
    match value.trim_start().bytes().next() {
        Some(b'[') if outer => take_all(value, found, true),
        Some(b'{') => {
            let Ok(outline) = serde_json::from_str::<Outline<'_>>(value) else {
                return put_aside(Wrong::Format, value, found);
            };
            match outline.event {
                // A run of a workflow has an `event` of its own.
                _ if outline.action.is_some() || outline.document.is_some() || !outer => {
                    if value.len() > MOST_RECORD {
                        put_aside(Wrong::TooLarge, value, found);
                    } else {
                        found.push(Framed::Record(value.to_owned()));
                    }
                }
                Some(event) => wrapped(event.get(), found),
                None => put_aside(Wrong::NoEvent, value, found),
            }
        }
        _ => put_aside(Wrong::Format, value, found),
    }
}

fn take_all(values: &str, found: &mut Vec<Framed>, outer: bool) {
    match serde_json::from_str::<Vec<&RawValue>>(values) {
        Ok(values) => values.into_iter().for_each(|value| take(value.get(), found, outer)),
        Err(_) => put_aside(Wrong::Format, values, found),
    }
}

/// What is wrapped: a record, several, or the text of one.
fn wrapped(event: &str, found: &mut Vec<Framed>) {
    match event.trim_start().bytes().next() {
        Some(b'{') => take(event, found, false),
        Some(b'[') => take_all(event, found, false),
        Some(b'"') => match serde_json::from_str::<String>(event) {
            Ok(text) if text.trim().is_empty() => put_aside(Wrong::Blank, event, found),
            Ok(text) if serde_json::from_str::<&RawValue>(&text).is_ok() => {
                take(&text, found, false);
            }
            _ => put_aside(Wrong::Format, event, found),
        },
        _ => put_aside(Wrong::Format, event, found),
    }
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
}

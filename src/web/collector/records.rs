//! The records of a request, whatever form they come in.

use std::io::Read;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// It is no JSON, or not UTF-8.
    Format,
    /// A value is neither a record nor wraps one.
    NoEvent,
    /// A value wraps nothing.
    Blank,
    /// It is larger than is read.
    TooLarge,
}

/// The first bytes of what gzip wrote.
const GZIP: [u8; 2] = [0x1f, 0x8b];

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

/// The body as text, at most `most` bytes of it. What it is compressed with is seen by its first
/// bytes: headers are said to lie.
pub(super) fn plain(body: Bytes, most: usize) -> Result<String, Bad> {
    let mut text = Vec::new();
    if body.starts_with(&GZIP) {
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let read = flate2::read::MultiGzDecoder::new(&body[..]).take(limit).read_to_end(&mut text);
        read.map_err(|_| Bad::Format)?;
        if text.len() > most {
            return Err(Bad::TooLarge);
        }
    } else {
        text.extend_from_slice(&body);
    }
    String::from_utf8(text).map_err(|_| Bad::Format)
}

/// The records up to the first bad value, and what is wrong with that.
pub(super) fn all(text: &str) -> (Vec<String>, Option<Bad>) {
    let mut records = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        let Ok(value) = value else { return (records, Some(Bad::Format)) };
        if let Err(bad) = unwrap(value.get(), &mut records, true) {
            return (records, Some(bad));
        }
    }
    (records, None)
}

/// Takes the records out of a value. `outer`: it may be an array or wrap others.
fn unwrap(value: &str, records: &mut Vec<String>, outer: bool) -> Result<(), Bad> {
    match value.trim_start().bytes().next() {
        Some(b'[') if outer => {
            let values: Vec<&RawValue> = serde_json::from_str(value).map_err(|_| Bad::Format)?;
            values.into_iter().try_for_each(|value| unwrap(value.get(), records, true))
        }
        Some(b'{') => {
            let outline: Outline<'_> = serde_json::from_str(value).map_err(|_| Bad::Format)?;
            match outline.event {
                // A run of a workflow has an `event` of its own.
                _ if outline.action.is_some() || outline.document.is_some() || !outer => {
                    records.push(value.to_owned());
                    Ok(())
                }
                Some(event) => inner(event.get(), records),
                None => Err(Bad::NoEvent),
            }
        }
        _ => Err(Bad::Format),
    }
}

/// What is wrapped: a record, several, or the text of one.
fn inner(event: &str, records: &mut Vec<String>) -> Result<(), Bad> {
    match event.trim_start().bytes().next() {
        Some(b'{') => unwrap(event, records, false),
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(event).map_err(|_| Bad::Format)?;
            values.into_iter().try_for_each(|value| unwrap(value.get(), records, false))
        }
        Some(b'"') => {
            let text: String = serde_json::from_str(event).map_err(|_| Bad::Format)?;
            if text.trim().is_empty() {
                return Err(Bad::Blank);
            }
            unwrap(&text, records, false)
        }
        Some(b'n') => Err(Bad::Blank),
        _ => Err(Bad::Format),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const RECORD: &str = r#"{"action":"hook.create","_document_id":"a"}"#;
    const RUN: &str = r#"{"action":"workflows.created_workflow_run","event":"push"}"#;

    fn read(text: &str) -> Vec<String> {
        let (records, bad) = all(text);
        assert_eq!(bad, None, "{text}");
        records
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
            assert_eq!(read(&text), [RECORD, RUN], "{text}");
        }
        assert_eq!(read(""), Vec::<String>::new());
    }

    #[test]
    fn what_stands_before_a_bad_value_is_kept() {
        for (bad, why) in [
            ("{", Bad::Format),
            ("7", Bad::Format),
            (r#"{"source":"x"}"#, Bad::NoEvent),
            (r#"{"event":""}"#, Bad::Blank),
            (r#"{"event":null}"#, Bad::NoEvent),
            (r#"{"event":7}"#, Bad::Format),
            (r#"{"event":"no json"}"#, Bad::Format),
        ] {
            let (records, found) = all(&format!("{RECORD}{bad}"));
            assert_eq!((records.len(), found), (1, Some(why)), "{bad}");
        }
    }

    #[test]
    fn what_is_compressed_is_seen_by_its_bytes_and_never_grows_without_end() {
        let compress = |bytes: &[u8]| {
            let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            to.write_all(bytes).unwrap();
            Bytes::from(to.finish().unwrap())
        };
        assert_eq!(plain(compress(RECORD.as_bytes()), 100).as_deref(), Ok(RECORD));
        assert_eq!(plain(Bytes::from_static(RECORD.as_bytes()), 100).as_deref(), Ok(RECORD));
        let bomb = compress(&vec![b' '; 10_000_000]);
        assert!(bomb.len() < 100_000);
        assert_eq!(plain(bomb, 1_000_000), Err(Bad::TooLarge));
        assert_eq!(plain(Bytes::from_static(&[0x1f, 0x8b, 0, 0]), 100), Err(Bad::Format));
        assert_eq!(plain(Bytes::from_static(&[0xff, 0xfe]), 100), Err(Bad::Format));
    }
}

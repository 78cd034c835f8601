//! The body of a request as text, however it comes and never more of it than is read.

use std::io::Read;

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt;

use crate::events::Wrong;

/// The first bytes of what gzip wrote.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A body, and whether that is all of it: at most `most` bytes are read. `None` when it breaks off.
pub(super) async fn read(body: Body, most: usize) -> Option<(Bytes, bool)> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(some) = stream.next().await {
        let some = some.ok()?;
        if read.len() + some.len() > most {
            read.extend_from_slice(&some[..most - read.len()]);
            return Some((read.into(), false));
        }
        read.extend_from_slice(&some);
    }
    Some((read.into(), true))
}

/// The body as text, at most `most` bytes of it. What it is compressed with is seen by its first
/// bytes: headers are said to lie. What is not UTF-8 is replaced, so that it
/// costs no other record.
pub(super) fn plain(body: &[u8], most: usize) -> Result<String, Wrong> {
    let mut text = Vec::new();
    if body.starts_with(&GZIP) {
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let read = flate2::read::MultiGzDecoder::new(body).take(limit).read_to_end(&mut text);
        read.map_err(|_| Wrong::Format)?;
        if text.len() > most {
            return Err(Wrong::TooLarge);
        }
    } else {
        text.extend_from_slice(body);
    }
    let text = String::from_utf8(text);
    Ok(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const RECORD: &str = r#"{"action":"hook.create","_document_id":"a"}"#;

    #[test]
    fn what_is_compressed_is_seen_by_its_bytes_and_never_grows_without_end() {
        let compress = |bytes: &[u8]| {
            let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            to.write_all(bytes).unwrap();
            to.finish().unwrap()
        };
        assert_eq!(plain(&compress(RECORD.as_bytes()), 100).as_deref(), Ok(RECORD));
        assert_eq!(plain(RECORD.as_bytes(), 100).as_deref(), Ok(RECORD));
        let bomb = compress(&vec![b' '; 10_000_000]);
        assert!(bomb.len() < 100_000);
        assert_eq!(plain(&bomb, 1_000_000), Err(Wrong::TooLarge));
        assert_eq!(plain(&[0x1f, 0x8b, 0, 0], 100), Err(Wrong::Format));
        assert!(plain(&[0xff, b'7'], 100).is_ok_and(|text| text.ends_with('7')));
    }

    #[tokio::test]
    async fn no_more_is_read_than_may_be() {
        assert_eq!(read(Body::from("12345"), 5).await, Some((Bytes::from("12345"), true)));
        assert_eq!(read(Body::from("123456"), 5).await, Some((Bytes::from("12345"), false)));
    }
}

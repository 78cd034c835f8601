//! Sends an exact number of signed deliveries, each with a GUID of its own, over a number of
//! connections that each wait for their answer. A small HTTP client of its own, because a whole one
//! would take the processor away from what is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::ack::bodies::{Body, signature};

/// Who signs, and for whom.
#[derive(Clone, Debug)]
pub(super) struct Signing {
    /// The webhook secret.
    pub(super) secret: String,
    /// The App's number.
    pub(super) app: u64,
}

/// How much is sent, and how hard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Deliveries.
    pub(super) count: usize,
    /// Connections that each wait for their answer.
    pub(super) connections: usize,
    /// The order of their GUIDs.
    pub(super) guids: Guids,
    /// How many are due in a second; `None`: each connection sends as soon as it can. An answer's
    /// time counts from when its delivery was due, so that waiting to send counts too.
    pub(super) a_second: Option<f64>,
}

/// What was measured.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    /// Acknowledged in a second.
    pub(super) rate: f64,
    /// The median of the answers' times.
    pub(super) p50_ms: f64,
    /// Only one in a hundred took longer.
    pub(super) p99_ms: f64,
    /// Memory that the receiver held in the end; 0 if that is not known.
    pub(super) resident_mib: f64,
    /// Deliveries that waited for a decision when the last one was acknowledged.
    pub(super) waiting: f64,
}

/// Sends the same body again and again.
pub(super) async fn send(
    port: u16,
    body: &Body,
    load: Load,
    signing: &Signing,
) -> anyhow::Result<Measured> {
    let signature = signature(&signing.secret, &body.bytes);
    let bytes: Arc<[u8]> = body.bytes.clone().into();
    let make = move |_: usize| (Arc::clone(&bytes), signature.clone());
    send_each(port, &body.event, load, signing.app, Arc::new(make)).await
}

/// A body and its signature.
pub(crate) type Made = (Arc<[u8]>, String);

/// Makes the n-th.
pub(super) type Make = Arc<dyn Fn(usize) -> Made + Send + Sync>;

/// Sends bodies as they are made. Every answer has to be a success.
pub(super) async fn send_each(
    port: u16,
    event: &str,
    load: Load,
    app: u64,
    make: Make,
) -> anyhow::Result<Measured> {
    let Load { count, connections, guids, a_second } = load;
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let (next, make) = (Arc::clone(&next), Arc::clone(&make));
        let event = event.to_owned();
        senders.spawn(async move {
            let mut connection = TcpStream::connect(("127.0.0.1", port)).await?;
            connection.set_nodelay(true)?;
            let mut times = Vec::with_capacity(count / connections + 1);
            let mut buffer = Vec::with_capacity(64 * 1024);
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    return anyhow::Ok(times);
                }
                let (body, signature) = make(n);
                let guid = guids.next().to_string();
                let head = head(port, &event, &guid, &signature, app, body.len());
                buffer.clear();
                buffer.extend_from_slice(head.as_bytes());
                buffer.extend_from_slice(&body);
                let sent = due(began, n, a_second).await;
                connection.write_all(&buffer).await?;
                let status = answer(&mut connection, &mut buffer).await?;
                if !(200..300).contains(&status) {
                    bail!("answered {status}");
                }
                times.push(sent.elapsed());
            }
        });
    }
    let mut times = Vec::with_capacity(count);
    while let Some(done) = senders.join_next().await {
        times.extend(done??);
    }
    let took = began.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| {
        times.get(times.len() * share / 100).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no last digit")]
    let rate = times.len() as f64 / took;
    Ok(Measured { rate, p50_ms: at(50), p99_ms: at(99), resident_mib: 0.0, waiting: 0.0 })
}

/// The order in which GUIDs come, which matters to whoever keeps an index by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Guids {
    /// Nearly that of their text, as GitHub's: version 1, which begins with the time. Its own
    /// example is 72d3162e-cc78-11e3-81ab-4c9367dc0958.
    Time,
    /// None: version 4, the harder case.
    Random,
}

impl Guids {
    /// The next.
    fn next(self) -> Uuid {
        match self {
            // Not of a machine: a number that says so by its lowest bit of the first byte.
            Self::Time => Uuid::now_v1(&[1, 0, 0, 0, 0, 1]),
            Self::Random => Uuid::new_v4(),
        }
    }
}

/// Waits until the n-th is due, and says when that was.
async fn due(began: Instant, n: usize, a_second: Option<f64>) -> Instant {
    let Some(a_second) = a_second else { return Instant::now() };
    #[expect(clippy::cast_precision_loss, reason = "a moment needs no last digit")]
    let due = began + Duration::from_secs_f64(n as f64 / a_second);
    tokio::time::sleep_until(due.into()).await;
    due
}

fn head(port: u16, event: &str, guid: &str, signature: &str, app: u64, length: usize) -> String {
    format!(
        "POST /webhook HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nuser-agent: GitHub-Hookshot/load\r\n\
         accept: */*\r\ncontent-type: application/json\r\nx-github-event: {event}\r\n\
         x-github-delivery: {guid}\r\nx-github-hook-id: 1\r\n\
         x-github-hook-installation-target-id: {app}\r\n\
         x-github-hook-installation-target-type: integration\r\n\
         x-hub-signature-256: {signature}\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Reads one answer and gives its status. Knows the two ways in which a body ends.
async fn answer(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<u16> {
    buffer.clear();
    loop {
        if connection.read_buf(buffer).await? == 0 {
            bail!("the connection was closed before an answer");
        }
        if let Some(status) = whole(buffer)? {
            return Ok(status);
        }
    }
}

/// The status, once the answer is whole.
fn whole(buffer: &[u8]) -> anyhow::Result<Option<u16>> {
    let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&buffer[..end])?.to_ascii_lowercase();
    let status = head.split(' ').nth(1).context("an answer without a status")?.parse()?;
    let body = &buffer[end + 4..];
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map(|length| length.trim().parse::<usize>())
        .transpose()?;
    let is_whole = match length {
        Some(length) => body.len() >= length,
        None if head.contains("transfer-encoding: chunked") => body.ends_with(b"0\r\n\r\n"),
        None => true,
    };
    Ok(is_whole.then_some(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_differ_and_come_in_the_order_that_is_asked_for() {
        for (guids, least, most) in [(Guids::Time, 99_000, 99_999), (Guids::Random, 40_000, 60_000)]
        {
            let texts: Vec<String> = (0..100_000).map(|_| guids.next().to_string()).collect();
            let sorted: std::collections::BTreeSet<&String> = texts.iter().collect();
            assert_eq!(sorted.len(), texts.len(), "{guids:?}");
            let rising = texts.windows(2).filter(|two| two[0] < two[1]).count();
            assert!((least..=most).contains(&rising), "{guids:?}: {rising}");
        }
    }

    #[test]
    fn an_answer_is_whole_when_its_body_is() {
        let cases: [(&str, Option<u16>); 6] = [
            ("HTTP/1.1 202 Accepted\r\n", None),
            ("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n", Some(202)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", None),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n", Some(200)),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n", None),
            ("HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Some(401)),
        ];
        for (text, status) in cases {
            assert_eq!(whole(text.as_bytes()).unwrap(), status, "{text}");
        }
    }
}

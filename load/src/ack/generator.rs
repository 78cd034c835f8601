//! Sends an exact number of signed deliveries, each with a GUID of its own, over a number of
//! connections that each wait for their answer. A small HTTP client of its own, because a whole one
//! would take the processor away from what is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::ack::bodies::{Body, signature};

/// Who signs, and for whom.
#[derive(Clone, Debug)]
pub(super) struct Signing {
    /// The webhook secret.
    pub(super) secret: String,
    /// The App's number.
    pub(super) app: u64,
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
    /// Memory that the receiver held in the end.
    pub(super) resident_kib: Option<u64>,
}

/// Sends the same body `count` times.
pub(super) async fn send(
    port: u16,
    body: &Body,
    count: usize,
    connections: usize,
    signing: &Signing,
) -> anyhow::Result<Measured> {
    let signature = signature(&signing.secret, &body.bytes);
    let bytes: Arc<[u8]> = body.bytes.clone().into();
    let make = move |_: usize| (Arc::clone(&bytes), signature.clone());
    send_each(port, &body.event, count, connections, signing.app, Arc::new(make)).await
}

/// Makes the n-th body and its signature.
pub(super) type Make = Arc<dyn Fn(usize) -> (Arc<[u8]>, String) + Send + Sync>;

/// Sends `count` bodies as they are made. Every answer has to be a success.
pub(super) async fn send_each(
    port: u16,
    event: &str,
    count: usize,
    connections: usize,
    app: u64,
    make: Make,
) -> anyhow::Result<Measured> {
    let next = Arc::new(AtomicUsize::new(0));
    let run: u32 = rand::random();
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
                let guid = format!("{run:08x}-0000-4000-8000-{n:012x}");
                let head = head(port, &event, &guid, &signature, app, body.len());
                buffer.clear();
                buffer.extend_from_slice(head.as_bytes());
                buffer.extend_from_slice(&body);
                let sent = Instant::now();
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
    Ok(Measured { rate, p50_ms: at(50), p99_ms: at(99), resident_kib: None })
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

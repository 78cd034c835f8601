//! Bodies as GitHub documents them, and signatures over them.

use std::path::Path;

use anyhow::Context;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// A body and the event that it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// `X-GitHub-Event`.
    pub(super) event: String,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
}

/// The official example of an event whose size is nearest to `bytes`.
pub(super) fn example(folder: &Path, event: &str, bytes: usize) -> anyhow::Result<Body> {
    let path = folder.join("api.github.com/index.json");
    let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let all: Vec<Value> = serde_json::from_slice(&text)?;
    let examples = all
        .iter()
        .find(|entry| entry["name"] == event)
        .and_then(|entry| entry["examples"].as_array())
        .with_context(|| format!("there is no example of {event}"))?;
    let nearest = examples
        .iter()
        .filter_map(|example| serde_json::to_vec(example).ok())
        .min_by_key(|example| example.len().abs_diff(bytes))
        .with_context(|| format!("there is no example of {event}"))?;
    Ok(Body { event: event.to_owned(), bytes: nearest })
}

/// `X-Hub-Signature-256`.
pub(super) fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

//! The headers of a delivery, with both signatures over the raw bytes.

use super::Delivery;
use crate::world::App;
use aws_lc_rs::hmac;

fn signature(algorithm: hmac::Algorithm, secret: &str, body: &[u8]) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), body))
}

/// What GitHub sends with a delivery.
pub(crate) fn headers(app: &App, delivery: &Delivery) -> Vec<(String, String)> {
    let mut headers = vec![
        ("Accept", "*/*".to_owned()),
        ("Content-Type", "application/json".to_owned()),
        ("User-Agent", "GitHub-Hookshot/044aadd".to_owned()),
        ("X-GitHub-Delivery", delivery.guid.clone()),
        ("X-GitHub-Event", delivery.event.clone()),
        ("X-GitHub-Hook-ID", app.hook.id.to_string()),
        ("X-GitHub-Hook-Installation-Target-ID", app.id.to_string()),
        ("X-GitHub-Hook-Installation-Target-Type", "integration".to_owned()),
    ];
    if let Some(secret) = &app.hook.secret {
        let sha1 = signature(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret, &delivery.body);
        let sha256 = signature(hmac::HMAC_SHA256, secret, &delivery.body);
        headers.push(("X-Hub-Signature", format!("sha1={sha1}")));
        headers.push(("X-Hub-Signature-256", format!("sha256={sha256}")));
    }
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_in_githubs_documentation() {
        let sha256 = signature(hmac::HMAC_SHA256, "It's a Secret to Everybody", b"Hello, World!");
        assert_eq!(sha256, "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    }
}

//! Deliveries, and the proof that one is GitHub's.
//!
//! [`Signed`] exists only for a body whose signature held, that came with the collector's token, or
//! that GitHub gave when it was asked; it is the only thing the inbox takes.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::domain::{Evidence, Timestamp};
use crate::events::AuditToken;

/// One webhook delivery. Plain data: rows read back and replayed files need no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `X-GitHub-Delivery`: a GUID that a redelivery keeps.
    pub guid: String,
    /// `X-GitHub-Event`.
    pub event: String,
    /// The raw body.
    pub body: Bytes,
    /// When it reached us.
    pub received: Timestamp,
}

/// A delivery whose signature held.
#[derive(Clone, Debug)]
pub struct Signed(Delivery);

/// The signature is missing, malformed, or made with another secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match")]
pub struct BadSignature;

impl Signed {
    /// Checks `X-Hub-Signature-256` over the raw body, in constant time, against each secret.
    /// Several secrets let one be rotated. The older SHA-1 header is never enough.
    ///
    /// Source: "Validating webhook deliveries".
    pub fn verify(
        delivery: Delivery,
        signature: &str,
        secrets: &[impl AsRef<[u8]>],
    ) -> Result<Self, BadSignature> {
        let given = signature.strip_prefix("sha256=").ok_or(BadSignature)?;
        let given = hex::decode(given).map_err(|_| BadSignature)?;
        let held = secrets.iter().fold(false, |held, secret| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_ref())
                .expect("HMAC takes a key of any length");
            mac.update(&delivery.body);
            held | mac.verify_slice(&given).is_ok()
        });
        if held { Ok(Self(delivery)) } else { Err(BadSignature) }
    }

    /// A record that came through the collector's door: its token stands for a signature.
    pub fn collected(delivery: Delivery, _token: &AuditToken) -> Self {
        Self(delivery)
    }

    /// A record that GitHub gave when it was asked: the answer stands for a signature.
    pub fn answered(delivery: Delivery) -> Self {
        Self(delivery)
    }

    /// The delivery.
    pub fn delivery(&self) -> &Delivery {
        &self.0
    }
}

impl Delivery {
    /// What remains as evidence when the body is dropped. `action` is the payload's own.
    pub fn evidence(&self, action: Option<&str>) -> Evidence {
        let event = match action {
            Some(action) => format!("{}.{action}", self.event),
            None => self.event.clone(),
        };
        Evidence::Webhook {
            delivery: self.guid.clone(),
            event,
            sha256: hex::encode(Sha256::digest(&self.body)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(signature: &str, secrets: &[&str]) -> bool {
        let delivery = Delivery {
            guid: "g".to_owned(),
            event: "ping".to_owned(),
            body: Bytes::from_static(b"Hello, World!"),
            received: Timestamp::UNIX_EPOCH,
        };
        Signed::verify(delivery, signature, secrets).is_ok()
    }

    /// The test vector of GitHub's documentation.
    const SECRET: &str = "It's a Secret to Everybody";
    const RIGHT: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn the_documented_signature_holds_with_any_of_several_secrets() {
        assert!(check(RIGHT, &[SECRET]));
        assert!(check(RIGHT, &["old", SECRET]));
        assert!(check(RIGHT, &[SECRET, "new"]));
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(!check(RIGHT, &["other"]));
        assert!(!check(RIGHT, &[] as &[&str]));
        for wrong in [
            "",
            "sha256=",
            "sha256=zz",
            &RIGHT[7..],
            &RIGHT[..40],
            &RIGHT.replace("sha256", "sha1"),
        ] {
            assert!(!check(wrong, &[SECRET]), "{wrong}");
        }
    }
}

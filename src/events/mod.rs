//! Webhooks: bytes to what they say. The only place that sees a payload.

mod delivery;

pub use delivery::{BadSignature, Delivery, Signed};

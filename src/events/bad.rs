//! Why a payload could not be read. The sentences hold no text of the payload: they go to logs.

use serde::de::DeserializeOwned;

/// A payload that we read and that is not as GitHub documents it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPayload {
    /// Not JSON at all, or cut off.
    #[error("the body is not JSON")]
    NotJson,
    /// JSON, but a field that we read has another type.
    #[error("a field of the payload has another type than GitHub documents")]
    Shape,
    /// A field that we must have is missing or null.
    #[error("the payload does not say `{0}`")]
    Lacks(&'static str),
    /// A field that we must understand has a form that we do not know.
    #[error("the payload's `{0}` has an unknown form")]
    Unclear(&'static str),
}

/// Reads a body into one of our own structs. What the struct does not name is skipped.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, BadPayload> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => BadPayload::Shape,
        _ => BadPayload::NotJson,
    })
}

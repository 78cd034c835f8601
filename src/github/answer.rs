//! One answer of GitHub, whole.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::Timestamp;
use crate::github::Failure;
use crate::github::failure::{in_seconds, writes};

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// The method that was used.
    pub(super) method: Method,
    /// Method and path, without the host: for evidence and sentences.
    pub(super) request: String,
    /// The status.
    pub(super) status: StatusCode,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// The body, complete.
    pub(super) body: Bytes,
}

/// GitHub's form of an error.
#[derive(Default, Deserialize)]
struct Trouble {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

impl Answer {
    /// Passes a success on and turns anything else into what it asks.
    pub(super) fn success(self) -> Result<Self, Failure> {
        if self.status.is_success() { Ok(self) } else { Err(Failure::of(&self)) }
    }

    /// Reads the body of a success. A body that does not parse was cut short or is not GitHub's:
    /// for a write, the work may be done all the same. The sentence says where reading ended and
    /// nothing of the body, which may hold a credential.
    pub(super) fn json<T: DeserializeOwned>(self) -> Result<T, Failure> {
        let answer = self.success()?;
        serde_json::from_slice(&answer.body).map_err(|error| Failure::Later {
            until: in_seconds(30),
            why: format!(
                "The answer to {} cannot be read (line {}, column {})",
                answer.request,
                error.line(),
                error.column()
            ),
            maybe_done: writes(&answer.method),
        })
    }

    /// Whether it says that the object is not there, or not for us.
    pub(super) fn is_missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Whether the listing goes on on another page.
    pub(super) fn has_next(&self) -> bool {
        super::page::next_page(self).is_some()
    }

    /// Whether it says that nothing changed since the ETag that was sent.
    pub(super) fn is_unchanged(&self) -> bool {
        self.status == StatusCode::NOT_MODIFIED
    }

    /// What GitHub says went wrong, in at most 300 characters.
    pub(super) fn message(&self) -> String {
        let trouble: Trouble = serde_json::from_slice(&self.body).unwrap_or_default();
        let mut text = trouble.message;
        for error in trouble.errors {
            let more = match &error {
                serde_json::Value::String(text) => text.clone(),
                other => match other.get("message").or_else(|| other.get("code")) {
                    Some(serde_json::Value::String(text)) => text.clone(),
                    _ => continue,
                },
            };
            text = format!("{text} ({more})");
        }
        text.chars().filter(|c| !c.is_control()).take(300).collect()
    }

    /// When it was given, by GitHub's clock. Source: the header `Date`.
    pub(super) fn date(&self) -> Option<Timestamp> {
        let text = self.header(http::header::DATE.as_str())?;
        jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp())
    }

    /// A text header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

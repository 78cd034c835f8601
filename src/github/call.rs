//! One request as data, before it has a host, a token or headers.

use http::Method;
use serde::Serialize;
use serde_json::Value;

use crate::domain::Timestamp;
use crate::github::Who;

/// What to ask.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// As whom.
    pub(super) who: Who,
    /// How.
    pub(super) method: Method,
    /// Path and query below the API's address, or an absolute URL on the same host.
    pub(super) path: String,
    /// The JSON body.
    pub(super) body: Option<Value>,
    /// Another media type than GitHub's usual one.
    pub(super) accept: Option<&'static str>,
    /// Send the ETag that is kept for it: the caller can use "unchanged".
    pub(super) if_changed: bool,
    /// The ETag that the caller holds: the answer may be "unchanged".
    pub(super) unless: Option<String>,
    /// Go where a redirect on the same host leads. Off where moving is itself the news.
    pub(super) follow: bool,
    /// It may not leave after this moment.
    pub(super) not_after: Option<Timestamp>,
}

impl Call {
    pub(super) fn get(who: &Who, path: impl Into<String>) -> Self {
        Self::new(who, Method::GET, path)
    }

    pub(super) fn new(who: &Who, method: Method, path: impl Into<String>) -> Self {
        let (who, path) = (who.clone(), path.into());
        Self {
            who,
            method,
            path,
            body: None,
            accept: None,
            if_changed: false,
            unless: None,
            follow: true,
            not_after: None,
        }
    }

    pub(super) fn post(who: &Who, path: impl Into<String>, body: &impl Serialize) -> Self {
        Self::new(who, Method::POST, path).with(body)
    }

    pub(super) fn patch(who: &Who, path: impl Into<String>, body: &impl Serialize) -> Self {
        Self::new(who, Method::PATCH, path).with(body)
    }

    pub(super) fn accept(self, media: &'static str) -> Self {
        Self { accept: Some(media), ..self }
    }

    pub(super) fn if_changed(self) -> Self {
        Self { if_changed: true, ..self }
    }

    pub(super) fn unless(self, etag: Option<String>) -> Self {
        Self { unless: etag, ..self }
    }

    pub(super) fn without_following(self) -> Self {
        Self { follow: false, ..self }
    }

    pub(super) fn with(self, body: &impl Serialize) -> Self {
        let body = serde_json::to_value(body).expect("plain data serialises");
        Self { body: Some(body), ..self }
    }
}

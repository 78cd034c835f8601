//! The headers that every request wears, each exactly once.

use std::sync::Arc;

use http::HeaderValue;
use http::header::{ACCEPT, USER_AGENT};

use crate::github::layers::{Handle, Next, Request, Response};
use crate::github::{Failure, Settings, Unusable};

/// Sets version and user agent, replacing what is there: octocrab may bring its own.
pub(crate) struct Dress {
    version: HeaderValue,
    agent: HeaderValue,
}

impl Dress {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Unusable> {
        let value =
            |text: &str, what| HeaderValue::from_str(text).map_err(|_| Unusable::Header(what));
        Ok(Self {
            version: value(&settings.api_version, "the API version")?,
            agent: value(&settings.user_agent, "the user agent")?,
        })
    }
}

impl Handle for Dress {
    async fn handle<S: Next>(
        self: Arc<Self>,
        mut request: Request,
        mut next: S,
    ) -> Result<Response, Failure> {
        let headers = request.headers_mut();
        headers.insert("x-github-api-version", self.version.clone());
        headers.insert(USER_AGENT, self.agent.clone());
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/vnd.github+json"));
        next.call(request).await
    }
}

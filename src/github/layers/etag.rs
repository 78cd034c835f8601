//! Conditional requests. A 304 costs nothing of the primary limit and renews what is known.

use std::sync::Arc;

use http::StatusCode;
use http::header::{ETAG, IF_NONE_MATCH};

use crate::github::layers::{Handle, Next, Request, Response};
use crate::github::{Etags, Failure, Who};

/// Marks a request whose sender can use "unchanged".
#[derive(Clone, Copy, Debug)]
pub(crate) struct IfChanged;

/// Sends the kept ETag with marked requests and keeps the one that comes back.
pub(crate) struct Match(pub(crate) Arc<dyn Etags>);

impl Handle for Match {
    async fn handle<S: Next>(
        self: Arc<Self>,
        mut request: Request,
        mut next: S,
    ) -> Result<Response, Failure> {
        if request.extensions().get::<IfChanged>().is_none() {
            return next.call(request).await;
        }
        let reader = request.extensions().get::<Who>().map(Who::reader).unwrap_or_default();
        let url = request.uri().to_string();
        if let Some(known) = self.0.get(&reader, &url).and_then(|etag| etag.parse().ok()) {
            request.headers_mut().insert(IF_NONE_MATCH, known);
        }
        let answer = next.call(request).await?;
        if answer.status() == StatusCode::OK
            && let Some(etag) = answer.headers().get(ETAG).and_then(|etag| etag.to_str().ok())
        {
            self.0.put(&reader, &url, etag);
        }
        Ok(answer)
    }
}

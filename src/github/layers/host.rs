//! Requests go to the configured API or nowhere.

use std::sync::Arc;

use crate::github::Failure;
use crate::github::host::Host;
use crate::github::layers::{Handle, Next, Request, Response};

/// Makes addresses absolute and refuses other hosts.
pub(crate) struct OneHost(pub(crate) Host);

impl Handle for OneHost {
    async fn handle<S: Next>(
        self: Arc<Self>,
        mut request: Request,
        mut next: S,
    ) -> Result<Response, Failure> {
        *request.uri_mut() = self.0.resolve(request.uri())?;
        next.call(request).await
    }
}

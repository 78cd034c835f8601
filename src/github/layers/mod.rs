//! The layers around the one HTTP client, outermost first:
//!
//! `host` (relative to absolute, other hosts refused) → `etag` → `authorize` (tokens, one second
//! try after a 401) → `pace` (waits, budgets) → `dress` (headers) → `transport` (the wire, timeout).
//!
//! No layer repeats a request, except after a 401, which did nothing.

mod authorize;
mod dress;
mod etag;
mod host;
mod pace;
mod transport;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use octocrab::OctoBody;
use tower::{Layer, Service};

use crate::github::Failure;

pub(super) use authorize::Authorize;
pub(super) use dress::Dress;
pub(super) use etag::{IfChanged, Match};
pub(super) use host::OneHost;
pub(super) use pace::{NotAfter, Paced};
pub(super) use transport::Transport;

pub(super) type Request = http::Request<OctoBody>;
/// Answers are complete before any layer sees them.
pub(super) type Response = http::Response<Full<Bytes>>;
pub(super) type Answering = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send>>;

/// What a layer stands around.
pub(super) trait Next:
    Service<Request, Response = Response, Error = Failure, Future = Answering>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> Next for S where
    S: Service<Request, Response = Response, Error = Failure, Future = Answering>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// What a layer does with a request.
pub(super) trait Handle: Send + Sync + 'static {
    fn handle<S: Next>(
        self: Arc<Self>,
        request: Request,
        next: S,
    ) -> impl Future<Output = Result<Response, Failure>> + Send;
}

/// Makes a tower layer of something that handles requests.
pub(super) struct Around<H>(pub(super) Arc<H>);

/// A handler around the next service.
pub(super) struct Step<H, S> {
    handler: Arc<H>,
    next: S,
}

impl<H, S> Layer<S> for Around<H> {
    type Service = Step<H, S>;

    fn layer(&self, next: S) -> Step<H, S> {
        Step { handler: Arc::clone(&self.0), next }
    }
}

impl<H, S: Clone> Clone for Step<H, S> {
    fn clone(&self) -> Self {
        Self { handler: Arc::clone(&self.handler), next: self.next.clone() }
    }
}

impl<H: Handle, S: Next> Service<Request> for Step<H, S> {
    type Response = Response;
    type Error = Failure;
    type Future = Answering;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.next.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Answering {
        // The clone is as ready as the original: the wire at the bottom is always ready.
        Box::pin(Arc::clone(&self.handler).handle(request, self.next.clone()))
    }
}

/// The same body once more. Every body is JSON text in memory or empty.
pub(super) fn again(body: &OctoBody) -> OctoBody {
    body.try_clone().unwrap_or_else(OctoBody::empty)
}

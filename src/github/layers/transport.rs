//! The wire: one pooled client, one time limit over the whole answer, nothing repeated.

use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use octocrab::OctoBody;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use tower::Service;

use crate::github::failure::{in_seconds, writes};
use crate::github::layers::{Answering, Request, Response};
use crate::github::{Failure, Unusable};

/// The most bytes of one answer: GitHub's largest listings stay far below.
const MOST: usize = 32 * 1024 * 1024;

/// Sends requests as they are.
#[derive(Clone)]
pub(crate) struct Transport {
    client: Client<HttpsConnector<HttpConnector>, OctoBody>,
    timeout: Duration,
}

impl Transport {
    /// `tls` is off only for stand-ins on a loopback address; then no root is trusted at all.
    pub(crate) fn new(tls: bool, timeout: Duration) -> Result<Self, Unusable> {
        let builder = HttpsConnectorBuilder::new();
        let connector = if tls {
            builder
                .with_provider_and_native_roots(aws_lc_rs::default_provider())
                .map_err(|error| Unusable::Roots(error.to_string()))?
                .https_only()
        } else {
            let config = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
                .with_safe_default_protocol_versions()
                .map_err(|error| Unusable::Roots(error.to_string()))?
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth();
            builder.with_tls_config(config).https_or_http()
        };
        let client = Client::builder(TokioExecutor::new()).build(connector.enable_http1().build());
        Ok(Self { client, timeout })
    }
}

impl Service<Request> for Transport {
    type Response = Response;
    type Error = Failure;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        let (client, timeout) = (self.client.clone(), self.timeout);
        Box::pin(async move {
            let changes = writes(request.method());
            let what = format!("{} {}", request.method(), request.uri().path());
            let later = |problem: &str, maybe_done| Failure::Later {
                until: in_seconds(10),
                why: format!("{what}: {problem}"),
                maybe_done,
            };
            let exchange = async {
                let answer = client.request(request).await.map_err(|error| {
                    let sent = changes && !error.is_connect();
                    later(if sent { "the connection broke" } else { "cannot connect" }, sent)
                })?;
                let (parts, body) = answer.into_parts();
                let body = Limited::new(body, MOST)
                    .collect()
                    .await
                    .map_err(|_| later("the answer broke off", changes))?;
                Ok(http::Response::from_parts(parts, Full::new(body.to_bytes())))
            };
            match tokio::time::timeout(timeout, exchange).await {
                Ok(answer) => answer,
                Err(_) => Err(later("no answer in time", changes)),
            }
        })
    }
}

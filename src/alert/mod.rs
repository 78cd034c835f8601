//! The operator's alarm: one signed POST to an address that the operator named.
//!
//! Signed as GitHub signs its webhooks, so that what can check those can check these. Redirects are
//! not followed, and of the answer only the status counts.

use std::time::Duration;

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Method, Request, Uri, header};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// How long the operator's server may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sends alerts. Cheap to clone.
#[derive(Clone)]
pub struct Alarm {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// The address may hold a secret of the receiver's.
    url: SecretString,
    secret: SecretString,
}

/// The address cannot be used, or this machine trusts nobody.
#[derive(Debug, thiserror::Error)]
#[error("the alarm cannot be set up: {0}")]
pub struct Unusable(String);

impl Alarm {
    /// An alarm that posts to `url` and signs with `secret`. Sends nothing yet.
    ///
    /// # Errors
    /// When the address is none, or the system's certificates cannot be read.
    pub fn new(url: SecretString, secret: SecretString) -> Result<Self, Unusable> {
        let parsed: Uri =
            url.expose_secret().parse().map_err(|_| Unusable("its address is none".to_owned()))?;
        let builder = HttpsConnectorBuilder::new();
        let unusable = |error: &dyn std::error::Error| Unusable(error.to_string());
        let connector = if parsed.scheme_str() == Some("https") {
            builder
                .with_provider_and_native_roots(aws_lc_rs::default_provider())
                .map_err(|error| unusable(&error))?
                .https_only()
        } else {
            // Plain HTTP stays on this machine, which the settings see to.
            let config = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
                .with_safe_default_protocol_versions()
                .map_err(|error| unusable(&error))?
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth();
            builder.with_tls_config(config).https_or_http()
        };
        let client = Client::builder(TokioExecutor::new()).build(connector.enable_http1().build());
        Ok(Self { client, url, secret })
    }

    /// Sends one alert. `id` is the same however often it is sent.
    ///
    /// # Errors
    /// A sentence without the address, when it was not answered with 2xx.
    pub async fn post(&self, id: &str, body: &str) -> Result<(), String> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.url.expose_secret())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("beholden/", env!("CARGO_PKG_VERSION")))
            .header("x-beholden-alert", id)
            .header("x-hub-signature-256", self.signature(body))
            .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))
            .map_err(|_| "The alert cannot be put into a request.".to_owned())?;
        match tokio::time::timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(answer)) if answer.status().is_success() => Ok(()),
            Ok(Ok(answer)) => Err(format!("It was answered with {}.", answer.status().as_u16())),
            Ok(Err(error)) if error.is_connect() => Err("Nobody could be reached.".to_owned()),
            Ok(Err(_)) => Err("The connection broke.".to_owned()),
            Err(_) => Err("There was no answer in time.".to_owned()),
        }
    }

    /// HMAC-SHA256 over the body, spelt as GitHub spells it.
    fn signature(&self, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(body.as_bytes());
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }
}

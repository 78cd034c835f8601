//! The one call before there is an App: a manifest's code becomes its credentials.

use http::Method;
use http_body_util::BodyExt;
use octocrab::OctoBody;
use secrecy::SecretString;
use serde::Deserialize;
use tower::{Layer, Service};

use crate::domain::AppId;
use crate::github::answer::Answer;
use crate::github::host::Host;
use crate::github::layers::{Around, Dress, OneHost, Transport};
use crate::github::settings::address;
use crate::github::wire::segment;
use crate::github::{Failure, Settings};

/// What GitHub made of a manifest. Its secrets are given once and shown to nobody.
#[derive(Debug)]
pub struct Converted {
    /// The App's number.
    pub id: AppId,
    /// Its name in URLs.
    pub slug: String,
    /// What its JWT is issued by.
    pub client_id: String,
    /// For people's logins.
    pub client_secret: SecretString,
    /// What GitHub signs deliveries with; `None` when the manifest has no active webhook.
    pub webhook_secret: Option<SecretString>,
    /// Its RSA key, PKCS#1 PEM.
    pub pem: SecretString,
    /// Where people see and install it.
    pub html_url: String,
}

/// Exchanges the code that GitHub sent the browser back with. It works once, within an hour.
/// Only `api_url`, `user_agent`, `api_version` and `timeout` of the settings are used.
///
/// # Errors
/// [`Failure::Refused`] when the code is unknown, old or used, and when the settings do not do.
/// `Later` with `maybe_done` when the answer got lost: the App may exist without us.
pub async fn convert_manifest(settings: &Settings, code: &str) -> Result<Converted, Failure> {
    #[derive(Deserialize)]
    struct Wire {
        id: i64,
        slug: String,
        client_id: String,
        #[serde(default)]
        client_secret: String,
        #[serde(default)]
        webhook_secret: Option<String>,
        pem: String,
        #[serde(default)]
        html_url: String,
    }
    let unusable = |error: crate::github::Unusable| Failure::refused(error.to_string());
    let api = address("api_url", &settings.api_url).map_err(unusable)?;
    let wire =
        Transport::new(api.scheme_str() == Some("https"), settings.timeout).map_err(unusable)?;
    let dressed = Around(Dress::new(settings).map_err(unusable)?.into()).layer(wire);
    let mut service = Around(OneHost(Host::new(api)).into()).layer(dressed);

    let path = format!("/app-manifests/{}/conversions", segment(code));
    let mut request = http::Request::new(OctoBody::empty());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = path.parse().map_err(|_| Failure::refused("That is not a code."))?;
    let (head, body) = service.call(request).await?.into_parts();
    let Ok(body) = body.collect().await;
    let answer = Answer {
        method: Method::POST,
        request: "POST /app-manifests/…/conversions".to_owned(),
        status: head.status,
        headers: head.headers,
        body: body.to_bytes(),
    };
    if answer.is_missing() {
        return Err(Failure::refused(
            "GitHub does not know this code: it works once and for an hour.",
        ));
    }
    let wire: Wire = answer.json()?;
    Ok(Converted {
        id: AppId(wire.id),
        slug: wire.slug,
        client_id: wire.client_id,
        client_secret: wire.client_secret.into(),
        webhook_secret: wire.webhook_secret.map(SecretString::from),
        pem: wire.pem.into(),
        html_url: wire.html_url,
    })
}

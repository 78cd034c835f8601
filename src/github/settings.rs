//! What the client must be told, and the refusals when that cannot work.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use secrecy::SecretString;

use crate::domain::{AppId, Timestamp};
use crate::github::{Etags, InMemory, Limits};

/// The version of the REST API that is asked for: the only one that GitHub, GHE.com and every
/// supported GitHub Enterprise Server answer. Source: "API Versions".
const API_VERSION: &str = "2022-11-28";

/// Where GitHub is and who we are there.
#[derive(Clone)]
pub struct Settings {
    /// The REST API: `https://api.github.com`, `https://HOST/api/v3`, `https://api.SUB.ghe.com`.
    /// `http` only on a loopback address.
    pub api_url: String,
    /// The pages that people see: `https://github.com`.
    pub web_url: String,
    /// The App's number.
    pub app_id: AppId,
    /// The App's client id: the issuer of its JWT.
    pub client_id: String,
    /// The App's RSA key, PKCS#1 or PKCS#8.
    pub private_key_pem: SecretString,
    /// The App's slug; read from GitHub when not given.
    pub slug: Option<String>,
    /// Sent with every request; GitHub refuses requests without one.
    pub user_agent: String,
    /// The value of `X-GitHub-Api-Version`.
    pub api_version: String,
    /// How long one request may take, its body included. GitHub itself gives up after 10 s.
    pub timeout: Duration,
    /// How fast we write.
    pub limits: Limits,
    /// Where ETags are kept.
    pub etags: Arc<dyn Etags>,
    /// The clock by which GitHub's wishes to wait are kept.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// Why a client cannot be made. Sentences for the operator.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// An address does not parse, has no host, or carries more than a path.
    #[error("{what} is not an address of the form https://host: {given:?}")]
    Address {
        /// Which setting.
        what: &'static str,
        /// What was given.
        given: String,
    },
    /// The key and every token would travel in the open.
    #[error("{what} must start with https:// unless it is a loopback address: {given:?}")]
    Plain {
        /// Which setting.
        what: &'static str,
        /// What was given.
        given: String,
    },
    /// The PEM text is not an RSA private key.
    #[error("the App's private key is not an RSA key in PEM form: {0}")]
    Key(String),
    /// A text cannot be a header's value.
    #[error("{0} cannot be sent as a header")]
    Header(&'static str),
    /// No certificate authority is installed on this machine.
    #[error("no certificate authorities were found; install ca-certificates: {0}")]
    Roots(String),
}

impl Settings {
    /// Settings for an App on github.com, everything else as usual.
    pub fn new(app_id: AppId, client_id: &str, private_key_pem: SecretString) -> Self {
        Self {
            api_url: "https://api.github.com".to_owned(),
            web_url: "https://github.com".to_owned(),
            app_id,
            client_id: client_id.to_owned(),
            private_key_pem,
            slug: None,
            user_agent: concat!("beholden/", env!("CARGO_PKG_VERSION")).to_owned(),
            api_version: API_VERSION.to_owned(),
            timeout: Duration::from_secs(20),
            limits: Limits::default(),
            etags: Arc::new(InMemory::default()),
            now: Arc::new(Timestamp::now),
        }
    }
}

/// Checks an address: scheme and host, a path without a trailing slash, nothing after it.
pub(super) fn address(what: &'static str, given: &str) -> Result<Uri, Unusable> {
    let wrong = || Unusable::Address { what, given: given.to_owned() };
    let uri: Uri = given.trim_end_matches('/').parse().map_err(|_| wrong())?;
    let host = uri.host().ok_or_else(wrong)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = bare == "localhost"
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if uri.query().is_some() || authority.contains('@') {
        return Err(wrong());
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if loopback => Ok(uri),
        Some("http") => Err(Unusable::Plain { what, given: given.to_owned() }),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_travels_in_the_open() {
        for good in [
            "https://api.github.com",
            "https://ghe.invalid/api/v3/",
            "http://127.0.0.1:4010",
            "http://localhost:1",
            "http://[::1]:9",
        ] {
            assert!(address("api", good).is_ok(), "{good}");
        }
        for bad in [
            "http://api.github.com",
            "http://192.0.2.1",
            "ftp://x.invalid",
            "api.github.com",
            "https://a@b.invalid",
            "https://b.invalid?x=1",
            "",
        ] {
            assert!(address("api", bad).is_err(), "{bad}");
        }
    }
}

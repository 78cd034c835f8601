//! Which GitHub.

use clap::Args;
use http::Uri;

use crate::config::Complaints;

/// Where GitHub is.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "GitHub")]
pub struct HostArgs {
    /// GitHub's API. GitHub Enterprise Server: https://HOST/api/v3
    #[arg(
        long,
        env = "BEHOLDEN_API_URL",
        value_name = "URL",
        default_value = "https://api.github.com"
    )]
    pub api_url: String,

    /// GitHub's pages
    #[arg(
        long,
        env = "BEHOLDEN_WEB_URL",
        value_name = "URL",
        default_value = "https://github.com"
    )]
    pub web_url: String,
}

/// Where GitHub is, checked. Neither ends in a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The API.
    pub api_url: String,
    /// The pages.
    pub web_url: String,
}

impl HostArgs {
    /// Checks the addresses.
    ///
    /// # Errors
    /// A sentence for each address that cannot be used.
    pub fn resolve(&self) -> Result<Host, crate::config::Refused> {
        let mut wrong = Complaints::default();
        let host = self.check(&mut wrong);
        wrong.conclude(host)
    }

    pub(super) fn check(&self, wrong: &mut Complaints) -> Option<Host> {
        let api_url = wrong.keep(address("--api-url", &self.api_url));
        let web_url = wrong.keep(address("--web-url", &self.web_url));
        Some(Host { api_url: api_url?, web_url: web_url? })
    }
}

/// An address that may carry secrets: https, or plain http to this machine. `flag` is what the
/// sentence calls it. Comes back without a slash at the end.
///
/// # Errors
/// A sentence.
pub fn address(flag: &str, text: &str) -> Result<String, String> {
    let uri: Uri = text.parse().map_err(|_| format!("{flag} is not an address: {text:?}."))?;
    let host = uri.host().unwrap_or_default();
    let here = is_here(host);
    match uri.scheme_str() {
        _ if host.is_empty() => Err(format!("{flag} names no host: {text:?}.")),
        _ if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) => {
            Err(format!("{flag} may not hold a user name or a password."))
        }
        _ if uri.query().is_some() => Err(format!("{flag} may not hold a question mark.")),
        Some("https") => Ok(text.trim_end_matches('/').to_owned()),
        Some("http") if here => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err(format!(
            "{flag} must begin with https://, because credentials travel there; \
             http:// is accepted for this machine only."
        )),
    }
}

/// Whether a host is this machine itself.
pub(super) fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_travel_by_https_or_stay_on_this_machine() {
        for good in [
            "https://api.github.com/",
            "http://127.0.0.1:4010",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert_eq!(address("--x", good).as_deref(), Ok(good.trim_end_matches('/')));
        }
        for bad in [
            "http://ghes.invalid/api/v3",
            "http://192.0.2.7",
            "http://localhost.evil.invalid",
            "https://user:pass@ghes.invalid",
            "ftp://127.0.0.1",
            "api.github.com",
            "/api",
            "https://ghes.invalid/?a=1",
            "",
        ] {
            assert!(address("--x", bad).is_err(), "{bad}");
        }
    }
}

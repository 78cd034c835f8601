//! The one host that hears our tokens.
//!
//! Invariant: a request leaves with credentials only for the configured scheme, host and port,
//! and below the configured path. Links and redirects of GitHub are absolute, so they are checked
//! here too.

use http::Uri;
use http::uri::PathAndQuery;

use crate::github::Failure;

/// GitHub's other API, as a path below the API: only what REST cannot do is asked there.
pub(super) const GRAPHQL: &str = "/graphql";

/// The API's address.
#[derive(Clone, Debug)]
pub(super) struct Host {
    base: Uri,
}

impl Host {
    /// `base` as checked by the settings: scheme, host, a path without a trailing slash.
    pub(super) fn new(base: Uri) -> Self {
        Self { base }
    }

    /// The full address of a path below the API, or of an absolute URL on the same host.
    ///
    /// # Errors
    /// [`Failure::Blind`] for anything that leads elsewhere.
    pub(super) fn resolve(&self, target: &Uri) -> Result<Uri, Failure> {
        let path = target.path_and_query().map_or("/", PathAndQuery::as_str);
        let Some(authority) = target.authority() else {
            let mut parts = self.base.clone().into_parts();
            let full = match path {
                GRAPHQL => self.graphql(),
                _ => format!("{}{path}", self.prefix()),
            };
            parts.path_and_query = Some(full.parse().map_err(|_| elsewhere(target))?);
            return Uri::from_parts(parts).map_err(|_| elsewhere(target));
        };
        let same = target.scheme() == self.base.scheme()
            && self.base.host().is_some_and(|host| host.eq_ignore_ascii_case(authority.host()))
            && port(target) == port(&self.base)
            && !authority.as_str().contains('@')
            && (target
                .path()
                .strip_prefix(self.prefix())
                .is_some_and(|rest| rest.starts_with('/'))
                || target.path() == self.graphql());
        if same { Ok(target.clone()) } else { Err(elsewhere(target)) }
    }

    /// Method-less name of an address: the path below the API, for evidence and sentences.
    pub(super) fn name<'a>(&self, target: &'a Uri) -> &'a str {
        let path = target.path_and_query().map_or("/", PathAndQuery::as_str);
        match target.authority() {
            Some(_) => path.strip_prefix(self.prefix()).unwrap_or(path),
            None => path,
        }
    }

    /// On a GitHub Enterprise Server it is beside `/api/v3`. Source: "Forming calls with GraphQL".
    fn graphql(&self) -> String {
        let prefix = self.prefix();
        let above = prefix.strip_suffix("/v3").filter(|above| above.ends_with("/api"));
        format!("{}{GRAPHQL}", above.unwrap_or(prefix))
    }

    fn prefix(&self) -> &str {
        self.base.path().trim_end_matches('/')
    }
}

fn port(uri: &Uri) -> Option<u16> {
    uri.port_u16().or(match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    })
}

fn elsewhere(target: &Uri) -> Failure {
    let host = target.host().unwrap_or("nowhere");
    Failure::blind(format!("GitHub points to {host}, which is not the configured API."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(base: &str, target: &str) -> Option<String> {
        let host = Host::new(base.parse().unwrap());
        host.resolve(&target.parse().unwrap()).ok().map(|uri| uri.to_string())
    }

    #[test]
    fn paths_land_below_the_api_and_absolute_urls_stay_on_it() {
        let ghes = "https://ghe.invalid/api/v3";
        assert_eq!(lead(ghes, "/app").unwrap(), "https://ghe.invalid/api/v3/app");
        for good in ["https://ghe.invalid/api/v3/app?page=2", "https://GHE.invalid:443/api/v3/app"]
        {
            assert!(lead(ghes, good).is_some(), "{good}");
        }
        for bad in [
            "https://ghe.invalid/app",
            "https://ghe.invalid/api/v33/app",
            "http://ghe.invalid/api/v3/app",
            "https://ghe.invalid:8443/api/v3/app",
            "https://ghe.invalid.evil.invalid/api/v3/app",
            "https://x@ghe.invalid/api/v3/app",
        ] {
            assert_eq!(lead(ghes, bad), None, "{bad}");
        }
        assert_eq!(lead("http://127.0.0.1:9", "/app").unwrap(), "http://127.0.0.1:9/app");
    }

    #[test]
    fn graphql_is_beside_the_api_of_a_server_and_below_that_of_the_cloud() {
        for (base, graphql) in [
            ("https://ghe.invalid/api/v3", "https://ghe.invalid/api/graphql"),
            ("https://api.github.invalid", "https://api.github.invalid/graphql"),
        ] {
            assert_eq!(lead(base, GRAPHQL).unwrap(), graphql);
            assert_eq!(lead(base, graphql).unwrap(), graphql);
        }
        assert_eq!(lead("https://ghe.invalid/api/v3", "https://ghe.invalid/api/graphqlx"), None);
    }
}

//! Services: where the credentials of a provider are used, by address.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Table};

/// Where the service of one provider answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The provider, as the table of secret names calls it.
    pub provider: String,
    /// Its domains, each with everything below it.
    pub domains: Vec<String>,
    /// How well it is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// The table as it is compiled in.
pub(super) const TEXT: &str = include_str!("services.toml");

/// Every service, in the order of the table.
pub static SERVICES: LazyLock<Table<Service>> = LazyLock::new(|| table::parse(TEXT));

/// Whether a host is one of a provider. A host that only looks like it is not.
pub fn is_service(provider: &str, host: &str) -> bool {
    let host = host.split(':').next().unwrap_or(host);
    let under = |domain: &String| {
        host.strip_suffix(domain.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    SERVICES.rows.iter().any(|row| row.provider == provider && row.domains.iter().any(under))
}

/// Whether a host is one of a provider that a secret is named after: `STATSIG_API_KEY`.
pub fn is_service_of(secret: &str, host: &str) -> bool {
    let words: Vec<String> = secret.split('_').map(str::to_ascii_lowercase).collect();
    let is_named = |provider: &str| {
        provider.split(['-', '.']).all(|part| words.iter().any(|word| word == part))
    };
    let services = SERVICES.rows.iter().filter(|row| is_named(&row.provider));
    services.map(|row| row.provider.as_str()).any(|provider| is_service(provider, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_stands_once_and_is_found_at_each_of_its_domains() {
        for (at, row) in SERVICES.rows.iter().enumerate() {
            assert!(row.domains.iter().all(|it| is_service(&row.provider, it)), "{}", row.provider);
            assert!(SERVICES.rows[..at].iter().all(|it| it.provider != row.provider), "once");
            SERVICES.check_sources(&row.provider, &row.source);
        }
    }

    #[test]
    fn what_only_looks_like_a_service_is_none() {
        assert!(is_service("slack", "hooks.slack.com:443"));
        for host in ["slack.invalid", "slack.com.invalid", "notslack.com", "slack"] {
            assert!(!is_service("slack", host), "{host}");
        }
        assert!(!is_service("nobody", "slack.com"));
        assert!(is_service_of("ACME_TELEGRAM_BOT_KEY", "api.telegram.org"));
        assert!(!is_service_of("ACME_BOT_KEY", "api.telegram.org"));
        assert!(!is_service_of("TELEGRAM_BOT_KEY", "telegram.invalid"));
    }
}

//! Actions that log in to a cloud or a registry, and whom the job becomes there.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Table};

/// One action that logs in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudLogin {
    /// `owner/name` without a ref.
    pub uses: Vec<String>,
    /// Where it logs in.
    pub provider: String,
    /// Inputs with which it trades the job's OIDC token.
    #[serde(default)]
    pub oidc_inputs: Vec<String>,
    /// Inputs that take a stored credential.
    #[serde(default)]
    pub static_inputs: Vec<String>,
    /// Inputs that say whom the job becomes.
    #[serde(default)]
    pub principal_inputs: Vec<String>,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// Every login, in the order of the table.
pub static CLOUD_LOGINS: LazyLock<Table<CloudLogin>> =
    LazyLock::new(|| table::parse(include_str!("cloud_logins.toml")));

/// The login that an action is, by its name or, for forks, by its inputs: an unknown action that
/// takes all of a known one's principals is taken for it.
pub fn cloud_login(uses: &str, inputs: &[&str]) -> Option<&'static CloudLogin> {
    let name = uses.split('@').next().unwrap_or(uses);
    let named = |it: &&CloudLogin| it.uses.iter().any(|known| known.eq_ignore_ascii_case(name));
    CLOUD_LOGINS.rows.iter().find(named).or_else(|| {
        let given = |input: &String| inputs.iter().any(|it| it.eq_ignore_ascii_case(input));
        let alike = |it: &&CloudLogin| {
            it.principal_inputs.iter().any(|input| is_telling(input))
                && it.principal_inputs.iter().filter(|input| is_telling(input)).all(given)
        };
        CLOUD_LOGINS.rows.iter().find(alike)
    })
}

/// Whether the name of an input says by itself that an action logs in.
fn is_telling(input: &str) -> bool {
    matches!(input, "role-to-assume" | "workload_identity_provider" | "oidc-provider-name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_login_is_found_by_its_names() {
        for login in &CLOUD_LOGINS.rows {
            for uses in &login.uses {
                let found = cloud_login(&format!("{uses}@v2"), &[]).unwrap();
                assert_eq!(found.provider, login.provider);
                CLOUD_LOGINS.check_sources(uses, &login.source);
            }
        }
    }

    #[test]
    fn forks_are_found_by_their_inputs_and_others_are_not() {
        let provider = |uses, inputs: &[&str]| cloud_login(uses, inputs).map(|it| &it.provider[..]);
        assert_eq!(provider("acme/aws-login@v1", &["aws-region", "role-to-assume"]), Some("aws"));
        let inputs = ["workload_identity_provider", "service_account"];
        assert_eq!(provider("acme/gcp@v1", &inputs), Some("gcp"));
        assert_eq!(provider("acme/tool@v1", &["token", "user", "scope"]), None);
        assert_eq!(provider("actions/checkout@v4", &[]), None);
    }
}

//! Records of the audit log, and the proof that they come from where the operator lets them.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::Login;

/// A token of the collector's door. GitHub streams the log of a whole enterprise with one token.
#[derive(Clone, Debug)]
pub struct AuditToken {
    /// The organisations that it may speak of; none named means all that are served.
    pub orgs: Vec<Login>,
    /// The token as it was given to GitHub.
    pub token: SecretString,
}

impl AuditToken {
    /// The token that was given, compared in constant time with each.
    pub fn find<'a>(given: &str, tokens: &'a [Self]) -> Option<&'a Self> {
        let given = Sha256::digest(given);
        let mut found = None;
        for one in tokens {
            let known = Sha256::digest(one.token.expose_secret());
            if bool::from(known.ct_eq(&given)) {
                found = Some(one);
            }
        }
        found
    }

    /// Whether it may speak of this organisation.
    pub fn speaks_of(&self, org: Option<&Login>) -> bool {
        self.orgs.is_empty() || org.is_some_and(|org| self.orgs.contains(org))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(orgs: &[&str], token: &str) -> AuditToken {
        let orgs = orgs.iter().map(|org| org.parse().unwrap()).collect();
        AuditToken { orgs, token: token.to_owned().into() }
    }

    #[test]
    fn a_token_speaks_of_its_own_organisations_only() {
        let tokens = [token(&["acme"], "first"), token(&[], "second")];
        let (acme, other) = ("acme".parse().unwrap(), "globex".parse().unwrap());
        let first = AuditToken::find("first", &tokens).unwrap();
        assert!(first.speaks_of(Some(&acme)));
        assert!(!first.speaks_of(Some(&other)) && !first.speaks_of(None));
        assert!(AuditToken::find("second", &tokens).unwrap().speaks_of(Some(&other)));
        for wrong in ["", "firs", "first ", "third"] {
            assert!(AuditToken::find(wrong, &tokens).is_none(), "{wrong}");
        }
    }
}

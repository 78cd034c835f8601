//! The collector's door: who may bring records of the audit log.

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use crate::config::Complaints;
use crate::events::AuditToken;

/// The shortest token. GitHub keeps it, nobody types it.
const SHORTEST: usize = 20;

/// How the audit log is streamed to us.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "The audit log")]
pub struct CollectorArgs {
    /// Tokens with which GitHub streams the audit log to /services/collector, as ORG=TOKEN or
    /// ORG,ORG=TOKEN, or *=TOKEN for all; several with blanks between. Set the variable: a flag can
    /// be seen by everybody on the machine
    #[arg(
        long = "audit-tokens",
        env = "BEHOLDEN_AUDIT_TOKENS",
        value_name = "ORG=TOKEN",
        hide_env_values = true
    )]
    pub audit_tokens: Option<SecretString>,
}

impl CollectorArgs {
    pub(super) fn check(&self, wrong: &mut Complaints) -> Option<Vec<AuditToken>> {
        let given = self.audit_tokens.as_ref().map_or("", |given| given.expose_secret());
        let tokens: Vec<_> = given.split_whitespace().map(|one| wrong.keep(read(one))).collect();
        tokens.into_iter().collect()
    }
}

/// Reads one. The refusal holds nothing of it: it may be a token that was written alone.
fn read(text: &str) -> Result<AuditToken, String> {
    let form = || "--audit-tokens: write each as ORG=TOKEN, or *=TOKEN for all.".to_owned();
    let (orgs, token) = text.split_once('=').ok_or_else(form)?;
    if token.len() < SHORTEST {
        return Err(format!("--audit-tokens: a token must have {SHORTEST} characters or more."));
    }
    let orgs = match orgs {
        "*" => Vec::new(),
        _ => {
            orgs.split(',').map(|org| org.parse().map_err(|_| form())).collect::<Result<_, _>>()?
        }
    };
    Ok(AuditToken { orgs, token: token.to_owned().into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_organisations() {
        let token = read("acme,globex=0123456789-0123456789").unwrap();
        assert_eq!(token.orgs.len(), 2);
        assert!(read("*=0123456789-0123456789").unwrap().orgs.is_empty());
    }

    #[test]
    fn a_refusal_repeats_nothing_of_a_token() {
        for wrong in ["0123456789-0123456789", "acme=short", "a b=0123456789-0123456789", "=x"] {
            let why = read(wrong).unwrap_err();
            assert!(!why.contains("0123456789") && !why.contains("short"), "{why}");
        }
    }
}

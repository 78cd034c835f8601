//! Whom to tell when Beholden goes blind, and how long it may hear nothing.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http::Uri;
use secrecy::{ExposeSecret, SecretString};

use crate::config::credentials::text;
use crate::config::host::is_here;
use crate::config::{Complaints, Span};

/// When we cannot see, or see again.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "When we cannot see")]
pub struct AlarmArgs {
    /// Where to send a signed POST when Beholden goes blind, and when it sees again; it may hold a
    /// secret of the receiver's, so set the variable rather than the flag
    #[arg(long, env = "BEHOLDEN_ALERT_URL", value_name = "URL", hide_env_values = true)]
    pub alert_url: Option<SecretString>,

    /// The file with the secret that signs these
    #[arg(long, env = "BEHOLDEN_ALERT_SECRET_FILE", value_name = "FILE")]
    pub alert_secret_file: Option<PathBuf>,

    /// The secret itself; set the variable, a flag can be seen by everybody on the machine
    #[arg(
        long,
        env = "BEHOLDEN_ALERT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    pub alert_secret: Option<SecretString>,

    /// How long an organisation may send no webhook before that counts as blindness; 0s: for ever
    #[arg(long, env = "BEHOLDEN_BLIND_AFTER", value_name = "TIME", default_value = "24h")]
    pub blind_after: Span,
}

/// Whom to tell, and when.
#[derive(Clone, Debug)]
pub struct AlarmSettings {
    /// The address and the secret that signs, where there is one.
    pub to: Option<(SecretString, SecretString)>,
    /// How long an organisation may be silent.
    pub blind_after: Option<Duration>,
}

impl AlarmArgs {
    pub(super) fn check(&self, wrong: &mut Complaints) -> Option<AlarmSettings> {
        let short = Duration::from_secs(60);
        let blind_after = Some(self.blind_after.0).filter(|after| !after.is_zero());
        if blind_after.is_some_and(|after| after < short) {
            wrong.add("--blind-after must be at least 1m, or 0s for never.");
        }
        let secret = match (&self.alert_secret_file, &self.alert_secret) {
            (Some(file), _) => {
                let read = text(file).map_err(|error| format!("--alert-secret-file: {error}."));
                Some(SecretString::from(wrong.keep(read)?.trim().to_owned()))
            }
            (None, secret) => secret.clone(),
        };
        let to = match (&self.alert_url, secret) {
            (None, None) => None,
            (None, Some(_)) => {
                wrong.add("A secret for alerts is set, and --alert-url is not.");
                return None;
            }
            (Some(_), None) => {
                wrong.add(
                    "--alert-url needs a secret that signs what is sent there: set \
                     --alert-secret-file or BEHOLDEN_ALERT_SECRET.",
                );
                return None;
            }
            (Some(_), Some(secret)) if secret.expose_secret().trim().is_empty() => {
                wrong.add("The secret for alerts is empty; anybody could sign with it.");
                return None;
            }
            (Some(url), Some(secret)) => {
                wrong.keep(usable(url.expose_secret()))?;
                Some((url.clone(), secret))
            }
        };
        Some(AlarmSettings { to, blind_after })
    }
}

/// Whether alerts may be sent there. Says nothing of the address: it may hold a secret.
fn usable(url: &str) -> Result<(), String> {
    let uri: Uri = url.parse().map_err(|_| "--alert-url is not an address.".to_owned())?;
    match (uri.scheme_str(), uri.host()) {
        (_, None | Some("")) => Err("--alert-url names no host.".to_owned()),
        (Some("https"), Some(_)) => Ok(()),
        (Some("http"), Some(host)) if is_here(host) => Ok(()),
        _ => Err("--alert-url must begin with https://, because it tells where we are blind; \
                  http:// is accepted for this machine only."
            .to_owned()),
    }
}

//! The App's credentials: from flags, the environment, files, or the folder of `setup`.

use std::path::PathBuf;

use clap::Args;
use jsonwebtoken::EncodingKey;
use secrecy::{ExposeSecret, SecretString};

use crate::config::credentials::text;
use crate::config::{Complaints, Credentials, Refused};
use crate::domain::AppId;

/// Who we are to GitHub. `--credentials` alone is enough after `beholden setup`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "The App")]
pub struct AppArgs {
    /// The folder that `beholden setup` wrote; the settings below override what it holds
    #[arg(long, env = "BEHOLDEN_CREDENTIALS", value_name = "FOLDER")]
    pub credentials: Option<PathBuf>,

    /// The App's number
    #[arg(long, env = "BEHOLDEN_APP_ID", value_name = "NUMBER")]
    pub app_id: Option<i64>,

    /// The App's client id
    #[arg(long, env = "BEHOLDEN_CLIENT_ID", value_name = "ID")]
    pub client_id: Option<String>,

    /// The file with the App's private key
    #[arg(long, env = "BEHOLDEN_PRIVATE_KEY_FILE", value_name = "FILE")]
    pub private_key_file: Option<PathBuf>,

    /// The private key itself; set the variable, a flag can be seen by everybody on the machine
    #[arg(
        long,
        env = "BEHOLDEN_PRIVATE_KEY",
        value_name = "PEM",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    pub private_key: Option<SecretString>,

    /// Files with webhook secrets, one each; name two while you change the secret
    #[arg(long, env = "BEHOLDEN_WEBHOOK_SECRET_FILES", value_name = "FILE", value_delimiter = ',')]
    pub webhook_secret_file: Vec<PathBuf>,

    /// The webhook secrets themselves, separated by commas; set the variable rather than the flag
    #[arg(
        long,
        env = "BEHOLDEN_WEBHOOK_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_delimiter = ','
    )]
    pub webhook_secret: Vec<SecretString>,
}

/// Who we are to GitHub, whole.
#[derive(Clone, Debug)]
pub struct App {
    /// The App's number.
    pub app_id: AppId,
    /// Its client id.
    pub client_id: String,
    /// Its private key, PEM; checked to be an RSA key.
    pub private_key: SecretString,
    /// The secrets that deliveries may be signed with; at least one.
    pub webhook_secrets: Vec<SecretString>,
}

impl AppArgs {
    /// Gathers the credentials.
    ///
    /// # Errors
    /// A sentence for each that is missing or cannot be used.
    pub fn resolve(&self) -> Result<App, Refused> {
        let mut wrong = Complaints::default();
        let app = self.gather(&mut wrong);
        wrong.conclude(app)
    }

    pub(super) fn gather(&self, wrong: &mut Complaints) -> Option<App> {
        let folder = self.credentials.as_deref().and_then(|folder| {
            let read =
                Credentials::read(folder).map_err(|error| format!("--credentials: {error}."));
            wrong.keep(read)
        });
        // An unreadable folder was named; asking for its contents one by one would only confuse.
        let complain = self.credentials.is_none() || folder.is_some();
        let mut need = |missing: &str| {
            if complain {
                wrong.add(missing);
            }
        };
        let app_id = self.app_id.or(folder.as_ref().map(|folder| folder.app.app_id));
        if app_id.is_none() {
            need(NO_APP_ID);
        }
        let client_id = self.client_id.clone().filter(|id| !id.trim().is_empty());
        let client_id = client_id.or(folder.as_ref().map(|folder| folder.app.client_id.clone()));
        if client_id.is_none() {
            need(NO_CLIENT_ID);
        }
        let key = match (&self.private_key_file, &self.private_key) {
            (Some(file), _) => text(file).map(SecretString::from).map(Some),
            (None, Some(key)) => Ok(Some(unfolded(key))),
            (None, None) => Ok(folder.as_ref().map(|folder| folder.private_key.clone())),
        };
        let key = wrong.keep(key.map_err(|error| format!("--private-key-file: {error}.")));
        let key = key.and_then(|key| match key {
            Some(key) => wrong.keep(checked(key)),
            None => {
                if complain {
                    wrong.add(NO_KEY);
                }
                None
            }
        });
        let secrets = self.secrets(folder.as_ref(), complain, wrong);
        Some(App {
            app_id: AppId(app_id?),
            client_id: client_id?,
            private_key: key?,
            webhook_secrets: secrets?,
        })
    }

    fn secrets(
        &self,
        folder: Option<&Credentials>,
        complain: bool,
        wrong: &mut Complaints,
    ) -> Option<Vec<SecretString>> {
        let mut secrets = self.webhook_secret.clone();
        for file in &self.webhook_secret_file {
            let read = text(file).map_err(|error| format!("--webhook-secret-file: {error}."));
            secrets.push(SecretString::from(wrong.keep(read)?.trim().to_owned()));
        }
        if secrets.is_empty() {
            secrets.extend(folder.map(|folder| folder.webhook_secret.clone()));
        }
        if secrets.iter().any(|secret| secret.expose_secret().trim().is_empty()) {
            wrong.add(EMPTY_SECRET);
            return None;
        }
        if secrets.is_empty() {
            if complain {
                wrong.add(NO_SECRET);
            }
            return None;
        }
        Some(secrets)
    }
}

const NO_APP_ID: &str =
    "The App's number is missing: set --app-id, or --credentials after `beholden setup`.";
const NO_CLIENT_ID: &str = "The App's client id is missing: set --client-id, or --credentials.";
const NO_KEY: &str = "The App's private key is missing: set --private-key-file, BEHOLDEN_PRIVATE_KEY or --credentials.";
const NO_SECRET: &str = "The webhook secret is missing: set BEHOLDEN_WEBHOOK_SECRET, \
     --webhook-secret-file or --credentials.";
const EMPTY_SECRET: &str =
    "A webhook secret is empty; anybody could sign with it. Set the one that the App has.";

/// Undoes what variables without line breaks do to a key: `\n` written as two characters.
fn unfolded(key: &SecretString) -> SecretString {
    let text = key.expose_secret();
    if text.contains('\n') { key.clone() } else { SecretString::from(text.replace("\\n", "\n")) }
}

fn checked(key: SecretString) -> Result<SecretString, String> {
    match EncodingKey::from_rsa_pem(key.expose_secret().as_bytes()) {
        Ok(_) => Ok(key),
        Err(_) => Err("The private key is not an RSA key in PEM form, as GitHub hands it out: \
             it begins with -----BEGIN RSA PRIVATE KEY-----."
            .to_owned()),
    }
}

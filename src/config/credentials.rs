//! The folder in which `setup` leaves an App's credentials, each file readable by its owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// What GitHub answered when the App was registered, less what is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The App's number.
    pub app_id: i64,
    /// Its client id, which signs as `iss`.
    pub client_id: String,
    /// Its name in URLs.
    pub slug: String,
    /// The organisation that owns it.
    pub owner: String,
    /// Its page, where it can be installed.
    pub html_url: String,
}

/// The contents of a credentials folder.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `app.json`.
    pub app: Registered,
    /// `private-key.pem`.
    pub private_key: SecretString,
    /// `webhook-secret`.
    pub webhook_secret: SecretString,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// There are credentials already. They may be the only copy of a key, so they stay.
    #[error("{0} exists already and is not overwritten; name another folder or move it away")]
    Exists(PathBuf),
    /// The disk says no.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// `app.json` is not what `setup` wrote.
    #[error("{path} is not what `beholden setup` writes: {source}")]
    NotOurs {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
}

const APP: &str = "app.json";
const KEY: &str = "private-key.pem";
const SECRET: &str = "webhook-secret";

impl Credentials {
    /// Reads a folder.
    ///
    /// # Errors
    /// A file is missing, unreadable, or not what `setup` wrote.
    pub fn read(folder: &Path) -> Result<Self, CredentialsError> {
        let path = folder.join(APP);
        let app = serde_json::from_str(&text(&path)?)
            .map_err(|source| CredentialsError::NotOurs { path, source })?;
        let private_key = SecretString::from(text(&folder.join(KEY))?);
        let webhook_secret = SecretString::from(text(&folder.join(SECRET))?.trim().to_owned());
        Ok(Self { app, private_key, webhook_secret })
    }

    /// Whether a folder can take new credentials: asked before GitHub registers anything.
    ///
    /// # Errors
    /// The folder holds one of the files already.
    pub fn room(folder: &Path) -> Result<(), CredentialsError> {
        match [APP, KEY, SECRET].into_iter().map(|name| folder.join(name)).find(|p| p.exists()) {
            Some(path) => Err(CredentialsError::Exists(path)),
            None => Ok(()),
        }
    }

    /// Writes a folder: 0700, its files 0600, none of them overwritten, each on disk before the
    /// next. `app.json` comes last, so that a folder with it is whole.
    ///
    /// # Errors
    /// A file exists, or the disk refuses.
    pub fn write(&self, folder: &Path) -> Result<(), CredentialsError> {
        Self::room(folder)?;
        make_folder(folder).map_err(|source| io_error(folder, source))?;
        let app = serde_json::to_string_pretty(&self.app)
            .map_err(|source| CredentialsError::NotOurs { path: folder.join(APP), source })?;
        create(&folder.join(KEY), self.private_key.expose_secret())?;
        create(&folder.join(SECRET), self.webhook_secret.expose_secret())?;
        create(&folder.join(APP), &app)
    }
}

/// Reads a file of text, such as a mounted secret.
pub(super) fn text(path: &Path) -> Result<String, CredentialsError> {
    fs::read_to_string(path).map_err(|source| io_error(path, source))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn create(path: &Path, text: &str) -> Result<(), CredentialsError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(CredentialsError::Exists(path.to_owned()));
        }
        opened => opened.map_err(|source| io_error(path, source))?,
    };
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|source| io_error(path, source))
}

fn io_error(path: &Path, source: io::Error) -> CredentialsError {
    CredentialsError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Credentials {
        Credentials {
            app: Registered {
                app_id: 7,
                client_id: "Iv23example".to_owned(),
                slug: "beholden-acme".to_owned(),
                owner: "acme".to_owned(),
                html_url: "https://github.invalid/apps/beholden-acme".to_owned(),
            },
            private_key: SecretString::from("not a key".to_owned()),
            webhook_secret: SecretString::from("not a secret either".to_owned()),
        }
    }

    #[test]
    fn a_folder_reads_back_what_was_written_and_only_its_owner_may() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new/credentials");
        sample().write(&folder).unwrap();
        let read = Credentials::read(&folder).unwrap();
        assert_eq!(read.app, sample().app);
        assert_eq!(read.private_key.expose_secret(), sample().private_key.expose_secret());
        assert_eq!(read.webhook_secret.expose_secret(), sample().webhook_secret.expose_secret());
        #[cfg(unix)]
        for (name, mode) in [(APP, 0o600), (KEY, 0o600), (SECRET, 0o600), ("", 0o700)] {
            use std::os::unix::fs::PermissionsExt;
            let found = fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{name}");
        }
    }

    #[test]
    fn credentials_are_never_overwritten() {
        for name in [APP, KEY, SECRET] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(name), "the only copy").unwrap();
            let refused = sample().write(folder.path());
            assert!(matches!(refused, Err(CredentialsError::Exists(_))), "{name}");
            assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "the only copy");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else was written");
        }
    }

    #[test]
    fn credentials_do_not_print_their_secrets() {
        let printed = format!("{:?}", sample());
        assert!(!printed.contains("not a key") && !printed.contains("not a secret"), "{printed}");
    }
}

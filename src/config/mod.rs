//! The settings: the only place where the environment is read.
//!
//! What is not given with a flag is looked for in `BEHOLDEN_…` and then in the credentials folder.
//! Secrets come out as [`secrecy::SecretString`], which has no way to be printed by accident.

mod alarm;
mod app;
mod collector;
mod credentials;
mod host;
mod policy;
mod serve;
mod span;
mod sync;

pub use alarm::{AlarmArgs, AlarmSettings};
pub use app::{App, AppArgs};
pub use collector::CollectorArgs;
pub use credentials::{Credentials, CredentialsError, Registered};
pub use host::{Host, HostArgs, address};
pub use policy::{PolicyArgs, Wanted};
pub use serve::{Config, DatabaseArgs, Log, LogArgs, ServeArgs};
pub use span::{InvalidSpan, Span};
pub use sync::{SyncArgs, SyncSettings};

/// Why Beholden does not start: everything that is missing or wrong, a sentence each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentences.join("\n"))]
pub struct Refused {
    /// The sentences, in the order of `--help`.
    pub sentences: Vec<String>,
}

/// Gathers what is wrong, so that a person can mend it all at once.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn add(&mut self, sentence: impl Into<String>) {
        self.0.push(sentence.into());
    }

    /// Keeps a value, or the reason why there is none.
    fn keep<T>(&mut self, result: Result<T, String>) -> Option<T> {
        result.map_err(|sentence| self.add(sentence)).ok()
    }

    /// `value`, unless something was wrong; a value that is missing has said why before.
    fn conclude<T>(self, value: Option<T>) -> Result<T, Refused> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Refused { sentences: self.0 }),
        }
    }
}

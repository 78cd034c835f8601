//! What the store can answer instead of doing its work, sorted by who must act.

use rusqlite::ErrorCode;

use crate::domain::OrgId;

/// Classes of PostgreSQL's error codes that say nothing about the statement: connection, login, no
/// such database, resources, operator, system, serialisation, locks, a read-only replica.
const PASSING: [&str; 9] = ["08", "28", "3D", "53", "57", "58", "40", "55", "25006"];

/// Why the store did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Of the caller: too much is under way. Answer 503 and take it again later.
    #[error("the store has too much under way")]
    Busy,
    /// Of the operator: the database cannot be reached, is locked, full or closed. Answer 503.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Of the operator: a row or the file does not hold what was written.
    #[error("the database holds something that cannot be read: {0}")]
    Corrupt(String),
    /// Of us: a statement does not fit this database.
    #[error("the database refuses the statement {statement}: {why}")]
    Refused {
        /// The statement's name.
        statement: &'static str,
        /// What the database says.
        why: String,
    },
    /// Of the operator: the address names no database that we know.
    #[error("not the address of a database: write sqlite:FILE or postgres://HOST/NAME")]
    Address,
    /// Of the caller: nobody has met this organisation.
    #[error("the organisation {0} is not known")]
    UnknownOrg(OrgId),
}

impl StoreError {
    /// Whether the same call can succeed later without anybody changing the code.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_))
    }

    /// Sorts what SQLite says. `statement` is the name of what was being run.
    pub(crate) fn sqlite(statement: &'static str, error: &rusqlite::Error) -> Self {
        let why = format!("{statement}: {error}");
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Unavailable(why),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(why),
            _ => Self::Refused { statement, why: error.to_string() },
        }
    }

    /// Sorts what PostgreSQL says.
    pub(crate) fn postgres(statement: &'static str, error: &sqlx::Error) -> Self {
        let why = format!("{statement}: {error}");
        match error {
            sqlx::Error::Database(database) => match database.code().as_deref() {
                Some(code) if PASSING.iter().any(|class| code.starts_with(class)) => {
                    Self::Unavailable(why)
                }
                Some(code) if code.starts_with("XX") => Self::Corrupt(why),
                _ => Self::Refused { statement, why: database.to_string() },
            },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(why),
            sqlx::Error::Encode(_) => Self::Refused { statement, why: error.to_string() },
            _ => Self::Unavailable(why),
        }
    }
}

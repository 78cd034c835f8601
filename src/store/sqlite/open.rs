//! Opening the file: how the connections are set, and its migrations.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::store::sql::Dialect;
use crate::store::{StoreError, migrate};

/// How long a connection waits for a lock that another process holds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the database of an address is, and whether it is for this process alone.
pub(super) fn place(address: &str) -> Result<(PathBuf, bool), StoreError> {
    let address = address.strip_prefix("//").unwrap_or(address);
    match address {
        "" => Err(StoreError::Address),
        // Several connections share it, so it is a file all the same.
        ":memory:" => {
            let name = format!("beholden-{}.db", uuid::Uuid::new_v4());
            Ok((std::env::temp_dir().join(name), true))
        }
        path => Ok((PathBuf::from(path), false)),
    }
}

/// The connection that writes, on a database of today's shape.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    let fail = |error| StoreError::sqlite("open", &error);
    // The first of these only counts before the first table.
    patiently(&conn, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;")
        .map_err(fail)?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8000; \
         PRAGMA temp_store = MEMORY;", // what savepoints note down never goes to a file
    )
    .map_err(fail)?;
    migrate(&mut conn).map_err(|error| StoreError::sqlite("migrate", &error))?;
    patiently(&conn, "PRAGMA optimize = 0x10002;").map_err(fail)?;
    Ok(conn)
}

/// Tries again while another process that starts at the same moment holds the file: SQLite does
/// not wait by itself where waiting could last forever, as when the kind of journal changes.
fn patiently(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        match conn.execute_batch(sql) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && began.elapsed() < PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(10));
            }
            done => return done,
        }
    }
}

/// A connection beside the writer that may checkpoint.
pub(super) fn side(path: &Path) -> Result<Connection, StoreError> {
    connect(path, OpenFlags::empty())
}

/// A connection that cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let conn = connect(path, OpenFlags::empty())?;
    conn.execute_batch("PRAGMA query_only = 1; PRAGMA cache_size = -8000;")
        .map_err(|error| StoreError::sqlite("open", &error))?;
    Ok(conn)
}

/// The path of a file that SQLite keeps beside the database.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// A file's size in bytes; a missing file has none.
pub(super) fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |meta| meta.len())
}

fn connect(path: &Path, more: OpenFlags) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let conn = Connection::open_with_flags(path, flags)
        .map_err(|error| StoreError::sqlite("open", &error))?;
    conn.busy_timeout(PATIENCE).map_err(|error| StoreError::sqlite("open", &error))?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

/// Takes the steps that this file has not taken. The lock makes a second process wait.
fn migrate(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(migrate::LEDGER)?;
    for step in migrate::ALL {
        let name = tx.execute(
            "INSERT INTO migrations (version, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            (step.version, step.name),
        )?;
        if name == 1 {
            tx.execute_batch(&step.text(Dialect::Sqlite))?;
        }
    }
    tx.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sqlite_inside_is_built_as_the_settings_of_cargo_say() {
        let folder = tempfile::tempdir().unwrap();
        let conn = writer(&folder.path().join("built.db")).unwrap();
        let mut options = conn.prepare("PRAGMA compile_options").unwrap();
        let options: Vec<String> =
            options.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(options.iter().any(|option| option == "DEFAULT_MEMSTATUS=0"), "{options:?}");
        assert!(!options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
    }
}

//! Connecting, and the migrations.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};

use crate::store::sql::Dialect;
use crate::store::{StoreError, migrate};

/// The most connections of one process.
const MOST: u32 = 16;
/// How long a caller waits for a connection before it hears that the database is not available.
const PATIENCE: Duration = Duration::from_secs(5);
/// Held by whoever migrates: any number that nobody else takes.
const MIGRATING: i64 = 0x6265_686f_6c64_656e;

pub(super) async fn connect(url: &str) -> Result<PgPool, StoreError> {
    // The error could repeat the password.
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Address)?
        .application_name("beholden")
        .statement_cache_capacity(512)
        .options([("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")]);
    PgPoolOptions::new()
        .max_connections(MOST)
        .acquire_timeout(PATIENCE)
        .after_connect(|conn, _| {
            Box::pin(async move {
                // An acknowledged delivery is on disk, whatever the server's habit is.
                sqlx::query(
                    "SELECT set_config('synchronous_commit', 'on', false)
                     WHERE current_setting('synchronous_commit') = 'off'",
                )
                .fetch_optional(conn)
                .await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .map_err(|error| StoreError::postgres("connect", &error))
}

/// Takes the steps that this database has not taken. Replicas that start together wait in line.
pub(super) async fn migrate(pool: &PgPool) -> Result<(), StoreError> {
    take(pool).await.map_err(|error| StoreError::postgres("migrate", &error))
}

async fn take(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::raw_sql("SET LOCAL lock_timeout = 0").execute(&mut *tx).await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(MIGRATING).execute(&mut *tx).await?;
    sqlx::raw_sql(migrate::LEDGER).execute(&mut *tx).await?;
    for step in migrate::ALL {
        let taken = sqlx::query(
            "INSERT INTO migrations (version, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(step.version)
        .bind(step.name)
        .execute(&mut *tx)
        .await?;
        if taken.rows_affected() == 1 {
            sqlx::raw_sql(AssertSqlSafe(step.text(Dialect::Postgres))).execute(&mut *tx).await?;
        }
    }
    tx.commit().await
}

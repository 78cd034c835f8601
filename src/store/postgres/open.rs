//! Connecting, and the migrations.

use std::str::FromStr;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};

use crate::store::sql::Dialect;
use crate::store::{StoreError, migrate};

/// The most connections of one process.
const MOST: u32 = 16;
/// How long a caller waits for a connection before it hears that the database is not available.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a process that starts waits for a server that is not ready.
const START: Duration = Duration::from_secs(30);
/// How long it waits between two attempts.
const AGAIN: Duration = Duration::from_millis(500);
/// Held by whoever migrates: any number that nobody else takes.
const MIGRATING: i64 = 0x6265_686f_6c64_656e;

pub(super) async fn connect(url: &str) -> Result<PgPool, StoreError> {
    // The error could repeat the password.
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Address)?
        .application_name("beholden")
        .statement_cache_capacity(512)
        .options([("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")]);
    let pool = PgPoolOptions::new().max_connections(MOST).acquire_timeout(PATIENCE).after_connect(
        |conn, _| {
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
        },
    );
    let began = Instant::now();
    loop {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if passes(&error) && began.elapsed() < START => {
                tracing::warn!(%error, "the database is not ready yet");
                tokio::time::sleep(AGAIN).await;
            }
            connected => return connected.map_err(|error| StoreError::postgres("connect", &error)),
        }
    }
}

/// Whether a server that does not take us now will soon: it starts, or is crowded by the sessions of
/// a process that was killed. Source: "PostgreSQL Error Codes".
fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => {
            ["53300", "57P03"].map(Some).contains(&error.code().as_deref())
        }
        _ => false,
    }
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

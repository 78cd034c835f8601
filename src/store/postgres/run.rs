//! Running one statement: binding, several rows at once, reading.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, Column as _, Either, Executor as _, PgConnection, PgPool, Postgres, Row as _,
    TypeInfo as _, ValueRef as _,
};

use crate::store::StoreError;
use crate::store::postgres::Attempt;
use crate::store::sql::{Dialect, Statement};
use crate::store::value::{Row, Step, Value, Written};

/// The most rows of values in one statement.
const ROWS: usize = 64;

/// Texts already dressed.
#[derive(Default)]
pub(super) struct Texts(Mutex<HashMap<Dress, Arc<str>>>);

/// A statement's name, the places in its list, its rows of values.
type Dress = (&'static str, usize, usize);

impl Texts {
    fn get(&self, statement: &Statement, list: usize, rows: usize) -> Arc<str> {
        let make = || statement.text(Dialect::Postgres, list, rows).into();
        match self.0.lock() {
            Ok(mut held) => {
                Arc::clone(held.entry((statement.name, list, rows)).or_insert_with(make))
            }
            Err(_) => make(),
        }
    }
}

/// Answers a question.
pub(super) async fn ask(
    conn: &mut PgConnection,
    texts: &Texts,
    statement: &Statement,
    args: &[Value],
) -> Result<Vec<Row>, StoreError> {
    Ok(run(conn, texts, statement, &[args]).await.map_err(StoreError::from)?.0)
}

/// Runs the steps of one write. The caller undoes a write that missed or failed.
pub(super) async fn apply(
    conn: &mut PgConnection,
    texts: &Texts,
    steps: &[Step],
) -> Result<Written, Attempt> {
    let mut returned = Vec::with_capacity(steps.len());
    for (at, step) in steps.iter().enumerate() {
        let (mut rows, mut touched) = (Vec::new(), 0);
        for group in groups(step) {
            let (more, count) = run(conn, texts, &step.statement, &group).await?;
            rows.extend(more);
            touched += count;
        }
        if step.must.is_some_and(|must| must != touched) {
            return Ok(Written::Missed(at));
        }
        returned.push(rows);
    }
    Ok(Written::Done(returned))
}

/// The rows of a step in groups that travel together: powers of two, so that few texts are made,
/// and each key once with its last row, because one statement may not touch a row twice.
fn groups(step: &Step) -> Vec<Vec<&[Value]>> {
    if step.statement.key == 0 {
        return step.rows.iter().map(|row| vec![row.as_slice()]).collect();
    }
    let mut seen = HashSet::new();
    let mut rows: Vec<&[Value]> = step
        .rows
        .iter()
        .rev()
        .filter(|row| seen.insert(&row[..step.statement.key]))
        .map(Vec::as_slice)
        .collect();
    rows.reverse();
    let mut groups = Vec::new();
    while !rows.is_empty() {
        let size = (rows.len().min(ROWS) + 1).next_power_of_two() / 2;
        let rest = rows.split_off(size);
        groups.push(std::mem::replace(&mut rows, rest));
    }
    groups
}

async fn run(
    conn: &mut PgConnection,
    texts: &Texts,
    statement: &Statement,
    rows: &[&[Value]],
) -> Result<(Vec<Row>, u64), Attempt> {
    let places = match (statement.list_at(), rows) {
        (Some(before), [args]) => (args.len() - before).max(1).next_power_of_two(),
        _ => 0,
    };
    let text = texts.get(statement, places, rows.len());
    let mut query = sqlx::query(AssertSqlSafe(text));
    for args in rows {
        for value in *args {
            query = bind(query, value);
        }
        if let (Some(before), Some(last)) = (statement.list_at(), args.last()) {
            for _ in args.len() - before..places {
                query = bind(query, last);
            }
        }
    }
    let fail = |error: sqlx::Error| Attempt::of(statement.name, &error);
    let (mut returned, mut touched) = (Vec::new(), 0);
    let mut stream = conn.fetch_many(query);
    while let Some(item) = stream.try_next().await.map_err(fail)? {
        match item {
            Either::Left(done) => touched += done.rows_affected(),
            Either::Right(row) => returned.push(read(statement, &row)?),
        }
    }
    Ok((returned, touched))
}

/// How the server would run a statement if it had to read a table only where no index serves.
pub(super) async fn plan(
    pool: &PgPool,
    statement: &Statement,
    args: &[Value],
) -> Result<Vec<String>, StoreError> {
    let fail = |error: sqlx::Error| StoreError::postgres(statement.name, &error);
    let mut tx = pool.begin().await.map_err(fail)?;
    tx.execute("SET LOCAL enable_seqscan = off").await.map_err(fail)?;
    let places = statement.list_at().map_or(0, |before| args.len() - before);
    let text = format!("EXPLAIN {}", statement.text(Dialect::Postgres, places, 1));
    let mut query = sqlx::query(AssertSqlSafe(text));
    for value in args {
        query = bind(query, value);
    }
    let lines = query.fetch_all(&mut *tx).await.map_err(fail)?;
    lines.iter().map(|line| line.try_get(0).map_err(fail)).collect()
}

fn bind<'q>(
    query: Query<'q, Postgres, PgArguments>,
    value: &Value,
) -> Query<'q, Postgres, PgArguments> {
    match value.clone() {
        Value::Int(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Blob(bytes) => query.bind(bytes),
    }
}

fn read(statement: &Statement, row: &PgRow) -> Result<Row, StoreError> {
    let fail = |error: sqlx::Error| StoreError::postgres(statement.name, &error);
    let mut cells = Vec::with_capacity(row.len());
    for (n, column) in row.columns().iter().enumerate() {
        let missing = row.try_get_raw(n).map_err(fail)?.is_null();
        cells.push(match column.type_info().name() {
            _ if missing => Value::Int(None),
            "INT8" => Value::Int(Some(row.try_get(n).map_err(fail)?)),
            "TEXT" => Value::Text(Some(row.try_get(n).map_err(fail)?)),
            "BYTEA" => Value::Blob(Some(row.try_get(n).map_err(fail)?)),
            other => {
                let why = format!("column {} is {other}", column.name());
                return Err(StoreError::Refused { statement: statement.name, why });
            }
        });
    }
    Ok(Row::new(statement.name, cells))
}

//! Running one statement on a connection: binding, counting, reading.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql, params_from_iter};

use crate::store::StoreError;
use crate::store::sql::{Dialect, Statement};
use crate::store::value::{Row, Step, Value, Written};

/// Texts already dressed, by name and length of the list.
#[derive(Default)]
pub(super) struct Texts(HashMap<(&'static str, usize), Arc<str>>);

impl Texts {
    fn get(&mut self, statement: &Statement, list: usize) -> Arc<str> {
        let text = self
            .0
            .entry((statement.name, list))
            .or_insert_with(|| statement.text(Dialect::Sqlite, list, 1).into());
        Arc::clone(text)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(Some(number)) => ValueRef::Integer(*number),
            Value::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Value::Blob(Some(bytes)) => ValueRef::Blob(bytes),
            Value::Int(None) | Value::Text(None) | Value::Blob(None) => ValueRef::Null,
        }))
    }
}

/// A statement with so many places in its list, to be run.
pub(super) fn prepared<'a>(
    conn: &'a Connection,
    texts: &mut Texts,
    statement: &Statement,
    list: usize,
) -> Result<CachedStatement<'a>, StoreError> {
    let text = texts.get(statement, list);
    conn.prepare_cached(&text).map_err(|error| StoreError::sqlite(statement.name, &error))
}

/// Runs a statement for one row of parameters: the rows it returns and how many it touched.
pub(super) fn run(
    conn: &Connection,
    texts: &mut Texts,
    statement: &Statement,
    args: &[Value],
) -> Result<(Vec<Row>, u64), StoreError> {
    let fail = |error| StoreError::sqlite(statement.name, &error);
    let (places, padding) = padded(statement, args);
    let mut prepared = prepared(conn, texts, statement, places)?;
    let columns = prepared.column_count();
    let args = args.iter().chain(std::iter::repeat_n(args.last(), padding).flatten());
    if columns == 0 {
        let touched = prepared.execute(params_from_iter(args)).map_err(fail)?;
        return Ok((Vec::new(), touched as u64));
    }
    let mut rows = Vec::new();
    let mut cursor = prepared.query(params_from_iter(args)).map_err(fail)?;
    while let Some(row) = cursor.next().map_err(fail)? {
        let cells = (0..columns)
            .map(|n| {
                Ok(match row.get_ref(n).map_err(fail)? {
                    ValueRef::Null => Value::Int(None),
                    ValueRef::Integer(number) => Value::Int(Some(number)),
                    ValueRef::Text(text) => {
                        Value::Text(Some(String::from_utf8(text.to_vec()).map_err(|_| {
                            StoreError::Corrupt(format!("{}: not UTF-8", statement.name))
                        })?))
                    }
                    ValueRef::Blob(bytes) => Value::Blob(Some(bytes.to_vec())),
                    ValueRef::Real(_) => {
                        return Err(StoreError::Corrupt(format!("{}: a fraction", statement.name)));
                    }
                })
            })
            .collect::<Result<_, _>>()?;
        rows.push(Row::new(statement.name, cells));
    }
    let touched = rows.len() as u64;
    Ok((rows, touched))
}

/// Runs the steps of one write. The caller undoes a write that missed or failed.
pub(super) fn apply(
    conn: &Connection,
    texts: &mut Texts,
    steps: &[Step],
) -> Result<Written, StoreError> {
    let mut returned = Vec::with_capacity(steps.len());
    for (at, step) in steps.iter().enumerate() {
        let (mut rows, mut touched) = (Vec::new(), 0);
        for args in &step.rows {
            let (more, count) = run(conn, texts, &step.statement, args)?;
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

/// How SQLite would run a statement.
pub(super) fn plan(
    conn: &Connection,
    statement: &Statement,
    args: &[Value],
) -> Result<Vec<String>, StoreError> {
    let fail = |error| StoreError::sqlite(statement.name, &error);
    let (places, padding) = padded(statement, args);
    let text = format!("EXPLAIN QUERY PLAN {}", statement.text(Dialect::Sqlite, places, 1));
    let args = args.iter().chain(std::iter::repeat_n(args.last(), padding).flatten());
    let mut prepared = conn.prepare(&text).map_err(fail)?;
    let lines = prepared.query_map(params_from_iter(args), |row| row.get(3)).map_err(fail)?;
    lines.collect::<Result<_, _>>().map_err(fail)
}

/// The places in a statement's list, a power of two, and how many of them repeat the last value.
fn padded(statement: &Statement, args: &[Value]) -> (usize, usize) {
    match statement.list_at() {
        None => (0, 0),
        Some(before) => {
            let given = args.len() - before;
            let places = given.max(1).next_power_of_two();
            (places, places - given)
        }
    }
}

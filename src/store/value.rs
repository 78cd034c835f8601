//! Values in and out of the database, and writes as data.

use serde::{Deserialize, Serialize};

use crate::domain::{
    CaseId, IdentityKey, InstallationId, IssueNumber, OrgId, RepoId, SurfaceKey, TeamId, Timestamp,
    UserId,
};
use crate::store::StoreError;
use crate::store::sql::Statement;

/// One value. NULL keeps its type: PostgreSQL wants to know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

/// One row of an answer, read from left to right.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    cells: std::vec::IntoIter<Value>,
    of: &'static str,
}

/// A question.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) statement: Statement,
    pub(crate) args: Vec<Value>,
}

/// One statement of a write, with the rows it runs for.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) statement: Statement,
    pub(crate) rows: Vec<Vec<Value>>,
    /// How many rows must be touched in all; anything else undoes the whole write.
    pub(crate) must: Option<u64>,
}

/// What became of a write.
#[derive(Clone, Debug)]
pub(crate) enum Written {
    /// All of it happened. The rows that each step returned.
    Done(Vec<Vec<Row>>),
    /// None of it happened: this step did not touch what it must.
    Missed(usize),
}

/// A row of parameters.
macro_rules! row {
    ($($value:expr),* $(,)?) => { vec![$(crate::store::value::Value::from($value)),*] };
}
pub(crate) use row;

impl Query {
    pub(crate) fn new(statement: Statement, args: Vec<Value>) -> Self {
        Self { statement, args }
    }
}

/// The most values in one list: statements are prepared for each power of two below.
const LIST: usize = 128;

/// Parameters for a statement that ends in a list: as many rows as it takes, none for no items.
pub(crate) fn in_lists(
    before: Vec<Value>,
    items: impl IntoIterator<Item = impl Into<Value>>,
) -> Vec<Vec<Value>> {
    let items: Vec<Value> = items.into_iter().map(Into::into).collect();
    items.chunks(LIST).map(|chunk| [&before, chunk].concat()).collect()
}

impl Step {
    /// A statement that runs once.
    pub(crate) fn one(statement: Statement, args: Vec<Value>) -> Self {
        Self { statement, rows: vec![args], must: None }
    }

    /// A statement that runs for each row.
    pub(crate) fn many(statement: Statement, rows: Vec<Vec<Value>>) -> Self {
        Self { statement, rows, must: None }
    }

    /// Undoes the write unless exactly this many rows are touched.
    pub(crate) fn must(self, touched: u64) -> Self {
        Self { must: Some(touched), ..self }
    }
}

impl Row {
    pub(crate) fn new(of: &'static str, cells: Vec<Value>) -> Self {
        Self { cells: cells.into_iter(), of }
    }

    pub(crate) fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.cells.next() {
            Some(Value::Int(value)) => Ok(value),
            other => self.odd("a number", other.as_ref()),
        }
    }

    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        self.maybe_int()?.ok_or_else(|| self.corrupt("a number is missing"))
    }

    pub(crate) fn count(&mut self) -> Result<usize, StoreError> {
        let number = self.int()?;
        usize::try_from(number).map_err(|_| self.corrupt("a count is below zero"))
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.cells.next() {
            Some(Value::Text(value)) => Ok(value),
            // SQLite's NULL has no type.
            Some(Value::Int(None) | Value::Blob(None)) => Ok(None),
            other => self.odd("a text", other.as_ref()),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        self.maybe_text()?.ok_or_else(|| self.corrupt("a text is missing"))
    }

    pub(crate) fn maybe_blob(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.cells.next() {
            Some(Value::Blob(value)) => Ok(value),
            Some(Value::Int(None) | Value::Text(None)) => Ok(None),
            other => self.odd("bytes", other.as_ref()),
        }
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, StoreError> {
        let ms = self.int()?;
        self.moment(ms)
    }

    pub(crate) fn maybe_time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        self.maybe_int()?.map(|ms| self.moment(ms)).transpose()
    }

    /// A text that is one of our JSON documents.
    pub(crate) fn doc<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        serde_json::from_str(&text).map_err(|error| self.corrupt(&error.to_string()))
    }

    /// A text that is one of our names.
    pub(crate) fn parsed<T: std::str::FromStr>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        text.parse().map_err(|_| self.corrupt("a name is malformed"))
    }

    pub(crate) fn corrupt(&self, why: &str) -> StoreError {
        StoreError::Corrupt(format!("{}: {why}", self.of))
    }

    fn moment(&self, ms: i64) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(ms).map_err(|_| self.corrupt("a moment is out of range"))
    }

    fn odd<T>(&self, wanted: &str, found: Option<&Value>) -> Result<T, StoreError> {
        let found = match found {
            None => "nothing",
            Some(Value::Int(_)) => "a number",
            Some(Value::Text(_)) => "a text",
            Some(Value::Blob(_)) => "bytes",
        };
        Err(self.corrupt(&format!("{wanted} was expected, {found} was there")))
    }
}

/// One of our JSON documents, as text.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data serialises")
}

/// A moment that bounds nothing in the future: all that PostgreSQL and SQLite can compare.
pub(crate) const FOREVER: i64 = i64::MAX;

/// PostgreSQL has no NUL in text; it becomes U+FFFD on both databases, so that they agree.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(without_nul(text)))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text.map(without_nul))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map(str::to_owned).into()
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(Some(bytes))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Int(Some(i64::from(flag)))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

/// Numbers, present or not.
macro_rules! numbers {
    ($($type:ty => $value:ident $number:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                Self::Int(Some($number))
            }
        }

        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::Int(value.map(|$value| $number))
            }
        }
    )*};
}

numbers! {
    i64 => n n;
    OrgId => id id.0;
    RepoId => id id.0;
    TeamId => id id.0;
    UserId => id id.0;
    InstallationId => id id.0;
    IssueNumber => id id.0;
    Timestamp => at at.as_millisecond();
}

impl From<&IdentityKey> for Value {
    fn from(key: &IdentityKey) -> Self {
        key.to_string().into()
    }
}

impl From<&CaseId> for Value {
    fn from(id: &CaseId) -> Self {
        id.as_str().into()
    }
}

impl From<&SurfaceKey> for Value {
    fn from(key: &SurfaceKey) -> Self {
        key.0.as_str().into()
    }
}

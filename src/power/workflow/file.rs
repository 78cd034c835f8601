//! One YAML file, parsed within bounds, with the places of what it says.

use std::cell::OnceCell;

use serde::Deserialize;
use yaml_serde::Value;
use yamlpath::{Component, Document, Route};

use crate::domain::Foreign;
use crate::power::model::{Secret, Spot};

/// The most jobs of a workflow, and the most steps of a job, that are read.
const MOST_ENTRIES: usize = 1_000;

/// The most aliases (`*name`) of a file. Each can stand for a large part of the file.
const MOST_ALIASES: usize = 200;

/// The most brackets that can stand open. Reading takes the square of it.
const MOST_OPEN: usize = 1_000;

/// The most expressions of a file.
const MOST_EXPRESSIONS: usize = 5_000;

/// A file that is YAML.
pub(super) struct File<'a> {
    /// Its path.
    pub(super) path: &'a str,
    /// What it says.
    pub(super) root: Value,
    text: &'a str,
    /// The lines of the file before the text.
    skipped: usize,
    document: OnceCell<Option<Document>>,
    /// Where each line begins.
    starts: OnceCell<Vec<usize>>,
}

/// A place in a file.
#[derive(Clone)]
pub(super) struct At<'a> {
    file: &'a File<'a>,
    route: Route<'static>,
}

impl<'a> File<'a> {
    /// Reads a file. The error is the end of a sentence.
    pub(super) fn parse(path: &'a str, text: &'a str) -> Result<Self, String> {
        Self::parse_part(path, text, 0)
    }

    /// Reads a part of a file that begins after so many lines.
    pub(super) fn parse_part(path: &'a str, text: &'a str, skipped: usize) -> Result<Self, String> {
        let aliases = text
            .split_ascii_whitespace()
            .filter(|word| word.starts_with('*') && word.len() > 1)
            .count();
        if aliases > MOST_ALIASES {
            return Err(format!("uses more than {MOST_ALIASES} aliases"));
        }
        if open_brackets(text) > MOST_OPEN {
            return Err(format!("opens more than {MOST_OPEN} brackets at once"));
        }
        if text.matches("${{").count() > MOST_EXPRESSIONS {
            return Err(format!("has more than {MOST_EXPRESSIONS} expressions"));
        }
        let root: Value = yaml_serde::from_str(text)
            .map_err(|error| format!("is not YAML that Actions would take: {error}"))?;
        if !root.is_mapping() {
            return Err("is not a mapping".to_owned());
        }
        let jobs = root.get("jobs").and_then(Value::as_mapping);
        let too_many = jobs.is_some_and(|jobs| {
            let steps = |job: &Value| job.get("steps").and_then(Value::as_sequence).map(Vec::len);
            jobs.len() > MOST_ENTRIES
                || jobs.values().any(|job| steps(job).is_some_and(|n| n > MOST_ENTRIES))
        });
        if too_many {
            return Err(format!("has more than {MOST_ENTRIES} jobs, or steps in a job"));
        }
        Ok(Self { path, root, text, skipped, document: OnceCell::new(), starts: OnceCell::new() })
    }

    /// The top of the file.
    pub(super) fn top(&'a self) -> At<'a> {
        At { file: self, route: Route::default() }
    }

    fn document(&self) -> Option<&Document> {
        self.document.get_or_init(|| Document::new(self.text).ok()).as_ref()
    }

    fn spot_at(&self, offset: usize) -> Spot {
        let offset = offset.min(self.text.len());
        let starts = self.starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
        });
        let above = starts.partition_point(|start| *start <= offset);
        let line = above + self.skipped;
        let start = starts.get(above.saturating_sub(1)).copied().unwrap_or(0);
        let column =
            String::from_utf8_lossy(&self.text.as_bytes()[start..offset]).chars().count() + 1;
        Spot { path: Foreign::new(self.path), line, column, end_line: line }
    }
}

impl<'a> At<'a> {
    /// The value under a key.
    pub(super) fn key(&self, key: &str) -> Self {
        Self { file: self.file, route: self.route.with_key(key.to_owned()) }
    }

    /// An entry of a list.
    pub(super) fn index(&self, index: usize) -> Self {
        let component: Component<'static> = index.into();
        Self { file: self.file, route: self.route.with_key(component) }
    }

    /// Where it stands: its own place, or that of the nearest thing around it that has one.
    pub(super) fn spot(&self) -> Spot {
        self.file.spot_at(self.span().map_or(0, |span| span.0))
    }

    /// Where a part of its text stands, whatever its letter case, or the whole if that part is not
    /// written there.
    pub(super) fn spot_of(&self, part: &str) -> Spot {
        self.spot_of_any(&[part])
    }

    /// Where the first of these parts stands that is written there.
    pub(super) fn spot_of_any(&self, parts: &[&str]) -> Spot {
        let Some((start, end)) = self.span() else { return self.spot() };
        let text = self.file.text.get(start..end).unwrap_or_default().to_ascii_lowercase();
        let find = |part: &&str| text.find(&part.trim().to_ascii_lowercase());
        self.file.spot_at(start + parts.iter().find_map(find).unwrap_or(0))
    }

    /// Where a secret is read.
    pub(super) fn spot_of_secret(&self, secret: &Secret) -> Spot {
        match secret {
            Secret::Named { name } => {
                let read = format!("secrets.{}", name.raw());
                self.spot_of_any(&[&read, name.raw()])
            }
            _ => self.spot_of("secrets"),
        }
    }

    fn span(&self) -> Option<(usize, usize)> {
        let document = self.file.document()?;
        let mut route = self.route.clone();
        while !route.is_empty() {
            if let Ok(feature) = document.query_pretty(&route) {
                return Some(feature.location.byte_span);
            }
            route = route.parent()?;
        }
        None
    }
}

/// How many brackets stand open at most, wherever they stand.
fn open_brackets(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

/// Reads a part of a file into a type; the error is the end of a sentence.
pub(super) fn typed<'v, T: Deserialize<'v>>(value: &'v Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| format!("cannot be read: {error}"))
}

/// A scalar as Actions sees it: as text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

/// A text, or each text of a list.
pub(super) fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::Sequence(list) => list.iter().filter_map(text_of).collect(),
        one => text_of(one).into_iter().filter(|text| !text.is_empty()).collect(),
    }
}

/// Every text in a value, with its place and the key that it stands under.
pub(super) fn each_text<'a>(
    value: &Value,
    at: &At<'a>,
    key: &str,
    tell: &mut dyn FnMut(&str, &str, &At<'a>),
) {
    match value {
        Value::String(text) => tell(key, text, at),
        Value::Sequence(list) => {
            for (index, value) in list.iter().enumerate() {
                each_text(value, &at.index(index), key, tell);
            }
        }
        Value::Mapping(map) => {
            for (name, value) in map {
                if let Some(name) = name.as_str() {
                    each_text(value, &at.key(name), name, tell);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(_) => {}
    }
}

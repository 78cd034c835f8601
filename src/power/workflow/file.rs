//! One YAML file, parsed within bounds, with the places of what it says.

use std::cell::{Cell, OnceCell};
use std::ops::Range;
use std::rc::Rc;

use serde::Deserialize;
use yaml_serde::Value;

use crate::domain::Foreign;
use crate::power::lines::Lines;
use crate::power::model::{Remote, Secret, Spot};
use crate::power::workflow::places::{self, Id, Places};

/// The most jobs of a workflow, and the most steps of a job, that are read.
const MOST_ENTRIES: usize = 1_000;

/// The most aliases (`*name`) of a file. Each can stand for a large part of the file.
const MOST_ALIASES: usize = 200;

/// The most brackets that can stand open. Reading takes the square of it.
const MOST_OPEN: usize = 1_000;

/// The most bytes of a file that are looked through for the places of its secrets and texts. What is
/// looked for later stands where the value begins that holds it.
const MOST_LOOKS: usize = 100_000_000;

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
    places: Places,
    lines: Lines<'a>,
    /// The text in lower case, in which parts are looked for.
    lower: OnceCell<String>,
    /// How many bytes more are looked through.
    looks: Cell<usize>,
}

/// A place in a file.
#[derive(Clone)]
pub(super) struct At<'a> {
    file: &'a File<'a>,
    /// The value there, if there is one.
    value: Option<Id>,
    /// Its bytes, or those of the nearest thing around it.
    bytes: Range<usize>,
    /// Where the repository's own file calls this one, if this one is another repository's.
    outer: Option<Rc<Spot>>,
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
        let (root, places) = places::read(text)?;
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
        let (lines, lower, looks) = (Lines::of(text), OnceCell::new(), Cell::new(MOST_LOOKS));
        Ok(Self { path, root, text, skipped, places, lines, lower, looks })
    }

    /// The top of the file.
    pub(super) fn top(&'a self) -> At<'a> {
        let top = self.places.top();
        At { file: self, value: Some(top), bytes: self.places.bytes(top), outer: None }
    }

    /// The top of the file as seen from where it is called: what another repository's file says
    /// stands on the line that takes it in.
    pub(super) fn called_from(&'a self, spot: &Spot) -> At<'a> {
        let outer = Remote::is_key(self.path).then(|| Rc::new(spot.clone()));
        At { outer, ..self.top() }
    }

    fn spot_at(&self, offset: usize) -> Spot {
        let (line, column) = self.lines.place(offset);
        let line = line + self.skipped;
        Spot { path: Foreign::new(self.path), line, column, end_line: line }
    }

    /// Where a text stands that is written in lower case, among these bytes.
    fn find(&self, part: &str, bytes: &Range<usize>) -> Option<usize> {
        let lower = self.lower.get_or_init(|| self.text.to_ascii_lowercase());
        let left = self.looks.get().checked_sub(bytes.len())?;
        let at = lower.get(bytes.clone())?.find(part);
        // Only what was looked through counts.
        self.looks.set(left + at.map_or(0, |at| bytes.len() - at));
        at
    }
}

impl<'a> At<'a> {
    /// The value under a key.
    pub(super) fn key(&self, key: &str) -> Self {
        self.inner(|places, value| places.key(value, key))
    }

    /// An entry of a list.
    pub(super) fn index(&self, index: usize) -> Self {
        self.inner(|places, value| places.index(value, index))
    }

    fn inner(&self, find: impl Fn(&Places, Id) -> Option<(Id, Range<usize>)>) -> Self {
        match self.value.and_then(|value| find(&self.file.places, value)) {
            Some((value, bytes)) => Self { value: Some(value), bytes, ..self.clone() },
            None => Self { value: None, ..self.clone() },
        }
    }

    /// Where it stands: its own place, or that of the nearest thing around it that has one.
    pub(super) fn spot(&self) -> Spot {
        self.spot_at(self.bytes.start)
    }

    /// Where a part of its text stands, whatever its letter case, or the whole if that part is not
    /// written there.
    pub(super) fn spot_of(&self, part: &str) -> Spot {
        self.spot_of_any(&[part])
    }

    /// Where the first of these parts stands that is written there.
    pub(super) fn spot_of_any(&self, parts: &[&str]) -> Spot {
        let find = |part: &&str| self.file.find(&part.trim().to_ascii_lowercase(), &self.bytes);
        self.spot_at(self.bytes.start + parts.iter().find_map(find).unwrap_or(0))
    }

    fn spot_at(&self, offset: usize) -> Spot {
        match &self.outer {
            Some(outer) => Spot::clone(outer),
            None => self.file.spot_at(offset),
        }
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

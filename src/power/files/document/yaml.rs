//! YAML, with its anchors put in where they are used, as far as that stays small.

use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{Event, Parser, ScalarStyle, Span};

use crate::power::files::document::node::{At, Entry, Node, Value};
use crate::power::files::document::{DEEPEST, MOST_NODES, Refusal, too_deep, too_many};

/// The documents of a text. `lines_before` are added to every line.
pub(super) fn parse(text: &str, lines_before: usize) -> Result<Vec<Node>, Refusal> {
    let mut builder = Builder { lines_before, ..Builder::default() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Refusal {
            line: error.marker().line().max(1) + lines_before,
            why: "is no valid YAML".to_owned(),
        })?;
        builder.take(event, span)?;
    }
    Ok(builder.documents)
}

/// Reads each key at the left edge for itself, as agents do whose front matter is only like YAML:
/// a value that is none is taken as it stands. `refusal` is what is said if no key is found.
pub(super) fn parse_by_key(
    text: &str,
    lines_before: usize,
    refusal: Refusal,
) -> Result<Vec<Node>, Refusal> {
    let mut parts: Vec<(usize, String)> = Vec::new();
    for (nth, line) in text.split_inclusive('\n').enumerate() {
        let name = line.split(':').next().unwrap_or_default();
        let begins = name.len() < line.trim_end().len()
            && !name.is_empty()
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
        match parts.last_mut() {
            _ if begins => parts.push((nth, line.to_owned())),
            Some((_, part)) => part.push_str(line),
            None if line.trim().is_empty() || line.starts_with('#') => {}
            None => return Err(refusal),
        }
    }
    let mut entries = Vec::new();
    let mut size = 0;
    for (nth, part) in parts {
        let before = lines_before + nth;
        let (key, rest) = part.split_once(':').unwrap_or((&part, ""));
        let at = At { line: before + 1, column: 1, end_line: before + part.lines().count().max(1) };
        let read = parse(&part, before).ok().and_then(|mut documents| documents.pop());
        let entry = read.and_then(|node| match node.value {
            Value::Map(mut entries) => entries.pop(),
            _ => None,
        });
        let entry = entry.unwrap_or_else(|| {
            let value = Value::Text(rest.trim().to_owned());
            Entry { key: key.to_owned(), at, node: Node { value, at } }
        });
        size += entry.node.leaves().len();
        if size > MOST_NODES {
            return Err(Refusal { line: at.line, why: too_many() });
        }
        entries.push(entry);
    }
    let Some(first) = entries.first() else { return Err(refusal) };
    let at = first.at;
    Ok(vec![Node { value: Value::Map(entries), at }])
}

#[derive(Default)]
struct Builder {
    lines_before: usize,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Node, usize)>,
    nodes: usize,
}

/// A list or map that has begun, or the document itself when there is none.
struct Open {
    at: At,
    anchor: usize,
    /// How many nodes there were before.
    before: usize,
    parts: Vec<Node>,
    is_map: bool,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Refusal> {
        let at = self.at(&span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let forced = tag.is_some_and(|tag| tag.suffix().ends_with("str"));
                let value = match style {
                    ScalarStyle::Plain if !forced => plain(&text),
                    _ => Value::Text(text.into_owned()),
                };
                let size = 1 + weight(&value);
                self.count(size, at)?;
                self.put(Node { value, at }, anchor, size)?;
            }
            Event::SequenceStart(_, anchor, _) => self.begin(at, anchor, false)?,
            Event::MappingStart(_, anchor, _) => self.begin(at, anchor, true)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(at)?,
            Event::Alias(anchor) => {
                // An anchor that is still open would hold itself.
                let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
                    let why = "has an anchor that holds itself".to_owned();
                    return Err(Refusal { line: at.line, why });
                };
                self.count(size, at)?;
                self.put(node, 0, size)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, at: At, anchor: usize, is_map: bool) -> Result<(), Refusal> {
        self.count(1, at)?;
        if self.open.len() >= DEEPEST {
            return Err(Refusal { line: at.line, why: too_deep() });
        }
        let before = self.nodes - 1;
        self.open.push(Open { at, anchor, before, parts: Vec::new(), is_map });
        Ok(())
    }

    fn end(&mut self, end: At) -> Result<(), Refusal> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let Open { at, anchor, before, parts, is_map } = open;
        let last = parts.last().map_or(at, |node| node.at);
        // The event of the end stands on the line after a block: the last part ends it better.
        let end_line = if end.line == at.line { end.line } else { last.end_line.max(at.line) };
        let value = if is_map { map(parts) } else { Value::List(parts) };
        let size = self.nodes - before;
        self.put(Node { value, at: At { end_line, ..at } }, anchor, size)
    }

    fn put(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Refusal> {
        if anchor > 0 {
            // What is kept for later counts too: anchors inside anchors are kept many times.
            self.count(size, node.at)?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut() {
            Some(open) => open.parts.push(node),
            None => self.documents.push(node),
        }
        Ok(())
    }

    fn count(&mut self, more: usize, at: At) -> Result<(), Refusal> {
        self.nodes += more;
        if self.nodes > MOST_NODES {
            return Err(Refusal { line: at.line, why: too_many() });
        }
        Ok(())
    }

    fn at(&self, span: &Span) -> At {
        let line = span.start.line().max(1) + self.lines_before;
        let end_line = span.end.line().max(1) + self.lines_before;
        // A block text ends at the start of the line after it.
        let ends_before = span.end.col() == 0 && end_line > line;
        let end_line = if ends_before { end_line - 1 } else { end_line };
        At { line, column: span.start.col() + 1, end_line: end_line.max(line) }
    }
}

/// How many values' room a text takes.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Number(text) => text.len() / 64,
        _ => 0,
    }
}

/// Keys and values in turn become entries; `<<` brings those of other maps, which own keys hide.
fn map(parts: Vec<Node>) -> Value {
    let (mut entries, mut merged): (Vec<Entry>, Vec<Entry>) = (Vec::new(), Vec::new());
    let mut parts = parts.into_iter();
    while let (Some(key), Some(node)) = (parts.next(), parts.next()) {
        let name = key.scalar().unwrap_or_default();
        if name == "<<" {
            let maps = match node.value {
                Value::List(items) => items,
                _ => vec![node],
            };
            merged.extend(maps.into_iter().flat_map(|one| match one.value {
                Value::Map(entries) => entries,
                _ => Vec::new(),
            }));
            continue;
        }
        // A value that an anchor brought stands elsewhere: then the key's own line is the place.
        let at = if node.at.line >= key.at.line { key.at.to(node.at) } else { key.at };
        entries.push(Entry { key: name, at, node });
    }
    let own: BTreeSet<_> = entries.iter().map(|entry| entry.key.clone()).collect();
    merged.retain(|entry| !own.contains(&entry.key));
    // Among merged maps the first counts, and lookups take the last.
    merged.reverse();
    merged.extend(entries);
    Value::Map(merged)
}

/// What a text without quotes is, by the core schema of YAML 1.2.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => {
            let digits = text.trim_start_matches(['-', '+']);
            let is_number = digits
                .starts_with(|first: char| first.is_ascii_digit() || first == '.')
                && text.parse::<f64>().is_ok();
            if is_number { Value::Number(text.to_owned()) } else { Value::Text(text.to_owned()) }
        }
    }
}

//! What a YAML text says and where each of its values stands, read in one pass.
//!
//! Scalars are what the core schema of YAML 1.2 makes of them, as Actions reads them. What Actions
//! refuses is refused: tags beside the schema's, a key that stands twice, a second document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};
use yaml_serde::{Mapping, Value};

use crate::power::workflow::scalar;

/// The deepest nesting that is read.
const DEEPEST: usize = 100;

/// How often a text is read again without a comment that YAML does not allow.
const MOST_TRIES: usize = 10;

/// The most values of a text once its aliases are put in, with a long text as several.
const MOST_VALUES: usize = 400_000;

/// What is said of a value whose tag Actions does not know, or that is not what its tag says.
const BAD_TAG: &str = "has a tag that is not of YAML's core schema";

/// The places of a text.
pub(super) struct Places {
    places: Vec<Place>,
}

/// The number of a place.
pub(super) type Id = usize;

struct Place {
    bytes: Range<usize>,
    inside: Inside,
}

/// What is inside a value.
enum Inside {
    Nothing,
    List(Vec<Id>),
    /// By key, with the byte at which the key begins.
    Map(BTreeMap<String, (usize, Id)>),
    /// What stands where the anchor does.
    Alias(Id),
}

impl Places {
    /// The value at the top.
    pub(super) fn top(&self) -> Id {
        0
    }

    /// The bytes of a value.
    pub(super) fn bytes(&self, id: Id) -> Range<usize> {
        self.places.get(id).map_or(0..0, |place| place.bytes.clone())
    }

    /// What stands under a key, with the bytes from the key to the end of the value.
    pub(super) fn key(&self, id: Id, key: &str) -> Option<(Id, Range<usize>)> {
        let Inside::Map(map) = self.inside(id)? else { return None };
        let (start, value) = map.get(key)?;
        Some((*value, *start..self.bytes(*value).end.max(*start)))
    }

    /// An item of a list.
    pub(super) fn index(&self, id: Id, index: usize) -> Option<(Id, Range<usize>)> {
        let Inside::List(items) = self.inside(id)? else { return None };
        let item = *items.get(index)?;
        Some((item, self.bytes(item)))
    }

    fn inside(&self, id: Id) -> Option<&Inside> {
        match &self.places.get(id)?.inside {
            // Anchors stand at values, so an alias leads to one at once.
            Inside::Alias(anchored) => self.places.get(*anchored).map(|place| &place.inside),
            inside => Some(inside),
        }
    }
}

/// Reads a text. The error is the end of a sentence about it.
pub(super) fn read(text: &str) -> Result<(Value, Places), String> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_TRIES {
        match once(&text) {
            Err(Wrong::Comment(at)) => text = Cow::Owned(without_comment(&text, at)),
            Err(Wrong::Said(why)) => return Err(why),
            Ok(read) => return Ok(read),
        }
    }
    Err(format!("has more than {MOST_TRIES} comments that stand right after a bracket"))
}

/// Why a text could not be read.
enum Wrong {
    /// The end of a sentence about it.
    Said(String),
    /// A comment begins at this byte, right after a bracket: YAML asks for a space before it,
    /// Actions does not.
    Comment(usize),
}

fn once(text: &str) -> Result<(Value, Places), Wrong> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let bytes = text.as_bytes();
            let at = offset(*error.marker());
            let closed = at.checked_sub(1).and_then(|before| bytes.get(before));
            if bytes.get(at) == Some(&b'#') && matches!(closed, Some(b']' | b'}')) {
                return Wrong::Comment(at);
            }
            let (line, column) = (error.marker().line().max(1), error.marker().col() + 1);
            let why =
                format!("is not YAML that Actions would take, at line {line} column {column}");
            Wrong::Said(why)
        })?;
        let refuse = |why| Wrong::Said(format!("{why}, at line {}", span.start.line().max(1)));
        reader.take(event, &span).map_err(refuse)?;
    }
    let value = reader.root.map_or(Value::Null, |node| node.value);
    Ok((value, Places { places: reader.places }))
}

/// The same text, byte for byte at the same place, with spaces for the comment that begins here.
fn without_comment(text: &str, at: usize) -> String {
    let (before, comment) = text.split_at(at);
    let end = comment.find('\n').unwrap_or(comment.len());
    format!("{before}{}{}", " ".repeat(end), &comment[end..])
}

/// A value that was read.
#[derive(Clone)]
struct Node {
    value: Value,
    id: Id,
    /// How many values there are in it.
    size: usize,
}

/// A list or map that has begun.
struct Open {
    id: Id,
    anchor: usize,
    is_map: bool,
    parts: Vec<Node>,
}

#[derive(Default)]
struct Reader {
    root: Option<Node>,
    places: Vec<Place>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    size: usize,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let size = 1 + text.len() / 64;
                let value = match tag {
                    Some(tag) => tagged(&tag, &text)?,
                    None if style == ScalarStyle::Plain => scalar::plain(&text),
                    None => Value::String(text.into_owned()),
                };
                let id = self.add(span, Inside::Nothing);
                self.count(size)?;
                self.put(Node { value, id, size }, anchor)
            }
            Event::Alias(anchor) => {
                // An anchor that is still open would hold itself.
                let node = self.anchors.get(&anchor);
                let node = node.ok_or("has an anchor that holds itself")?.clone();
                self.count(node.size)?;
                let id = self.add(span, Inside::Alias(node.id));
                self.put(Node { id, ..node }, 0)
            }
            Event::SequenceStart(_, anchor, tag) => self.begin(span, anchor, tag.as_deref(), false),
            Event::MappingStart(_, anchor, tag) => self.begin(span, anchor, tag.as_deref(), true),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            _ => Ok(()),
        }
    }

    fn add(&mut self, span: &Span, inside: Inside) -> Id {
        self.places.push(Place { bytes: offset(span.start)..offset(span.end), inside });
        self.places.len() - 1
    }

    fn begin(
        &mut self,
        span: &Span,
        anchor: usize,
        tag: Option<&Tag>,
        is_map: bool,
    ) -> Result<(), String> {
        let fitting = if is_map { "map" } else { "seq" };
        if tag.is_some_and(|tag| tag.core_suffix() != Some(fitting)) {
            return Err(BAD_TAG.to_owned());
        }
        if self.open.len() >= DEEPEST {
            return Err(format!("nests deeper than {DEEPEST} levels"));
        }
        self.count(1)?;
        let id = self.add(span, Inside::Nothing);
        self.open.push(Open { id, anchor, is_map, parts: Vec::new() });
        Ok(())
    }

    fn end(&mut self, span: &Span) -> Result<(), String> {
        let Some(Open { id, anchor, is_map, parts }) = self.open.pop() else { return Ok(()) };
        let start = self.places[id].bytes.start;
        // A block ends on the line after it: its last part ends it better.
        let last = parts.last().map_or(start, |part| self.places[part.id].bytes.end);
        let is_flow = offset(span.end) > offset(span.start);
        let end = if is_flow { offset(span.end) } else { last };
        let size = 1 + parts.iter().map(|part| part.size).sum::<usize>();
        let (value, inside) = if is_map { self.map(parts)? } else { list(parts) };
        self.places[id] = Place { bytes: start..end.max(start), inside };
        self.put(Node { value, id, size }, anchor)
    }

    /// Keys and values in turn.
    fn map(&self, parts: Vec<Node>) -> Result<(Value, Inside), String> {
        let (mut map, mut places) = (Mapping::with_capacity(parts.len() / 2), BTreeMap::new());
        let mut parts = parts.into_iter();
        while let (Some(key), Some(node)) = (parts.next(), parts.next()) {
            if let Value::String(name) = &key.value {
                places.insert(name.clone(), (self.places[key.id].bytes.start, node.id));
            }
            if let Some(twice) = map.insert(key.value.clone(), node.value).map(|_| key.value) {
                let name = twice.as_str().unwrap_or("one").replace('`', "'");
                return Err(format!("has the key `{name}` twice"));
            }
        }
        Ok((Value::Mapping(map), Inside::Map(places)))
    }

    /// Puts a value into what is open around it.
    fn put(&mut self, node: Node, anchor: usize) -> Result<(), String> {
        if anchor > 0 {
            // What is kept for later counts too: anchors inside anchors are kept many times.
            self.count(node.size)?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.parts.push(node),
            None if self.root.is_none() => self.root = Some(node),
            None => return Err("holds more than one document".to_owned()),
        }
        Ok(())
    }

    fn count(&mut self, more: usize) -> Result<(), String> {
        self.size += more;
        let most = || format!("holds more than {MOST_VALUES} values once its aliases are put in");
        if self.size > MOST_VALUES { Err(most()) } else { Ok(()) }
    }
}

fn list(parts: Vec<Node>) -> (Value, Inside) {
    let (values, ids) = parts.into_iter().map(|part| (part.value, part.id)).unzip();
    (Value::Sequence(values), Inside::List(ids))
}

fn offset(at: Marker) -> usize {
    at.byte_offset().unwrap_or_default()
}

/// A scalar whose tag says what it is.
fn tagged(tag: &Tag, text: &str) -> Result<Value, String> {
    match (tag.core_suffix(), scalar::plain(text)) {
        (Some("str"), _) => Ok(Value::String(text.to_owned())),
        (Some("null"), Value::Null) => Ok(Value::Null),
        (Some("bool"), value @ Value::Bool(_)) => Ok(value),
        (Some("int" | "float"), value @ Value::Number(_)) => Ok(value),
        // `!` alone stands for a text.
        (None, _) if matches!((tag.handle(), tag.suffix()), ("!", "") | ("", "!")) => {
            Ok(Value::String(text.to_owned()))
        }
        _ => Err(BAD_TAG.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text at a route.
    fn at<'t>(text: &'t str, route: &[&str]) -> Option<&'t str> {
        let (_, places) = read(text).unwrap();
        let first = (places.top(), places.bytes(places.top()));
        let found = route.iter().try_fold(first, |(id, _), part| match part.parse() {
            Ok(index) => places.index(id, index),
            Err(_) => places.key(id, part),
        });
        found.map(|(_, bytes)| &text[bytes])
    }

    #[test]
    fn a_key_stands_from_its_first_letter_to_the_end_of_its_value() {
        let text = "on: push\njobs:\n  é:\n    steps:\n      - uses: a\n        with: {b: 'c', d: [e]}\n      - run: |\n          f\n          g\n  z:\n";
        for (route, expected) in [
            (&["on"][..], "on: push"),
            (&["jobs", "é", "steps", "0", "uses"], "uses: a"),
            (&["jobs", "é", "steps", "0"], "uses: a\n        with: {b: 'c', d: [e]}"),
            (&["jobs", "é", "steps", "0", "with"], "with: {b: 'c', d: [e]}"),
            (&["jobs", "é", "steps", "0", "with", "b"], "b: 'c'"),
            (&["jobs", "é", "steps", "0", "with", "d", "0"], "e"),
        ] {
            assert_eq!(at(text, route), Some(expected), "{route:?}");
        }
        let script = at(text, &["jobs", "é", "steps", "1", "run"]).unwrap();
        assert!(script.starts_with("run: |\n          f\n          g"), "{script:?}");
        assert_eq!(at(text, &["jobs", "z"]), Some("z"));
        assert_eq!(at(text, &["jobs", "y"]), None);
        assert_eq!(at(text, &["jobs", "é", "steps", "2"]), None);
    }

    #[test]
    fn an_alias_stands_where_it_is_written_and_holds_what_its_anchor_holds() {
        let text = "a: &x {b: c}\nd: *x\n";
        assert_eq!(at(text, &["d"]), Some("d: *x"));
        assert_eq!(at(text, &["d", "b"]), Some("b: c"));
        let (value, _) = read(text).unwrap();
        assert_eq!(value["a"], value["d"]);
    }

    #[test]
    fn what_actions_reads_is_read() {
        for (text, value) in [
            ("!!null", Value::Null),
            ("!!null ~", Value::Null),
            ("!<tag:yaml.org,2002:null>", Value::Null),
            ("!!str 5", Value::String("5".to_owned())),
            ("!!str true", Value::String("true".to_owned())),
            ("!!int 5", Value::Number(5_u64.into())),
            ("!!bool \"true\"", Value::Bool(true)),
            ("! 5", Value::String("5".to_owned())),
            ("'5'", Value::String("5".to_owned())),
            ("!!seq []", Value::Sequence(Vec::new())),
            ("", Value::Null),
            ("['a']#, b]\n", Value::Sequence(vec![Value::String("a".to_owned())])),
        ] {
            let read = read(text).map(|it| it.0);
            assert_eq!(read, Ok(value), "{text}");
        }
    }

    #[test]
    fn what_actions_refuses_is_refused_with_its_line() {
        for (text, why) in [
            ("a: 1\na: 2\n", "has the key `a` twice"),
            ("a: 1\n---\nb: 2\n", "holds more than one document"),
            ("a: !x 1\n", "has a tag that is not of YAML's core schema, at line 1"),
            ("a:\n  - !!int x\n", "has a tag that is not of YAML's core schema, at line 2"),
            ("a: !x [1]\n", "has a tag"),
            ("a: [\n", "is not YAML"),
            ("a: *b\n", "is not YAML"),
            ("a: &a [*a]\n", "has an anchor that holds itself"),
        ] {
            let said = read(text).err().unwrap_or_default();
            assert!(said.starts_with(why), "{text}: {said}");
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(read(&deep).err().unwrap().contains("deeper than 100 levels"));
        let grown = (1..40).fold("a0: &a0 [x]\n".to_owned(), |text, n| {
            let before = n - 1;
            format!("{text}a{n}: &a{n} [*a{before}, *a{before}]\n")
        });
        assert!(read(&grown).err().unwrap().contains("once its aliases are put in"));
    }
}

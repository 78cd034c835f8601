//! TOML.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::power::files::document::node::{At, Entry, Node, Value};
use crate::power::files::document::{DEEPEST, MOST_NODES, Refusal, key, too_deep, too_many};
use crate::power::lines::Lines;

/// The one document of a text.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Refusal> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let (line, _) = lines.place(start.min(text.len()));
        Refusal { line, why: "is no valid TOML".to_owned() }
    })?;
    let mut left = MOST_NODES;
    let span = table.span();
    let value = map(table.into_inner(), &lines, 0, &mut left)?;
    Ok(vec![Node { value, at: At::of(&lines, span) }])
}

fn map(
    table: DeTable<'_>,
    lines: &Lines<'_>,
    depth: usize,
    left: &mut usize,
) -> Result<Value, Refusal> {
    let mut entries = Vec::new();
    for (name, value) in table {
        let at = At::of(lines, name.span());
        let node = node(value, lines, depth + 1, left)?;
        let at = if node.at.line >= at.line { at.to(node.at) } else { at };
        entries.push(Entry { key: key(&name.into_inner()), at, node });
    }
    // The library sorts by key; the order of the file is that of the places.
    entries.sort_by_key(|entry| entry.at);
    Ok(Value::Map(entries))
}

fn node(
    spanned: Spanned<DeValue<'_>>,
    lines: &Lines<'_>,
    depth: usize,
    left: &mut usize,
) -> Result<Node, Refusal> {
    let at = At::of(lines, spanned.span());
    let refuse = |why| Refusal { line: at.line, why };
    *left = left.checked_sub(1).ok_or_else(|| refuse(too_many()))?;
    if depth > DEEPEST {
        return Err(refuse(too_deep()));
    }
    let value = match spanned.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(moment) => Value::Text(moment.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .into_iter()
                .map(|item| node(item, lines, depth + 1, left))
                .collect::<Result<_, _>>()?,
        ),
        DeValue::Table(table) => map(table, lines, depth, left)?,
    };
    Ok(Node { value, at })
}

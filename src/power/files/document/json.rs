//! JSON, with everything that its readers in editors and agents forgive: comments, commas at the
//! end, JSON5.

use jsonc_parser::ast::{ObjectPropName, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::power::files::document::node::{At, Entry, Node, Value};
use crate::power::files::document::{DEEPEST, MOST_NODES, Refusal, key, too_deep, too_many};
use crate::power::lines::Lines;

/// The one document of a text; none if the text is empty.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Refusal> {
    let lines = Lines::of(text);
    let options = ParseOptions::default();
    let read = parse_to_ast(text, &CollectOptions::default(), &options).map_err(|error| {
        let (line, _) = lines.place(error.range().start.min(text.len()));
        Refusal { line, why: "is no valid JSON".to_owned() }
    })?;
    let mut left = MOST_NODES;
    let document = read.value.map(|value| node(value, &lines, 0, &mut left)).transpose()?;
    Ok(document.into_iter().collect())
}

fn node(ast: Ast<'_>, lines: &Lines<'_>, depth: usize, left: &mut usize) -> Result<Node, Refusal> {
    let range = ast.range();
    let at = At::of(lines, range.start..range.end);
    let refuse = |why| Refusal { line: at.line, why };
    *left = left.checked_sub(1).ok_or_else(|| refuse(too_many()))?;
    if depth > DEEPEST {
        return Err(refuse(too_deep()));
    }
    let value = match ast {
        Ast::StringLit(text) => Value::Text(text.value.into_owned()),
        Ast::NumberLit(number) => Value::Number(number.value.to_owned()),
        Ast::BooleanLit(truth) => Value::Bool(truth.value),
        Ast::NullKeyword(_) => Value::Null,
        Ast::Array(array) => Value::List(
            array
                .elements
                .into_iter()
                .map(|element| node(element, lines, depth + 1, left))
                .collect::<Result<_, _>>()?,
        ),
        Ast::Object(object) => {
            let mut entries = Vec::new();
            for property in object.properties {
                let range = property.range;
                let name = match property.name {
                    ObjectPropName::String(name) => key(&name.value),
                    ObjectPropName::Word(name) => key(name.value),
                };
                let node = node(property.value, lines, depth + 1, left)?;
                entries.push(Entry { key: name, at: At::of(lines, range.start..range.end), node });
            }
            Value::Map(entries)
        }
    };
    Ok(Node { value, at })
}

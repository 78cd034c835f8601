//! From a whole value to the fields that were asked for.

use super::Failure;
use graphql_parser::query::{
    Definition, Document, Field, FragmentDefinition, Selection, SelectionSet, TypeCondition,
    Value as Written,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The fragments and variables of a request.
pub(super) struct Names<'d> {
    fragments: BTreeMap<&'d str, &'d FragmentDefinition<'d, String>>,
    variables: &'d Value,
}

impl<'d> Names<'d> {
    pub(super) fn of(document: &'d Document<'d, String>, variables: &'d Value) -> Self {
        let fragments = document.definitions.iter().filter_map(|definition| match definition {
            Definition::Fragment(fragment) => Some((fragment.name.as_str(), fragment)),
            Definition::Operation(_) => None,
        });
        Self { fragments: fragments.collect(), variables }
    }

    /// The arguments of a field, with the values of its variables.
    pub(super) fn arguments(&self, field: &Field<'_, String>) -> Value {
        let all = field.arguments.iter().map(|(name, value)| (name.clone(), self.value(value)));
        Value::Object(all.collect())
    }

    fn value(&self, written: &Written<'_, String>) -> Value {
        match written {
            Written::Variable(name) => self.variables[name].clone(),
            Written::Int(number) => number.as_i64().into(),
            Written::Float(number) => (*number).into(),
            Written::String(text) | Written::Enum(text) => text.as_str().into(),
            Written::Boolean(yes) => (*yes).into(),
            Written::Null => Value::Null,
            Written::List(all) => all.iter().map(|one| self.value(one)).collect(),
            Written::Object(fields) => Value::Object(
                fields.iter().map(|(name, one)| (name.clone(), self.value(one))).collect(),
            ),
        }
    }

    /// What a selection asks of a value.
    ///
    /// # Errors
    /// When a field is asked for that the value does not have.
    pub(super) fn project(
        &self,
        value: &Value,
        set: &SelectionSet<'_, String>,
    ) -> Result<Value, Failure> {
        match value {
            Value::Array(all) => all.iter().map(|one| self.project(one, set)).collect(),
            Value::Object(fields) if !set.items.is_empty() => {
                let mut shown = Map::new();
                self.select(fields, set, &mut shown)?;
                Ok(Value::Object(shown))
            }
            plain => Ok(plain.clone()),
        }
    }

    fn select(
        &self,
        fields: &Map<String, Value>,
        set: &SelectionSet<'_, String>,
        shown: &mut Map<String, Value>,
    ) -> Result<(), Failure> {
        let kind = fields.get("__typename").and_then(Value::as_str);
        for selection in &set.items {
            match selection {
                Selection::Field(field) => {
                    let value = fields.get(&field.name);
                    let value = value.ok_or_else(|| {
                        Failure::unknown(&format!("{}.{}", kind.unwrap_or("field"), field.name))
                    })?;
                    let page = page(value, &self.arguments(field));
                    let name = field.alias.as_ref().unwrap_or(&field.name).clone();
                    shown.insert(name, self.project(&page, &field.selection_set)?);
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.fragments.get(spread.fragment_name.as_str());
                    if let Some(fragment) = fragment
                        && fits(kind, Some(&fragment.type_condition))
                    {
                        self.select(fields, &fragment.selection_set, shown)?;
                    }
                }
                Selection::InlineFragment(inline) => {
                    if fits(kind, inline.type_condition.as_ref()) {
                        self.select(fields, &inline.selection_set, shown)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Interfaces are taken for every type that this simulation knows.
fn fits(kind: Option<&str>, condition: Option<&TypeCondition<'_, String>>) -> bool {
    match condition {
        None => true,
        Some(TypeCondition::On(name)) => {
            let interfaces = ["Minimizable", "Node", "Comment", "Actor", "Reactable"];
            Some(name.as_str()) == kind || interfaces.contains(&name.as_str())
        }
    }
}

/// The part of a connection that `first` and `after` ask for; the cursor is a position.
fn page(value: &Value, arguments: &Value) -> Value {
    let (Some(nodes), Some(first)) = (value["nodes"].as_array(), arguments["first"].as_u64())
    else {
        return value.clone();
    };
    let after = arguments["after"].as_str().and_then(|text| text.parse::<usize>().ok());
    let from = after.unwrap_or(0).min(nodes.len());
    let to = from.saturating_add(usize::try_from(first).unwrap_or(usize::MAX)).min(nodes.len());
    json!({
        "__typename": value["__typename"],
        "totalCount": nodes.len(),
        "nodes": nodes[from..to],
        "pageInfo": { "hasNextPage": to < nodes.len(), "endCursor": to.to_string() },
    })
}

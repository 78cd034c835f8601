//! `POST /graphql`: as much of it as hiding comments and resolving threads need. A failure is an
//! entry in `errors` of an answer 200, as GitHub does it.

mod deeds;
mod project;
mod things;

use crate::{
    http::{Call, Needs, Outcome, Refusal, Route, found},
    world::World,
};
use graphql_parser::query::{
    Definition, Document, Field, OperationDefinition, Selection, parse_query,
};
use project::Names;
use serde_json::{Map, Value, json};

/// Where it is served.
pub(crate) const PATH: &str = "/graphql";

pub(crate) const ROUTES: &[Route] =
    &[Route { method: "POST", path: PATH, needs: Needs::Token(""), run }];

/// What went wrong with one field.
#[derive(Clone, Debug)]
struct Failure {
    kind: &'static str,
    message: String,
}

impl Failure {
    fn forbidden() -> Self {
        let message = "Resource not accessible by integration".to_owned();
        Self { kind: "FORBIDDEN", message }
    }

    fn not_found(id: &str) -> Self {
        let message = format!("Could not resolve to a node with the global id of '{id}'");
        Self { kind: "NOT_FOUND", message }
    }

    /// Something that GitHub may know and this simulation does not.
    fn unknown(what: &str) -> Self {
        Self { kind: "undefinedField", message: format!("github-sim: {what} is not simulated") }
    }

    fn show(&self, path: &str) -> Value {
        json!({ "type": self.kind, "path": [path], "message": self.message })
    }
}

fn refused(message: &str) -> Outcome {
    found(json!({ "errors": [{ "message": message }] }))
}

fn run(world: &mut World, call: &Call) -> Outcome {
    let Some(text) = call.text("query") else {
        return Err(Refusal::new(400, "A query attribute must be specified and must be a string."));
    };
    let document: Document<'_, String> = match parse_query(text) {
        Ok(document) => document,
        Err(why) => return refused(&why.to_string()),
    };
    let names = Names::of(&document, &call.body["variables"]);
    let mut operations = document.definitions.iter().filter_map(|definition| match definition {
        Definition::Operation(operation) => Some(operation),
        Definition::Fragment(_) => None,
    });
    let Some(operation) = operations.next() else {
        return refused("A query attribute must be specified and must be a string.");
    };
    let (set, is_mutation) = match operation {
        OperationDefinition::Mutation(mutation) => (&mutation.selection_set, true),
        OperationDefinition::Query(query) => (&query.selection_set, false),
        OperationDefinition::SelectionSet(set) => (set, false),
        OperationDefinition::Subscription(_) => return refused("Subscriptions are not served."),
    };
    let (mut data, mut errors) = (Map::new(), Vec::new());
    for selection in &set.items {
        let Selection::Field(field) = selection else {
            return refused("github-sim: fragments at the root are not simulated");
        };
        let name = field.alias.as_ref().unwrap_or(&field.name).clone();
        let value = answer(world, call, &names, field, is_mutation).unwrap_or_else(|failure| {
            if failure.kind == "undefinedField" {
                world.complaints.push(format!("POST {PATH}: {}", failure.message));
            }
            errors.push(failure.show(&name));
            Value::Null
        });
        data.insert(name, value);
    }
    let mut shown = json!({ "data": data });
    if !errors.is_empty() {
        shown["errors"] = errors.into();
    }
    found(shown)
}

fn answer(
    world: &mut World,
    call: &Call,
    names: &Names<'_>,
    field: &Field<'_, String>,
    is_mutation: bool,
) -> Result<Value, Failure> {
    let arguments = names.arguments(field);
    let value = if is_mutation {
        deeds::happen(world, call, &field.name, &arguments["input"])?
    } else {
        things::find(world, call, names, field, &arguments)?
    };
    names.project(&value, &field.selection_set)
}

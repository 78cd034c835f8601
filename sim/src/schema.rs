//! GitHub's own description of requests and answers, and the check against it.
//!
//! The two index files are made by `scripts/github-index`; validators are compiled when first needed.

use crate::graphql;
use flate2::read::GzDecoder;
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::Read,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

static REQUESTS: &[u8] = include_bytes!("../data/gh-requests.json.gz");
static ANSWERS: &[u8] = include_bytes!("../data/gh-answers.json.gz");

#[derive(Deserialize)]
struct Requests {
    ops: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    method: String,
    path: String,
    params: Vec<Parameter>,
    body: Option<Body>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    r#in: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    schema: Value,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    required: bool,
    schema: Option<Value>,
}

#[derive(Deserialize)]
struct Answers {
    /// `GET /app` → status → schema.
    ops: BTreeMap<String, BTreeMap<String, Value>>,
    /// `deploy-key-created` → schema.
    hooks: BTreeMap<String, Value>,
    defs: Map<String, Value>,
}

static OPERATIONS: LazyLock<HashMap<String, Operation>> = LazyLock::new(|| {
    let requests: Requests = unpacked(REQUESTS);
    requests.ops.into_iter().map(|op| (format!("{} {}", op.method, op.path), op)).collect()
});

static DESCRIBED: LazyLock<Answers> = LazyLock::new(|| unpacked(ANSWERS));

fn unpacked<T: serde::de::DeserializeOwned>(packed: &[u8]) -> T {
    let mut text = Vec::new();
    GzDecoder::new(packed)
        .read_to_end(&mut text)
        .expect("the index was packed by scripts/github-index");
    serde_json::from_slice(&text).expect("the index was written by scripts/github-index")
}

type Compiled = Option<Arc<Validator>>;

fn validator(key: String, schema: impl FnOnce() -> Option<Value>) -> Compiled {
    static COMPILED: LazyLock<Mutex<HashMap<String, Compiled>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    compiled
        .entry(key)
        .or_insert_with(|| {
            let schema = schema()?;
            Some(Arc::new(
                jsonschema::validator_for(&schema)
                    .expect("GitHub's schemas compile: a test compiles them all"),
            ))
        })
        .clone()
}

fn complaints(validator: &Validator, value: &Value) -> Vec<String> {
    validator
        .iter_errors(value)
        .take(3)
        .map(|error| format!("{error} at {:?}", error.instance_path().as_str()))
        .collect()
}

/// What GitHub's description has against a request. Empty when nothing, or when it does not describe the operation.
pub(crate) fn check_request(
    method: &str,
    path: &str,
    query: &[(String, String)],
    body: &Value,
) -> Vec<String> {
    let key = format!("{method} {path}");
    let Some(operation) = OPERATIONS.get(&key) else {
        return Vec::new();
    };
    let mut found = check_query(operation, query);
    let Some(described) = &operation.body else {
        if !body.is_null() && *body != json!({}) {
            found.push("no body is described here".to_owned());
        }
        return found;
    };
    if body.is_null() {
        if described.required {
            found.push("a body is required".to_owned());
        }
        return found;
    }
    if let Some(validator) = validator(format!("request {key}"), || described.schema.clone()) {
        found.extend(complaints(&validator, body));
    }
    let properties = described.schema.as_ref().and_then(|schema| schema["properties"].as_object());
    if let (Some(properties), Some(sent)) = (properties, body.as_object()) {
        let unknown = sent.keys().filter(|name| !properties.contains_key(*name));
        found.extend(unknown.map(|name| format!("no field {name:?} is described")));
    }
    found
}

fn check_query(operation: &Operation, query: &[(String, String)]) -> Vec<String> {
    let described: Vec<&Parameter> =
        operation.params.iter().filter(|parameter| parameter.r#in == "query").collect();
    let mut found = Vec::new();
    for (name, value) in query {
        let plain = name.trim_end_matches("[]");
        let Some(parameter) =
            described.iter().find(|parameter| parameter.name.trim_end_matches("[]") == plain)
        else {
            found.push(format!("no parameter {name:?} is described"));
            continue;
        };
        let key = format!("parameter {} {} {plain}", operation.method, operation.path);
        let Some(validator) = validator(key, || Some(parameter.schema.clone())) else {
            continue;
        };
        let readings = [
            Value::from(value.as_str()),
            serde_json::from_str(value).unwrap_or(Value::Null),
            json!([value]),
        ];
        if !readings.iter().any(|reading| validator.is_valid(reading)) {
            found.push(format!("{name}={value} is not as described"));
        }
    }
    let given = |name: &str| {
        query.iter().any(|(key, _)| key.trim_end_matches("[]") == name.trim_end_matches("[]"))
    };
    let missing =
        described.iter().filter(|parameter| parameter.required && !given(&parameter.name));
    found.extend(missing.map(|parameter| format!("parameter {:?} is required", parameter.name)));
    found
}

/// What GitHub's description has against one of our answers.
pub(crate) fn check_answer(method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
    if path == graphql::PATH {
        // It has a description of its own, which is not among these.
        return Vec::new();
    }
    let key = format!("{method} {path}");
    let Some(statuses) = DESCRIBED.ops.get(&key) else {
        return vec!["the operation is not in the index of answers".to_owned()];
    };
    let Some(schema) = statuses.get(&status.to_string()) else {
        return if status < 300 {
            vec![format!("status {status} is not described")]
        } else {
            Vec::new()
        };
    };
    match validator(format!("answer {key} {status}"), || Some(with_definitions(schema))) {
        Some(validator) => complaints(&validator, body),
        None => Vec::new(),
    }
}

/// What GitHub's description has against the payload of one of our webhooks.
pub(crate) fn check_webhook(name: &str, payload: &Value) -> Vec<String> {
    let key = name.replace(['_', '.'], "-");
    let Some(schema) = DESCRIBED.hooks.get(&key) else {
        return vec!["the webhook is not in the index".to_owned()];
    };
    match validator(format!("webhook {key}"), || Some(with_definitions(schema))) {
        Some(validator) => complaints(&validator, payload),
        None => Vec::new(),
    }
}

/// The schema with the definitions that it reaches, and no others.
fn with_definitions(schema: &Value) -> Value {
    let mut wanted: Vec<String> = references(schema);
    let mut seen = BTreeSet::new();
    let mut definitions = Map::new();
    while let Some(name) = wanted.pop() {
        if seen.insert(name.clone())
            && let Some(definition) = DESCRIBED.defs.get(&name)
        {
            wanted.extend(references(definition));
            definitions.insert(name, definition.clone());
        }
    }
    json!({ "allOf": [schema], "$defs": definitions })
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match (name.as_str(), value.as_str()) {
                ("$ref", Some(to)) => vec![to.trim_start_matches("#/$defs/").to_owned()],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Whether the index of answers knows an operation.
#[cfg(test)]
pub(crate) fn describes(method: &str, path: &str) -> bool {
    DESCRIBED.ops.contains_key(&format!("{method} {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_of_an_answer_or_webhook_compiles() {
        let mut compiled = 0;
        for schema in
            DESCRIBED.ops.values().flat_map(BTreeMap::values).chain(DESCRIBED.hooks.values())
        {
            jsonschema::validator_for(&with_definitions(schema)).expect("it compiles");
            compiled += 1;
        }
        assert!(compiled > 50, "only {compiled} schemas");
    }

    #[test]
    fn every_schema_of_a_request_that_is_served_compiles() {
        for route in crate::routes::all() {
            let Some(operation) = OPERATIONS.get(&format!("{} {}", route.method, route.path))
            else {
                continue;
            };
            if let Some(schema) = operation.body.as_ref().and_then(|body| body.schema.as_ref()) {
                jsonschema::validator_for(schema).expect("it compiles");
            }
        }
    }
}

//! From the world to JSON in the shapes of GitHub's description.

mod account;
mod app;
mod checks;
mod git;
mod issue;
mod pat;
mod pull;
mod repo;
mod runs;
mod settings;

pub(crate) use app::selection_name;
pub(crate) use issue::REACTIONS;

use serde_json::Value;

/// Adds the fields of the second object to the first.
pub(crate) fn with(mut base: Value, more: Value) -> Value {
    if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
        base.extend(more);
    }
    base
}

/// A GraphQL id. Real ones are opaque; these can be read.
pub(crate) fn node(kind: &str, id: u64) -> String {
    format!("{kind}_{id}")
}

//! `package.json`: the commands that npm hands to a shell.

use crate::power::files::document::{Entry, Format, parse};

/// The scripts of a manifest, each with its line; none if it cannot be read, as npm reads none then.
pub(in crate::power) fn scripts_of_manifest(text: &str) -> Vec<(usize, String)> {
    let documents = parse(Format::Json, text).unwrap_or_default();
    let scripts = documents.first().and_then(|document| document.get("scripts"));
    let scripts = scripts.map(|scripts| scripts.entries()).unwrap_or_default();
    let script = |entry: &Entry| Some((entry.at.line, entry.node.text()?.to_owned()));
    scripts.iter().filter_map(script).collect()
}

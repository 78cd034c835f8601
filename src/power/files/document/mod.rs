//! One kind of tree for JSON, JSON with comments, JSON5, TOML and YAML, with the place of every
//! value. How a file is laid out, commented, quoted or anchored leaves no trace in it but places.
//!
//! Bounded: what is larger, deeper or grows when its anchors are put in is refused with the reason.

mod front_matter;
mod hcl;
mod json;
mod node;
mod toml_text;
mod yaml;

pub(super) use front_matter::front_matter;
pub(super) use hcl::parse_hcl;
pub(super) use node::{At, Entry, Node, Value, pattern_of};

use crate::power::model::Tree;

/// The deepest nesting that is followed.
pub(super) const DEEPEST: usize = 100;

/// The most values of one file.
pub(super) const MOST_NODES: usize = 200_000;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The line, from 1.
    pub(super) line: usize,
    /// The end of a sentence about the file.
    pub(super) why: String,
}

/// A way to write a tree down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON with comments and all that JSON5 adds. Plain JSON is part of it.
    Json,
    /// TOML.
    Toml,
    /// YAML, and its many documents.
    Yaml,
    /// YAML between `---` lines at the top of a text.
    FrontMatter,
    /// Text.
    Text,
}

impl Format {
    /// By the end of a file's name.
    pub(super) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        match end {
            "json" | "jsonc" | "json5" | "code-workspace" | "renovaterc" => Self::Json,
            "toml" => Self::Toml,
            "yml" | "yaml" | "roomodes" => Self::Yaml,
            "md" | "mdc" => Self::FrontMatter,
            _ => Self::Text,
        }
    }
}

/// The documents of a file: one, save in YAML, where there can be more or none.
pub(super) fn parse(format: Format, text: &str) -> Result<Vec<Node>, Refusal> {
    if text.len() > Tree::MOST_BYTES {
        let why = format!("has {} bytes, more than are read", text.len());
        return Err(Refusal { line: 1, why });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Json => json::parse(text),
        Format::Toml => toml_text::parse(text),
        Format::Yaml => yaml::parse(text, 0),
        Format::FrontMatter => match front_matter(text) {
            Some(matter) => yaml::parse(matter.yaml, matter.lines_before)
                .or_else(|refusal| yaml::parse_by_key(matter.yaml, matter.lines_before, refusal)),
            None => Ok(Vec::new()),
        },
        Format::Text => Ok(Vec::new()),
    }
}

/// A key as far as it is kept: paths and names are made of keys, so a long one would be copied for
/// everything below it.
fn key(text: &str) -> String {
    text.chars().take(LONGEST_KEY).collect()
}

/// The most characters of a key that are kept.
const LONGEST_KEY: usize = 200;

/// What is said of a file with more values than are followed.
fn too_many() -> String {
    format!("holds more than {MOST_NODES} values once its anchors are put in")
}

/// What is said of a file that nests deeper than is followed.
fn too_deep() -> String {
    format!("nests deeper than {DEEPEST} levels")
}

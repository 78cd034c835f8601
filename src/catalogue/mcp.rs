//! How MCP servers are written down, and how a command line names the package that it runs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Pattern, Table};

/// One shape of entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct McpSchema {
    /// Names the shape.
    pub id: String,
    /// The key that holds the servers; with dots where it lies deeper or has dots itself.
    pub root_key: String,
    /// Whether the servers are entries with a `name`. Else each is named by its key.
    #[serde(default)]
    pub list: bool,
    /// The key that says how to talk to it.
    pub transport_key: Option<String>,
    /// The key of the program to start: a text, or a list that begins with it.
    pub command_key: String,
    /// The key of its arguments.
    pub args_key: Option<String>,
    /// The key of its environment.
    pub env_key: String,
    /// Keys that hold names of environment variables it gets.
    #[serde(default)]
    pub env_names_keys: Vec<String>,
    /// Keys of its address.
    pub url_keys: Vec<String>,
    /// The key of the headers that are sent to it.
    pub headers_key: String,
    /// The key of headers whose values are names of environment variables.
    pub header_names_key: Option<String>,
    /// Keys that say how to log in to it.
    #[serde(default)]
    pub auth_keys: Vec<String>,
    /// Keys that let its tools run without asking.
    #[serde(default)]
    pub approve_keys: Vec<String>,
    /// The key that lists the tools that may be used.
    pub tools_key: Option<String>,
    /// The key of a container image to run.
    pub container_key: Option<String>,
    /// How a value names a variable instead of holding it; the name is the first group.
    #[serde(default)]
    pub placeholders: Vec<Pattern>,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// A way to fetch a package and run it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageRunner {
    /// Where packages come from: `npm`, `pypi`, `oci`.
    pub ecosystem: String,
    /// Programs, or programs with their first words.
    pub runners: Vec<String>,
    /// Options whose value is the package.
    #[serde(default)]
    pub package_flags: Vec<String>,
    /// Options that take a value which is not.
    #[serde(default)]
    pub value_flags: Vec<String>,
    /// What stands between a package and its version.
    pub version: String,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// The package that a command line fetches and runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Where it comes from.
    pub ecosystem: &'static str,
    /// Its name, without the version.
    pub name: String,
    /// The version, as written.
    pub version: Option<String>,
    /// The place of what follows it among the arguments.
    pub rest: usize,
}

/// Every shape, in the order of the table.
pub static MCP_SCHEMAS: LazyLock<Table<McpSchema>> =
    LazyLock::new(|| table::parse(include_str!("mcp_schemas.toml")));

/// Every runner, in the order of the table.
pub static MCP_PACKAGES: LazyLock<Table<PackageRunner>> =
    LazyLock::new(|| table::parse(include_str!("mcp_packages.toml")));

/// The shape with this id.
pub fn mcp_schema(id: &str) -> Option<&'static McpSchema> {
    static BY_ID: LazyLock<BTreeMap<&'static str, &'static McpSchema>> =
        LazyLock::new(|| MCP_SCHEMAS.rows.iter().map(|it| (it.id.as_str(), it)).collect());
    BY_ID.get(id).copied()
}

/// The package that a command line fetches and runs, if it is of a known form. `words` begins
/// with the program.
pub fn package(words: &[&str]) -> Option<Package> {
    let program = words.first()?.rsplit(['/', '\\']).next()?;
    let program = program.strip_suffix(".cmd").or(program.strip_suffix(".exe")).unwrap_or(program);
    let (row, taken) = MCP_PACKAGES.rows.iter().find_map(|row| {
        row.runners.iter().find_map(|runner| {
            let said: Vec<_> = runner.split(' ').collect();
            let same = said[0] == program && words[1..].starts_with(&said[1..]);
            same.then_some((row, said.len()))
        })
    })?;
    let mut at = taken;
    while let Some(&word) = words.get(at) {
        at += 1;
        let (flag, value) = word.split_once('=').map_or((word, None), |(f, v)| (f, Some(v)));
        if row.package_flags.iter().any(|it| it == flag) {
            let spec = match value {
                Some(value) => value,
                None => {
                    at += 1;
                    words.get(at - 1)?
                }
            };
            return Some(row.named(spec, at));
        }
        if row.value_flags.iter().any(|it| it == word) {
            at += 1;
        } else if !word.starts_with('-') {
            return (!is_here(&words[..taken], word)).then(|| row.named(word, at));
        }
    }
    None
}

/// Whether a word names something that is in the repository already: a path, or what `uv run` finds
/// in the project's own environment.
fn is_here(runner: &[&str], word: &str) -> bool {
    word.starts_with(['.', '/', '~', '$']) || runner.ends_with(&["uv", "run"])
}

impl PackageRunner {
    /// Takes `name@version` apart. A scope's `@` at the front belongs to the name.
    fn named(&'static self, spec: &str, rest: usize) -> Package {
        let cut = spec.get(1..).and_then(|tail| tail.rfind(&self.version)).map(|at| at + 1);
        let (name, version) = match cut {
            Some(at) => (&spec[..at], Some(spec[at + self.version.len()..].to_owned())),
            None if self.ecosystem == "pypi" => match spec.get(1..).and_then(|it| it.find('@')) {
                Some(at) => (&spec[..=at], Some(spec[at + 2..].to_owned())),
                None => (spec, None),
            },
            None => (spec, None),
        };
        Package { ecosystem: &self.ecosystem, name: name.trim().to_owned(), version, rest }
    }
}

impl Package {
    /// Whether the same code runs tomorrow: the version is exact. A tag of a container image can
    /// be moved, so there only a digest is.
    pub fn is_pinned(&self) -> bool {
        let Some(version) = self.version.as_deref() else { return false };
        let plain = version.strip_prefix('v').unwrap_or(version);
        match self.ecosystem {
            "oci" => version.len() == 64 && version.bytes().all(|it| it.is_ascii_hexdigit()),
            _ => {
                plain.starts_with(|first: char| first.is_ascii_digit())
                    && plain.bytes().filter(|it| *it == b'.').count() >= 2
                    && !plain.contains(['x', 'X', '*', '^', '~', '>', '<', ' ', '|', ','])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(line: &str) -> Option<(String, Option<String>, bool)> {
        let words: Vec<_> = line.split(' ').collect();
        package(&words).map(|it| (it.name.clone(), it.version.clone(), it.is_pinned()))
    }

    fn some(
        name: &str,
        version: Option<&str>,
        pinned: bool,
    ) -> Option<(String, Option<String>, bool)> {
        Some((name.to_owned(), version.map(str::to_owned), pinned))
    }

    #[test]
    fn every_shape_and_runner_is_found() {
        for schema in &MCP_SCHEMAS.rows {
            assert_eq!(mcp_schema(&schema.id).unwrap().root_key, schema.root_key, "ids are unique");
            assert!(!schema.url_keys.is_empty());
            MCP_SCHEMAS.check_sources(&schema.id, &schema.source);
            for pattern in &schema.placeholders {
                assert!(pattern.regex().captures_len() >= 2, "{}: no name", schema.id);
            }
        }
        for row in &MCP_PACKAGES.rows {
            for runner in &row.runners {
                let flag = if runner == "uv run" { "--with " } else { "" };
                let line = format!("{runner} {flag}acme");
                assert_eq!(named(&line), some("acme", None, false), "{runner}");
            }
            MCP_PACKAGES.check_sources(&row.ecosystem, &row.source);
        }
    }

    #[test]
    fn the_package_is_found_among_options_and_told_from_its_version() {
        let scoped = "@acme/mcp";
        assert_eq!(named("npx -y @acme/mcp"), some(scoped, None, false));
        assert_eq!(named("npx -y @acme/mcp@1.2.3 --port 1"), some(scoped, Some("1.2.3"), true));
        assert_eq!(named("npx -y @acme/mcp@latest"), some(scoped, Some("latest"), false));
        assert_eq!(named("npx -y @acme/mcp@^1.2.3"), some(scoped, Some("^1.2.3"), false));
        assert_eq!(named("npx --package=@acme/mcp@1.2 run"), some(scoped, Some("1.2"), false));
        assert_eq!(named("C:\\bin\\npx.cmd acme-mcp@2.0.0"), some("acme-mcp", Some("2.0.0"), true));
        assert_eq!(named("uvx --from acme==1.0.1 acme-mcp"), some("acme", Some("1.0.1"), true));
        assert_eq!(named("uvx --python 3.12 acme"), some("acme", None, false));
        assert_eq!(named("uvx acme@1.0.1"), some("acme", Some("1.0.1"), true));
        let image = "docker run -i --rm -e TOKEN ghcr.io/acme/mcp:1.2.3";
        assert_eq!(named(image), some("ghcr.io/acme/mcp:1.2.3", None, false));
        let digest = "0".repeat(64);
        let pinned = format!("docker run -i ghcr.io/acme/mcp@sha256:{digest}");
        assert_eq!(named(&pinned), some("ghcr.io/acme/mcp", Some(&digest), true));
        assert_eq!(named("node server.js"), None);
        assert_eq!(named("npx -y"), None);
        assert_eq!(named("npx ./tools/mcp"), None);
        assert_eq!(named("uv run scripts/format.py"), None);
        assert_eq!(named("docker compose up"), None);
    }
}

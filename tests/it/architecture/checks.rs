//! The checks: each takes what it looks at and answers with what is wrong, as sentences.

use std::sync::LazyLock;

use regex::Regex;

use crate::architecture::names::Names;
use crate::architecture::source::Source;
use crate::architecture::table::Table;

/// Crates and modules that a pure module may not name.
const OUTSIDE: &[&str] = &[
    "tokio",
    "sqlx",
    "rusqlite",
    "octocrab",
    "reqwest",
    "axum",
    "hyper_util",
    "tower",
    "tower_http",
    "rand",
    "uuid",
    "tracing",
    "metrics",
    "clap",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
];

/// Last words of a path that a pure module may not say: clocks, maps without order, the machine's
/// own zone.
const CLOCKS_AND_CHANCE: &[&str] =
    &["now", "SystemTime", "Instant", "HashMap", "HashSet", "RandomState", "TimeZone::system"];

/// Macros that speak.
const SPEAKING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Crates that belong to one module alone, or to the few that are named.
const OWNED: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("sqlx", &["store"]),
    ("octocrab", &["github"]),
    ("reqwest", &[]),
    ("clap", &["config", "cli"]),
    ("std::env", &["config", "cli"]),
    ("tracing_subscriber", &["cli"]),
];

/// Where a temporary file goes is the machine's matter and no setting.
const NO_SETTING: &str = "std::env::temp_dir";

/// Names that say nothing about what is inside.
const DRAWERS: &[&str] =
    &["utils", "util", "helpers", "common", "types", "models", "manager", "misc"];

/// The most lines of a file, unit tests apart.
const MOST_LINES: usize = 400;

static SQL: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(SELECT\s[\s\S]+\sFROM|INSERT\s+INTO|UPDATE\s[\s\S]+\sSET|DELETE\s+FROM|(CREATE|ALTER|DROP)\s+(TABLE|INDEX)|PRAGMA\s)";
    Regex::new(&format!(r"^\s*{words}")).unwrap()
});

/// Modules name only the modules below them, one a line.
pub(super) fn direction(source: &Source, table: &Table) -> Vec<String> {
    let Some(module) = source.module() else { return Vec::new() };
    let Some(row) = table.get(module) else {
        return vec![format!("{}: enter `{module}` in the table of ARCHITECTURE.md", source.path)];
    };
    let names = Names::of(&source.file);
    let mut wrong = Vec::new();
    for path in &names.paths {
        if let Some(used) = reached(path, source.is_top())
            && table.contains_key(used)
            && used != module
            && row.may_use.as_ref().is_some_and(|may_use| !may_use.contains(used))
        {
            wrong.push(format!("{}: `{module}` may not use `{used}`", source.path));
        }
        if path.starts_with(&["super".to_owned(), "super".to_owned()]) {
            wrong.push(format!("{}: climb with `crate::`, not `super::super`", source.path));
        }
    }
    if names.braced_use {
        wrong.push(format!("{}: write one `use crate::module::…` for each module", source.path));
    }
    wrong
}

/// Pure modules neither wait, nor reach outside, nor ask a clock.
pub(super) fn purity(source: &Source, table: &Table) -> Vec<String> {
    let Some(module) = source.module() else { return Vec::new() };
    if !table.get(module).is_some_and(|row| row.pure) {
        return Vec::new();
    }
    let names = Names::of(&source.file);
    let mut wrong = Vec::new();
    if names.waits {
        wrong.push(format!("{}: `{module}` is pure, yet waits", source.path));
    }
    for path in &names.paths {
        let said = path.join("::");
        // A lone `metrics` is a variable; a crate is followed by what is taken from it.
        let outside = path.len() > 1 && OUTSIDE.iter().any(|outside| begins(path, outside));
        let chance = CLOCKS_AND_CHANCE.iter().any(|word| {
            said.ends_with(&format!("::{word}"))
                || (*word != "now" && path.iter().any(|p| p == word))
        });
        if outside || chance {
            wrong.push(format!("{}: `{module}` is pure, yet says `{said}`", source.path));
        }
    }
    for said in names.macros.iter().filter(|name| SPEAKING.contains(&name.as_str())) {
        wrong.push(format!("{}: `{module}` is pure, yet says `{said}`", source.path));
    }
    wrong
}

/// What belongs to one module is named by no other: SQL, GitHub's client, the environment.
pub(super) fn ownership(source: &Source) -> Vec<String> {
    let Some(module) = source.module() else { return Vec::new() };
    let names = Names::of(&source.file);
    let mut wrong = Vec::new();
    for (what, owners) in OWNED {
        let named = |path: &Vec<String>| {
            path.len() > 1 && begins(path, what) && path.join("::") != NO_SETTING
        };
        if !owners.contains(&module) && names.paths.iter().any(named) {
            wrong.push(format!("{}: `{what}` belongs to {owners:?}", source.path));
        }
    }
    if module != "store" && names.strings.iter().any(|text| SQL.is_match(text)) {
        wrong.push(format!("{}: only `store` writes SQL", source.path));
    }
    wrong
}

/// A file says what it is for, stays short, and has a name that says something.
pub(super) fn form(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    if !source.text.starts_with("//! ") {
        wrong.push(format!("{}: begin with a `//!` line that says what it is for", source.path));
    }
    if source.lines() > MOST_LINES {
        wrong.push(format!("{}: {} lines, split it", source.path, source.lines()));
    }
    let parts = source.path.trim_end_matches(".rs").split('/');
    for part in parts.filter(|part| DRAWERS.contains(part)) {
        wrong.push(format!("{}: `{part}` says nothing about what is inside", source.path));
    }
    wrong
}

/// The library names its modules and nothing else, so that a path says where a thing lives.
pub(super) fn root_only_names_modules(source: &Source) -> Vec<String> {
    let is_module =
        |item: &syn::Item| matches!(item, syn::Item::Mod(item) if item.content.is_none());
    if source.path == "src/lib.rs" && !source.file.items.iter().all(is_module) {
        return vec!["src/lib.rs: only `pub mod` lines belong here".to_owned()];
    }
    Vec::new()
}

/// No test is switched off, and none waits for time to pass.
pub(super) fn tests_run_and_do_not_sleep(source: &Source) -> Vec<String> {
    // The unit tests are cut from `source.file`, and they are what matters here.
    let names = Names::of(&syn::parse_file(&source.text).unwrap());
    let mut wrong = Vec::new();
    for (name, ignored) in &names.tests {
        if *ignored {
            wrong.push(format!("{}: `{name}` is ignored", source.path));
        }
    }
    let sleeps = |path: &Vec<String>| path.len() > 1 && path.last().is_some_and(|p| p == "sleep");
    if source.path.starts_with("tests/") && names.paths.iter().any(sleeps) {
        wrong.push(format!("{}: a test waits for what happens, not for time", source.path));
    }
    wrong
}

/// The module of this crate that a path leads to.
fn reached(path: &[String], top: bool) -> Option<&str> {
    match path {
        [first, second, ..] if first == "crate" => Some(second),
        [first, second, ..] if first == "super" && top => Some(second),
        _ => None,
    }
}

fn begins(path: &[String], with: &str) -> bool {
    let with: Vec<_> = with.split("::").collect();
    path.len() >= with.len() && path.iter().zip(&with).all(|(said, wanted)| said == wanted)
}

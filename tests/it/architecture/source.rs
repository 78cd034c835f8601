//! Rust files as the architecture test sees them: parsed, without their unit tests.

use std::fs;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;

/// One file.
pub(super) struct Source {
    /// Where it is, from the top of the workspace: `src/rules/mod.rs`.
    pub(super) path: String,
    /// All of it.
    pub(super) text: String,
    /// Its syntax, less what only tests compile.
    pub(super) file: syn::File,
    /// How many of its lines are unit tests.
    test_lines: usize,
}

impl Source {
    /// Reads a text as if it stood at `path`.
    pub(super) fn new(path: &str, text: &str) -> Self {
        let mut file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut test_lines = 0;
        file.items.retain(|item| {
            let tested = attributes(item).iter().any(is_for_tests);
            if tested {
                let span = item.span();
                test_lines += span.end().line - span.start().line + 1;
            }
            !tested
        });
        Self { path: path.to_owned(), text: text.to_owned(), file, test_lines }
    }

    /// The folder or file directly under `src/`; `None` elsewhere, and for the two entry points.
    pub(super) fn module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let name = inside.split('/').next()?.trim_end_matches(".rs");
        (name != "lib" && name != "main").then_some(name)
    }

    /// Whether it is a module directly under the crate: there, `super` is the crate.
    pub(super) fn is_top(&self) -> bool {
        let inside = self.path.trim_start_matches("src/").trim_end_matches("/mod.rs");
        self.path.starts_with("src/") && !inside.contains('/')
    }

    /// The lines that are not unit tests.
    pub(super) fn lines(&self) -> usize {
        self.text.lines().count() - self.test_lines
    }
}

/// Every Rust file of the workspace, the architecture test's own included.
pub(super) fn workspace() -> Vec<Source> {
    ["src", "sim/src", "load/src", "tests", "examples", "benches"]
        .into_iter()
        .flat_map(|folder| rust_files(&root().join(folder)))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let inside = path.strip_prefix(root()).unwrap();
            Source::new(&inside.to_string_lossy(), &text)
        })
        .collect()
}

/// The top of the workspace.
pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn is_for_tests(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

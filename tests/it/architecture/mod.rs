//! `ARCHITECTURE.md`, as tests. The table of modules is read from it; there is no second copy.
//!
//! Each check is a function over source text, so that the controls below can plant a violation
//! and see it caught.

mod checks;
mod names;
mod source;
mod table;

use std::collections::BTreeSet;
use std::fs;

use checks::{direction, form, ownership, purity, root_only_names_modules};
use names::Names;
use source::{Source, root, workspace};
use table::Table;

fn architecture() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()
}

/// Holds every file against a check, and says everything that is wrong at once.
fn hold(check: impl Fn(&Source, &Table) -> Vec<String>) {
    let table = table::read(&architecture());
    let sources = workspace();
    assert!(sources.len() > 50, "the workspace was not found");
    let wrong: Vec<_> = sources.iter().flat_map(|source| check(source, &table)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modules_name_only_the_modules_below_them() {
    hold(direction);
}

#[test]
fn pure_modules_neither_wait_nor_reach_outside_nor_ask_a_clock() {
    hold(purity);
}

#[test]
fn sql_github_and_the_environment_have_one_owner_each() {
    hold(|source, _| ownership(source));
}

#[test]
fn files_say_what_they_are_for_and_stay_short() {
    hold(|source, _| form(source));
}

#[test]
fn the_library_names_its_modules_and_nothing_else() {
    hold(|source, _| root_only_names_modules(source));
}

#[test]
fn no_test_is_switched_off_and_none_sleeps() {
    hold(|source, _| checks::tests_run_and_do_not_sleep(source));
}

#[test]
fn the_table_has_no_cycle_and_no_module_that_is_gone() {
    let table = table::read(&architecture());
    let mut above = BTreeSet::new();
    for (name, row) in &table {
        assert!(
            root().join(format!("src/{name}")).exists()
                || root().join(format!("src/{name}.rs")).exists(),
            "the table names `{name}`, which is not there"
        );
        for used in row.may_use.iter().flatten() {
            assert!(
                table.contains_key(used),
                "`{name}` may use `{used}`, which is not in the table"
            );
            above.insert((used.clone(), name.clone()));
        }
    }
    // A module that may be reached from itself through others sits on a cycle.
    let mut reach = above.clone();
    while let Some(new) = above
        .iter()
        .flat_map(|(low, high)| {
            let further = reach.iter().filter(move |(from, _)| from == high);
            further.map(|(_, top)| (low.clone(), top.clone())).collect::<Vec<_>>()
        })
        .find(|pair| !reach.contains(pair))
    {
        reach.insert(new);
    }
    let cycle = reach.iter().find(|(low, high)| low == high);
    assert_eq!(cycle, None, "modules may not use each other in a circle");
}

#[test]
fn pure_modules_rest_on_pure_modules() {
    let table = table::read(&architecture());
    for (name, row) in table.iter().filter(|(_, row)| row.pure) {
        for used in row.may_use.as_ref().expect("a pure module lists what it may use") {
            assert!(table[used].pure, "`{name}` is pure and rests on `{used}`, which is not");
        }
    }
}

#[test]
fn the_fuzzers_have_every_crate_that_their_modules_use() {
    let product = dependencies("Cargo.toml");
    let fuzzers = dependencies("fuzz/Cargo.toml");
    let list = fs::read_to_string(root().join("fuzz/modules.rs")).unwrap();
    let modules: Vec<&str> =
        list.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(modules.contains(&"power") && product.contains("serde"), "nothing to compare");
    let used: BTreeSet<String> = workspace()
        .iter()
        .filter(|source| source.module().is_some_and(|module| modules.contains(&module)))
        .flat_map(|source| Names::of(&source.file).paths)
        .filter_map(|path| path.into_iter().next())
        .filter(|first| product.contains(first))
        .collect();
    let missing: Vec<_> = used.difference(&fuzzers).collect();
    assert!(missing.is_empty(), "enter {missing:?} in fuzz/Cargo.toml");
}

/// The crates that a manifest asks for, as code names them.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(manifest)).unwrap();
    let manifest: toml::Table = toml::from_str(&text).unwrap();
    manifest["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_")).collect()
}

/// Folders of rules.
const RULES: &[&str] = &[
    "src/rules",
    "src/rules/files/agents",
    "src/rules/files/workflows",
    "src/rules/origins",
    "src/rules/references",
];

#[test]
fn every_rule_file_is_registered_and_has_a_page() {
    for folder in RULES {
        let wrong = unregistered(folder);
        assert!(wrong.is_empty(), "{folder}: {}", wrong.join(", "));
    }
}

/// Rules of a folder that are not in its `ALL` or have no page, and pages without a rule. A file
/// without a `RULE` is a helper of the others.
fn unregistered(folder: &str) -> Vec<String> {
    let registry = fs::read_to_string(root().join(folder).join("mod.rs")).unwrap();
    let registry = Names::of(&syn::parse_file(&registry).unwrap());
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let code = fs::read_to_string(path.with_extension("rs")).unwrap_or_default();
        let (is_rule, is_page) =
            (code.contains("const RULE: "), path.extension().is_some_and(|it| it == "md"));
        if is_page && !is_rule {
            wrong.push(format!("{name} is a page without a rule"));
        }
        if is_rule && !path.with_extension("md").exists() {
            wrong.push(format!("{name} has no page"));
        }
        if is_rule && !registry.paths.contains(&vec![name.clone(), "RULE".to_owned()]) {
            wrong.push(format!("{name} is not in ALL"));
        }
    }
    wrong
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let tests: BTreeSet<String> = workspace()
        .iter()
        .flat_map(|source| Names::of(&syn::parse_file(&source.text).unwrap()).tests)
        .map(|(name, _)| name)
        .chain(property_tests())
        .collect();
    let document = architecture();
    let invariants: Vec<_> = document
        .split("\n## ")
        .find(|section| section.starts_with("Invariants"))
        .expect("ARCHITECTURE.md has a section on invariants")
        .split("\n- ")
        .skip(1)
        .collect();
    assert!(invariants.len() > 5);
    for invariant in invariants {
        let held = invariant.split("Held by").nth(1);
        let held = held.unwrap_or_else(|| panic!("what holds this? {invariant}"));
        let named: Vec<_> = held.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "what holds this? {invariant}");
        for name in named {
            assert!(tests.contains(name), "ARCHITECTURE.md: there is no test `{name}`");
        }
    }
}

/// Tests inside `proptest!`, which the parser sees as tokens: what follows `fn`.
fn property_tests() -> Vec<String> {
    let after = |text: &str| {
        let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        name
    };
    workspace()
        .iter()
        .filter(|source| source.text.contains("proptest! {"))
        .flat_map(|source| source.text.split("fn ").skip(1).map(after).collect::<Vec<_>>())
        .collect()
}

mod controls {
    //! Planted violations, each caught; and innocent neighbours, none caught.

    use super::*;

    const TABLE: &str = "\
| module | may use | pure |
|---|---|---|
| domain | — | ✓ |
| rules | domain | ✓ |
| store | domain | |
| config | domain | |
| cli | all | |
";

    /// Everything that is wrong with a text at a place.
    fn wrong(path: &str, code: &str) -> Vec<String> {
        let source = Source::new(path, &format!("//! A planted file.\n{code}\n"));
        let table = table::read(TABLE);
        [
            direction(&source, &table),
            purity(&source, &table),
            ownership(&source),
            form(&source),
            root_only_names_modules(&source),
            checks::tests_run_and_do_not_sleep(&source),
        ]
        .concat()
    }

    #[test]
    fn planted_violations_are_caught() {
        for (path, code, caught) in [
            ("src/rules/a.rs", "use crate::store::Store;", "may not use `store`"),
            ("src/rules/a.rs", "fn f() { crate::store::open() }", "may not use `store`"),
            ("src/rules/a.rs", "fn f() -> crate::store::S { x }", "may not use `store`"),
            ("src/rules/a.rs", "fn f() { vec![crate::store::ALL] ; }", "may not use `store`"),
            ("src/rules/a.rs", "m! { use $crate::store::{A}; }", "may not use `store`"),
            ("src/rules/a.rs", "#[serde(with(crate::store::x))] struct A;", "may not use `store`"),
            ("src/domain/mod.rs", "use super::store::Store;", "may not use `store`"),
            ("src/domain/a.rs", "pub(in crate::rules) fn f() {}", "may not use `rules`"),
            ("src/rules/a.rs", "use crate::{domain::A, rules::B};", "one `use crate::module"),
            ("src/rules/a/b.rs", "use super::super::X;", "not `super::super`"),
            ("src/unknown/a.rs", "", "enter `unknown` in the table"),
            ("src/rules/a.rs", "async fn f() {}", "yet waits"),
            ("src/rules/a.rs", "fn f() { let x = async {}; }", "yet waits"),
            ("src/rules/a.rs", "fn f() { let x = async || {}; }", "yet waits"),
            ("src/rules/a.rs", "fn f() { select!(a.await) }", "yet waits"),
            ("src/rules/a.rs", "use std::{fmt, fs};", "yet says `std::fs`"),
            ("src/rules/a.rs", "fn f() { tokio::spawn(x) }", "yet says `tokio::spawn`"),
            ("src/rules/a.rs", "fn f() { tracing::info!(\"x\") }", "yet says `tracing::info`"),
            ("src/rules/a.rs", "fn f() { println!(\"x\") }", "yet says `println`"),
            (
                "src/rules/a.rs",
                "fn f() { jiff::Timestamp::now() }",
                "yet says `jiff::Timestamp::now`",
            ),
            ("src/rules/a.rs", "fn f() { g(Timestamp::now) }", "yet says `Timestamp::now`"),
            ("src/rules/a.rs", "fn f() { vec![Timestamp::now()]; }", "yet says `Timestamp::now`"),
            ("src/rules/a.rs", "use std::collections::{BTreeMap, HashMap};", "HashMap"),
            ("src/rules/a.rs", "fn f(a: HashSet<u8>) {}", "yet says `HashSet`"),
            ("src/rules/a.rs", "fn f() { std::time::SystemTime::now() }", "SystemTime"),
            ("src/rules/a.rs", "fn f() { jiff::tz::TimeZone::system() }", "TimeZone::system"),
            ("src/store/a.rs", "fn f() { std::env::var(\"X\") }", "`std::env` belongs to"),
            ("src/config/a.rs", "use rusqlite::Connection;", "`rusqlite` belongs to"),
            ("src/config/a.rs", "const A: &str = \"SELECT a FROM b\";", "only `store` writes SQL"),
            (
                "src/config/a.rs",
                "fn f() { run!(\"UPDATE a SET b = 1\") }",
                "only `store` writes SQL",
            ),
            ("src/store/a.rs", "use octocrab::Octocrab;", "`octocrab` belongs to"),
            ("src/store/utils.rs", "", "says nothing"),
            ("src/lib.rs", "pub use domain::Org;", "only `pub mod`"),
            ("src/lib.rs", "pub mod a {}", "only `pub mod`"),
            ("tests/it/a.rs", "#[test]\n#[ignore]\nfn f() {}", "`f` is ignored"),
            (
                "src/store/a.rs",
                "#[cfg(test)] mod tests { #[test] #[ignore] fn f() {} }",
                "is ignored",
            ),
            ("tests/it/a.rs", "fn f() { tokio::time::sleep(x); }", "not for time"),
        ] {
            let found = wrong(path, code);
            assert!(found.iter().any(|said| said.contains(caught)), "{path}: {code}\n{found:?}");
        }
    }

    #[test]
    fn innocent_neighbours_are_left_alone() {
        for (path, code) in [
            ("src/rules/a.rs", "// crate::store is below us\nuse crate::domain::A;"),
            ("src/rules/a.rs", "const A: &str = \"crate::store and async and Timestamp::now()\";"),
            ("src/rules/a.rs", "/// See [`crate::store::Turn`].\nfn f(now: u8, metrics: u8) {}"),
            ("src/rules/a.rs", "fn f(print: u8) { g(print); assert!(print != 1) }"),
            ("src/rules/a.rs", "use crate::rules::Rule;\nuse super::Fact;"),
            ("src/rules/a.rs", "#[cfg(test)] mod tests { use crate::store::S; async fn f() {} }"),
            ("src/store/a.rs", "const A: &str = \"SELECT a FROM b\"; async fn f() {}"),
            ("src/config/a.rs", "const A: &str = \"Select a row from the list\"; use clap::Args;"),
            ("src/cli/a.rs", "use crate::store::S;\nuse crate::rules::R;"),
            ("src/lib.rs", "pub mod domain;\npub mod rules;"),
            ("src/store/a.rs", "async fn f() { tokio::time::sleep(x).await }"),
        ] {
            assert_eq!(wrong(path, code), Vec::<String>::new(), "{path}: {code}");
        }
    }

    #[test]
    fn length_and_header_are_seen() {
        let table = table::read(TABLE);
        assert_eq!(table["rules"].may_use, Some(BTreeSet::from(["domain".to_owned()])));
        assert!(table["cli"].may_use.is_none() && !table["cli"].pure && table["domain"].pure);
        let headless = Source::new("src/store/a.rs", "fn f() {}\n");
        assert!(form(&headless)[0].contains("begin with"));
        let body = "fn f() {}\n".repeat(400);
        let long = Source::new("src/store/a.rs", &format!("//! A.\n{body}"));
        assert!(form(&long)[0].contains("401 lines"));
        let tests = format!("#[cfg(test)]\nmod tests {{\n{body}}}\n");
        let tested = Source::new("src/store/a.rs", &format!("//! A.\n{tests}"));
        assert_eq!(form(&tested), Vec::<String>::new(), "unit tests do not count");
    }
}

//! The table of modules in `ARCHITECTURE.md`. There is no second copy of it.

use std::collections::{BTreeMap, BTreeSet};

/// What one module may do.
#[derive(Debug)]
pub(super) struct Row {
    /// The modules that it may name, besides itself. `None`: all of them.
    pub(super) may_use: Option<BTreeSet<String>>,
    /// Whether it computes and never does.
    pub(super) pure: bool,
}

/// The modules by name.
pub(super) type Table = BTreeMap<String, Row>;

/// Reads the table whose head is `| module | may use | pure |`.
pub(super) fn read(document: &str) -> Table {
    let rows = document.lines().skip_while(|line| !line.starts_with("| module |")).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, may_use, pure] = cells[..] else { panic!("three cells, please: {line}") };
            let may_use = match may_use {
                "all" => None,
                "—" => Some(BTreeSet::new()),
                list => Some(list.split(", ").map(str::to_owned).collect()),
            };
            (name.to_owned(), Row { may_use, pure: pure == "✓" })
        })
        .collect()
}

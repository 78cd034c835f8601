//! The inputs that the fuzzers start from, and those that once broke something, through the checks
//! of the fuzzers. Nothing is searched for here.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/checks.rs"]
mod checks;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_input_passes_the_check_of_its_target() {
    for (target, check) in checks::TARGETS {
        let folder = fuzz().join("corpus").join(target);
        let inputs = names(&folder);
        assert!(!inputs.is_empty(), "{target} has something to start from");
        for input in inputs {
            println!("{target}/{input}");
            check(&fs::read(folder.join(&input)).unwrap());
        }
    }
}

#[test]
fn every_target_has_its_check_and_its_corpus() {
    let mut checked: Vec<_> = checks::TARGETS.iter().map(|(target, _)| *target).collect();
    checked.sort_unstable();
    let targets = names(&fuzz().join("fuzz_targets"));
    let targets: Vec<_> = targets.iter().map(|name| name.trim_end_matches(".rs")).collect();
    assert_eq!(targets, checked);
    assert_eq!(names(&fuzz().join("corpus")), checked);
}

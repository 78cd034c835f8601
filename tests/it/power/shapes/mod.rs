//! Inputs that grow: one function for each way in which a file could make reading slow. Tests read
//! each at the largest size that is not refused, `benches/` measures how reading grows with it.

use beholden::power::Tree;

mod files;
mod scripts;
mod workflows;

/// A way to grow.
pub(crate) struct Shape {
    /// What grows.
    pub(crate) name: &'static str,
    /// The files of this size. Their length is linear in it.
    pub(crate) make: fn(usize) -> Tree,
    /// The largest size that makes sense: more is refused, or no longer fits a file.
    pub(crate) most: usize,
}

/// Every shape.
pub(crate) fn all() -> impl Iterator<Item = &'static Shape> {
    workflows::SHAPES.iter().chain(scripts::SHAPES).chain(files::SHAPES)
}

const CI: &str = ".github/workflows/ci.yml";

fn tree(path: &str, text: String) -> Tree {
    Tree::from_iter([(path, text)])
}

/// So many lines.
fn each(n: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for nth in 0..n {
        text.push_str(&line(nth));
    }
    text
}

/// A workflow with one job of these steps.
fn job(head: &str, steps: &str) -> String {
    format!(
        "on: push\n{head}permissions: {{contents: write}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    )
}

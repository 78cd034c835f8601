//! How much is read: a file can call, start and fill in others so often that a few lines come to
//! more text than any machine holds.

use std::cell::Cell;

use crate::power::model::Tree;

/// The most bytes that are read for one workflow: those of its jobs and steps with all that they
/// see, of what they call, and of the scripts that they start.
const MOST_FOR_A_WORKFLOW: usize = 10_000_000;

/// The most bytes that are read for a tree, and how many more for each of its own.
const MOST_FOR_A_TREE: usize = 100_000_000;
const MOST_FOR_A_BYTE: usize = 20;

/// What a job, a step or a script takes beside its text.
pub(super) const PIECE: usize = 1_000;

/// What may still be read.
pub(super) struct Budget {
    workflow: Cell<usize>,
    tree: Cell<usize>,
    short: Cell<bool>,
}

impl Budget {
    /// For these files.
    pub(super) fn new(tree: &Tree) -> Self {
        let bytes: usize = tree.iter().filter_map(|(_, text)| text.text()).map(str::len).sum();
        Self {
            workflow: Cell::new(0),
            tree: Cell::new(MOST_FOR_A_TREE.saturating_add(bytes.saturating_mul(MOST_FOR_A_BYTE))),
            short: Cell::new(false),
        }
    }

    /// Begins a workflow.
    pub(super) fn begin(&self) {
        self.workflow.set(MOST_FOR_A_WORKFLOW);
        self.short.set(false);
    }

    /// Whether so many bytes more may be read; then they are taken.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let (workflow, tree) = (self.workflow.get(), self.tree.get());
        let enough = bytes <= workflow && bytes <= tree;
        if enough {
            self.workflow.set(workflow - bytes);
            self.tree.set(tree - bytes);
        } else {
            self.short.set(true);
        }
        enough
    }

    /// Whether something was not read since the workflow began.
    pub(super) fn is_short(&self) -> bool {
        self.short.get()
    }
}

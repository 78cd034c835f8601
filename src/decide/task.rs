//! What access was accepted for is read when an owner names it, and when it is closed or opened again.

use crate::decide::{Turn, Wanting};
use crate::domain::{Act, Entity, Hint, Names, Task};
use crate::register::Need;

impl Turn<'_> {
    /// An owner named a task: whether it is open is read.
    pub(super) fn asks_for_task(&mut self, act: &Act) {
        let Some((repo, number)) = act.task() else { return };
        self.ask_for(Entity::Task { repo, number }, Names::default(), &act.evidence);
    }

    /// Whether a hint is about an issue or pull request that nothing was accepted for: almost all are.
    pub(super) fn is_nobodys_task(&self, hint: &Hint) -> Result<bool, Wanting> {
        let Entity::Task { repo, number } = &hint.entity else { return Ok(false) };
        let accepted = self.slice.set(&Need::AcceptedFor(Task::mark(*repo, *number)))?;
        Ok(accepted.is_empty())
    }
}

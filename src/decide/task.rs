//! What access was accepted for is read when an owner names it, and when it is closed or opened again.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::decide::{Turn, Wanting};
use crate::domain::{Act, Entity, Finding, Hint, Names, Task};
use crate::register::{Change, Need, NotLoaded, answering};
use crate::rules::AFTER_TASK;

/// How long a reading of a task is taken for what is so.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

impl Turn<'_> {
    /// An owner named a task: whether it is open is read.
    pub(super) fn asks_for_task(&mut self, act: &Act) {
        let Some((repo, number)) = act.task() else { return };
        self.ask_for(Entity::Task { repo, number }, Names::default(), &act.evidence);
    }

    /// What was told about a use after its task is not told at the next use.
    pub(super) fn told_after_task(&mut self, findings: &[Finding]) -> Result<(), NotLoaded> {
        for finding in findings.iter().filter(|finding| finding.rule == AFTER_TASK) {
            let Some(mut record) = self.slice.record(&finding.identity)?.cloned() else { continue };
            record.dates.said.insert(finding.rule.clone(), finding.at);
            self.slice.put_record(record);
        }
        Ok(())
    }

    /// A task is read again when something that was accepted for it acts, unless that was just done.
    pub(super) fn tasks_of_uses(&mut self) -> Result<(), NotLoaded> {
        let mut asked = BTreeMap::new();
        for entry in &self.entries {
            let is_use =
                matches!(entry.change, Change::Used { .. } | Change::Audited { with: Some(_), .. });
            let Some(key) = entry.identity.as_ref().filter(|_| is_use) else { continue };
            let Some(record) = self.slice.record(key)? else { continue };
            let record = answering(&self.slice, record)?;
            let Some((repo, number)) = record.task() else { continue };
            let read = record.task_read((repo, number));
            let is_fresh = |task: &Task| self.setting.now.duration_since(task.as_of) < FRESH;
            if !read.is_some_and(is_fresh) {
                asked.insert(Entity::Task { repo, number }, entry.evidence.clone());
            }
        }
        for (entity, evidence) in asked {
            self.ask_for(entity, Names::default(), &evidence);
        }
        Ok(())
    }

    /// Whether a hint is about an issue or pull request that nothing was accepted for: almost all are.
    pub(super) fn is_nobodys_task(&self, hint: &Hint) -> Result<bool, Wanting> {
        let Entity::Task { repo, number } = &hint.entity else { return Ok(false) };
        let accepted = self.slice.set(&Need::AcceptedFor(Task::mark(*repo, *number)))?;
        Ok(accepted.is_empty())
    }
}

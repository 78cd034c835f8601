//! What access was accepted for: whether it is open.

use super::Observer;
use crate::domain::{Task, TaskSeen};
use crate::register::{Change, Need, NotLoaded, Record};

impl Observer<'_> {
    /// A task, as it is with everything that was accepted for it.
    pub(super) fn task(&mut self, seen: &TaskSeen) -> Result<(), NotLoaded> {
        let need = Need::AcceptedFor(Task::mark(seen.repo, seen.number));
        let records: Vec<Record> = self.slice.set(&need)?.into_iter().cloned().collect();
        for mut record in records {
            let is_it = |task: &&mut Task| (task.repo, task.number) == (seen.repo, seen.number);
            let turned = match record.tasks.iter_mut().find(is_it) {
                Some(task) => task.learn(seen, self.seen.as_of),
                None => {
                    record.tasks.push(Task::first(seen, self.seen.as_of));
                    seen.closed.is_some()
                }
            };
            let (key, repo) = (record.identity.key.clone(), record.identity.repo);
            self.slice.put_record(record);
            if turned {
                let word = if seen.closed.is_some() { "closed" } else { "open again" };
                let what = format!("What it was accepted for, #{}, is {word}.", seen.number);
                self.log(Some(key), repo, Change::Noted { what });
            }
        }
        Ok(())
    }
}

//! A ref that an earlier job looked up: what its output was made of.

use std::sync::LazyLock;

use regex::Regex;
use yaml_serde::Value;

use crate::power::workflow::budget::Budget;
use crate::power::workflow::file::text_of;
use crate::power::workflow::taint::COMPUTED_STEP;

/// How many jobs an output is followed through.
const DEPTH: usize = 5;

/// An output of a job before.
static NEEDED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bneeds\.([\w-]+)\.outputs\.([\w-]+)").expect("the expression is tested")
});

/// The jobs of a file, and how to see that a text, or a script, is about what outsiders choose.
pub(super) struct Jobs<'a> {
    pub(super) root: &'a Value,
    pub(super) is_theirs: &'a dyn Fn(&str) -> bool,
    pub(super) looks_up: &'a dyn Fn(&str) -> bool,
    pub(super) budget: &'a Budget,
}

impl Jobs<'_> {
    /// Whether a text names an output of a job that was made of what outsiders choose.
    pub(super) fn give_theirs(&self, text: &str) -> bool {
        self.follow(text, DEPTH)
    }

    fn follow(&self, text: &str, depth: usize) -> bool {
        if depth == 0 || !self.budget.take(text.len()) {
            return false;
        }
        NEEDED.captures_iter(text).any(|found| {
            let job = self.root.get("jobs").and_then(|jobs| jobs.get(&found[1]));
            let output = job.and_then(|job| job.get("outputs")?.get(&found[2]));
            let (Some(job), Some(output)) = (job, output.and_then(text_of)) else { return false };
            (self.is_theirs)(&output)
                || COMPUTED_STEP.captures_iter(&output).any(|step| self.step(job, &step[1], depth))
                || self.follow(&output, depth - 1)
        })
    }

    /// Whether a step of a job was given it, or looks it up.
    fn step(&self, job: &Value, id: &str, depth: usize) -> bool {
        let steps = job.get("steps").and_then(Value::as_sequence);
        let named = |step: &&Value| step.get("id").and_then(Value::as_str) == Some(id);
        let Some(step) = steps.and_then(|steps| steps.iter().find(named)) else { return false };
        let given = ["env", "with"].into_iter().filter_map(|key| step.get(key)?.as_mapping());
        let given = given.flat_map(|map| map.iter().filter_map(|(_, value)| text_of(value)));
        let run = step.get("run").and_then(text_of);
        given.chain(run).any(|text| {
            self.budget.take(text.len())
                && ((self.is_theirs)(&text)
                    || (self.looks_up)(&text)
                    || self.follow(&text, depth - 1))
        })
    }
}

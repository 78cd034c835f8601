//! An agent that only some may start takes its task from a text that anybody writes.

use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Sink, Source};
use crate::rules::files::phrase::{crowd, holds, is_open, names, sentence};
use crate::rules::files::workflows::gained;
use crate::rules::files::workflows::phrase::comma;
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "untrusted-text-prompted",
    title: "An agent reads what anybody writes as its task",
    severity: Severity::High,
    tags: &["ASI01:2026", "ASI06:2026", "NHI5:2025", "CICD-SEC-4"],
    docs: include_str!("untrusted_text_prompted.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    gained(scene, IdentityKind::AiAgent).filter_map(|agent| reads(&agent)).collect()
}

fn reads(agent: &Gained<'_>) -> Option<Hit> {
    let power = &agent.after.power;
    let new: Vec<(&Axis, &Foreign)> = agent
        .rose
        .iter()
        .filter_map(|axis| match axis {
            Axis::Taint(taint) if taint.sink == Sink::Prompted => match &taint.source {
                Source::Text { context } => Some((axis, context)),
                Source::Ref { .. } | Source::Artifact | Source::Cache { .. } => None,
            },
            _ => None,
        })
        .collect();
    // Who can be driven by anybody is said to be, by the rules about agents.
    if is_open(power) {
        return None;
    }
    let (axis, _) = new.first()?;
    let name = agent.after.power.agents.keys().next().unwrap_or(&agent.after.subject.name);
    let start = format!(
        "only {} can start the agent {}, but what anybody writes is part of its task ({})",
        crowd(power),
        shown(name),
        names(new.iter().map(|(_, context)| *context), "texts"),
    );
    let what = format!("{start}{}", comma(holds(power).map(|it| format!("and it works {it}"))));
    Some(agent.hit(axis, sentence(&[&what])))
}

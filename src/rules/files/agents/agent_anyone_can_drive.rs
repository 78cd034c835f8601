//! An agent that people from outside can set to work.

use crate::domain::Severity;
use crate::power::{Axis, Bounds, Crowd, Power};
use crate::rules::files::agents::who;
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};

pub(super) const RULE: FileRule = FileRule {
    id: "agent-anyone-can-drive",
    title: "An agent that anyone can drive",
    severity: Severity::High,
    tags: &["ASI01:2026", "ASI03:2026", "NHI5:2025", "CICD-SEC-4", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("agent_anyone_can_drive.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let open = who::running(scene).into_iter().filter(|it| phrase::is_open(&it.after.power));
    open.filter_map(|gained| {
        let power = &gained.after.power;
        let axis = what_opens(&gained)?;
        let with = who::with(power);
        let can = format!("can drive {}", who::name(gained.after));
        let message = phrase::sentence(&[&phrase::crowd(power), &can, &with]);
        Some(gained.hit(axis, message).of(severity(power)))
    })
    .collect()
}

/// The component that makes this news: who is let in, or what those who are in get. More tools
/// have a rule of their own.
fn what_opens<'g>(gained: &'g Gained<'_>) -> Option<&'g Axis> {
    let was_open = gained.before.is_some_and(phrase::is_open);
    if gained.before.is_none() {
        return gained.first(|axis| matches!(axis, Axis::Agent(_)));
    }
    if !was_open {
        let named = |axis: &Axis| matches!(axis, Axis::Loosened(what) if who::lets_in(what));
        let trigger = |axis: &Axis| match axis {
            Axis::Trigger(trigger) => gained.after.power.triggers[trigger].most().has_outsiders(),
            _ => false,
        };
        return gained.first(named).or_else(|| gained.first(trigger));
    }
    gained.first(|axis| match axis {
        Axis::Token(scope) => gained.after.power.token[scope].most() > crate::power::Level::Read,
        Axis::Secret(_)
        | Axis::Trust(_)
        | Axis::Role(_)
        | Axis::Runner(_)
        | Axis::Environment(_) => true,
        _ => false,
    })
}

/// What anybody with an account can make write, or run any command, is worse than what only reads.
fn severity(power: &Power) -> Severity {
    let anybody = power.crowd() == Bounds::exactly(Crowd::Anyone);
    let much = power.may_write() || who::is_unrestricted(&power.tools);
    match (anybody, much) {
        (true, true) => Severity::Critical,
        (true, false) | (false, true) => Severity::High,
        (false, false) => Severity::Medium,
    }
}

//! A new agent.

use crate::domain::{IdentityKind, Severity};
use crate::power::Axis;
use crate::rules::files::agents::who;
use crate::rules::files::{FileRule, Hit, Scene, phrase};

pub(super) const RULE: FileRule = FileRule {
    id: "new-agent",
    title: "A new agent",
    severity: Severity::Medium,
    tags: &["NHI3:2025", "ASI03:2026", "CICD-SEC-8", "T1098 (ATT&CK v16)"],
    docs: include_str!("new_agent.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for gained in who::running(scene) {
        let Some(axis) = gained.first(|axis| matches!(axis, Axis::Agent(_))) else { continue };
        let power = &gained.after.power;
        let message = phrase::sentence(&[
            &phrase::crowd(power),
            "can drive a new agent,",
            &format!("{}{}", who::name(gained.after), comma(&who::with(power))),
        ]);
        hits.push(gained.hit(axis, message));
    }
    for gained in scene.gained().filter(|it| it.before.is_none() && who::is_waiting(it.after)) {
        if gained.after.subject.kind != IdentityKind::AiAgent {
            continue;
        }
        let with = who::with(&gained.after.power);
        let message = phrase::sentence(&[
            "whoever works in a checkout can call",
            &format!("{}{}", who::name(gained.after), comma(&with)),
        ]);
        let severity = if with.is_empty() { Severity::Low } else { Severity::Medium };
        let agent = Axis::Agent(gained.after.subject.name.clone());
        hits.push(gained.hit(&agent, message).of(severity));
    }
    hits
}

fn comma(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(", {text}") }
}

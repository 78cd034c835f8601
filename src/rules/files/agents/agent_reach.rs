//! An agent that may do or reach more than before, short of everything.

use crate::domain::Severity;
use crate::power::{Axis, Patterns};
use crate::rules::files::agents::who;
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::{list, shown};

pub(super) const RULE: FileRule = FileRule {
    id: "agent-reach",
    title: "An agent may do more",
    severity: Severity::Low,
    tags: &["ASI02:2026", "ASI03:2026", "NHI5:2025", "T1098 (ATT&CK v16)"],
    docs: include_str!("agent_reach.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let waiting = scene.gained().filter(|it| who::is_waiting(it.after));
    who::running(scene).into_iter().chain(waiting).filter_map(|gained| one(&gained)).collect()
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    let power = &gained.after.power;
    let none = Patterns::none();
    let mut parts = Vec::new();
    if gained.rose.contains(&Axis::Tools) {
        let before = gained.before.map_or(&none, |it| &it.tools);
        parts.extend(more(&power.tools, before, ["use", "without being asked", "tools"]));
    }
    if gained.rose.contains(&Axis::Network) {
        let before = gained.before.map_or(&none, |it| &it.network);
        parts.extend(more(&power.network, before, ["call", "", "hosts"]));
    }
    let roles: Vec<String> = gained
        .rose
        .iter()
        .filter_map(|axis| match axis {
            Axis::Role(role) => {
                let places = phrase::names(power.roles[role].iter(), "places");
                Some(format!("{} at {places}", shown(&role.name)))
            }
            _ => None,
        })
        .collect();
    if !roles.is_empty() {
        parts.push(format!("have {}", phrase::some(&roles, "rights")));
    }
    let axis = gained.first(|axis| matches!(axis, Axis::Tools | Axis::Network | Axis::Role(_)))?;
    if parts.is_empty() {
        return None;
    }
    let may = format!("{} may {}", who::name(gained.after), list(&parts));
    let drives = if who::is_running(gained.after) {
        format!("; {} can drive it", phrase::crowd(power))
    } else {
        ", wherever somebody works in a checkout".to_owned()
    };
    Some(gained.hit(axis, phrase::sentence(&[&format!("{may}{drives}")])))
}

/// What the patterns allow beyond those before.
fn more(now: &Patterns, before: &Patterns, [verb, how, what]: [&str; 3]) -> Option<String> {
    let beyond: Vec<_> = now.beyond(before).map(shown).collect();
    if beyond.is_empty() {
        return None;
    }
    let text = format!("{verb} {} {how}", phrase::some(&beyond, what));
    Some(text.trim_end().to_owned())
}

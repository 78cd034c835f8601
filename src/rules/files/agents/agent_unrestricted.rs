//! An agent that may use every tool, or whose safety is off.

use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::Axis;
use crate::rules::files::agents::{auto_merge_by_bot, who};
use crate::rules::files::{Change, FileRule, Gained, Hit, Scene, phrase};
use crate::words::{defused, shown};

pub(super) const RULE: FileRule = FileRule {
    id: "agent-unrestricted",
    title: "An agent with every tool, or with its safety off",
    severity: Severity::High,
    tags: &["ASI02:2026", "ASI05:2026", "NHI5:2025", "T1059 (ATT&CK v16)"],
    docs: include_str!("agent_unrestricted.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let waiting = scene.gained().filter(|it| who::is_waiting(it.after) || is_bot(it));
    let running = who::running(scene).into_iter().filter(|it| {
        // Who is new and lets anybody in is told of with its tools by the rule about that.
        it.before.is_some() || !phrase::is_open(&it.after.power)
    });
    running.chain(waiting).filter_map(|gained| one(&gained)).collect()
}

fn is_bot(gained: &Gained<'_>) -> bool {
    gained.after.subject.kind == IdentityKind::AppInstallation
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    let power = &gained.after.power;
    let was = gained.before.is_some_and(|before| who::is_unrestricted(&before.tools));
    let every = gained.rose.contains(&Axis::Tools) && who::is_unrestricted(&power.tools) && !was;
    let off = |axis: &Axis| match axis {
        Axis::Loosened(what) => !who::lets_in(what) && !auto_merge_by_bot::is_merge(what),
        _ => false,
    };
    let lost: Vec<&Foreign> = gained
        .rose
        .iter()
        .filter_map(|axis| match axis {
            Axis::Loosened(what) if off(axis) => Some(what),
            _ => None,
        })
        .collect();
    let undenied = gained.before.filter(|_| gained.rose.contains(&Axis::Denied));
    let name = who::name(gained.after);
    let (axis, what) = if every {
        let all = if power.tools.is_all() { "every tool" } else { "every command" };
        (&Axis::Tools, format!("{name} may use {all} without being asked"))
    } else if let Some(axis) = gained.first(off) {
        let what = if who::is_running(gained.after) {
            // The catalogue's words, which are ours.
            let words: Vec<_> = lost.iter().map(|what| defused(what.raw())).collect();
            format!("{name} works with less safety ({})", words.join("; "))
        } else {
            format!("{name} works without {}", phrase::names(lost.iter().copied(), "more"))
        };
        (axis, what)
    } else if let Some(before) = undenied {
        let now = power.denied.patterns();
        let freed: Vec<_> = before.denied.patterns().beyond(now).map(shown).collect();
        if freed.is_empty() {
            return None;
        }
        let freed = phrase::some(&freed, "more");
        (&Axis::Denied, format!("{name} is no longer held back from {freed}"))
    } else {
        return None;
    };
    let message = phrase::sentence(&[&format!("{what}{}", around(gained))]);
    let hit = gained.hit(axis, message);
    Some(match axis {
        Axis::Denied => Hit { change: Change::Loosened, ..hit.of(Severity::Medium) },
        _ if !who::is_running(gained.after) && !every => hit.of(Severity::Medium),
        _ => hit,
    })
}

/// Who drives it and what it holds, as the end of the sentence.
fn around(gained: &Gained<'_>) -> String {
    let power = &gained.after.power;
    if is_bot(gained) {
        return String::new();
    }
    if !who::is_running(gained.after) {
        return ", wherever somebody works in a checkout".to_owned();
    }
    let holds = phrase::holds(power).map(|holds| format!(", {holds}")).unwrap_or_default();
    format!("{holds}; {} can drive it", phrase::crowd(power))
}

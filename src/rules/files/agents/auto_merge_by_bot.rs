//! A bot that merges or approves without a person.

use crate::catalogue::action;
use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Kind};
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "auto-merge-by-bot",
    title: "A bot merges or approves without a person",
    severity: Severity::Medium,
    tags: &["CICD-SEC-1", "ASI09:2026", "NHI5:2025", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("auto_merge_by_bot.md"),
    check,
};

/// How the reading of such bots names what no person does any more.
const MERGES: &str = "merging by a person (";
const APPROVES: &str = "approval by a person (";

/// Ids of the catalogue's actions and commands that merge or approve.
const ACTS: &[&str] = &["automerge", "auto-approve", "gh-pr-merge", "gh-pr-approve"];

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    scene.gained().filter_map(|gained| settings(&gained).or_else(|| job(&gained))).collect()
}

/// Whether what was switched off is a person's part in merging.
pub(super) fn is_merge(loosened: &Foreign) -> bool {
    loosened.raw().starts_with(MERGES) || loosened.raw().starts_with(APPROVES)
}

/// A bot's own settings.
fn settings(gained: &Gained<'_>) -> Option<Hit> {
    if gained.after.subject.kind != IdentityKind::AppInstallation {
        return None;
    }
    let axis = gained.first(|axis| matches!(axis, Axis::Loosened(what) if is_merge(what)))?;
    let mut merged = Vec::new();
    let mut approved = Vec::new();
    for what in gained.rose.iter().filter_map(|axis| match axis {
        Axis::Loosened(what) => Some(what),
        _ => None,
    }) {
        let inside = |start| Some(what.raw().strip_prefix(start)?.trim_end_matches(')'));
        merged.extend(inside(MERGES).map(Foreign::new));
        approved.extend(inside(APPROVES).map(Foreign::new));
    }
    let verb = match (merged.is_empty(), approved.is_empty()) {
        (false, true) => "merges",
        (true, _) => "approves",
        (false, false) => "approves and merges",
    };
    let of_workflows = merged
        .iter()
        .any(|what| what.raw().contains("github-actions") || what.raw().contains(".github"));
    let about = phrase::names(merged.iter().chain(&approved), "more");
    let name = shown(&gained.after.subject.name);
    let message = format!("{name} {verb} pull requests without a person: {about}");
    let hit = gained.hit(axis, phrase::sentence(&[&message]));
    Some(if of_workflows { hit.of(Severity::High) } else { hit })
}

/// A job that does it, by an action or a command.
fn job(gained: &Gained<'_>) -> Option<Hit> {
    if gained.after.subject.kind != IdentityKind::Workflow {
        return None;
    }
    let axis = gained.first(|axis| match axis {
        Axis::Code(code) if code.kind == Kind::Action => {
            action(code.name.raw()).is_some_and(|entry| ACTS.contains(&entry.id.as_str()))
        }
        Axis::Role(role) => role.system.raw() == "command" && ACTS.contains(&role.name.raw()),
        _ => false,
    })?;
    let what = match axis {
        Axis::Role(role) => role.name.raw(),
        Axis::Code(code) => action(code.name.raw()).map_or("", |entry| entry.id.as_str()),
        _ => "",
    };
    let verb = if what.contains("approve") { "approves" } else { "merges" };
    let with = phrase::token(&gained.after.power).map(|it| format!(", with {it}"));
    let message = format!(
        "the job {} {verb} pull requests without a person{}; {} can set it in motion",
        shown(&gained.after.subject.name),
        with.unwrap_or_default(),
        phrase::crowd(&gained.after.power)
    );
    Some(gained.hit(axis, phrase::sentence(&[&message])))
}

//! A command that starts by itself in a checkout.

use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Kind};
use crate::rules::files::agents::who;
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "start-up-hook",
    title: "A command that starts by itself",
    severity: Severity::High,
    tags: &["ASI05:2026", "ASI04:2026", "CICD-SEC-4", "T1546 (ATT&CK v16)", "T1059 (ATT&CK v16)"],
    docs: include_str!("start_up_hook.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let ours = |gained: &Gained<'_>| {
        gained.after.subject.kind == IdentityKind::AgentInstructions && !who::is_text(gained.after)
            || gained.after.subject.kind == IdentityKind::AiAgent && !gained.is_in_workflow()
    };
    scene
        .gained()
        .filter(ours)
        .filter_map(|gained| commands(&gained).or_else(|| others(&gained)))
        .collect()
}

fn commands(gained: &Gained<'_>) -> Option<Hit> {
    let axis = gained.first(|axis| matches!(axis, Axis::Start(_)))?;
    let Axis::Start(first) = axis else { return None };
    let many = gained.rose.iter().filter(|axis| matches!(axis, Axis::Start(_))).count();
    let (event, command) = parts(first);
    let rest = match many {
        1 => " starts by itself".to_owned(),
        2 => " and one more command start by themselves".to_owned(),
        more => format!(" and {} more commands start by themselves", more - 1),
    };
    let secrets = phrase::secrets(&gained.after.power).map(|it| format!(", with {it}"));
    let command = shown(&Foreign::new(command));
    let when = format!("{}{}", when(event), secrets.unwrap_or_default());
    let message = format!("{command}{rest} in every checkout{when}");
    let message = phrase::sentence(&[&message]);
    let severity = if is_of_git(event) { Severity::Medium } else { Severity::High };
    Some(gained.hit(axis, message).of(severity))
}

/// Code of others that a start brings with it.
fn others(gained: &Gained<'_>) -> Option<Hit> {
    let axis = gained.first(|axis| match axis {
        Axis::Code(code) => matches!(
            code.kind,
            Kind::Plugin | Kind::Repository | Kind::Package | Kind::Script | Kind::Server
        ),
        _ => false,
    })?;
    let Axis::Code(code) = axis else { return None };
    let held = match gained.after.power.code.get(code) {
        Some(pin) if pin.is_loose() => ", at whatever version its owner says",
        _ => "",
    };
    let message = format!(
        "{} brings code of others into every checkout: {}{held}",
        shown(&gained.after.subject.name),
        shown(&code.name)
    );
    Some(gained.hit(axis, phrase::sentence(&[&message])).of(Severity::Low))
}

/// The event and the command of a start.
fn parts(start: &Foreign) -> (&str, &str) {
    start.raw().split_once(": ").unwrap_or(("", start.raw()))
}

/// Whether git starts it, when somebody commits or pushes.
fn is_of_git(event: &str) -> bool {
    event == "commit" || GIT.iter().any(|(name, _)| *name == event)
}

/// Hooks of git that are met in repositories.
const GIT: &[(&str, &str)] = &[
    ("pre-commit", "before a commit"),
    ("prepare-commit-msg", "before a commit"),
    ("commit-msg", "before a commit"),
    ("post-commit", "after a commit"),
    ("pre-push", "before a push"),
    ("post-merge", "after a merge"),
    ("post-checkout", "after a checkout"),
    ("post-rewrite", "after a rebase"),
    ("pre-rebase", "before a rebase"),
];

/// When it starts, in words where they are known.
fn when(event: &str) -> String {
    if let Some((_, words)) = GIT.iter().find(|(name, _)| *name == event) {
        return format!(" {words}");
    }
    match event {
        "opening the folder" => " when the folder is opened".to_owned(),
        "commit" => " before a commit".to_owned(),
        "" => String::new(),
        event => format!(" at {}", shown(&Foreign::new(event))),
    }
}

//! An agent or a bot that may change the files that say what it may do.

use crate::catalogue::{SecretClass, SecretKind, config_file, secret_name};
use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Level, Scope, Secret};
use crate::rules::files::agents::who;
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "agent-changes-own-power",
    title: "An agent or bot that may change its own power",
    severity: Severity::High,
    tags: &["ASI03:2026", "ASI10:2026", "NHI5:2025", "CICD-SEC-5", "T1098 (ATT&CK v16)"],
    docs: include_str!("agent_changes_own_power.md"),
    check,
};

/// Tools that change files.
const EDITS: &[&str] = &["edit", "multiedit", "write", "create", "replace", "write_file"];

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let others = scene.gained().filter(|it| !who::is_running(it.after));
    let running = who::running(scene);
    running.into_iter().chain(others).filter_map(|gained| one(&gained)).collect()
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    edits(gained).or_else(|| scope(gained)).or_else(|| credential(gained))
}

/// It may, or is told to, change files that grant.
fn edits(gained: &Gained<'_>) -> Option<Hit> {
    if !gained.rose.contains(&Axis::Tools) {
        return None;
    }
    let own: Vec<&Foreign> =
        gained.after.power.tools.iter().filter(|tool| names_a_grant(tool.raw())).collect();
    let fresh = |tool: &&Foreign| {
        gained.before.is_none_or(|before| before.tools.iter().all(|old| old != *tool))
    };
    let own: Vec<String> =
        own.into_iter().filter(fresh).filter_map(|tool| Some(shown(&inside(tool)?))).collect();
    if own.is_empty() {
        return None;
    }
    let files = phrase::some(&own, "files");
    let message = if who::is_text(gained.after) {
        let path = shown(&gained.after.subject.path);
        format!("{path} tells agents to change what they are held to: {files}")
    } else if who::is_running(gained.after) {
        let who = phrase::crowd(&gained.after.power);
        let name = who::name(gained.after);
        format!(
            "{name} may change what it is held to without being asked: {files}; {who} can drive it"
        )
    } else {
        let name = who::name(gained.after);
        format!("{name} may change what it is held to without being asked: {files}")
    };
    Some(gained.hit(&Axis::Tools, phrase::sentence(&[&message])))
}

/// A token that may change workflows: no job's own token can.
fn scope(gained: &Gained<'_>) -> Option<Hit> {
    let axis = Axis::Token(Scope::new("workflows"));
    let writes = gained.after.power.token_level("workflows").most() >= Level::Write;
    if !gained.rose.contains(&axis) || !writes {
        return None;
    }
    let whose = match gained.after.subject.kind {
        IdentityKind::OidcTrust => "whoever has this token",
        _ => "it",
    };
    let name = shown(&gained.after.subject.name);
    let message = format!(
        "{name} gets `workflows: write`, with which {whose} can change the workflows that grant it power"
    );
    Some(gained.hit(&axis, phrase::sentence(&[&message])))
}

/// A credential of GitHub's beside the job's own token, in the hands of an agent.
fn credential(gained: &Gained<'_>) -> Option<Hit> {
    if !who::is_running(gained.after) {
        return None;
    }
    let axis = gained.first(|axis| match axis {
        Axis::Secret(Secret::Named { name }) => opens_github(name.raw()),
        _ => false,
    })?;
    let Axis::Secret(Secret::Named { name }) = axis else { return None };
    let message = format!(
        "the secret {} may let {} change its own workflow, which the job's own token never can; {} can drive it",
        shown(name),
        who::name(gained.after),
        phrase::crowd(&gained.after.power)
    );
    Some(gained.hit(axis, phrase::sentence(&[&message])).of(Severity::Medium))
}

/// Whether a secret's name says that it opens GitHub.
fn opens_github(name: &str) -> bool {
    secret_name(name).is_some_and(|meaning| {
        let of_github =
            meaning.provider.is_none_or(|it| it.to_ascii_lowercase().contains("github"));
        meaning.kind == SecretKind::Secret
            && of_github
            && matches!(meaning.class, SecretClass::Scm | SecretClass::MachineUser)
    })
}

/// Whether a tool changes a file that grants power here.
fn names_a_grant(tool: &str) -> bool {
    let Some((name, path)) = split(tool) else { return false };
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let fixed = path.split('*').next().unwrap_or_default();
    let granting = [".github/workflows", ".github/actions", ".claude/", ".codex/", ".cursor/"];
    EDITS.contains(&name.to_ascii_lowercase().as_str())
        && (granting.iter().any(|folder| fixed.starts_with(folder))
            || !path.contains('*') && config_file(path).is_some())
}

fn split(tool: &str) -> Option<(&str, &str)> {
    tool.strip_suffix(')')?.split_once('(')
}

fn inside(tool: &Foreign) -> Option<Foreign> {
    split(tool.raw()).map(|(_, path)| Foreign::new(path))
}

//! A trust in GitHub's identity tokens takes more jobs than anybody named.

use crate::domain::{Foreign, Severity};
use crate::power::{Axis, Trust};
use crate::rules::files::phrase::sentence;
use crate::rules::files::workflows::phrase::file;
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::{permission, shown};

pub(super) const RULE: FileRule = FileRule {
    id: "wildcard-subject",
    title: "A trust with a wildcard in its subject",
    severity: Severity::High,
    tags: &["NHI4:2025", "NHI5:2025", "NHI6:2025", "CICD-SEC-2", "T1550.001 (ATT&CK v16)"],
    docs: include_str!("wildcard_subject.md"),
    check,
};

/// How many jobs a subject takes in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Width {
    /// Every branch, tag and environment of one repository.
    Repository,
    /// Every repository of an owner.
    Owner,
    /// Repositories of other owners too.
    Anybody,
}

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    scene.gained().filter_map(|door| widest(&door)).collect()
}

fn widest(door: &Gained<'_>) -> Option<Hit> {
    let trusts = door.rose.iter().filter_map(|axis| match axis {
        Axis::Trust(trust) => Some(trust),
        _ => None,
    });
    let wide = trusts.flat_map(|trust| {
        let whom = beyond(door, trust).into_iter();
        whom.filter_map(move |whom| Some((width(trust, &whom)?, trust, whom)))
    });
    let (width, trust, whom) = wide.max_by_key(|(width, _, _)| *width)?;
    let (who, severity) = match width {
        Width::Repository => ("every branch and tag of a repository", Severity::Medium),
        Width::Owner => ("every repository of its owner", Severity::High),
        Width::Anybody => ("repositories of anybody", Severity::Critical),
    };
    let subject = subject_of(&whom).unwrap_or_else(|| "*".to_owned());
    let what = format!(
        "{who} can log in at {} by {}, because its subject is {}",
        permission(trust.provider.raw()),
        file(&door.after.subject.path),
        shown(&Foreign::new(&subject))
    );
    let hit = door.hit(&Axis::Trust(trust.clone()), sentence(&[&what]));
    Some(Hit { severity: Some(severity), ..hit })
}

/// The subjects that a place takes now and did not before.
pub(super) fn beyond(door: &Gained<'_>, trust: &Trust) -> Vec<Foreign> {
    let Some(now) = door.after.power.trusts.get(trust) else { return Vec::new() };
    match door.before.and_then(|before| before.trusts.get(trust)) {
        Some(before) => now.beyond(before).cloned().collect(),
        None => now.iter().cloned().collect(),
    }
}

/// Whether a pattern is about identity tokens of GitHub.
pub(super) fn is_of_github(trust: &Trust, whom: &Foreign) -> bool {
    let whom = whom.raw();
    whom.contains("token.actions.")
        || whom.contains("/_services/token")
        || subject_of(&Foreign::new(whom)).is_some_and(|it| it.starts_with("repo:"))
        || trust.provider.raw() == "octo-sts" && whom.starts_with('*')
}

/// The subject in what a place says of whom it takes: the word that begins with `repo:`, in the old
/// form `repo:owner/name:…` or the new `repo:owner@1/name@2:…`; else what follows the issuer.
pub(super) fn subject_of(whom: &Foreign) -> Option<String> {
    let words: Vec<&str> = whom.raw().split_whitespace().collect();
    let named = words.iter().find_map(|word| Some(&word[word.find("repo:")?..]));
    named.or(words.get(1).copied()).or(words.first().copied()).map(str::to_owned)
}

/// How wide a subject is; `None` if it names repository and branch, or is not one of GitHub's.
pub(super) fn width(trust: &Trust, whom: &Foreign) -> Option<Width> {
    if !is_of_github(trust, whom) {
        return None;
    }
    let subject = subject_of(whom)?;
    let Some(rest) = subject.strip_prefix("repo:") else {
        return subject.contains('*').then_some(Width::Anybody);
    };
    let (owner, rest) = rest.split_once('/').unwrap_or((rest, "*"));
    let (name, rest) = rest.split_once(':').unwrap_or((rest, ""));
    match () {
        () if owner.contains('*') => Some(Width::Anybody),
        () if name.contains('*') => Some(Width::Owner),
        () if rest.contains('*') => Some(Width::Repository),
        () => None,
    }
}

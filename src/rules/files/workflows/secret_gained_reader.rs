//! A job reads a secret that it did not read before.

use std::collections::BTreeSet;

use crate::catalogue::{SecretKind, secret_name};
use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Granted, Guard, Secret, Subject};
use crate::rules::files::phrase::{guarded, held, is_open, sentence};
use crate::rules::files::workflows::phrase::{comma, file, set_off};
use crate::rules::files::workflows::{jobs, long_lived_token, new_secrets, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::list;

pub(super) const RULE: FileRule = FileRule {
    id: "secret-gained-reader",
    title: "A secret gained a reader",
    severity: Severity::Medium,
    tags: &["NHI9:2025", "NHI2:2025", "CICD-SEC-6", "T1552 (ATT&CK v16)"],
    docs: include_str!("secret_gained_reader.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter_map(|job| reads(scene, &job)).collect()
}

fn reads(scene: &Scene<'_>, job: &Gained<'_>) -> Option<Hit> {
    let told = sharper::told(scene, job);
    let named = |secret: &&Secret| matches!(secret, Secret::Named { .. });
    let secrets: Vec<&Secret> = new_secrets(job)
        .filter(named)
        .filter(|secret| !told.contains(secret))
        .filter(|secret| long_lived_token::speaks_of(scene, job, secret).is_none())
        .collect();
    let before: Vec<&Granted> =
        secrets.iter().flat_map(|secret| readers(scene, &job.after.subject, secret)).collect();
    let files: BTreeSet<&Foreign> = before.iter().map(|it| &it.subject.path).collect();
    let elsewhere = files.iter().any(|path| **path != job.after.subject.path);
    let guarded_before = !before.is_empty()
        && before.iter().all(|it| matches!(it.power.guard, Guard::Behind { .. }));
    let lost = guarded_before && !matches!(job.after.power.guard, Guard::Behind { .. });
    let until_now = match (secrets.len(), files.len()) {
        (1, 1..=3) => {
            let files: Vec<String> = files.iter().map(|path| file(path)).collect();
            let how = if lost { ", there behind the protection of an environment" } else { "" };
            format!(", read until now only in {}{how}", list(&files))
        }
        _ => String::new(),
    };
    let what = held(secrets.iter().copied())?;
    let what = format!("which now reads {what}{until_now}{}", comma(guarded(&job.after.power)));
    let axes = secrets.iter().map(|secret| Axis::Secret((*secret).clone()));
    let axis = axes.min_by_key(|axis| job.after.spot_of(axis).clone())?;
    let severity = if secrets.iter().all(|secret| is_no_credential(secret)) {
        Severity::Low
    } else if lost || is_open(&job.after.power) || elsewhere && job.before.is_none() {
        Severity::High
    } else {
        Severity::Medium
    };
    let hit = job.hit(&axis, sentence(&[&set_off(job.after), &what]));
    Some(Hit { severity: Some(severity), ..hit })
}

/// The jobs that read a secret before the change, other than this one.
pub(super) fn readers<'a>(
    scene: &Scene<'a>,
    subject: &Subject,
    secret: &Secret,
) -> Vec<&'a Granted> {
    let reads = |granted: &&Granted| {
        granted.subject.kind == IdentityKind::Workflow
            && granted.subject != *subject
            && granted.power.secrets.contains_key(secret)
    };
    scene.base.grants().iter().filter(reads).collect()
}

/// Whether the name says that it only names somebody: an account's number, a role.
fn is_no_credential(secret: &Secret) -> bool {
    let Secret::Named { name } = secret else { return false };
    secret_name(name.raw()).is_some_and(|meaning| meaning.kind != SecretKind::Secret)
}

//! A file changes that a job with power runs out of a pull request, before anybody merges it.

use std::collections::BTreeMap;

use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Granted, Source, Spot};
use crate::rules::files::phrase::{crowd, holds, is_open, names, one, sentence};
use crate::rules::files::workflows::phrase::comma;
use crate::rules::files::workflows::sharper;
use crate::rules::files::{Change, FileRule, Hit, Scene};

pub(super) const RULE: FileRule = FileRule {
    id: "exposed-file-changed",
    title: "A file runs with power before it is merged",
    severity: Severity::High,
    tags: &["CICD-SEC-4", "NHI8:2025", "T1195.002 (ATT&CK v16)", "T1059 (ATT&CK v16)"],
    docs: include_str!("exposed_file_changed.md"),
    check,
};

/// One verdict for the same files, however many jobs run them.
fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut by_files: BTreeMap<Vec<&Foreign>, Vec<&Granted>> = BTreeMap::new();
    // What runs is the workflow as the base has it.
    for job in scene.base.grants().iter().filter(|it| runs_pulls(it) && !is_told(scene, it)) {
        let files = changed(scene, job);
        if !files.is_empty() {
            by_files.entry(files).or_default().push(job);
        }
    }
    by_files.into_iter().filter_map(|(files, jobs)| said(&files, &jobs)).collect()
}

/// Whether it runs the files of a stranger's pull request with something that reaches further than
/// itself. Who may push has ways enough.
fn runs_pulls(granted: &Granted) -> bool {
    granted.subject.kind == IdentityKind::Workflow
        && is_open(&granted.power)
        && sharper::reaches(&granted.power)
        && sharper::code_of_outsiders(&granted.power)
            .iter()
            .any(|taint| matches!(taint.source, Source::Ref { .. }))
}

/// Whether the change is about this job itself, which another rule tells.
fn is_told(scene: &Scene<'_>, job: &Granted) -> bool {
    scene.gained().any(|it| it.after.subject == job.subject && sharper::strangers(&it))
}

/// The files of a job that are new or hold something else.
fn changed<'a>(scene: &Scene<'a>, job: &Granted) -> Vec<&'a Foreign> {
    let files = scene.head.of(&job.subject).map(|now| now.files.iter());
    let differs = |file: &&Foreign| {
        let now = scene.head.exposed(file);
        now.is_some() && now != scene.base.exposed(file)
    };
    files.into_iter().flatten().filter(differs).collect()
}

fn said(files: &[&Foreign], jobs: &[&Granted]) -> Option<Hit> {
    let (first, job) = (files.first()?, jobs.iter().max_by_key(|job| job.power.crowd().most())?);
    let (run, it) = if files.len() == 1 { ("runs", "it") } else { ("run", "them") };
    let what = format!(
        "{} {run} in the {} {} before anybody merges {it}{}; {} can set {} off",
        names(files.iter().copied(), "files"),
        one("job", jobs.len()),
        names(jobs.iter().map(|job| &job.subject.name), "jobs"),
        comma(holds(&job.power)),
        crowd(&job.power).trim_end_matches(','),
        if jobs.len() == 1 { "it" } else { "them" }
    );
    Some(Hit {
        subject: job.subject.clone(),
        spot: Spot::line(first.raw(), 1),
        message: sentence(&[&what]),
        change: Change::Widened,
        severity: None,
    })
}

//! A workflow does not say what its tokens may do, and the setting lets them write.

use std::collections::BTreeMap;

use crate::domain::{Foreign, Severity};
use crate::power::{Axis, Level, Scope, Trigger};
use crate::rules::files::phrase::{crowd, is_open, names, one, sentence};
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};

pub(super) const RULE: FileRule = FileRule {
    id: "write-by-default",
    title: "A token that writes because nobody said otherwise",
    severity: Severity::Medium,
    tags: &["NHI5:2025", "CICD-SEC-5", "CICD-SEC-7", "T1098 (ATT&CK v16)"],
    docs: include_str!("write_by_default.md"),
    check,
};

/// One verdict for a file: one line in it answers for all of its jobs.
fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut files: BTreeMap<Foreign, Vec<Gained<'_>>> = BTreeMap::new();
    for job in jobs(scene).filter(|job| is_new(job)) {
        if !sharper::strangers(&job) && !sharper::has_new_agent(scene, &job) {
            files.entry(job.after.subject.path.clone()).or_default().push(job);
        }
    }
    files.into_values().filter_map(|jobs| said(&jobs)).collect()
}

fn is_new(job: &Gained<'_>) -> bool {
    let power = &job.after.power;
    // What is only called has no more than its caller's token.
    let called = power.triggers.keys().all(|it| *it == Trigger::new("workflow_call"));
    !called && sharper::is_by_default(power) && job.rose.contains(&contents())
}

fn said(jobs: &[Gained<'_>]) -> Option<Hit> {
    let first = jobs.iter().min_by_key(|job| job.after.spot.clone())?;
    let widest = jobs.iter().max_by_key(|job| job.after.power.crowd().most())?;
    let power = &widest.after.power;
    let known = power.token_level("contents").least() >= Level::Write;
    let why = if known {
        "may write nearly everything, because the file sets no permissions and the repository's setting allows it"
    } else {
        "may do what the repository's setting says, which is not known, because the file sets no permissions"
    };
    let what = format!(
        "the token of the {} {} {why}; {} can set {} off",
        one("job", jobs.len()),
        names(jobs.iter().map(|job| &job.after.subject.name), "jobs"),
        crowd(power).trim_end_matches(','),
        if jobs.len() == 1 { "it" } else { "them" }
    );
    let severity = match (known, is_open(power)) {
        (true, true) => Severity::High,
        (true, false) => Severity::Medium,
        (false, _) => Severity::Low,
    };
    let hit = first.hit(&contents(), sentence(&[&what]));
    Some(Hit { severity: Some(severity), spot: first.after.spot.clone(), ..hit })
}

fn contents() -> Axis {
    Axis::Token(Scope::new("contents"))
}

//! A job with the repository's power runs files that outsiders choose.

use crate::domain::Severity;
use crate::power::{Axis, Source, Taint};
use crate::rules::files::phrase::{holds, is_open, sentence};
use crate::rules::files::workflows::phrase::{comma, set_off};
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "privileged-trigger-runs-untrusted-code",
    title: "Code of outsiders runs with the repository's power",
    severity: Severity::Critical,
    tags: &["CICD-SEC-4", "NHI5:2025", "NHI8:2025", "T1195.002 (ATT&CK v16)", "T1059 (ATT&CK v16)"],
    docs: include_str!("privileged_trigger_runs_untrusted_code.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter_map(|job| executes(&job).or_else(|| brings(&job))).collect()
}

fn executes(job: &Gained<'_>) -> Option<Hit> {
    let power = &job.after.power;
    let taints = sharper::code_of_outsiders(power);
    if !sharper::is_news(job, &taints) {
        return None;
    }
    let taint = *taints.first()?;
    let what = format!("which executes {}{}", source(taint), comma(holds(power)));
    let severity = match (sharper::reaches(power), is_open(power)) {
        (true, true) => Severity::Critical,
        (true, false) => Severity::High,
        (false, _) => Severity::Medium,
    };
    let hit = job.hit(&Axis::Taint(taint.clone()), sentence(&[&set_off(job.after), &what]));
    Some(Hit { severity: Some(severity), ..hit })
}

/// Their files are there and nothing is seen that runs them yet.
fn brings(job: &Gained<'_>) -> Option<Hit> {
    let power = &job.after.power;
    let taint = sharper::brought(job)?;
    let what = format!(
        "which puts {} on its disk, where nothing is seen to run it yet{}",
        source(taint),
        comma(holds(power))
    );
    let hit = job.hit(&Axis::Taint(taint.clone()), sentence(&[&set_off(job.after), &what]));
    Some(Hit { severity: Some(Severity::Medium), ..hit })
}

fn source(taint: &Taint) -> String {
    match &taint.source {
        Source::Ref { from } => format!("the files of a pull request ({})", shown(from)),
        Source::Artifact => "what an untrusted run left as an artifact".to_owned(),
        Source::Text { context } => format!("a text of theirs ({})", shown(context)),
        Source::Cache { writer } => format!("a cache that {} can write", shown(writer)),
    }
}

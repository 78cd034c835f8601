//! A text that outsiders write becomes part of a script.

use crate::domain::{Foreign, Severity};
use crate::power::{Axis, Power, Source, Taint};
use crate::rules::files::phrase::{holds, is_open, names, sentence};
use crate::rules::files::workflows::phrase::{comma, set_off};
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};

pub(super) const RULE: FileRule = FileRule {
    id: "untrusted-text-executed",
    title: "A text of outsiders is executed",
    severity: Severity::Critical,
    tags: &[
        "CICD-SEC-4",
        "NHI5:2025",
        "ASI05:2026",
        "T1059 (ATT&CK v16)",
        "T1195.002 (ATT&CK v16)",
    ],
    docs: include_str!("untrusted_text_executed.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter_map(|job| executes(&job)).collect()
}

fn executes(job: &Gained<'_>) -> Option<Hit> {
    let power = &job.after.power;
    let taints = sharper::text_of_outsiders(power);
    if !sharper::is_news(job, &taints) {
        return None;
    }
    let new = |taint: &&&Taint| job.rose.contains(&Axis::Taint((**taint).clone()));
    let at = taints.iter().find(new).or(taints.first())?;
    let what = format!(
        "which writes a text of theirs into a script ({}){}",
        names(contexts(&taints), "texts"),
        comma(holds(power))
    );
    let hit = job.hit(&Axis::Taint((*at).clone()), sentence(&[&set_off(job.after), &what]));
    Some(Hit { severity: Some(severity(power)), ..hit })
}

fn contexts<'t>(taints: &[&'t Taint]) -> impl Iterator<Item = &'t Foreign> {
    taints.iter().filter_map(|taint| match &taint.source {
        Source::Text { context } => Some(context),
        Source::Ref { .. } | Source::Artifact | Source::Cache { .. } => None,
    })
}

fn severity(power: &Power) -> Severity {
    match (sharper::reaches(power), is_open(power)) {
        (true, true) => Severity::Critical,
        (true, false) => Severity::High,
        (false, _) => Severity::Medium,
    }
}

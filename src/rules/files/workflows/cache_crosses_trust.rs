//! A job that holds something restores what a job that runs outsiders' code can write.

use std::collections::BTreeMap;

use crate::domain::{Foreign, Severity};
use crate::power::{Axis, Source, Taint};
use crate::rules::files::phrase::{holds, names, one, sentence};
use crate::rules::files::workflows::jobs;
use crate::rules::files::workflows::phrase::comma;
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "cache-crosses-trust",
    title: "A cache crosses trust",
    severity: Severity::High,
    tags: &["CICD-SEC-4", "CICD-SEC-9", "NHI8:2025", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("cache_crosses_trust.md"),
    check,
};

/// One verdict for each job that can write: it is one cause, however many restore.
fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut writers: BTreeMap<Foreign, Vec<(Gained<'_>, Taint)>> = BTreeMap::new();
    for job in jobs(scene) {
        let new = job.rose.iter().find_map(|axis| match axis {
            Axis::Taint(taint) => match &taint.source {
                Source::Cache { writer } => Some((writer.clone(), taint.clone())),
                Source::Ref { .. } | Source::Text { .. } | Source::Artifact => None,
            },
            _ => None,
        });
        if let Some((writer, taint)) = new {
            writers.entry(writer).or_default().push((job, taint));
        }
    }
    writers.into_iter().filter_map(|(writer, readers)| crosses(&writer, &readers)).collect()
}

fn crosses(writer: &Foreign, readers: &[(Gained<'_>, Taint)]) -> Option<Hit> {
    let (first, taint) = readers.iter().min_by_key(|(job, taint)| {
        let spot = job.after.spot_of(&Axis::Taint(taint.clone()));
        (std::cmp::Reverse(job.after.power.secrets.len()), spot.clone())
    })?;
    let (file, job) = writer.raw().split_once(' ').unwrap_or((writer.raw(), ""));
    let file = file.rsplit('/').next().unwrap_or(file);
    let what = format!(
        "outsiders who run code in the job {} of {} can fill caches that the {} {} {}{}",
        shown(&Foreign::new(job)),
        shown(&Foreign::new(file)),
        one("job", readers.len()),
        names(readers.iter().map(|(job, _)| &job.after.subject.name), "jobs"),
        if readers.len() == 1 { "restores" } else { "restore" },
        comma(
            holds(&first.after.power)
                .map(|it| format!("and {} works {it}", shown(&first.after.subject.name)))
        )
    );
    Some(first.hit(&Axis::Taint(taint.clone()), sentence(&[&what])))
}

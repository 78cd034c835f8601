//! More people, or something else, can set a job in motion that holds something.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Foreign, Severity};
use crate::power::{Axis, Crowd, Trigger};
use crate::rules::files::phrase::{crowd, holds, is_open, names, one, possible, sentence};
use crate::rules::files::workflows::phrase::comma;
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::upper;

pub(super) const RULE: FileRule = FileRule {
    id: "trigger-widened",
    title: "More can set a job in motion",
    severity: Severity::Medium,
    tags: &["CICD-SEC-4", "CICD-SEC-1", "NHI5:2025", "T1098 (ATT&CK v16)"],
    docs: include_str!("trigger_widened.md"),
    check,
};

/// One verdict for a file: its triggers are those of all its jobs.
fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut files: BTreeMap<Foreign, Vec<Gained<'_>>> = BTreeMap::new();
    for job in jobs(scene).filter(|job| job.before.is_some() && !new_triggers(job).is_empty()) {
        if (sharper::reaches(&job.after.power) || perhaps(&job)) && !sharper::strangers(&job) {
            files.entry(job.after.subject.path.clone()).or_default().push(job);
        }
    }
    files.into_values().filter_map(|jobs| said(&jobs)).collect()
}

fn said(jobs: &[Gained<'_>]) -> Option<Hit> {
    let widest = jobs.iter().max_by_key(|job| job.after.power.crowd().most())?;
    let (before, now) = (widest.before?, &widest.after.power);
    let triggers: BTreeSet<&Trigger> = jobs.iter().flat_map(new_triggers).collect();
    let at =
        |trigger: &&&Trigger| widest.after.spot_of(&Axis::Trigger((**trigger).clone())).clone();
    let first = new_triggers(widest).into_iter().min_by_key(|it| at(&it))?;
    let subjects = jobs.iter().map(|job| &job.after.subject.name);
    let work = format!("the {} {}", one("job", jobs.len()), names(subjects, "jobs"));
    let events = names(triggers.iter().map(|it| it.name()), "events");
    let rose = sharper::crowd_rose(widest);
    let what = if rose {
        let had = crowd(before);
        let had = had.trim_end_matches(',');
        format!(
            "{} can now set off {work} by {events}{}; before, only {had} could",
            upper(&crowd(now)),
            comma(holds(now)),
        )
    } else {
        let verb = if triggers.len() == 1 { "sets" } else { "set" };
        format!("{events} now also {verb} off {work}{}, for {}", comma(holds(now)), crowd(now))
    };
    let what = what.trim_end_matches(',').to_owned();
    let severity = match (rose, now.crowd().most()) {
        (true, _) if !jobs.iter().any(|job| sharper::reaches(&job.after.power)) => Severity::Medium,
        (true, most) if most.has_outsiders() => Severity::High,
        (true, Crowd::Collaborators | Crowd::Triagers) => Severity::Medium,
        _ => Severity::Low,
    };
    let hit = widest.hit(&Axis::Trigger(first.clone()), sentence(&[&what]));
    Some(Hit { severity: Some(severity), ..hit })
}

/// Whether outsiders set it off now, with a token of which nobody can tell what it may do.
fn perhaps(job: &Gained<'_>) -> bool {
    let power = &job.after.power;
    sharper::crowd_rose(job) && is_open(power) && possible(power).is_some()
}

/// What sets it in motion and did not before, or for fewer. Pull requests of forks get neither
/// secrets nor a token that writes.
fn new_triggers<'g>(job: &'g Gained<'_>) -> Vec<&'g Trigger> {
    let fork = Trigger::new(Trigger::FORK);
    let all = job.rose.iter().filter_map(|axis| match axis {
        Axis::Trigger(trigger) => Some(trigger),
        _ => None,
    });
    all.filter(|trigger| **trigger != fork).collect()
}

//! Code from a fork runs on a machine that stays.

use crate::domain::{Foreign, Severity};
use crate::power::{Axis, Bounds, Crowd, Power, Runner, Trigger};
use crate::rules::files::phrase::{names, sentence};
use crate::rules::files::workflows::jobs;
use crate::rules::files::workflows::phrase::forks;
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "fork-reaches-self-hosted-runner",
    title: "A fork reaches a runner of your own",
    severity: Severity::Critical,
    tags: &[
        "CICD-SEC-7",
        "CICD-SEC-4",
        "NHI8:2025",
        "T1195.002 (ATT&CK v16)",
        "T1543 (ATT&CK v16)",
    ],
    docs: include_str!("fork_reaches_self_hosted_runner.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter_map(|job| reached(&job)).collect()
}

fn reached(job: &Gained<'_>) -> Option<Hit> {
    let power = &job.after.power;
    let crowd = from_forks(power).filter(|crowd| crowd.most().has_outsiders())?;
    let fork = Axis::Trigger(Trigger::new(Trigger::FORK));
    let new = power.runners.keys().map(|it| Axis::Runner(it.clone()));
    let axis = new.into_iter().find(|axis| job.rose.contains(axis));
    let axis = axis.or_else(|| {
        job.rose
            .contains(&fork)
            .then(|| power.runners.keys().next().cloned())
            .flatten()
            .map(Axis::Runner)
    })?;
    let Axis::Runner(runner) = &axis else { return None };
    let (machine, own) = machine(runner);
    let what = format!(
        "{} can run code in the job {} on {machine}",
        forks(power),
        shown(&job.after.subject.name)
    );
    let severity = match crowd {
        _ if !own => Severity::Medium,
        crowd if crowd.least() >= Crowd::Approved => Severity::Critical,
        crowd if crowd.most() > Crowd::Readers => Severity::High,
        _ => Severity::Medium,
    };
    let hit = job.hit(&axis, sentence(&[&what]));
    Some(Hit { severity: Some(severity), ..hit })
}

fn from_forks(power: &Power) -> Option<Bounds<Crowd>> {
    power.triggers.get(&Trigger::new(Trigger::FORK)).copied()
}

/// The machine in words, and whether it surely is one of the organisation's own.
fn machine(runner: &Runner) -> (String, bool) {
    match runner {
        Runner::Labels { labels } if labels.contains(&Foreign::new("self-hosted")) => (
            format!(
                "a machine of your own ({}), which the next job uses too",
                names(labels, "labels")
            ),
            true,
        ),
        Runner::Labels { labels } => {
            (format!("{}, which may be a machine of your own", names(labels, "labels")), false)
        }
        Runner::Group { group } => (format!("a machine of the group {}", shown(group)), false),
        Runner::Unknown { .. } => ("a machine that only the run knows".to_owned(), false),
    }
}

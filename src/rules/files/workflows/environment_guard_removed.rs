//! A job no longer waits for what held it back.

use crate::domain::Severity;
use crate::power::{Axis, Guard, Power};
use crate::rules::files::phrase::{crowd, holds, names, sentence};
use crate::rules::files::workflows::phrase::comma;
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{Change, FileRule, Gained, Hit, Scene};
use crate::words::{shown, upper};

pub(super) const RULE: FileRule = FileRule {
    id: "environment-guard-removed",
    title: "The guard of a job is gone",
    severity: Severity::High,
    tags: &["CICD-SEC-1", "NHI8:2025", "T1562.001 (ATT&CK v16)"],
    docs: include_str!("environment_guard_removed.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter_map(|job| loosened(&job)).collect()
}

fn loosened(job: &Gained<'_>) -> Option<Hit> {
    let (before, now) = (job.before?, &job.after.power);
    if !job.rose.contains(&Axis::Guard) || !(sharper::reaches(now) || sharper::reaches(before)) {
        return None;
    }
    let gone = names(
        before.environments.keys().filter(|name| !now.environments.contains_key(name)),
        "environments",
    );
    let (how, severity) = match (&before.guard, &now.guard) {
        (Guard::Behind { .. }, Guard::Open) => ("without the protection that held it back", None),
        (Guard::Behind { .. }, Guard::Behind { .. }) => {
            ("with less protection than before", Some(Severity::Medium))
        }
        (Guard::Behind { .. }, Guard::Unknown { .. }) => {
            ("in an environment of whose protection nothing is known", None)
        }
        (Guard::Unknown { .. }, Guard::Open) => {
            ("without an environment, whose protection was not known", Some(Severity::Medium))
        }
        (Guard::Unknown { .. }, Guard::Unknown { .. }) => {
            ("in another environment, of whose protection nothing is known", Some(Severity::Low))
        }
        (Guard::Unknown { .. } | Guard::Open, _) => return None,
    };
    let was = if gone.is_empty() { String::new() } else { format!(" (it was {gone})") };
    let what = format!(
        "{} can set off the job {} {how}{was}{}",
        upper(&crowd(now)),
        shown(&job.after.subject.name),
        comma(holds(&without_guard(now)))
    );
    let hit = job.hit(&Axis::Guard, sentence(&[&what]));
    Some(Hit { change: Change::Loosened, severity, ..hit })
}

fn without_guard(power: &Power) -> Power {
    Power { guard: Guard::Open, ..power.clone() }
}

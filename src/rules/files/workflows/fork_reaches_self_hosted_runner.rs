//! Code from a fork runs on a machine that stays.

use std::collections::BTreeMap;

use crate::catalogue::runner_vendor;
use crate::domain::{Foreign, Severity};
use crate::power::{Axis, Bounds, Crowd, Power, Runner, Trigger};
use crate::rules::files::phrase::{names, one, sentence};
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

/// One verdict for each machine that a file names, however many jobs run there and whoever calls
/// them.
fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut machines: BTreeMap<(Foreign, Runner), Vec<Gained<'_>>> = BTreeMap::new();
    for job in jobs(scene) {
        if let Some(runner) = reached(&job) {
            let file = job.after.spot_of(&Axis::Runner(runner.clone())).path.clone();
            machines.entry((file, runner)).or_default().push(job);
        }
    }
    machines.into_iter().filter_map(|((_, runner), jobs)| said(runner, &jobs)).collect()
}

/// The machine that forks reach and did not before.
fn reached(job: &Gained<'_>) -> Option<Runner> {
    let power = &job.after.power;
    from_forks(power).filter(|crowd| crowd.most().has_outsiders())?;
    let let_in = job.rose.contains(&Axis::Trigger(Trigger::new(Trigger::FORK)));
    let is_new = |runner: &&Runner| let_in || job.rose.contains(&Axis::Runner((*runner).clone()));
    power.runners.keys().find(is_new).cloned()
}

fn said(runner: Runner, jobs: &[Gained<'_>]) -> Option<Hit> {
    let (machine, whose) = machine(&runner);
    let axis = Axis::Runner(runner);
    let first = jobs.iter().min_by_key(|job| job.after.spot_of(&axis).clone())?;
    let widest = jobs.iter().max_by_key(|job| from_forks(&job.after.power).map(|it| it.most()))?;
    let crowd = from_forks(&widest.after.power)?;
    let what = format!(
        "{} can run code in the {} {} on {machine}",
        forks(&widest.after.power),
        one("job", jobs.len()),
        names(jobs.iter().map(|job| &job.after.subject.name), "jobs")
    );
    let severity = match crowd {
        _ if whose == Whose::Lent => Severity::Low,
        _ if whose == Whose::Unknown => Severity::Medium,
        crowd if crowd.least() >= Crowd::Approved => Severity::Critical,
        crowd if crowd.most() > Crowd::Readers => Severity::High,
        _ => Severity::Medium,
    };
    let hit = first.hit(&axis, sentence(&[&what]));
    Some(Hit { severity: Some(severity), ..hit })
}

fn from_forks(power: &Power) -> Option<Bounds<Crowd>> {
    power.triggers.get(&Trigger::new(Trigger::FORK)).copied()
}

/// Whose a machine is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The organisation's own.
    Own,
    /// A vendor's, who throws it away after the job.
    Lent,
    Unknown,
}

/// The vendor whose labels all of these are.
fn lent_by(labels: &[Foreign]) -> Option<&'static str> {
    let mut vendors = labels.iter().map(|label| runner_vendor(label.raw()));
    let first = vendors.next()??;
    vendors.all(|vendor| vendor == Some(first)).then_some(first)
}

/// The machine in words, and whose it is.
fn machine(runner: &Runner) -> (String, Whose) {
    match runner {
        Runner::Labels { labels } if labels.contains(&Foreign::new("self-hosted")) => (
            format!(
                "a machine of your own ({}), which the next job uses too",
                names(labels, "labels")
            ),
            Whose::Own,
        ),
        Runner::Labels { labels } => {
            let names = names(labels, "labels");
            match lent_by(labels) {
                Some(vendor) => {
                    (format!("{names}, a machine that {vendor} lends for one job"), Whose::Lent)
                }
                None => (format!("{names}, which may be a machine of your own"), Whose::Unknown),
            }
        }
        Runner::Group { group } => {
            (format!("a machine of the group {}", shown(group)), Whose::Unknown)
        }
        Runner::Unknown { .. } => {
            ("a machine that the file does not name".to_owned(), Whose::Unknown)
        }
    }
}

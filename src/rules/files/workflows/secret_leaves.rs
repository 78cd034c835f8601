//! A credential is sent to the network, into an artifact or into the log.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Foreign, Severity};
use crate::power::{Axis, Door, Egress, Secret};
use crate::rules::files::phrase::{held, names, sentence};
use crate::rules::files::workflows::phrase::set_off;
use crate::rules::files::workflows::secret_gained_reader::readers;
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::list;

pub(super) const RULE: FileRule = FileRule {
    id: "secret-leaves",
    title: "A secret leaves",
    severity: Severity::High,
    tags: &["CICD-SEC-6", "CICD-SEC-4", "NHI2:2025", "T1552 (ATT&CK v16)", "T1567 (ATT&CK v16)"],
    docs: include_str!("secret_leaves.md"),
    check,
};

/// How the reading calls a host that no address is written down for.
const COMPUTED: &str = "a computed host";

/// The ways out, each told once for a job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Network,
    Artifact,
    Log,
}

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).flat_map(|job| ways(scene, &job)).collect()
}

fn ways(scene: &Scene<'_>, job: &Gained<'_>) -> Vec<Hit> {
    let mut by_way: BTreeMap<Way, Vec<&Egress>> = BTreeMap::new();
    for egress in sharper::leaving(job) {
        let way = match egress.door {
            Door::Network { .. } => Way::Network,
            Door::Artifact => Way::Artifact,
            Door::Log => Way::Log,
        };
        by_way.entry(way).or_default().push(egress);
    }
    by_way.into_iter().filter_map(|(way, found)| one(scene, job, way, &found)).collect()
}

fn one(scene: &Scene<'_>, job: &Gained<'_>, way: Way, found: &[&Egress]) -> Option<Hit> {
    let secrets: BTreeSet<&Secret> = found.iter().map(|egress| &egress.secret).collect();
    let what = held(secrets.iter().copied())?;
    let what = match way {
        Way::Network => {
            let all: BTreeSet<&Foreign> = found.iter().filter_map(|it| host(it)).collect();
            let (computed, named): (Vec<_>, Vec<_>) =
                all.into_iter().partition(|host| host.raw() == COMPUTED);
            let mut hosts = Vec::new();
            if !named.is_empty() {
                hosts.push(names(named, "hosts"));
            }
            if !computed.is_empty() {
                hosts.push("a host that is computed".to_owned());
            }
            format!("which sends {what} to {}", list(&hosts))
        }
        Way::Artifact => format!("which puts {what} into an artifact that others can download"),
        Way::Log => format!("which prints {what} into the log in a form that nothing masks"),
    };
    // The first line that does it, wherever the names sort.
    let axes = found.iter().map(|egress| Axis::Egress((*egress).clone()));
    let axis = axes.min_by_key(|axis| job.after.spot_of(axis).clone())?;
    let hit = job.hit(&axis, sentence(&[&set_off(job.after), &what]));
    let used = |secret: &&Secret| !readers(scene, &job.after.subject, secret).is_empty();
    let worst = way == Way::Log
        || secrets.len() > 1
        || secrets.contains(&Secret::All)
        || secrets.iter().any(used);
    Some(Hit { severity: worst.then_some(Severity::Critical), ..hit })
}

fn host(egress: &Egress) -> Option<&Foreign> {
    match &egress.door {
        Door::Network { host } => Some(host),
        Door::Artifact | Door::Log => None,
    }
}

//! A job can read every secret, not those that it names.

use crate::domain::Severity;
use crate::power::{Axis, Kind, Secret};
use crate::rules::files::phrase::{guarded, sentence};
use crate::rules::files::workflows::phrase::{comma, loose, set_off};
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "all-secrets-exposed",
    title: "A job reads every secret",
    severity: Severity::High,
    tags: &["NHI5:2025", "NHI2:2025", "CICD-SEC-6", "T1552 (ATT&CK v16)"],
    docs: include_str!("all_secrets_exposed.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter_map(|job| exposes(&job)).collect()
}

fn exposes(job: &Gained<'_>) -> Option<Hit> {
    let axis = Axis::Secret(Secret::All);
    let leaves = sharper::leaving(job).iter().any(|egress| egress.secret == Secret::All);
    if !job.rose.contains(&axis) || leaves || sharper::strangers(job) {
        return None;
    }
    let power = &job.after.power;
    let called = power.code.iter().find(|(code, _)| code.kind == Kind::Workflow);
    let what = match called {
        Some((code, pin)) => format!(
            "which hands every secret that it can see to the workflow {} of another repository, held to {}",
            shown(&code.name),
            loose(*pin)
        ),
        None => {
            "which can now read every secret of the repository, and each one added later".to_owned()
        }
    };
    let what = format!("{what}{}", comma(guarded(power)));
    Some(job.hit(&axis, sentence(&[&set_off(job.after), &what])))
}

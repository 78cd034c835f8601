//! A script from the network runs as it comes in a job that holds something.

use crate::domain::Severity;
use crate::power::{Axis, Code};
use crate::rules::files::phrase::{holds, names, sentence};
use crate::rules::files::workflows::phrase::{comma, set_off};
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};

pub(super) const RULE: FileRule = FileRule {
    id: "remote-script-beside-secrets",
    title: "A script from the network runs beside secrets",
    severity: Severity::High,
    tags: &["CICD-SEC-3", "CICD-SEC-8", "NHI3:2025", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("remote_script_beside_secrets.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter_map(|job| runs(&job)).collect()
}

fn runs(job: &Gained<'_>) -> Option<Hit> {
    if sharper::strangers(job) {
        return None;
    }
    let scripts = sharper::remote_scripts(job);
    let axis = |code: &Code| Axis::Code(code.clone());
    let new = scripts.iter().find(|code| job.rose.contains(&axis(code)));
    let at = new.or(scripts.first())?;
    let what = format!(
        "where what {} {} runs unchecked{}",
        names(scripts.iter().map(|code| &code.name), "addresses"),
        if scripts.len() == 1 { "answers" } else { "answer" },
        comma(holds(&job.after.power))
    );
    Some(job.hit(&axis(at), sentence(&[&set_off(job.after), &what])))
}

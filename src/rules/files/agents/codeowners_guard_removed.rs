//! Somebody who had to be asked before a file that grants changes no longer has to be.

use std::collections::BTreeMap;

use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Guarded, Spot, Subject};
use crate::rules::files::{Change, FileRule, Hit, Scene, phrase};
use crate::words::list;

pub(super) const RULE: FileRule = FileRule {
    id: "codeowners-guard-removed",
    title: "A code owner of files that grant was removed",
    severity: Severity::Medium,
    tags: &["CICD-SEC-1", "CICD-SEC-5", "NHI5:2025", "T1562.001 (ATT&CK v16)"],
    docs: include_str!("codeowners_guard_removed.md"),
    check,
};

/// How many kinds of file are named.
const NAMED: usize = 3;

/// One line can lose the owner of many kinds of file: that is one verdict.
fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut lines: BTreeMap<(&Spot, bool), (Vec<Guarded>, Vec<&Foreign>)> = BTreeMap::new();
    for lost in scene.lost_owners {
        let (guarded, owners) = lines.entry((&lost.spot, lost.last)).or_default();
        guarded.push(lost.guarded);
        owners.push(&lost.owner);
    }
    lines
        .into_iter()
        .map(|((spot, last), (guarded, owners))| one(spot, last, guarded, owners))
        .collect()
}

fn one(spot: &Spot, last: bool, mut guarded: Vec<Guarded>, mut owners: Vec<&Foreign>) -> Hit {
    guarded.sort();
    guarded.dedup();
    owners.sort();
    owners.dedup();
    let mut files: Vec<String> =
        guarded.iter().take(NAMED).map(|it| it.words().to_owned()).collect();
    if guarded.len() > NAMED {
        files.push(format!("{} more kinds of file that grant", guarded.len() - NAMED));
    }
    let files = list(&files);
    let owners = phrase::names(owners, "owners");
    let message = if last {
        format!(
            "no code owner has to be asked any more before changes of {files}: {owners} had to be"
        )
    } else {
        format!("{owners} no longer has to be asked before changes of {files}")
    };
    Hit {
        subject: Subject::new(IdentityKind::RulesetBypass, spot.path.raw(), "CODEOWNERS"),
        spot: spot.clone(),
        message: phrase::sentence(&[&message]),
        change: Change::Loosened,
        severity: last.then_some(Severity::High),
    }
}

//! One sentence for all jobs of a file of which the same is said, and for all workflows of which it is
//! said at one line that they share.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::RuleId;
use crate::rules::files::{Verdict, phrase};

/// Rules whose sentences read the same of one job and of several.
const RULES: &[RuleId] = &[
    "oidc-trust-added",
    "privileged-trigger-runs-untrusted-code",
    "remote-script-beside-secrets",
    "secret-gained-reader",
    "secret-leaves",
    "third-party-action-receives",
    "token-widened",
];

/// How such a sentence names its job.
const JOB: &str = "the job `";

/// What one job does and several do.
const VERBS: &[(&str, &str)] = &[
    (", which executes ", ", which execute "),
    (", which now reads ", ", which now read "),
    (", which prints ", ", which print "),
    (", which sends ", ", which send "),
];

/// What is said of the disk of one job.
const ALONE: &str = ", which puts ";

/// Puts verdicts together that differ in nothing but the job.
pub(super) fn together(verdicts: Vec<Verdict>) -> Vec<Verdict> {
    let mut groups: BTreeMap<_, Vec<(String, Verdict)>> = BTreeMap::new();
    let mut all = Vec::new();
    for verdict in verdicts {
        match job_in(&verdict) {
            Some((start, job, end)) => {
                let file = verdict.subject.path.clone();
                let key = (verdict.rule, verdict.severity, verdict.change, file, start, end);
                groups.entry(key).or_default().push((job, verdict));
            }
            None => all.push(verdict),
        }
    }
    for ((_, _, _, _, start, end), mut found) in groups {
        found.sort_by(|a, b| a.1.spot.cmp(&b.1.spot).then_with(|| a.0.cmp(&b.0)));
        let mut jobs: Vec<String> = found.iter().map(|(job, _)| job.clone()).collect();
        jobs.dedup();
        let Some((_, mut first)) = found.into_iter().next() else { continue };
        if jobs.len() > 1 {
            let end = of_several(&end);
            first.message = format!("{start}the jobs {}{end}", phrase::some(&jobs, "jobs"));
        }
        all.push(first);
    }
    of_workflows(all)
}

/// Puts together what is said word for word of jobs of several workflows at one line: that of an
/// action, or of a workflow that they call.
fn of_workflows(verdicts: Vec<Verdict>) -> Vec<Verdict> {
    let mut groups: BTreeMap<_, Vec<Verdict>> = BTreeMap::new();
    let mut all = Vec::new();
    for verdict in verdicts {
        let is_shared = verdict.spot.path != verdict.subject.path && job_in(&verdict).is_some();
        if is_shared {
            let said = (verdict.rule, verdict.severity, verdict.change, verdict.message.clone());
            groups.entry((verdict.spot.clone(), said)).or_default().push(verdict);
        } else {
            all.push(verdict);
        }
    }
    for found in groups.into_values() {
        let files: BTreeSet<_> = found.iter().map(|it| it.subject.path.clone()).collect();
        let Some(mut first) = found.into_iter().next() else { continue };
        if let Some((start, job, end)) = job_in(&first).filter(|_| files.len() > 1) {
            first.message = format!("{start}the job {job} of {} workflows{end}", files.len());
        }
        all.push(first);
    }
    all
}

/// The end of a sentence, with its verb for several.
fn of_several(end: &str) -> String {
    let verb = VERBS.iter().find_map(|(one, many)| Some((many, end.strip_prefix(one)?)));
    verb.map_or_else(|| end.to_owned(), |(many, rest)| format!("{many}{rest}"))
}

/// The sentence of a verdict before its job, the job in its code span, and the sentence after it.
fn job_in(verdict: &Verdict) -> Option<(String, String, String)> {
    if !RULES.contains(&verdict.rule) {
        return None;
    }
    let at = verdict.message.find(JOB)?;
    let job = at + JOB.len() - 1;
    let end = job + 1 + verdict.message[job + 1..].find('`')? + 1;
    // Two marks at once are a span with a mark in it.
    let rest = &verdict.message[end..];
    let alone = rest.starts_with('`') || rest.starts_with(ALONE);
    let plain = end - job > 2 && !alone;
    let text = |range: std::ops::Range<usize>| verdict.message[range].to_owned();
    plain.then(|| (text(0..at), text(job..end), text(end..verdict.message.len())))
}

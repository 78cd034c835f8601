//! A job logs in elsewhere with its own identity token. Files that let jobs in are told by the rule
//! about trust policies.

use crate::domain::{IdentityKind, Severity};
use crate::power::{Axis, Granted, Level, Scope, Trust};
use crate::rules::files::phrase::{guarded, is_open, sentence};
use crate::rules::files::workflows::phrase::{comma, set_off};
use crate::rules::files::workflows::{jobs, sharper, token_widened};
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::{permission, shown};

pub(super) const RULE: FileRule = FileRule {
    id: "oidc-trust-added",
    title: "A login without a stored secret",
    severity: Severity::Medium,
    tags: &["NHI4:2025", "NHI6:2025", "CICD-SEC-2", "T1098.001 (ATT&CK v16)"],
    docs: include_str!("oidc_trust_added.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene).filter(|job| !sharper::strangers(job)).flat_map(|job| login(scene, &job)).collect()
}

/// A job that asks for identity tokens: each place that takes them, or that none is named.
fn login(scene: &Scene<'_>, job: &Gained<'_>) -> Vec<Hit> {
    let power = &job.after.power;
    let severity = if is_open(power) { Severity::High } else { Severity::Medium };
    let mut hits = Vec::new();
    for trust in new_trusts(job) {
        let axis = Axis::Trust(trust.clone());
        let what = format!(
            "which can now log in at {} with its own identity token{}",
            place(trust),
            comma(guarded(power))
        );
        let hit = job.hit(&axis, sentence(&[&set_off(job.after), &what]));
        let subject = part(scene.head.grants(), job.after, trust);
        hits.push(Hit {
            subject: subject.map_or(hit.subject, |part| part.subject.clone()),
            severity: Some(severity),
            ..hit
        });
    }
    let asks = Axis::Token(Scope::new("id-token"));
    let bare = hits.is_empty() && power.trusts.is_empty() && job.rose.contains(&asks);
    if bare
        && power.token_level("id-token").most() >= Level::Write
        && token_widened::speaks_of(job).is_empty()
        && !sharper::has_new_agent(scene, job)
    {
        let what = format!(
            "which can now get identity tokens and log in wherever they are taken; no file says where{}",
            comma(guarded(power))
        );
        let hit = job.hit(&asks, sentence(&[&set_off(job.after), &what]));
        hits.push(Hit { severity: Some(severity), ..hit });
    }
    hits
}

fn new_trusts<'g>(gained: &'g Gained<'_>) -> impl Iterator<Item = &'g Trust> {
    gained.rose.iter().filter_map(|axis| match axis {
        Axis::Trust(trust) => Some(trust),
        _ => None,
    })
}

fn place(trust: &Trust) -> String {
    let provider = permission(trust.provider.raw());
    match trust.provider.raw() {
        "unknown" => "a place that a script computes".to_owned(),
        _ if trust.principal == trust.provider => provider,
        _ => format!("{provider} as {}", shown(&trust.principal)),
    }
}

/// The login of a job that is a subject of its own.
fn part<'a>(grants: &'a [Granted], job: &Granted, trust: &Trust) -> Option<&'a Granted> {
    let start = format!("{}/", job.subject.name.raw());
    grants.iter().find(|it| {
        it.subject.kind == IdentityKind::OidcTrust
            && it.subject.path == job.subject.path
            && it.subject.name.raw().starts_with(&start)
            && it.power.trusts.contains_key(trust)
    })
}

//! Code of others, which its owner can replace, receives a secret or a token that writes.

use std::collections::BTreeMap;

use crate::catalogue::{self, CLOUD_LOGINS};
use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Code, Granted, Kind, Level, Pin, Power, Referred, Secret};
use crate::rules::files::phrase::{holds, names, one, sentence};
use crate::rules::files::workflows::phrase::loose;
use crate::rules::files::workflows::{gained, jobs, sharper};
use crate::rules::files::{Change, FileRule, Gained, Hit, Scene};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "third-party-action-receives",
    title: "Others' code that is not pinned gets a secret or writes",
    severity: Severity::High,
    tags: &["CICD-SEC-3", "CICD-SEC-8", "NHI3:2025", "ASI04:2026", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("third_party_action_receives.md"),
    check,
};

/// What would be said of an action, which it is, and what holds it.
type Found = (Hit, Code, Pin);

/// What is others' and runs as a step.
const STEPS: &[Kind] = &[Kind::Action, Kind::Image];

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut writing: BTreeMap<(Foreign, String), Vec<Found>> = BTreeMap::new();
    for part in gained(scene, IdentityKind::ThirdPartyAction) {
        let Some((code, pin)) = sharper::loose_code(&part.after.power, STEPS).pop() else {
            continue;
        };
        if is_new_agent(code, &part) || !is_news(&part, code) {
            continue;
        }
        let hit = receives(&part, code, pin);
        if holds_secret(&part.after.power) {
            hits.push(hit);
        } else if sharper::writes(&part.after.power) && !is_login(code, &part.after.power) {
            let key = (part.after.subject.path.clone(), job_of(part.after, code));
            writing.entry(key).or_default().push((hit, code.clone(), pin));
        }
    }
    hits.extend(writing.into_iter().filter_map(|((_, job), found)| together(&job, found)));
    hits.extend(jobs(scene).filter_map(|job| called(&job)));
    hits.extend(scene.difference.referred.iter().filter_map(|it| moved(scene, it)));
    hits
}

/// The rules about agents speak of an agent that is new.
fn is_new_agent(code: &Code, part: &Gained<'_>) -> bool {
    part.before.is_none() && catalogue::action(code.name.raw()).is_some_and(|entry| entry.is_ai())
}

/// Whether it gets more than before, or is held less firmly.
fn is_news(part: &Gained<'_>, code: &Code) -> bool {
    part.rose.iter().any(|axis| match axis {
        Axis::Code(it) => it == code,
        Axis::Secret(_) => true,
        Axis::Token(scope) => sharper::is_strong(scope.name().raw()),
        _ => false,
    })
}

/// What reads every secret is told by another rule.
fn holds_secret(power: &Power) -> bool {
    power.secrets.keys().any(|secret| *secret != Secret::All)
}

/// Whether it gets nothing but the login that it is made for.
fn is_login(code: &Code, power: &Power) -> bool {
    let logs_in = CLOUD_LOGINS
        .rows
        .iter()
        .any(|login| login.uses.iter().any(|uses| uses.eq_ignore_ascii_case(code.name.raw())));
    let written = power.token.iter().filter(|(_, level)| level.most() >= Level::Write);
    let mut scopes = written.map(|(scope, _)| scope.name().raw());
    logs_in && scopes.all(|scope| scope == "id-token")
}

fn receives(part: &Gained<'_>, code: &Code, pin: Pin) -> Hit {
    let what = format!(
        "the action {} is held to {}, and works {} in the job {}",
        shown(&code.name),
        loose(pin),
        holds(&part.after.power).unwrap_or_default(),
        shown(&Foreign::new(&job_of(part.after, code)))
    );
    part.hit(&Axis::Code(code.clone()), sentence(&[&what]))
}

/// Several that get nothing but the token: one sentence for their job.
fn together(job: &str, found: Vec<Found>) -> Option<Hit> {
    let (several, loosest) = (found.len() > 1, found.iter().map(|(_, _, pin)| *pin).max()?);
    let all: Vec<Foreign> = found.iter().map(|(_, code, _)| code.name.clone()).collect();
    let mut first = found.into_iter().map(|(hit, _, _)| hit).min_by_key(|hit| hit.spot.clone())?;
    if several {
        first.message = sentence(&[&format!(
            "the {} {} are not pinned, at worst to {}, and all of them work with the token of the job {}, which writes",
            one("action", all.len()),
            names(&all, "actions"),
            loose(loosest),
            shown(&Foreign::new(job))
        )]);
    }
    Some(Hit { severity: Some(Severity::Medium), ..first })
}

/// A workflow of another repository that a job calls.
fn called(job: &Gained<'_>) -> Option<Hit> {
    let power = &job.after.power;
    let (code, pin) = sharper::loose_code(power, &[Kind::Workflow]).pop()?;
    if !is_news(job, code) || power.secrets.contains_key(&Secret::All) {
        return None;
    }
    if !holds_secret(power) && !sharper::writes(power) {
        return None;
    }
    let what = format!(
        "the workflow {} of another repository is held to {}, and works {} in the job {}",
        shown(&code.name),
        loose(pin),
        holds(power).unwrap_or_default(),
        shown(&job.after.subject.name)
    );
    let severity = if holds_secret(power) { Severity::High } else { Severity::Medium };
    let hit = job.hit(&Axis::Code(code.clone()), sentence(&[&what]));
    Some(Hit { severity: Some(severity), ..hit })
}

/// The same code at another reference that does not hold it either.
fn moved(scene: &Scene<'_>, referred: &Referred) -> Option<Hit> {
    let granted = scene.head.of(&referred.subject)?;
    let power = &granted.power;
    let loose_now = power.code.get(&referred.code).is_some_and(|pin| pin.is_loose());
    let told = scene
        .gained()
        .any(|it| it.after.subject == referred.subject && is_news(&it, &referred.code));
    let others = match referred.subject.kind {
        IdentityKind::ThirdPartyAction => STEPS.contains(&referred.code.kind),
        IdentityKind::Workflow => referred.code.kind == Kind::Workflow,
        _ => false,
    };
    if !others || !loose_now || told || !(holds_secret(power) || sharper::writes(power)) {
        return None;
    }
    let what = format!(
        "{} moved from {} to {}, which its owner can move too, and works {}",
        shown(&referred.code.name),
        shown(&referred.from),
        shown(&referred.to),
        holds(power).unwrap_or_default()
    );
    Some(Hit {
        subject: referred.subject.clone(),
        spot: referred.spot.clone(),
        message: sentence(&[&what]),
        change: Change::Widened,
        severity: Some(Severity::Info),
    })
}

/// The job that an action runs in.
fn job_of(part: &Granted, code: &Code) -> String {
    let name = part.subject.name.raw();
    let job = name.strip_suffix(code.name.raw()).unwrap_or(name);
    job.trim_end_matches('/').to_owned()
}

//! The token of a job may write more.

use crate::catalogue::token_permission;
use crate::domain::Severity;
use crate::power::{Axis, Level, Scope};
use crate::rules::files::phrase::{guarded, is_open, sentence, some, token};
use crate::rules::files::workflows::phrase::{comma, set_off};
use crate::rules::files::workflows::{jobs, sharper};
use crate::rules::files::{FileRule, Gained, Hit, Scene};
use crate::words::permission;

pub(super) const RULE: FileRule = FileRule {
    id: "token-widened",
    title: "A job's token may write more",
    severity: Severity::Medium,
    tags: &["NHI5:2025", "CICD-SEC-5", "T1098 (ATT&CK v16)"],
    docs: include_str!("token_widened.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    jobs(scene)
        .filter(|job| !sharper::strangers(job) && !sharper::has_new_agent(scene, job))
        .filter_map(|job| widened(&job))
        .collect()
}

fn widened(job: &Gained<'_>) -> Option<Hit> {
    let scopes = speaks_of(job);
    let at = |scope: &Scope| job.after.spot_of(&Axis::Token(scope.clone())).clone();
    let first = scopes.iter().min_by_key(|scope| at(scope))?;
    let what =
        format!("whose token now has {}{}", has(job, &scopes)?, comma(guarded(&job.after.power)));
    let risk = scopes.iter().filter_map(|scope| token_permission(scope.name().raw()));
    let risk = risk.map(|it| it.write_risk).max().unwrap_or(Severity::Medium);
    let strong = scopes.iter().any(|scope| sharper::is_strong(scope.name().raw()));
    let severity = match (strong, job.before.is_some() || is_open(&job.after.power)) {
        (false, _) => Severity::Low,
        (true, true) => risk,
        (true, false) => risk.min(Severity::Medium),
    };
    let hit = job.hit(&Axis::Token((*first).clone()), sentence(&[&set_off(job.after), &what]));
    Some(Hit { severity: Some(severity), ..hit })
}

/// What a new job may write, or what is new about it.
fn has(job: &Gained<'_>, scopes: &[&Scope]) -> Option<String> {
    if job.before.is_none() {
        return token(&job.after.power);
    }
    let word = |scope: &&Scope| match job.after.power.token[*scope] {
        level if level.least() >= Level::Write => {
            format!("`{}: write`", permission(scope.name().raw()))
        }
        _ => format!("perhaps `{}: write`", permission(scope.name().raw())),
    };
    let words: Vec<String> = scopes.iter().map(word).collect();
    Some(some(&words, "permissions"))
}

/// The permissions to write that it did not have, if they are worth a word: a new job that only
/// takes part in conversations is what bots are for, and a login is told by another rule.
pub(super) fn speaks_of<'g>(job: &'g Gained<'_>) -> Vec<&'g Scope> {
    let power = &job.after.power;
    if sharper::is_by_default(power) {
        return Vec::new();
    }
    let scopes: Vec<&Scope> = job
        .rose
        .iter()
        .filter_map(|axis| match axis {
            Axis::Token(scope) if power.token[scope].most() >= Level::Write => Some(scope),
            _ => None,
        })
        .filter(|scope| scope.name().raw() != "id-token")
        .collect();
    let strong = scopes.iter().any(|scope| sharper::is_strong(scope.name().raw()));
    if strong || job.before.is_some() { scopes } else { Vec::new() }
}

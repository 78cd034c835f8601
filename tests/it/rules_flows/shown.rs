//! A change in one call, and its verdicts as lines that a test can name.

use beholden::domain::Visibility;
use beholden::power::{self, DefaultToken, Ground, Tree};
use beholden::rules::files::{Scene, Verdict, judge};
use beholden::words::JOINER;

/// Files by path.
pub(super) type Files<'f> = &'f [(&'f str, &'f str)];

/// The rules of this group. Others may speak of the same change.
pub(super) const RULES: &[&str] = &[
    "privileged-trigger-runs-untrusted-code",
    "exposed-file-changed",
    "untrusted-text-executed",
    "untrusted-text-prompted",
    "secret-leaves",
    "all-secrets-exposed",
    "secret-gained-reader",
    "remote-script-beside-secrets",
    "third-party-action-receives",
    "long-lived-token",
    "token-widened",
    "write-by-default",
    "oidc-trust-added",
    "trigger-widened",
    "environment-guard-removed",
    "fork-reaches-self-hosted-runner",
    "cache-crosses-trust",
];

/// What is said of a change, as `severity rule file:line sentence`, worst first.
pub(super) fn said_on(ground: &Ground, base: Files<'_>, head: Files<'_>) -> Vec<String> {
    verdicts(ground, base, head).iter().map(line).collect()
}

/// The verdicts of this group on a change.
pub(super) fn verdicts(ground: &Ground, base: Files<'_>, head: Files<'_>) -> Vec<Verdict> {
    let read = |files: Files<'_>| power::of(&files.iter().copied().collect::<Tree>(), ground);
    let (base, head) = (read(base), read(head));
    let difference = power::subtract(&base, &head);
    let scene = Scene { base: &base, head: &head, difference: &difference, lost_owners: &[] };
    judge(&scene).into_iter().filter(|verdict| RULES.contains(&verdict.rule)).collect()
}

fn line(verdict: &Verdict) -> String {
    let file = verdict.spot.path.raw().rsplit('/').next().unwrap();
    let sentence = verdict.message.replace(JOINER, "");
    format!(
        "{} {} {file}:{} {sentence}",
        verdict.severity.as_str(),
        verdict.rule,
        verdict.spot.line
    )
}

/// A public repository on github.com whose tokens read by default.
pub(super) fn public() -> Ground {
    Ground {
        visibility: Some(Visibility::Public),
        default_token: Some(DefaultToken::Read),
        repo: Some("acme/api".parse().unwrap()),
        default_branch: Some("main".into()),
        ..Ground::default()
    }
}

/// A workflow with one job of these steps, which starts on line 3.
pub(super) fn steps(on: &str, steps: &str) -> String {
    job(on, &format!("steps:\n{}", indent(steps, 2)))
}

/// A workflow with one job that runs on GitHub's machines, which starts on line 3.
pub(super) fn job(on: &str, body: &str) -> String {
    let body = indent(body, 4);
    format!("on: {on}\npermissions: {{}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n{body}")
}

/// The same workflow with these permissions.
pub(super) fn may(workflow: &str, permissions: &str) -> String {
    workflow.replace("permissions: {}", &format!("permissions: {{{permissions}}}"))
}

fn indent(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

/// Where a single workflow stands.
pub(super) const CI: &str = ".github/workflows/ci.yml";

/// A row of a table: what it shows, the workflow before (nothing if empty) and after, what is said.
pub(super) type Row<'r> = (&'r str, String, String, &'r [&'r str]);

/// Runs a table on a public repository.
#[track_caller]
pub(super) fn table(rows: &[Row<'_>]) {
    for (what, base, head, expected) in rows {
        let before = [(CI, base.as_str())];
        let before: Files<'_> = if base.is_empty() { &[] } else { &before };
        let said = said_on(&public(), before, &[(CI, head)]);
        assert_eq!(said, *expected, "{what}:\n{head}");
    }
}

//! What the rules say of a change, as lines that a test can read.

use beholden::domain::Visibility;
use beholden::power::{self, DefaultToken, Ground, Tree};
use beholden::rules::files::{Scene, Verdict, judge};
use beholden::words::JOINER;

/// A public repository on github.com whose tokens read by default.
fn public() -> Ground {
    Ground {
        visibility: Some(Visibility::Public),
        default_token: Some(DefaultToken::Read),
        repo: Some("acme/api".parse().unwrap()),
        default_branch: Some("main".into()),
        ..Ground::default()
    }
}

/// Files by path.
pub(super) type Files<'a> = &'a [(&'a str, &'a str)];

/// The verdicts on a change of a public repository.
pub(super) fn verdicts(base: Files<'_>, head: Files<'_>) -> Vec<Verdict> {
    let tree = |files: Files<'_>| files.iter().copied().collect::<Tree>();
    let (base, head) = (tree(base), tree(head));
    let lost_owners = power::lost_owners(&base, &head);
    let (base, head) = (power::of(&base, &public()), power::of(&head, &public()));
    let difference = power::subtract(&base, &head);
    judge(&Scene { base: &base, head: &head, difference: &difference, lost_owners: &lost_owners })
}

/// Each verdict of one of the rules as `rule severity path:line sentence`, without the breaks inside
/// of words that no person sees.
pub(super) fn said(rules: &[&str], base: Files<'_>, head: Files<'_>) -> String {
    let verdicts = verdicts(base, head);
    let lines = verdicts.iter().filter(|it| rules.contains(&it.rule)).map(|it| {
        let (path, line) = (it.spot.path.raw(), it.spot.line);
        let (rule, severity) = (it.rule, it.severity.as_str());
        format!("{rule} {severity} {path}:{line} {}", it.message.replace(JOINER, ""))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The rules of this group.
pub(super) const AGENTS: &[&str] = &[
    "new-agent",
    "agent-anyone-can-drive",
    "agent-unrestricted",
    "agent-changes-own-power",
    "agent-reach",
    "mcp-server-added",
    "mcp-server-unpinned",
    "mcp-literal-credential",
    "start-up-hook",
    "instructions-changed",
    "registry-credential",
    "iac-grant",
    "auto-merge-by-bot",
    "codeowners-guard-removed",
    "trust-policy",
];

//! Rules about how a change came: who pushed it, whom its commits name, what they say of
//! themselves.
//!
//! They speak only beside a grant that somebody is asked about anyway: a change that grants nothing
//! may come about as it likes. A commit's names and words are written by whoever made it, so a
//! sentence says what a commit claims, and never that it is so.

mod borrowed_name;
mod landed_without_pull_request;
mod misleading_message;
mod newcomer_changes_workflow;

pub use misleading_message::{claims, reverts};

use std::cmp::Reverse;

use crate::domain::{
    Actor, CommitSeen, FileGrant, Foreign, Origin, Remark, RuleId, Severity, Weighed,
};
use crate::rules::Page;

/// What is odd about how a change came, how bad it is, why it matters, and how to see it.
pub struct OriginRule {
    /// Its name everywhere: file, page, policy, finding.
    pub id: RuleId,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// How bad it is, unless a hit says otherwise.
    pub severity: Severity,
    /// OWASP and ATT&CK entries, each with its version.
    pub tags: &'static [&'static str],
    /// Its page.
    pub docs: &'static str,
    check: fn(&Scene<'_>) -> Vec<Hit>,
}

/// Every rule, in the order of the documentation.
pub static ALL: &[OriginRule] = &[
    landed_without_pull_request::RULE,
    newcomer_changes_workflow::RULE,
    borrowed_name::RULE,
    misleading_message::RULE,
];

/// What a rule looks at.
pub struct Scene<'a> {
    /// What the change grants.
    pub weighed: &'a Weighed,
    /// What was read of how it came.
    pub origin: &'a Origin,
    /// It is on the default branch already, and not merely proposed.
    pub landed: bool,
    /// The senders of its events: who opened the pull request or pushed. GitHub vouches for them.
    pub senders: &'a [Actor],
    /// Whether an account is known to be a machine's.
    pub is_machine: &'a dyn Fn(&Actor) -> bool,
}

/// A rule's verdict: beside which file, and in which words.
struct Hit {
    path: Foreign,
    message: String,
    severity: Severity,
}

impl OriginRule {
    /// What people read about it.
    pub fn page(&self) -> Page {
        let Self { id, title, severity, tags, docs, check: _ } = *self;
        Page { id, title, severity, tags, docs }
    }
}

/// What a change grants, with what is odd about how it came: each oddity beside the worst grant of
/// the file that it is about.
pub fn remarked(scene: &Scene<'_>) -> Weighed {
    let mut weighed = scene.weighed.clone();
    for rule in ALL {
        let mut told: Vec<Foreign> = Vec::new();
        for hit in (rule.check)(scene) {
            // One sentence of a rule for one file: the others would say the same.
            if told.contains(&hit.path) {
                continue;
            }
            let Some(grant) = weighed.grants.iter_mut().find(|it| it.is_in(&hit.path)) else {
                continue;
            };
            let Some(first) = grant.remarks.first() else { continue };
            let (lines, in_diff) = (first.lines.clone(), first.in_diff);
            let Hit { path, message, severity } = hit;
            grant.remarks.push(Remark {
                rule: rule.id.to_owned(),
                severity,
                message,
                lines,
                in_diff,
            });
            grant.remarks.sort_by_key(|remark| Reverse(remark.severity));
            told.push(path);
        }
    }
    weighed.grants.sort_by_key(|grant| Reverse(grant.severity()));
    weighed
}

impl Scene<'_> {
    /// The commits that nobody was asked about in a pull request: all of a proposed change.
    fn commits(&self) -> impl Iterator<Item = &CommitSeen> {
        let landed = self.landed;
        self.origin.commits.iter().filter(move |commit| !landed || commit.carried != Some(true))
    }
}

impl FileGrant {
    /// Whether it stands in a file, or is told of there.
    pub fn is_in(&self, path: &Foreign) -> bool {
        self.subject.path == *path || self.remarks.iter().any(|it| it.lines.path == *path)
    }
}

impl Hit {
    /// A verdict on a commit, beside the first file of its that grants something.
    fn on(commit: &CommitSeen, severity: Severity, message: String) -> Option<Self> {
        Some(Self { path: commit.paths.first()?.clone(), message, severity })
    }
}

#[cfg(test)]
mod scenes {
    //! A change that grants something, and a commit that brought it, for the tests of the rules.

    use super::*;
    use crate::domain::{
        ActorType, Claimed, Digest, FilePower, FileSubject, IdentityKind, Lines, UserId,
    };

    pub(super) const PATH: &str = ".github/workflows/triage.yml";

    pub(super) fn actor(id: i64, login: &str) -> Actor {
        let kind = if login.ends_with("[bot]") { ActorType::Bot } else { ActorType::User };
        Actor { id: UserId(id), login: login.parse().unwrap(), kind }
    }

    pub(super) fn by(actor: &Actor) -> Claimed {
        let name = Foreign::new(actor.login.as_str());
        Claimed { account: Some(actor.clone()), name }
    }

    pub(super) fn nobody(name: &str) -> Claimed {
        Claimed { account: None, name: name.into() }
    }

    pub(super) fn subject() -> FileSubject {
        let (kind, name) = (IdentityKind::Workflow, "triage".into());
        FileSubject { kind, path: PATH.into(), name }
    }

    pub(super) fn weighed(rules: &[&str]) -> Weighed {
        let lines = Lines { path: PATH.into(), first: 4, last: 4 };
        let remark = |rule: &&str| Remark {
            rule: (*rule).to_owned(),
            severity: Severity::Medium,
            message: "It grants.".to_owned(),
            lines: lines.clone(),
            in_diff: true,
        };
        let digest = Digest("d".to_owned());
        let says = "holds much".to_owned();
        let grant = FileGrant {
            subject: subject(),
            power: FilePower {
                digest: digest.clone(),
                less_than: None,
                says,
                lines: lines.clone(),
                secrets: Vec::new(),
                ties: None,
                scripts: Vec::new(),
                callers: Vec::new(),
            },
            before: None,
            remarks: rules.iter().map(remark).collect(),
        };
        Weighed {
            digest,
            grants: if rules.is_empty() { Vec::new() } else { vec![grant] },
            quiet: Vec::new(),
            narrowed: Vec::new(),
            removed: Vec::new(),
            moved: Vec::new(),
            references: Vec::new(),
            unclear: Vec::new(),
        }
    }

    pub(super) fn commit(author: Claimed, message: &str) -> CommitSeen {
        CommitSeen {
            sha: "0123456789abcdef0123456789abcdef01234567".parse().unwrap(),
            paths: vec![PATH.into()],
            committer: author.clone(),
            author,
            verified: false,
            message: message.into(),
            parents: 1,
            carried: None,
            grants: Some(vec![subject()]),
        }
    }

    /// What the rules say beside the grant of one commit, as (rule, severity, sentence).
    pub(super) fn said(
        commit: CommitSeen,
        landed: bool,
        senders: &[Actor],
        newcomer: Option<&str>,
    ) -> Vec<(String, Severity, String)> {
        said_beside(&["token-widened"], commit, landed, senders, newcomer)
    }

    pub(super) fn said_beside(
        rules: &[&str],
        commit: CommitSeen,
        landed: bool,
        senders: &[Actor],
        newcomer: Option<&str>,
    ) -> Vec<(String, Severity, String)> {
        let newcomer = newcomer.map(|login| login.parse().unwrap());
        let origin = Origin { commits: vec![commit], newcomer, ..Origin::default() };
        let weighed = weighed(rules);
        let is_machine = |actor: &Actor| actor.kind == ActorType::Bot;
        let scene =
            Scene { weighed: &weighed, origin: &origin, landed, senders, is_machine: &is_machine };
        let remarks = remarked(&scene).grants.into_iter().flat_map(|grant| grant.remarks);
        remarks
            .filter(|remark| !rules.contains(&remark.rule.as_str()))
            .map(|remark| (remark.rule, remark.severity, remark.message))
            .collect()
    }

    #[test]
    fn a_change_that_grants_nothing_may_come_about_as_it_likes() {
        let thief = commit(nobody("dependabot[bot]"), "docs: fix typo");
        let senders = [actor(1, "monalisa")];
        let said = said_beside(&[], thief, true, &senders, Some("monalisa"));
        assert!(said.is_empty(), "{said:?}");
    }
}

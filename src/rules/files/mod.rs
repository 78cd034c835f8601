//! Rules about what files grant: what a change adds or widens, as verdicts on its lines.
//!
//! A rule is a value, as those about the register are. It is asked about one change of one
//! repository's files; a whole checkout is the change from nothing.
//!
//! One grant is one verdict. `agents` speaks about agents, also those in workflows, and about files
//! beside workflows; `workflows` speaks about jobs, their actions and their logins. Where two rules
//! would say the same of one grant, `SHARPER` lists which of them speaks.

mod agents;
mod phrase;
mod reach;
mod taken;
mod together;
mod weigh;
mod workflows;

pub(in crate::rules) use phrase::names;
pub use reach::reach;
pub use taken::taken;
pub use weigh::weigh;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::{IdentityKind, RuleId, Severity};
use crate::power::{Axis, Difference, Granted, LostOwner, Power, Powers, Spot, Subject, Way};
use crate::rules::Page;

/// What is wrong with a grant of files, how bad it is, why it matters, and how to see it.
#[derive(Debug)]
pub struct FileRule {
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

/// Where the first has spoken, the others say nothing of the same subject, nor of the job that it
/// is a part of: what they would say is implied.
const SHARPER: &[(RuleId, &[RuleId])] = &[
    (
        "agent-anyone-can-drive",
        &["new-agent", "agent-reach", "token-widened", "secret-gained-reader"],
    ),
    ("agent-unrestricted", &["new-agent", "agent-reach"]),
    ("agent-changes-own-power", &["agent-reach"]),
    ("new-agent", &["agent-reach"]),
    ("auto-merge-by-bot", &["token-widened"]),
    ("mcp-server-unpinned", &["mcp-server-added"]),
    ("trust-policy", &["oidc-trust-added", "iac-grant"]),
];

/// Every rule, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static FileRule> {
    agents::ALL.iter().chain(workflows::ALL)
}

impl FileRule {
    /// What people read about it.
    pub fn page(&self) -> Page {
        let Self { id, title, severity, tags, docs, check: _ } = *self;
        Page { id, title, severity, tags, docs }
    }
}

/// What a rule looks at.
pub struct Scene<'a> {
    /// What the files granted before the change; nothing for a whole checkout.
    pub base: &'a Powers,
    /// What they grant after it.
    pub head: &'a Powers,
    /// The difference.
    pub difference: &'a Difference,
    /// Sensitive paths that lost somebody who had to be asked.
    pub lost_owners: &'a [LostOwner],
}

/// A grant that is new or wider.
pub(crate) struct Gained<'a> {
    /// What it was; `None` when it is new.
    pub(crate) before: Option<&'a Power>,
    /// What it is.
    pub(crate) after: &'a Granted,
    /// The components that rose, or of which nobody can say whether they did. All for a new grant.
    pub(crate) rose: BTreeSet<Axis>,
}

/// What a change did to the subject of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was not there before.
    Added,
    /// It may do more than before.
    Widened,
    /// Something that held it back is gone.
    Loosened,
}

/// A rule's verdict before the rule's name is on it.
pub(crate) struct Hit {
    /// Who it is about.
    pub(crate) subject: Subject,
    /// The line that grants it.
    pub(crate) spot: Spot,
    /// One plain sentence, with foreign text filtered.
    pub(crate) message: String,
    /// What the change did.
    pub(crate) change: Change,
    /// When it is worse or milder than the rule's own.
    pub(crate) severity: Option<Severity>,
}

/// One verdict on a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The rule's name.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// Who it is about.
    pub subject: Subject,
    /// The line that grants it.
    pub spot: Spot,
    /// One plain sentence, safe to post: foreign text in it is already filtered.
    pub message: String,
    /// What the change did.
    pub change: Change,
}

/// Asks every rule about a change. Worst first, then by place; what is said alike of several jobs of
/// one file is said once.
pub fn judge(scene: &Scene<'_>) -> Vec<Verdict> {
    let mut verdicts = together::together(judge_each(scene));
    sort(&mut verdicts);
    verdicts
}

/// The same with a verdict for each subject: who answers for one of several jobs has not answered
/// for the others.
fn judge_each(scene: &Scene<'_>) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = all()
        .flat_map(|rule| {
            (rule.check)(scene).into_iter().map(|hit| Verdict {
                rule: rule.id,
                severity: hit.severity.unwrap_or(rule.severity),
                subject: hit.subject,
                spot: hit.spot,
                message: hit.message,
                change: hit.change,
            })
        })
        .collect();
    let mut implied = implied(&verdicts);
    implied.extend(called(&verdicts));
    verdicts.retain(|verdict| !implied.contains(&(verdict.rule, verdict.subject.clone())));
    sort(&mut verdicts);
    verdicts
}

/// Worst first, then by place.
fn sort(verdicts: &mut [Verdict]) {
    let order = |verdict: &Verdict, other: &Verdict| {
        let by_place = verdict.spot.cmp(&other.spot);
        let by_rule = by_place.then_with(|| verdict.rule.cmp(other.rule));
        by_rule.then_with(|| verdict.subject.cmp(&other.subject))
    };
    verdicts.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| order(a, b)));
}

/// What a sharper verdict makes superfluous: the rule, and about whom.
fn implied(verdicts: &[Verdict]) -> BTreeSet<(RuleId, Subject)> {
    let mut implied = BTreeSet::new();
    for verdict in verdicts {
        let duller = SHARPER.iter().filter(|(rule, _)| *rule == verdict.rule);
        for rule in duller.flat_map(|(_, others)| others.iter()) {
            implied.insert((*rule, verdict.subject.clone()));
            implied.extend(job_of(&verdict.subject).map(|job| (*rule, job)));
        }
    }
    implied
}

/// A job of a called workflow stands on one line and has two names: its own, and the one in the
/// workflow that calls it, which also tells who starts it. Only that one is told of.
fn called(verdicts: &[Verdict]) -> BTreeSet<(RuleId, Subject)> {
    let mut there: BTreeMap<_, Vec<&Subject>> = BTreeMap::new();
    for verdict in verdicts {
        let place = (verdict.rule, &verdict.spot, verdict.subject.kind);
        there.entry(place).or_default().push(&verdict.subject);
    }
    there
        .iter()
        .flat_map(|((rule, _, _), subjects)| {
            let inner: BTreeSet<&str> = subjects.iter().flat_map(|it| inner_names(it)).collect();
            let named = subjects.iter().filter(move |job| inner.contains(job.name.raw()));
            named.map(|job| (*rule, (*job).clone()))
        })
        .collect()
}

/// What a called workflow calls this job: `deploy/build` is its `build`.
fn inner_names(job: &Subject) -> impl Iterator<Item = &str> {
    let name = job.name.raw();
    name.match_indices('/').map(|(at, slash)| &name[at + slash.len()..])
}

/// The job that a subject is a part of. A job's id has no `/`; what a file calls its servers may
/// have one, so only parts of workflows count.
fn job_of(part: &Subject) -> Option<Subject> {
    let in_workflow = part.path.raw().starts_with(".github/workflows/");
    let (job, _) = part.name.raw().split_once('/').filter(|_| in_workflow)?;
    Some(Subject::new(IdentityKind::Workflow, part.path.raw(), job))
}

impl<'a> Scene<'a> {
    /// Every grant that is new or wider.
    pub(crate) fn gained(&self) -> impl Iterator<Item = Gained<'a>> {
        let difference = self.difference;
        let added = difference.added.iter().map(|after| Gained {
            before: None,
            after,
            rose: Power::default().shifts(&after.power).into_iter().map(|s| s.axis).collect(),
        });
        let widened = difference.widened.iter().map(|wider| Gained {
            before: Some(&wider.before),
            after: &wider.after,
            rose: wider
                .shifts
                .iter()
                .filter(|shift| shift.way != Way::Fell)
                .map(|shift| shift.axis.clone())
                .collect(),
        });
        added.chain(widened)
    }
}

impl Gained<'_> {
    /// What the change did to it.
    pub(crate) fn change(&self) -> Change {
        if self.before.is_none() { Change::Added } else { Change::Widened }
    }

    /// The first in the file of the components that rose and fit.
    pub(crate) fn first(&self, fits: impl Fn(&Axis) -> bool) -> Option<&Axis> {
        self.rose.iter().filter(|axis| fits(axis)).min_by_key(|axis| self.after.spot_of(axis))
    }

    /// Whether what it belongs to is a workflow, an action or an agentic workflow.
    pub(crate) fn is_in_workflow(&self) -> bool {
        self.after.subject.path.raw().starts_with(".github/workflows/")
    }

    /// A hit on the line where a component stands.
    pub(crate) fn hit(&self, axis: &Axis, message: String) -> Hit {
        Hit {
            subject: self.after.subject.clone(),
            spot: self.after.spot_of(axis).clone(),
            message,
            change: self.change(),
            severity: None,
        }
    }
}

impl Hit {
    /// The same, as bad as this.
    pub(crate) fn of(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_is_sharper_or_duller_exists() {
        let named = SHARPER.iter().flat_map(|(rule, others)| others.iter().chain([rule]));
        for id in named {
            assert!(all().any(|rule| rule.id == *id), "{id}");
        }
    }
}

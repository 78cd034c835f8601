//! A change of files, weighed: what somebody should answer for, in values that can be kept.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use crate::domain::{
    Digest, FileGrant, FilePower, FileSubject, Foreign, Lines, Remark, Severity, SignIn, Ties,
    Unclear, Weighed,
};
use crate::power::{
    Difference, Granted, Kind, LostOwner, Patterns, Power, Powers, Referred, Secret, Spot, Subject,
    Widened, subtract,
};
use crate::rules::files::{Scene, Verdict, judge_each, phrase};
use crate::words::shown;

/// The least severity for which somebody must answer. What is milder is told of and not asked about.
const ASKED: Severity = Severity::Medium;

/// The most secrets of one grant that are named, and the most of whatever else ties it to others.
const MOST_NAMED: usize = 50;

/// The most scripts of one grant that are named.
const MOST_SCRIPTS: usize = 20;

/// Weighs a change: what the files granted before it, and grant after it.
pub fn weigh(base: &Powers, head: &Powers, lost_owners: &[LostOwner]) -> Weighed {
    let difference = subtract(base, head);
    let scene = Scene { base, head, difference: &difference, lost_owners };
    let mut remarks: BTreeMap<Subject, Vec<Verdict>> = BTreeMap::new();
    for verdict in judge_each(&scene) {
        remarks.entry(verdict.subject.clone()).or_default().push(verdict);
    }
    let mut grants: Vec<FileGrant> = Vec::new();
    for granted in &difference.added {
        let verdicts = remarks.remove(&granted.subject).unwrap_or_default();
        grants.push(grant(granted, None, verdicts));
    }
    for wider in &difference.widened {
        let verdicts = remarks.remove(&wider.after.subject).unwrap_or_default();
        grants.push(grant(&wider.after, Some(&wider.before), verdicts));
    }
    // What a rule minds and no power shows: a guard of a path that lost its owner.
    grants.extend(remarks.into_iter().map(|(subject, verdicts)| match head.of(&subject) {
        Some(granted) => grant(granted, base.of(&subject).map(|it| &it.power), verdicts),
        None => bare(&subject, verdicts),
    }));
    grants.sort_by(|a, b| b.severity().cmp(&a.severity()).then_with(|| place(a).cmp(&place(b))));
    let (grants, quiet) = grants.into_iter().partition(|grant| grant.severity() >= ASKED);
    Weighed {
        digest: difference.digest(),
        grants,
        quiet,
        narrowed: difference.narrowed.iter().map(narrower).collect(),
        removed: difference.removed.iter().map(|removed| subject(&removed.subject)).collect(),
        moved: moved(&difference),
        references: references(&difference.referred),
        unclear: difference
            .unknowns
            .iter()
            .map(|unknown| Unclear {
                lines: Some(lines(&unknown.spot)),
                why: Foreign::new(&unknown.why),
            })
            .collect(),
    }
}

fn grant(granted: &Granted, before: Option<&Power>, verdicts: Vec<Verdict>) -> FileGrant {
    FileGrant {
        subject: subject(&granted.subject),
        power: FilePower {
            digest: granted.power.digest(),
            less_than: None,
            says: says(&granted.power),
            secrets: secrets(&granted.power),
            ties: Some(Box::new(ties(&granted.power))),
            scripts: scripts(&granted.power),
            callers: Vec::new(),
            lines: lines(&granted.spot),
        },
        before: before.map(Power::digest),
        remarks: verdicts.into_iter().map(remark).collect(),
    }
}

/// Something that only rules see.
fn bare(of: &Subject, verdicts: Vec<Verdict>) -> FileGrant {
    let text: Vec<&str> = verdicts.iter().map(|verdict| verdict.message.as_str()).collect();
    let digest = Digest(hex::encode(&Sha256::digest(text.join("\n"))[..16]));
    let spot = verdicts.first().map_or_else(|| Spot::line(of.path.raw(), 1), |it| it.spot.clone());
    FileGrant {
        subject: subject(of),
        power: FilePower {
            digest,
            less_than: None,
            says: "guards less than before".to_owned(),
            secrets: Vec::new(),
            ties: None,
            scripts: Vec::new(),
            callers: Vec::new(),
            lines: lines(&spot),
        },
        before: None,
        remarks: verdicts.into_iter().map(remark).collect(),
    }
}

fn remark(verdict: Verdict) -> Remark {
    Remark {
        rule: verdict.rule.to_owned(),
        severity: verdict.severity,
        message: verdict.message,
        lines: lines(&verdict.spot),
        in_diff: false,
    }
}

/// Files first, then lines: the order in which people read.
fn place(grant: &FileGrant) -> (&Lines, &FileSubject) {
    (&grant.power.lines, &grant.subject)
}

/// A power that only fell, with what it fell from.
fn narrower(narrower: &Widened) -> FileGrant {
    let mut now = grant(&narrower.after, Some(&narrower.before), Vec::new());
    now.power.less_than = now.before.clone();
    now
}

fn moved(difference: &Difference) -> Vec<(FileSubject, FileGrant)> {
    difference
        .moved
        .iter()
        .map(|moved| (subject(&moved.from), grant(&moved.to, Some(&moved.to.power), Vec::new())))
        .collect()
}

/// Each move of a reference once, however many jobs take the code.
fn references(referred: &[Referred]) -> Vec<String> {
    let moves: BTreeSet<String> = referred
        .iter()
        .map(|moved| {
            let (code, from, to) = (shown(&moved.code.name), shown(&moved.from), shown(&moved.to));
            format!("{code} is taken at {to} in {}, before at {from}.", shown(&moved.spot.path))
        })
        .collect();
    moves.into_iter().collect()
}

fn subject(of: &Subject) -> FileSubject {
    FileSubject { kind: of.kind, path: of.path.clone(), name: of.name.clone() }
}

fn lines(spot: &Spot) -> Lines {
    let number = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
    Lines { path: spot.path.clone(), first: number(spot.line), last: number(spot.end_line) }
}

/// The names of the secrets that it reads.
fn secrets(power: &Power) -> Vec<String> {
    let names = power.secrets.keys().filter_map(|secret| match secret {
        Secret::Named { name } => Some(name.raw().to_owned()),
        _ => None,
    });
    names.take(MOST_NAMED).collect()
}

/// What else it has in common with other things by name.
fn ties(power: &Power) -> Ties {
    let variables = power.secrets.keys().filter_map(|secret| match secret {
        Secret::Local { name } => Some(name.clone()),
        _ => None,
    });
    let sign_ins = power.trusts.keys().map(|trust| SignIn {
        provider: trust.provider.clone(),
        principal: trust.principal.clone(),
    });
    Ties {
        every_secret: power.secrets.contains_key(&Secret::All),
        variables: variables.take(MOST_NAMED).collect(),
        environments: power.environments.keys().take(MOST_NAMED).cloned().collect(),
        triggers: power.triggers.keys().take(MOST_NAMED).map(|it| it.name().clone()).collect(),
        sign_ins: sign_ins.take(MOST_NAMED).collect(),
    }
}

/// Where the scripts come from that it runs as they come.
fn scripts(power: &Power) -> Vec<Foreign> {
    let scripts = power.code.keys().filter(|code| code.kind == Kind::Script);
    scripts.map(|code| code.name.clone()).take(MOST_SCRIPTS).collect()
}

/// A power as the end of a sentence about whoever has it.
fn says(power: &Power) -> String {
    let mut parts = Vec::new();
    let held = phrase::holdings(power);
    parts.push(match held.as_slice() {
        [] => "holds nothing beyond its own job".to_owned(),
        held => format!("holds {}", crate::words::list(held)),
    });
    if power.tools != Patterns::none() {
        parts.push("uses tools without being asked".to_owned());
    }
    parts.extend(phrase::guarded(power).map(|guard| format!("stands {guard}")));
    if !power.triggers.is_empty() {
        let crowd = phrase::crowd(power);
        parts.push(format!("is set in motion by {}", crowd.trim_end_matches(',')));
    }
    crate::words::list(&parts)
}

//! A report as one JSON document, `beholden/scan/1`; `docs/scan.md` describes it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::cli::scan::Report;
use crate::power::{Granted, Power, Spot, Subject, Unknown};

/// The document.
pub(super) fn json(report: &Report) -> Value {
    let added: BTreeSet<&Subject> =
        report.difference.added.iter().map(|granted| &granted.subject).collect();
    let widened: BTreeSet<&Subject> =
        report.difference.widened.iter().map(|wider| &wider.after.subject).collect();
    let change = |subject: &Subject| match () {
        () if report.base.is_none() => "stands",
        () if added.contains(subject) => "added",
        () if widened.contains(subject) => "widened",
        () => "unchanged",
    };
    let grants: Vec<Value> = report
        .powers
        .grants()
        .iter()
        .filter(|granted| change(&granted.subject) != "unchanged")
        .map(|granted| grant(granted, change(&granted.subject)))
        .collect();
    let removed: Vec<Value> =
        report.difference.removed.iter().map(|granted| grant(granted, "removed")).collect();
    let identities: Vec<Value> =
        report.powers.grants().iter().map(|granted| identity(&granted.subject)).collect();
    let coverage: Vec<Value> = report.unknowns().iter().map(gap).collect();
    let findings: Vec<Value> = report
        .verdicts
        .iter()
        .map(|verdict| {
            json!({
                "rule": verdict.rule,
                "severity": verdict.severity,
                "file": verdict.spot.path,
                "line": verdict.spot.line,
                "end_line": verdict.spot.end_line,
                "message": verdict.message,
                "change": verdict.change,
                "identity": identity(&verdict.subject),
            })
        })
        .collect();
    json!({
        "schema": "beholden/scan/1",
        "base": report.base,
        "head": report.head,
        "files": report.files,
        "coverage": coverage,
        "identities": identities,
        "grants": grants,
        "removed": removed,
        "digest": report.difference.digest(),
        "findings": findings,
    })
}

fn identity(subject: &Subject) -> Value {
    json!({ "kind": subject.kind, "path": subject.path, "name": subject.name })
}

fn grant(granted: &Granted, change: &str) -> Value {
    let Spot { path, line, end_line, .. } = &granted.spot;
    json!({
        "identity": identity(&granted.subject),
        "file": path,
        "line": line,
        "end_line": end_line,
        "change": change,
        "power": granted.power,
        "drivers": drivers(&granted.power),
        "digest": granted.power.digest(),
    })
}

/// Each trigger with the widest circle of people who can cause it.
fn drivers(power: &Power) -> Vec<Value> {
    power
        .triggers
        .iter()
        .map(|(trigger, crowd)| {
            json!({ "trigger": trigger.name(), "who": crowd.most(), "known": crowd.known().is_some() })
        })
        .collect()
}

fn gap(unknown: &Unknown) -> Value {
    json!({
        "file": unknown.spot.path,
        "line": unknown.spot.line,
        "why": unknown.why,
        "wants": unknown.wants,
    })
}

//! A report as SARIF 2.1.0, as GitHub's code scanning takes it.
//!
//! Source: "SARIF support for code scanning".

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::cli::scan::Report;
use crate::domain::Severity;
use crate::rules::files::{FileRule, Verdict, all};

/// The document.
pub(super) fn sarif(report: &Report) -> Value {
    let used: BTreeSet<&str> = report.verdicts.iter().map(|verdict| verdict.rule).collect();
    let rules: Vec<&FileRule> = all().filter(|rule| used.contains(rule.id)).collect();
    let results: Vec<Value> =
        report.verdicts.iter().map(|verdict| result(verdict, &rules)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Beholden",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| described(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn described(rule: &FileRule) -> Value {
    let tags: Vec<&str> = std::iter::once("security").chain(rule.tags.iter().copied()).collect();
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.title },
        "help": { "text": rule.docs, "markdown": rule.docs },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": tags,
            "security-severity": score(rule.severity),
        },
    })
}

fn result(verdict: &Verdict, rules: &[&FileRule]) -> Value {
    let subject = &verdict.subject;
    // Stays the same when lines move.
    let print =
        format!("{} {} {} {}", verdict.rule, subject.kind, subject.path.raw(), subject.name.raw());
    json!({
        "ruleId": verdict.rule,
        "ruleIndex": rules.iter().position(|rule| rule.id == verdict.rule),
        "level": level(verdict.severity),
        "message": { "text": verdict.message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(verdict.spot.path.raw()), "uriBaseId": "%SRCROOT%" },
            "region": {
                "startLine": verdict.spot.line.max(1),
                "endLine": verdict.spot.end_line.max(verdict.spot.line).max(1),
            },
        }}],
        "partialFingerprints": { "beholden/v1": hex::encode(&Sha256::digest(print)[..16]) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Low => "warning",
        Severity::Info => "note",
    }
}

/// What code scanning sorts by: over 9 is critical, over 7 high, over 4 medium.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(byte as char);
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_relative_address() {
        assert_eq!(uri(".github/workflows/a b:ü.yml"), ".github/workflows/a%20b%3A%C3%BC.yml");
    }
}

//! A credential that stands in the settings of agents and their servers.

use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Secret};
use crate::rules::files::agents::who;
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "mcp-literal-credential",
    title: "A credential stands in an agent's file",
    severity: Severity::High,
    tags: &["NHI2:2025", "MCP01:2025 (beta)", "CICD-SEC-6", "T1552.001 (ATT&CK v16)"],
    docs: include_str!("mcp_literal_credential.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let ours = |gained: &Gained<'_>| {
        gained.after.subject.kind == IdentityKind::McpServer || who::is_waiting(gained.after)
    };
    scene.gained().filter(ours).filter_map(|gained| one(&gained)).collect()
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    let literal = |axis: &Axis| matches!(axis, Axis::Secret(Secret::Literal { .. }));
    let axis = gained.first(literal)?;
    let keys: Vec<&Foreign> = gained
        .rose
        .iter()
        .filter_map(|axis| match axis {
            Axis::Secret(Secret::Literal { key }) => Some(key),
            _ => None,
        })
        .collect();
    let (noun, it) = match keys.len() {
        1 => ("a credential stands", "it"),
        _ => ("credentials stand", "them"),
    };
    let whose = match gained.after.subject.kind {
        IdentityKind::McpServer => format!("the MCP server {}", shown(&gained.after.subject.name)),
        _ => who::name(gained.after),
    };
    let message = phrase::sentence(&[
        noun,
        "in the file itself, at",
        &format!("{},", phrase::names(keys, "places")),
        &format!("for {whose}:"),
        &format!("everybody who can read the repository can use {it}"),
    ]);
    Some(gained.hit(axis, message))
}

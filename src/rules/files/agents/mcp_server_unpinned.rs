//! An MCP server whose code its owner can change at will.

use crate::domain::Severity;
use crate::power::{Axis, Pin};
use crate::rules::files::agents::mcp_server_added::{is_server, loose, more};
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "mcp-server-unpinned",
    title: "An MCP server without a fixed version",
    severity: Severity::High,
    tags: &["ASI04:2026", "MCP04:2025 (beta)", "NHI3:2025", "CICD-SEC-3", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("mcp_server_unpinned.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    scene.gained().filter(|it| is_server(it)).filter_map(|gained| one(&gained)).collect()
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    let code = loose(gained)?;
    let name = shown(&gained.after.subject.name);
    let package = shown(&code.name);
    let version = match gained.after.power.code.get(&code) {
        Some(Pin::Tag) => format!("whatever its tag of {package} points to"),
        _ => format!("whatever is the newest version of {package}"),
    };
    let begin = match gained.before {
        None => format!("agents in a checkout are given the MCP server {name}, which runs"),
        Some(_) => format!("the MCP server {name} now runs"),
    };
    let message = phrase::sentence(&[&begin, &format!("{version}{}", more(gained))]);
    Some(gained.hit(&Axis::Code(code), message))
}

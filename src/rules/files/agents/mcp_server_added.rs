//! An MCP server that agents are given.

use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Code, Kind, Power, Secret};
use crate::rules::files::agents::who;
use crate::rules::files::{FileRule, Gained, Hit, Scene, phrase};
use crate::words::shown;

pub(super) const RULE: FileRule = FileRule {
    id: "mcp-server-added",
    title: "An MCP server was added, or gets more",
    severity: Severity::Medium,
    tags: &["ASI04:2026", "MCP09:2025 (beta)", "NHI3:2025", "T1195.002 (ATT&CK v16)"],
    docs: include_str!("mcp_server_added.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let given = who::running(scene).into_iter().filter_map(|gained| given(&gained));
    let servers = scene.gained().filter(|it| is_server(it));
    servers.filter_map(|gained| one(&gained)).chain(given).collect()
}

/// A server that a workflow gives to an agent that was there before.
fn given(gained: &Gained<'_>) -> Option<Hit> {
    gained.before?;
    let axis = gained.first(|axis| matches!(axis, Axis::Server(_)))?;
    let Axis::Server(name) = axis else { return None };
    let agent = who::name(gained.after);
    let message = format!(
        "{agent} is given the MCP server {}; {} can drive it",
        shown(name),
        phrase::crowd(&gained.after.power)
    );
    Some(gained.hit(axis, phrase::sentence(&[&message])))
}

pub(super) fn is_server(gained: &Gained<'_>) -> bool {
    gained.after.subject.kind == IdentityKind::McpServer
}

fn one(gained: &Gained<'_>) -> Option<Hit> {
    let power = &gained.after.power;
    let name = shown(&gained.after.subject.name);
    let more = more(gained);
    let (axis, message) = if gained.before.is_none() {
        let axis = Axis::Server(gained.after.subject.name.clone());
        let what = what(power).map(|what| format!(", which {what}")).unwrap_or_default();
        (axis, format!("agents in a checkout are given the MCP server {name}{what}{more}"))
    } else {
        let axis = gained.first(is_more)?.clone();
        let what = match &axis {
            Axis::Secret(_) => "gets more credentials".to_owned(),
            Axis::Tools | Axis::Loosened(_) => "is asked about less".to_owned(),
            _ => what(power).unwrap_or_else(|| "runs something else".to_owned()),
        };
        (axis, format!("the MCP server {name} now {what}{more}"))
    };
    let severity = if phrase::secrets(power).is_some() || !power.tools.is_empty() {
        Severity::High
    } else {
        Severity::Medium
    };
    Some(gained.hit(&axis, phrase::sentence(&[&message])).of(severity))
}

/// A literal credential has a rule of its own.
fn is_more(axis: &Axis) -> bool {
    match axis {
        Axis::Secret(secret) => !matches!(secret, Secret::Literal { .. }),
        Axis::Start(_)
        | Axis::Code(_)
        | Axis::Network
        | Axis::Tools
        | Axis::Loosened(_)
        | Axis::Server(_) => true,
        _ => false,
    }
}

/// Where it comes from: "runs `npm:x`", "answers from `mcp.acme.invalid`".
pub(super) fn what(power: &Power) -> Option<String> {
    let of = |kind: Kind| power.code.keys().find(|code| code.kind == kind).map(|it| &it.name);
    if let Some(name) = of(Kind::Server) {
        return Some(format!("answers from {}", shown(name)));
    }
    if let Some(name) = of(Kind::Package).or_else(|| of(Kind::Image)) {
        return Some(format!("runs {}", shown(name)));
    }
    let start = power.starts.keys().next()?;
    let command = start.raw().split_once(": ").map_or(start.raw(), |(_, command)| command);
    Some(format!("runs {}", shown(&Foreign::new(command))))
}

/// Credentials and tools, as the end of a sentence.
pub(super) fn more(gained: &Gained<'_>) -> String {
    let power = &gained.after.power;
    let with = phrase::secrets(power).map(|it| format!(", with {it}")).unwrap_or_default();
    let asks = match power.tools.is_empty() {
        true => "",
        false => "; its tools run without being asked",
    };
    format!("{with}{asks}")
}

/// The code of a server that its owner can change at will.
pub(super) fn loose(gained: &Gained<'_>) -> Option<Code> {
    let code = gained.after.power.code.iter();
    code.filter(|(code, pin)| {
        matches!(code.kind, Kind::Package | Kind::Image | Kind::Repository) && pin.is_loose()
    })
    .map(|(code, _)| code.clone())
    .find(|code| gained.rose.contains(&Axis::Code(code.clone())))
}

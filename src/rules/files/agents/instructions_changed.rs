//! Text that agents read as their instructions, planted or changed.

use crate::domain::{Foreign, IdentityKind, Severity};
use crate::power::{Axis, Code, Kind, Power, Referred, Subject};
use crate::rules::files::agents::who;
use crate::rules::files::{Change, FileRule, Gained, Hit, Scene, phrase};
use crate::words::{list, shown};

pub(super) const RULE: FileRule = FileRule {
    id: "instructions-changed",
    title: "Instructions for agents were planted or changed",
    severity: Severity::Medium,
    tags: &["ASI01:2026", "ASI06:2026", "AST05 (public review)", "T1195 (ATT&CK v16)"],
    docs: include_str!("instructions_changed.md"),
    check,
};

fn check(scene: &Scene<'_>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let gained: Vec<_> = scene.gained().filter(|it| who::is_text(it.after)).collect();
    for gained in &gained {
        if let Some(hit) = grown(gained, scene) {
            hits.push(hit);
        }
    }
    for changed in scene.difference.referred.iter().filter(|it| is_own_text(it)) {
        let told = hits.iter().any(|hit| hit.subject == changed.subject);
        if !told {
            hits.push(reworded(changed));
        }
    }
    hits
}

/// A new text, or one that leads further than before.
fn grown(gained: &Gained<'_>, scene: &Scene<'_>) -> Option<Hit> {
    let path = shown(&gained.after.subject.path);
    let leads = leads(gained);
    let axis = gained.first(|axis| is_lead(axis, gained));
    if let Some(axis) = axis.filter(|_| !leads.is_empty()) {
        let what = if gained.before.is_none() { "new instructions" } else { "instructions" };
        let message = format!("agents in a checkout read {what} in {path}, which {}", list(&leads));
        return Some(gained.hit(axis, phrase::sentence(&[&message])).of(Severity::High));
    }
    // What only describes an agent is told of with the agent.
    if gained.before.is_some() || describes_an_agent(&gained.after.subject, scene) {
        return None;
    }
    let own = Axis::Code(Code::new(Kind::Instructions, gained.after.subject.path.raw()));
    let message = format!("agents in a checkout read new instructions in {path}");
    Some(gained.hit(&own, phrase::sentence(&[&message])))
}

fn is_lead(axis: &Axis, gained: &Gained<'_>) -> bool {
    match axis {
        Axis::Network | Axis::Loosened(_) => true,
        Axis::Code(code) => *code != Code::new(Kind::Instructions, gained.after.subject.path.raw()),
        _ => false,
    }
}

/// Where the text leads that it did not lead before.
fn leads(gained: &Gained<'_>) -> Vec<String> {
    let power = &gained.after.power;
    let nothing = Power::default();
    let before = gained.before.unwrap_or(&nothing);
    let hosts: Vec<_> = power.network.beyond(&before.network).map(shown).collect();
    let mut leads = Vec::new();
    if !hosts.is_empty() {
        leads.push(format!("send them to {}", phrase::some(&hosts, "hosts")));
    }
    let code = |wanted: fn(Kind) -> bool| -> Vec<&Foreign> {
        let rose = gained.rose.iter().filter(|axis| is_lead(axis, gained));
        rose.filter_map(|axis| match axis {
            Axis::Code(code) if wanted(code.kind) => Some(&code.name),
            _ => None,
        })
        .collect()
    };
    let texts = code(|kind| kind == Kind::Instructions);
    if !texts.is_empty() {
        leads.push(format!("pull in {}", phrase::names(texts, "texts")));
    }
    let scripts = code(|kind| kind != Kind::Instructions);
    if !scripts.is_empty() {
        leads.push(format!("have them run code from {}", phrase::names(scripts, "places")));
    }
    let off: Vec<&Foreign> = gained
        .rose
        .iter()
        .filter_map(|axis| match axis {
            Axis::Loosened(what) => Some(what),
            _ => None,
        })
        .collect();
    let root = |what: &&Foreign| what.raw().contains("root");
    if off.iter().any(root) {
        leads.push("have them act as root".to_owned());
    }
    if !off.iter().all(root) {
        leads.push("have them work without being asked".to_owned());
    }
    leads
}

fn describes_an_agent(text: &Subject, scene: &Scene<'_>) -> bool {
    scene.gained().any(|gained| {
        let other = &gained.after.subject;
        other.path == text.path && other.kind == IdentityKind::AiAgent
    })
}

fn is_own_text(changed: &Referred) -> bool {
    changed.code == Code::new(Kind::Instructions, changed.subject.path.raw())
}

fn reworded(changed: &Referred) -> Hit {
    let message =
        format!("the instructions that agents read in {} changed", shown(&changed.subject.path));
    Hit {
        subject: changed.subject.clone(),
        spot: changed.spot.clone(),
        message: phrase::sentence(&[&message]),
        change: Change::Widened,
        severity: Some(Severity::Low),
    }
}

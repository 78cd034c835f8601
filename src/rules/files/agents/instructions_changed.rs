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
    let gained: Vec<_> = scene.gained().filter(|it| who::is_text(it.after)).collect();
    let mut hits: Vec<Hit> = gained.iter().filter_map(leading).collect();
    let is_told = |hits: &[Hit], subject: &Subject| hits.iter().any(|hit| hit.subject == *subject);
    // What only describes an agent is told of with the agent.
    let new: Vec<_> = gained
        .iter()
        .filter(|it| it.before.is_none() && !is_told(&hits, &it.after.subject))
        .filter(|it| !describes_an_agent(&it.after.subject, scene))
        .collect();
    let changed: Vec<_> = scene
        .difference
        .referred
        .iter()
        .filter(|it| is_own_text(it) && !is_told(&hits, &it.subject))
        .collect();
    hits.extend(fresh(&new));
    hits.extend(reworded(&changed));
    hits
}

/// A text that leads further than before.
fn leading(gained: &Gained<'_>) -> Option<Hit> {
    let path = shown(&gained.after.subject.path);
    let leads = leads(gained);
    let axis = gained.first(|axis| is_lead(axis, gained)).filter(|_| !leads.is_empty())?;
    let what = if gained.before.is_none() { "new instructions" } else { "instructions" };
    let message = format!("agents in a checkout read {what} in {path}, which {}", list(&leads));
    Some(gained.hit(axis, phrase::sentence(&[&message])).of(Severity::High))
}

/// New texts, in one sentence.
fn fresh(new: &[&Gained<'_>]) -> Option<Hit> {
    let first = new.first()?;
    let own = Axis::Code(Code::new(Kind::Instructions, first.after.subject.path.raw()));
    let files = phrase::names(new.iter().map(|it| &it.after.subject.path), "files");
    let message = format!("agents in a checkout read new instructions in {files}");
    Some(first.hit(&own, phrase::sentence(&[&message])))
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
    let mut told: Vec<&str> = off.iter().map(|what| without(what)).collect();
    told.sort_unstable();
    told.dedup();
    leads.extend(told.into_iter().map(str::to_owned));
    leads
}

/// What a text has agents do when it switches this off.
fn without(safety: &Foreign) -> &'static str {
    let told = [
        ("root", "have them act as root"),
        ("telling people", "have them hide something from people"),
        ("instructions", "set aside what they were told before"),
    ];
    let found = told.iter().find(|(what, _)| safety.raw().contains(what));
    found.map_or("have them work without being asked", |(_, does)| *does)
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

/// Texts that say something else than before, in one sentence.
fn reworded(changed: &[&Referred]) -> Option<Hit> {
    let first = changed.first()?;
    let files = phrase::names(changed.iter().map(|it| &it.subject.path), "files");
    let message = format!("the instructions that agents read in {files} changed");
    Some(Hit {
        subject: first.subject.clone(),
        spot: first.spot.clone(),
        message: phrase::sentence(&[&message]),
        change: Change::Widened,
        severity: Some(Severity::Low),
    })
}

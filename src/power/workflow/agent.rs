//! Steps that run an AI agent: which, who can drive it, what it holds, which tools it may use, and
//! whether anything is asked before it acts.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{self, ActionEntry, Gate, Phase, Raises};
use crate::domain::{Foreign, IdentityKind};
use crate::power::model::{
    Axis, Crowd, Denied, Granted, Held, Order, Patterns, Role, Sink, Source, Spot, Taint, Trigger,
    Trust,
};
use crate::power::workflow::Reading;
use crate::power::workflow::closure::Part;
use crate::power::workflow::entry::Entry;
use crate::power::workflow::job::Job;
use crate::power::workflow::step::Step;
use crate::power::workflow::taint;

mod tools;

/// Reads the agents of a job, each as a subject of its own.
pub(super) fn read(
    job: &mut Job<'_, '_>,
    steps: &[Step<'_>],
    parts: &[Part],
    reading: &mut Reading,
) {
    let mut agents: BTreeMap<String, Vec<Granted>> = BTreeMap::new();
    for step in steps {
        let name = step.uses.as_deref().map(|uses| uses.split('@').next().unwrap_or(uses));
        if let Some(entry) = name.and_then(catalogue::action).filter(|entry| entry.is_ai()) {
            let agent = entry.agent.as_deref().unwrap_or(&entry.id);
            agents.entry(slug(agent)).or_default().push(by_action(job, step, entry, agent));
        }
        if let Some(script) = &step.run {
            let script = step.env.filled(script, &job.site.budget);
            let spot = |line: &str| step.at.spot_of(line);
            for (agent, granted) in by_command(job, step, &script, &spot) {
                agents.entry(agent).or_default().push(granted);
            }
        }
    }
    // Those that a script of the repository starts.
    for part in parts {
        let Some(file) = part.shell_file(job.site, &steps[part.step]) else { continue };
        let spot = |line: &str| file.spot_of(line);
        for (agent, granted) in by_command(job, &steps[part.step], &file.code, &spot) {
            agents.entry(agent).or_default().push(granted);
        }
    }
    for (agent, found) in agents {
        for granted in found {
            let at = granted.spot.clone();
            job.granted.agents(Foreign::new(&agent), Held, at);
            reading.grants.push(granted);
        }
    }
}

fn by_action(job: &Job<'_, '_>, step: &Step<'_>, entry: &ActionEntry, agent: &str) -> Granted {
    let at = step.at.key("uses");
    let mut part = start(job, step, agent);
    let mut opened = false;
    for (input, value) in &step.with {
        let value = step.env.filled(value, &job.site.budget);
        let spot = step.at.key("with").key(input).spot();
        for danger in entry.dangers(input, &value) {
            match danger.raises {
                Raises::Tools => {
                    // What is listed says more; see below.
                    if tools::listed(&value).is_empty() {
                        part.power.tools = Patterns::all();
                    }
                }
                Raises::Servers => {
                    for name in tools::servers(&value) {
                        part.servers(Foreign::new(&name), Held, spot.clone());
                    }
                }
                Raises::Drivers => {
                    opened = true;
                    part.loosened(Foreign::new(&danger.why), Held, spot.clone());
                }
                Raises::Safety
                | Raises::Endpoint
                | Raises::Permissions
                | Raises::Exposure
                | Raises::Reach
                | Raises::Credential
                | Raises::Lifetime => {
                    part.loosened(Foreign::new(&danger.why), Held, spot.clone());
                }
            }
            if danger.raises == Raises::Safety && tools::skips(&value) {
                part.note(Axis::Tools, spot.clone());
                part.power.tools = Patterns::all();
            }
        }
        let tools =
            if input.contains("disallowed") { Patterns::none() } else { tools::of(input, &value) };
        if !tools.is_empty() {
            part.note(Axis::Tools, spot.clone());
            part.power.tools = Order::join(part.power.tools, tools);
        }
        let denied = tools::denied(input, &value);
        if !denied.is_empty() {
            part.note(Axis::Denied, spot.clone());
            let before = part.power.denied.patterns().iter().cloned();
            part.power.denied = Denied::of(denied.into_iter().map(Foreign::from).chain(before));
        }
        if input.ends_with("allowed_domains") {
            part.note(Axis::Network, spot);
            part.power.network = Patterns::of(value.split_whitespace());
        }
    }
    if entry.unattended && part.power.tools.is_empty() {
        part.loosened(Foreign::new("nothing is asked before it uses a tool"), Held, at.spot());
        part.power.tools = Patterns::all();
    }
    let gated = entry.gate == Some(Gate::WriteAccess) && !opened;
    driven(&mut part, &step.entries, gated);
    let texts = entry.power_inputs.iter().filter_map(|input| step.with.get(input)).cloned();
    prompted(&mut part, job, step, texts.collect(), !gated);
    part
}

/// The agents that a script of a step starts. `place` is where a line of it stands.
fn by_command(
    job: &Job<'_, '_>,
    step: &Step<'_>,
    script: &str,
    place: &dyn Fn(&str) -> Spot,
) -> Vec<(String, Granted)> {
    let variables = step.env.iter().map(|(name, value)| format!("{name}={value}\n"));
    let text: String = std::iter::once(format!("{script}\n")).chain(variables).collect();
    let found = catalogue::commands_in(&text);
    let has = |name: &String| step.env.iter().any(|(it, _)| it == name.as_str());
    let mut agents: BTreeMap<String, Granted> = BTreeMap::new();
    for (entry, _) in &found {
        let runs = matches!(entry.phase, Phase::Run | Phase::RemoteRun);
        let sure = !entry.ambiguous || entry.credentials.iter().any(has);
        let Some(agent) = entry.agent.as_deref().filter(|_| runs && sure) else { continue };
        agents.entry(slug(agent)).or_insert_with(|| start(job, step, agent));
    }
    for part in agents.values_mut() {
        driven(part, &step.entries, false);
        prompted(part, job, step, vec![script.to_owned()], true);
        let tools = tools::of("args", script);
        part.power.tools = Order::join(part.power.tools.clone(), tools);
    }
    for (entry, range) in &found {
        let line = text[range.clone()].trim();
        let spot = place(line.lines().next().unwrap_or_default());
        let about = |agent: &str| entry.agent.as_deref().is_none_or(|it| slug(it) == agent);
        for (_, part) in agents.iter_mut().filter(|(agent, _)| about(agent)) {
            match entry.phase {
                Phase::Danger => {
                    part.loosened(
                        Foreign::new("nothing is asked before it acts"),
                        Held,
                        spot.clone(),
                    );
                    part.power.tools = Patterns::all();
                }
                Phase::Power => {
                    part.loosened(Foreign::new("less is asked before it acts"), Held, spot.clone());
                }
                Phase::Servers => {
                    for name in tools::servers(script) {
                        part.servers(Foreign::new(&name), Held, spot.clone());
                    }
                }
                Phase::Endpoint => {
                    let what = "its key and its prompts go to another host";
                    part.loosened(Foreign::new(what), Held, spot.clone());
                }
                Phase::Install
                | Phase::Run
                | Phase::RemoteRun
                | Phase::Publish
                | Phase::Auth
                | Phase::Grant
                | Phase::Oidc
                | Phase::RemoteScript => {}
            }
        }
    }
    agents.into_iter().collect()
}

/// Commands of a job that make credentials or ask for its OIDC token by hand.
pub(super) fn commands(job: &mut Job<'_, '_>, step: &Step<'_>) {
    let Some(text) = &step.run else { return };
    for (entry, range) in catalogue::commands_in(text) {
        let line = text[range].trim().lines().next().unwrap_or_default();
        let spot = step.at.spot_of(line);
        match entry.phase {
            Phase::Grant => {
                let role = Role { system: Foreign::new("command"), name: Foreign::new(&entry.id) };
                job.granted.roles(role, Patterns::of(["this job"]), spot);
            }
            Phase::Oidc => {
                let trust = Trust {
                    provider: Foreign::new("unknown"),
                    principal: Foreign::new("whoever the script asks"),
                };
                job.granted.trusts(trust, Patterns::of(["this job"]), spot);
            }
            _ => {}
        }
    }
}

fn start(job: &Job<'_, '_>, step: &Step<'_>, agent: &str) -> Granted {
    let key = if step.uses.is_some() { "uses" } else { "run" };
    let mut part = job.part(IdentityKind::AiAgent, &slug(agent), &step.at.key(key));
    let at = part.spot.clone();
    part.agents(Foreign::new(&slug(agent)), Held, at);
    for secret in step.secrets(job) {
        let spot = step.at.spot_of_secret(&secret);
        part.secrets(secret, Held, spot);
    }
    part.power.environments = job.granted.power.environments.clone();
    part.power.trusts = job.granted.power.trusts.clone();
    part.power.runners = job.granted.power.runners.clone();
    part
}

/// Sets who can drive an agent: the step's ways in, as far as the agent's own check lets them.
fn driven(part: &mut Granted, entries: &[Entry], gated: bool) {
    part.power.triggers.clear();
    // A fork's run has no key for the agent.
    for entry in entries.iter().filter(|entry| entry.event != Trigger::FORK) {
        let crowd = if gated { entry.crowd.at_most(Crowd::Collaborators) } else { entry.crowd };
        part.triggers(Trigger::new(&entry.event), crowd, entry.spot.clone());
    }
}

/// Notes what outsiders write that the agent reads as its task: what a text names, and without a
/// check what the step's variables hold, or else the whole of what they sent.
fn prompted(
    part: &mut Granted,
    job: &Job<'_, '_>,
    step: &Step<'_>,
    texts: Vec<String>,
    implied: bool,
) {
    let mut contexts: BTreeSet<(String, Spot)> = BTreeSet::new();
    for text in texts {
        for context in taint::tainted(&step.env.filled(&text, &job.site.budget), &step.entries) {
            let spot = step.at.spot_of(&context);
            contexts.insert((context, spot));
        }
    }
    if implied && contexts.is_empty() {
        let held = taint::foreign_words(step).into_values().flatten();
        contexts.extend(held.map(|context| {
            let spot = step.at.spot_of(&context);
            (context, spot)
        }));
    }
    if implied && contexts.is_empty() {
        for entry in step.entries.iter().filter(|entry| entry.event != "workflow_call") {
            contexts.extend(entry.words.first().map(|it| ((*it).to_owned(), entry.spot.clone())));
        }
    }
    for (context, spot) in contexts {
        let source = Source::Text { context: Foreign::new(&context) };
        part.taints(Taint { source, sink: Sink::Prompted }, Held, spot);
    }
}

fn slug(agent: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    agent.chars().map(word).collect()
}

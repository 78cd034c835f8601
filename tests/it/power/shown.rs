//! Powers as lines that a test can name, and trees in one call.

use std::collections::BTreeSet;

use beholden::domain::Visibility;
use beholden::power::{
    self, Axis, DefaultToken, Door, Granted, Ground, Powers, Secret, Sink, Source, Tree,
};

/// A public repository on github.com whose tokens read by default.
pub(super) fn public() -> Ground {
    Ground {
        visibility: Some(Visibility::Public),
        default_token: Some(DefaultToken::Read),
        repo: Some("acme/api".parse().unwrap()),
        default_branch: Some("main".into()),
        ..Ground::default()
    }
}

/// What one workflow grants, as `.github/workflows/ci.yml` of a public repository.
pub(super) fn one(workflow: &str) -> Powers {
    many(&[(".github/workflows/ci.yml", workflow)])
}

/// What files of a public repository grant.
pub(super) fn many(files: &[(&str, &str)]) -> Powers {
    power::of(&files.iter().copied().collect::<Tree>(), &public())
}

/// A workflow with one job that runs on GitHub's machines.
pub(super) fn job(on: &str, body: &str) -> String {
    format!(
        "on: {on}\npermissions: {{}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n{}",
        indent(body, 4)
    )
}

/// A workflow with one job of these steps.
pub(super) fn steps(on: &str, steps: &str) -> String {
    job(on, &format!("steps:\n{}", indent(steps, 2)))
}

/// The grant whose subject has this name.
pub(super) fn named<'p>(powers: &'p Powers, name: &str) -> &'p Granted {
    let mut found = powers.grants().iter().filter(|it| it.subject.name.raw() == name);
    let names = || powers.grants().iter().map(|it| it.subject.name.raw()).collect::<Vec<_>>();
    let granted = found.next().unwrap_or_else(|| panic!("no {name} in {:?}", names()));
    assert!(found.next().is_none(), "{name} is there once");
    granted
}

/// Everything that a grant holds, one short line each.
pub(super) fn lines(granted: &Granted) -> BTreeSet<String> {
    let power = &granted.power;
    let none = power::Power::default();
    none.shifts(power).into_iter().map(|shift| line(&shift.axis, granted)).collect()
}

/// The line of the file that a component stands on, found by its short line.
pub(super) fn line_of(granted: &Granted, short: &str) -> usize {
    let axes = power::Power::default().shifts(&granted.power);
    let axis = axes.iter().find(|shift| line(&shift.axis, granted) == short);
    granted.spot_of(&axis.unwrap_or_else(|| panic!("no {short}: {:?}", lines(granted))).axis).line
}

/// What is unknown, as sentences.
pub(super) fn unknowns(powers: &Powers) -> Vec<&str> {
    powers.unknowns().iter().map(|unknown| unknown.why.as_str()).collect()
}

fn line(axis: &Axis, granted: &Granted) -> String {
    let power = &granted.power;
    match axis {
        Axis::Trigger(it) => format!("on {}: {:?}", it.name().raw(), power.triggers[it].most()),
        Axis::Token(it) => format!("token {}: {:?}", it.name().raw(), power.token[it].most()),
        Axis::Secret(it) => format!("secret {}", secret(it)),
        Axis::Environment(it) => format!("environment {}", it.raw()),
        Axis::Trust(it) => format!("trust {} {}", it.provider.raw(), it.principal.raw()),
        Axis::Role(it) => format!("role {} {}", it.system.raw(), it.name.raw()),
        Axis::Runner(it) => format!("runner {it:?}"),
        Axis::Code(it) => format!("code {} {:?}", it.name.raw(), power.code[it]),
        Axis::Agent(it) => format!("agent {}", it.raw()),
        Axis::Server(it) => format!("server {}", it.raw()),
        Axis::Loosened(it) => format!("loosened {}", it.raw()),
        Axis::Start(it) => format!("start {}", it.raw()),
        Axis::Taint(it) => {
            let sink = match it.sink {
                Sink::Disk => "on disk",
                Sink::Executed => "executed",
                Sink::Prompted => "prompted",
            };
            match &it.source {
                Source::Ref { from } => format!("ref {} {sink}", from.raw()),
                Source::Text { context } => format!("text {} {sink}", context.raw()),
                Source::Artifact => format!("artifact {sink}"),
                Source::Cache { writer } => format!("cache of {} {sink}", writer.raw()),
            }
        }
        Axis::Egress(it) => {
            let door = match &it.door {
                Door::Network { host } => host.raw().to_owned(),
                Door::Artifact => "an artifact".to_owned(),
                Door::Log => "the log".to_owned(),
            };
            format!("{} to {door}", secret(&it.secret))
        }
        Axis::Tools => {
            let tools: Vec<_> = power.tools.iter().map(|it| it.raw()).collect();
            format!("tools {}", tools.join(" "))
        }
        Axis::Network => "network".to_owned(),
        Axis::Denied => {
            let denied: Vec<_> = power.denied.patterns().iter().map(|it| it.raw()).collect();
            format!("denied {}", denied.join(" "))
        }
        Axis::Guard => format!("guard {:?}", power.guard),
    }
}

fn secret(it: &Secret) -> String {
    match it {
        Secret::All => "all".to_owned(),
        Secret::Named { name } => name.raw().to_owned(),
        Secret::Local { name } => format!("local {}", name.raw()),
        Secret::Literal { key } => format!("literal {}", key.raw()),
    }
}

fn indent(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

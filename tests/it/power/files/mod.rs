//! What files beside workflows grant, as tables: a file, and every line of what it grants.

mod agents;
mod bots;
mod credentials;
mod infrastructure;
mod mcp;
mod owners;
mod properties;
mod refusals;

use beholden::power::{
    Bounds, Difference, Granted, Ground, Level, Patterns, Powers, Secret, Tree, of, subtract,
};

/// Reads one file.
fn read(path: &str, text: &str) -> Powers {
    of(&Tree::from_iter([(path, text)]), &Ground::default())
}

/// What one file grants and leaves unknown, a line for each component.
fn told(path: &str, text: &str) -> Vec<String> {
    lines(&read(path, text))
}

fn lines(powers: &Powers) -> Vec<String> {
    let mut lines: Vec<String> = powers.grants().iter().flat_map(of_one).collect();
    for unknown in powers.unknowns() {
        lines.push(format!("{}: unknown, {}", unknown.spot.line, unknown.why));
    }
    lines
}

fn of_one(granted: &Granted) -> Vec<String> {
    let subject = &granted.subject;
    let power = &granted.power;
    let head = format!("{}: {} {}", granted.spot.line, subject.kind.as_str(), subject.name.raw());
    let mut lines = vec![head];
    let mut say = |line: String| lines.push(format!("  {line}"));
    for (scope, level) in &power.token {
        say(format!("token {}: {}", scope.name().raw(), level_of(level)));
    }
    for secret in power.secrets.keys() {
        say(match secret {
            Secret::All => "secret: all".to_owned(),
            Secret::Named { name } => format!("secret {}", name.raw()),
            Secret::Local { name } => format!("local {}", name.raw()),
            Secret::Literal { key } => format!("literal {}", key.raw()),
        });
    }
    for (trust, whom) in &power.trusts {
        say(format!("trust {} {}: {}", trust.provider.raw(), trust.principal.raw(), all(whom)));
    }
    for (role, places) in &power.roles {
        say(format!("role {} {}: {}", role.system.raw(), role.name.raw(), all(places)));
    }
    for (code, pin) in &power.code {
        let reference = granted.references.get(code).map(|it| it.raw()).unwrap_or_default();
        let code = format!("{:?} {} {pin:?} {reference}", code.kind, code.name.raw());
        say(code.trim_end().to_owned());
    }
    for name in power.loosened.keys() {
        say(format!("without {}", name.raw()));
    }
    for start in power.starts.keys() {
        say(format!("starts {}", start.raw()));
    }
    for egress in power.egress.keys() {
        say(format!("sends {:?}", egress.door));
    }
    for (name, patterns) in [("tools", &power.tools), ("hosts", &power.network)] {
        if !patterns.is_empty() {
            say(format!("{name} {}", all(patterns)));
        }
    }
    if !power.denied.patterns().is_empty() {
        say(format!("never {}", all(power.denied.patterns())));
    }
    lines
}

fn level_of(level: &Bounds<Level>) -> String {
    format!("{:?}", level.most()).to_lowercase()
}

fn all(patterns: &Patterns) -> String {
    patterns.iter().map(|it| it.raw()).collect::<Vec<_>>().join(" | ")
}

/// Fails unless a file grants exactly these lines.
#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let told = told(path, text);
    assert_eq!(told, expected, "{path}\n{}", told.join("\n"));
}

/// What a change of one file does.
fn change(path: &str, base: &str, head: &str) -> Difference {
    subtract(&read(path, base), &read(path, head))
}

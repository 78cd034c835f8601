//! What a reader gathers from one file: grants with their places, and what stayed unknown.

use std::collections::BTreeMap;

use crate::domain::{Foreign, IdentityKind};
use crate::power::files::credential::shown;
use crate::power::files::document::{At, Format, Refusal};
use crate::power::model::{
    Axis, Bounds, Code, Crowd, Denied, Egress, Granted, Held, Level, Order, Patterns, Pin, Powers,
    Role, Scope, Secret, Spot, Subject, Trigger, Trust, Unknown,
};

/// Gathers what one file grants.
pub(in crate::power) struct Reading<'a> {
    path: &'a str,
    grants: Vec<Granted>,
    unknowns: Vec<Unknown>,
}

/// One grant in the making.
pub(in crate::power) struct Draft<'a> {
    path: &'a str,
    granted: Granted,
    tools: Vec<Foreign>,
    denied: Vec<Foreign>,
    network: Vec<Foreign>,
    trusts: BTreeMap<Trust, Vec<Foreign>>,
    roles: BTreeMap<Role, Vec<Foreign>>,
}

impl<'a> Reading<'a> {
    pub(in crate::power) fn new(path: &'a str) -> Self {
        Self { path, grants: Vec::new(), unknowns: Vec::new() }
    }

    /// The file, from the top of the repository.
    pub(in crate::power) fn path(&self) -> &'a str {
        self.path
    }

    /// The last part of the path.
    pub(in crate::power) fn file_name(&self) -> &'a str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The name of the file up to its first dot.
    pub(in crate::power) fn stem(&self) -> &'a str {
        let name = self.file_name();
        name.split('.').find(|part| !part.is_empty()).unwrap_or(name)
    }

    /// How the file is written, by its name.
    pub(in crate::power) fn format(&self) -> Format {
        Format::of(self.path)
    }

    /// Begins a grant.
    pub(in crate::power) fn draft(&self, kind: IdentityKind, name: &str, at: At) -> Draft<'a> {
        let subject = Subject::new(kind, self.path, name);
        Draft {
            path: self.path,
            granted: Granted::new(subject, spot(self.path, at)),
            tools: Vec::new(),
            denied: Vec::new(),
            network: Vec::new(),
            trusts: BTreeMap::new(),
            roles: BTreeMap::new(),
        }
    }

    /// Takes a grant, if there is anything in it.
    pub(in crate::power) fn push(&mut self, draft: Draft<'_>) {
        if !draft.is_empty() {
            self.grants.push(draft.done());
        }
    }

    /// Notes what cannot be told, as the end of a sentence.
    pub(in crate::power) fn unknown(&mut self, at: At, why: impl Into<String>) {
        let spot = spot(self.path, at);
        self.unknowns.push(Unknown { spot, why: why.into(), wants: None });
    }

    /// The same, for a line.
    pub(in crate::power) fn unknown_at(&mut self, line: usize, why: impl Into<String>) {
        self.unknown(At { line, column: 1, end_line: line }, why);
    }

    /// The same, where another file of the repository would tell.
    pub(in crate::power) fn wants(&mut self, at: At, file: &str, why: impl Into<String>) {
        let wants = Some(Foreign::new(file));
        self.unknowns.push(Unknown { spot: spot(self.path, at), why: why.into(), wants });
    }

    /// Notes that the file cannot be read.
    pub(in crate::power) fn refused(&mut self, refusal: &Refusal) {
        let why = format!("what the file grants cannot be told: it {}", refusal.why);
        self.unknown_at(refusal.line, why);
    }

    /// What was gathered.
    pub(in crate::power) fn done(self) -> Powers {
        let (grants, unknowns) = self.parts();
        Powers::new(grants, unknowns)
    }

    /// The same, to be put together with what other files grant.
    pub(in crate::power) fn parts(self) -> (Vec<Granted>, Vec<Unknown>) {
        (self.grants, self.unknowns)
    }
}

fn spot(path: &str, at: At) -> Spot {
    Spot {
        path: Foreign::new(path),
        line: at.line,
        column: at.column,
        end_line: at.end_line.max(at.line),
    }
}

/// Puts one more entry in; what is there is joined.
fn put<K: Ord, V: Order>(map: &mut BTreeMap<K, V>, key: K, level: V) {
    let level = match map.remove(&key) {
        Some(there) => there.join(level),
        None => level,
    };
    map.insert(key, level);
}

impl Draft<'_> {
    /// What sets it in motion, and who can.
    pub(in crate::power) fn trigger(&mut self, trigger: &str, crowd: Crowd) {
        put(&mut self.granted.power.triggers, Trigger::new(trigger), Bounds::exactly(crowd));
    }

    /// Somebody opens a checkout: what is in it was pushed by people with write access, or proposed
    /// by whoever proposes.
    pub(in crate::power) fn starts_with_checkout(&mut self) {
        self.trigger(Trigger::CHECKOUT, Crowd::Collaborators);
    }

    /// A permission of a token of GitHub's.
    pub(in crate::power) fn token(&mut self, scope: &str, level: Level, at: At) {
        let scope = Scope::new(scope);
        put(&mut self.granted.power.token, scope.clone(), Bounds::exactly(level));
        self.note(Axis::Token(scope), at);
    }

    /// A credential that it reads.
    pub(in crate::power) fn secret(&mut self, secret: Secret, at: At) {
        self.granted.power.secrets.insert(secret.clone(), Held);
        self.note(Axis::Secret(secret), at);
    }

    /// A place that lets somebody in, and whom.
    pub(in crate::power) fn trust(&mut self, provider: &str, principal: &str, whom: &str, at: At) {
        let trust = Trust { provider: Foreign::new(provider), principal: Foreign::new(principal) };
        self.trusts.entry(trust.clone()).or_default().push(Foreign::new(whom));
        self.note(Axis::Trust(trust), at);
    }

    /// A role, and where it holds.
    pub(in crate::power) fn role(&mut self, system: &str, name: &str, place: &str, at: At) {
        let role = Role { system: Foreign::new(system), name: Foreign::new(name) };
        self.roles.entry(role.clone()).or_default().push(Foreign::new(&shown(place)));
        self.note(Axis::Role(role), at);
    }

    /// Code of others, how it is held, and at which reference.
    pub(in crate::power) fn code(&mut self, code: Code, pin: Pin, reference: &str, at: At) {
        put(&mut self.granted.power.code, code.clone(), pin);
        if !reference.is_empty() {
            let reference = Foreign::new(reference);
            let there = self.granted.references.entry(code.clone()).or_insert(reference.clone());
            *there = there.clone().min(reference);
        }
        self.note(Axis::Code(code), at);
    }

    /// An MCP server that an agent is given.
    pub(in crate::power) fn server(&mut self, name: &str) {
        self.granted.power.servers.insert(Foreign::new(name), Held);
    }

    /// Safety that is off, named by what it was.
    pub(in crate::power) fn loosened(&mut self, safety: &str, at: At) {
        let safety = Foreign::new(&shown(safety));
        self.granted.power.loosened.insert(safety.clone(), Held);
        self.note(Axis::Loosened(safety), at);
    }

    /// A command that starts by itself.
    pub(in crate::power) fn start(&mut self, event: &str, command: &str, at: At) {
        let safe = shown(command);
        let words: Vec<_> = safe.split_whitespace().collect();
        if words.is_empty() {
            return;
        }
        if safe.contains('…') && !command.contains('…') {
            self.secret(Secret::Literal { key: Foreign::new(event) }, at);
        }
        for file in words.iter().filter_map(|word| file_of(word)).take(8) {
            self.file(&file);
        }
        let start = Foreign::new(&format!("{event}: {}", words.join(" ")));
        self.granted.power.starts.insert(start.clone(), Held);
        self.note(Axis::Start(start), at);
    }

    /// Another file of this repository that it runs.
    pub(in crate::power) fn file(&mut self, path: &str) {
        self.granted.files.insert(Foreign::new(path));
    }

    /// A credential on its way out.
    pub(in crate::power) fn egress(&mut self, egress: Egress, at: At) {
        self.granted.power.egress.insert(egress.clone(), Held);
        self.note(Axis::Egress(egress), at);
    }

    /// A tool that may be used without asking.
    pub(in crate::power) fn tool(&mut self, tool: &str, at: At) {
        self.tools.push(Foreign::new(&shown(tool)));
        self.note(Axis::Tools, at);
    }

    /// Something that may never be done, or a protection.
    pub(in crate::power) fn deny(&mut self, what: &str, at: At) {
        self.denied.push(Foreign::new(what));
        self.note(Axis::Denied, at);
    }

    /// A host that it may call.
    pub(in crate::power) fn host(&mut self, host: &str, at: At) {
        self.network.push(Foreign::new(host));
        self.note(Axis::Network, at);
    }

    fn note(&mut self, axis: Axis, at: At) {
        let place = spot(self.path, at);
        if place != self.granted.spot {
            self.granted.note(axis, place);
        }
    }

    /// Whether nothing is granted: a trigger alone is nothing.
    fn is_empty(&self) -> bool {
        let power = &self.granted.power;
        self.tools.is_empty()
            && self.denied.is_empty()
            && self.network.is_empty()
            && power.token.is_empty()
            && power.secrets.is_empty()
            && self.trusts.is_empty()
            && self.roles.is_empty()
            && power.code.is_empty()
            && power.servers.is_empty()
            && power.loosened.is_empty()
            && power.starts.is_empty()
            && power.egress.is_empty()
    }

    fn done(self) -> Granted {
        let Self { mut granted, tools, denied, network, trusts, roles, path: _ } = self;
        granted.power.tools = Patterns::of(tools);
        granted.power.network = Patterns::of(network);
        granted.power.denied = Denied::of(denied);
        granted.power.trusts =
            trusts.into_iter().map(|(trust, whom)| (trust, Patterns::of(whom))).collect();
        granted.power.roles =
            roles.into_iter().map(|(role, places)| (role, Patterns::of(places))).collect();
        granted
    }
}

/// The file of this repository that a word of a command names, if it looks like one.
fn file_of(word: &str) -> Option<String> {
    let word = word.trim_matches(['"', '\'', ';', '(', ')', '`']);
    let word = ["$CLAUDE_PROJECT_DIR/", "${CLAUDE_PROJECT_DIR}/", "${workspaceFolder}/", "$PWD/"]
        .iter()
        .find_map(|root| word.strip_prefix(root))
        .or_else(|| word.strip_prefix("./"))
        .unwrap_or(word);
    let name = word.rsplit('/').next()?;
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let is_script =
        matches!(end, "sh" | "bash" | "py" | "js" | "mjs" | "cjs" | "ts" | "rb" | "pl" | "ps1");
    let is_here = !word.starts_with(['/', '~', '-', '$', '.', '@']) && !word.contains("://");
    (is_script && is_here).then(|| word.to_owned())
}

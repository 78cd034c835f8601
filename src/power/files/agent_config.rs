//! Settings of agents and editors: what runs by itself, what is never asked about, where keys go.
//!
//! Which keys grant, and what each means, is in the catalogue; this file knows the meanings.

use crate::catalogue::{ConfigFile, Means};
use crate::domain::IdentityKind;
use crate::power::files::credential::{
    credentials, credentials_of_url, host_of, local, names_in, shown,
};
use crate::power::files::document::{At, Node, Value};
use crate::power::files::reading::{Draft, Reading};
use crate::power::files::{hooks, safety};
use crate::power::model::{Code, Door, Egress, Kind, Pin, Secret};

/// Variables that make whatever starts next run something else first.
const RUNS_FIRST: &[&str] = &[
    "BASH_ENV",
    "DYLD_INSERT_LIBRARIES",
    "GIT_EXTERNAL_DIFF",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "LD_PRELOAD",
    "NODE_OPTIONS",
    "PERL5OPT",
    "PROMPT_COMMAND",
    "PYTHONSTARTUP",
    "RUBYOPT",
];

/// Keys beside a command that hold none.
const IS_NO_COMMAND: &[&str] = &[
    "context",
    "description",
    "dockerfile",
    "executionMode",
    "fileFilters",
    "name",
    "padding",
    "timeout",
    "type",
];

/// Reads the keys of a file that grant.
pub(in crate::power) fn read(file: &ConfigFile, document: &Node, reading: &mut Reading<'_>) {
    let path = reading.path().to_ascii_lowercase();
    let (folder, _) = path.rsplit_once('/').unwrap_or_default();
    // A skill goes by its folder, whatever agent takes it up.
    let (kind, name) = if path.ends_with("/skill.md") {
        let name = reading.path().rsplit('/').nth(1).unwrap_or_default();
        (IdentityKind::AgentInstructions, name)
    } else if folder.split('/').any(|part| part == "agents") {
        (IdentityKind::AiAgent, reading.stem())
    } else {
        (IdentityKind::AgentInstructions, file.tool.as_str())
    };
    let mut draft = reading.draft(kind, name, document.at);
    draft.starts_with_checkout();
    keys(file, document, &mut draft, reading);
    reading.push(draft);
}

/// Adds what each key grants.
pub(in crate::power) fn keys(
    file: &ConfigFile,
    document: &Node,
    draft: &mut Draft<'_>,
    reading: &mut Reading<'_>,
) {
    for key in &file.keys {
        for (path, node, at) in document.find(&key.path) {
            apply(key.means, &path, node, at, draft, reading);
        }
    }
}

fn apply(
    means: Means,
    path: &str,
    node: &Node,
    at: At,
    draft: &mut Draft<'_>,
    reading: &mut Reading<'_>,
) {
    match means {
        Means::Run if path.ends_with("hooks") => hooks::read_events(node, at, draft, reading),
        Means::Run => run(path, node, at, draft),
        Means::Allow => allow(path, node, at, draft),
        Means::Deny => deny(node, draft),
        Means::Mode => safety::mode(path, node, at, draft),
        Means::Approve => safety::approve(path, node, at, draft),
        Means::Guard => safety::guard(path, node, at, draft),
        Means::Environment => environment(path, node, draft),
        Means::Endpoint => endpoint(path, node, draft),
        Means::Credential => credential(path, node, draft),
        Means::Extend => extend(node, draft),
        Means::Reach => reach(path, node, at, draft),
        Means::Instruct => instruct(node, draft),
        Means::Exposure => {
            let hidden = node.is_false()
                || node.text().is_some_and(|it| matches!(it, "manual" | "disabled" | "never"));
            if !hidden && !node.is_empty() {
                draft.loosened(&format!("privacy of sessions ({path})"), at);
            }
        }
    }
}

/// A command, a list that is one command, or commands by name.
pub(in crate::power) fn run(path: &str, node: &Node, at: At, draft: &mut Draft<'_>) {
    match &node.value {
        Value::Text(command) => draft.start(path, command, at),
        Value::List(items) if items.iter().all(|item| item.scalar().is_some()) => {
            let words: Vec<_> = items.iter().filter_map(Node::scalar).collect();
            draft.start(path, &words.join(" "), at);
        }
        Value::List(items) => {
            for item in items {
                run(path, item, item.at, draft);
            }
        }
        Value::Map(entries) => {
            for entry in entries.iter().filter(|entry| !IS_NO_COMMAND.contains(&&*entry.key)) {
                match &entry.node.value {
                    // Each of these is a command of its own; elsewhere a list is one command.
                    Value::List(items) if entry.key == "commands" => {
                        for item in items {
                            run(path, item, item.at, draft);
                        }
                    }
                    _ => run(path, &entry.node, entry.at, draft),
                }
            }
        }
        _ => {}
    }
}

/// Tools by name, by name and mode, or as `true`.
fn allow(path: &str, node: &Node, at: At, draft: &mut Draft<'_>) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                let says_yes = |node: &Node| {
                    node.is_true()
                        || node.text().is_some_and(|it| matches!(it, "allow" | "approve"))
                };
                if says_yes(&entry.node) {
                    draft.tool(&tool(&entry.key), entry.at);
                }
                for inner in entry.node.entries() {
                    // `bash: { "git *": allow }`
                    if says_yes(&inner.node) {
                        draft.tool(&tool(&format!("{}({})", entry.key, inner.key)), inner.at);
                    }
                    for (word, at) in match inner.key.to_ascii_lowercase().contains("allow") {
                        true => inner.node.words(),
                        false => Vec::new(),
                    } {
                        draft.tool(&format!("{}({word})", entry.key), at);
                    }
                }
            }
        }
        Value::Text(text) if text == "allow" => draft.tool("*", at),
        Value::Bool(true) => draft.tool("*", at),
        Value::List(items) => {
            for item in items {
                match &item.value {
                    Value::Map(_) => rule(item, draft),
                    _ => {
                        for (word, at) in item.words() {
                            draft.tool(&tool(&word), at);
                        }
                    }
                }
            }
        }
        _ if path.ends_with("default_permissions") => {}
        // Skills may list their tools with nothing but spaces between them.
        Value::Text(text) if path.ends_with("allowed-tools") && !text.contains(',') => {
            let mut depth = 0_usize;
            let words = text.split(|c: char| {
                match c {
                    '(' => depth += 1,
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0 && c.is_whitespace()
            });
            for word in words.filter(|word| !word.is_empty()) {
                draft.tool(&tool(word), node.at);
            }
        }
        _ => {
            for (word, at) in node.words() {
                draft.tool(&tool(&word), at);
            }
        }
    }
}

/// `{ tool: Bash, action: allow, matches: … }`
fn rule(item: &Node, draft: &mut Draft<'_>) {
    let action = item.get("action").or_else(|| item.get("decision")).and_then(Node::text);
    let name = item.get("tool").or_else(|| item.get("name")).and_then(Node::text);
    if let (Some("allow"), Some(name)) = (action, name) {
        draft.tool(&tool(name), item.at);
    }
}

/// A tool without brackets is the whole tool.
pub(in crate::power) fn tool(name: &str) -> String {
    let name = name.trim().trim_matches(['"', '\'']);
    if name == "*" || name.contains(['(', '*']) {
        // `Bash(git log:*)` and `Bash(git log *)` allow the same.
        name.replace(":*)", "*)").replace(" *)", "*)")
    } else if name.starts_with("mcp__") {
        format!("{name}*")
    } else {
        format!("{name}(*)")
    }
}

fn deny(node: &Node, draft: &mut Draft<'_>) {
    for (word, at) in node.words() {
        draft.deny(&tool(&word), at);
    }
}

/// Variables that every command gets.
pub(in crate::power) fn environment(path: &str, node: &Node, draft: &mut Draft<'_>) {
    let listed = node.items().iter().filter_map(|item| {
        let text = item.scalar()?;
        let (name, value) = text.split_once('=')?;
        Some((name.to_owned(), value.to_owned(), item.at))
    });
    let mapped = node
        .entries()
        .iter()
        .filter_map(|entry| Some((entry.key.clone(), entry.node.scalar()?, entry.at)));
    for (name, value, at) in mapped.chain(listed) {
        if RUNS_FIRST.contains(&name.as_str()) {
            draft.start(&format!("{path}.{name}"), &value, at);
        } else if is_endpoint(&name) {
            send_to(&value, at, draft);
        }
        for secret in credentials(&format!("{path}.{name}"), &value, &[]) {
            draft.secret(secret, at);
        }
    }
}

/// Whether a variable says where the key and the prompts go.
fn is_endpoint(name: &str) -> bool {
    name.ends_with("_BASE_URL") || name.ends_with("_API_BASE") || name.ends_with("_PROXY")
}

fn endpoint(path: &str, node: &Node, draft: &mut Draft<'_>) {
    for (below, leaf) in node.leaves() {
        if let Some(url) = leaf.text() {
            send_to(url, leaf.at, draft);
            for secret in credentials_of_url(&format!("{path}.{below}"), url, &[]) {
                draft.secret(secret, leaf.at);
            }
        }
    }
}

/// The model's key and the prompts go to a host that the file names.
fn send_to(url: &str, at: At, draft: &mut Draft<'_>) {
    let Some(host) = host_of(url) else { return };
    let secret = local("key of the model");
    draft.egress(Egress { secret, door: Door::Network { host: host.as_str().into() } }, at);
}

fn credential(path: &str, node: &Node, draft: &mut Draft<'_>) {
    for (below, leaf) in node.leaves() {
        let Some(value) = leaf.scalar() else { continue };
        let key = if below.is_empty() { path.to_owned() } else { format!("{path}.{below}") };
        if key.ends_with("env_key") || key.ends_with("envKey") {
            draft.secret(local(&value), leaf.at);
            continue;
        }
        for secret in credentials(&key, &value, &[]) {
            draft.secret(secret, leaf.at);
        }
    }
    // `secrets` of a container: what the machine is asked for.
    if path == "secrets" {
        for entry in node.entries() {
            draft.secret(local(&entry.key), entry.at);
        }
    }
}

/// Plugins, extensions, marketplaces, presets.
fn extend(node: &Node, draft: &mut Draft<'_>) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries.iter().filter(|entry| !entry.node.is_false()) {
                let inside = ["repo", "url", "path", "package"].iter().find_map(|key| {
                    let (_, leaf) = entry
                        .node
                        .leaves()
                        .into_iter()
                        .find(|(path, _)| path.rsplit('.').next() == Some(key))?;
                    leaf.scalar()
                });
                plugin(&inside.unwrap_or_else(|| entry.key.clone()), entry.at, draft);
            }
        }
        _ => {
            for (word, at) in node.words() {
                plugin(&word, at, draft);
            }
        }
    }
}

/// `name`, `name@version`, `ghcr.io/owner/feature:1`, `github>owner/repo#v1`.
pub(in crate::power) fn plugin(spec: &str, at: At, draft: &mut Draft<'_>) {
    let spec = &*shown(spec);
    if spec.is_empty() || spec.starts_with(['.', '/']) || names_in(spec, &[]).len() > 1 {
        return;
    }
    let cut = |by: char| spec.get(1..).and_then(|tail| tail.rfind(by)).map(|at| at + 1);
    let tag = cut(':').filter(|at| !spec[*at..].contains('/'));
    let (name, reference) = match cut('#').or_else(|| cut('@')).or(tag) {
        Some(at) => (&spec[..at], &spec[at + 1..]),
        None => (spec, ""),
    };
    let hex = |text: &str| text.len() >= 40 && text.bytes().all(|it| it.is_ascii_hexdigit());
    let pin = match reference {
        "" | "latest" | "main" | "master" => Pin::Floating,
        _ if reference.starts_with("sha256:") || hex(reference) => Pin::Exact,
        _ => Pin::Tag,
    };
    draft.code(Code::new(Kind::Plugin, name), pin, reference, at);
}

/// Folders, mounts, options of the container, other repositories, the network.
fn reach(path: &str, node: &Node, at: At, draft: &mut Draft<'_>) {
    if path.ends_with("network_access") {
        if node.is_true() {
            draft.host("*", at);
        }
        return;
    }
    if let Some(repo) = path
        .strip_prefix("customizations.codespaces.repositories.")
        .and_then(|rest| rest.strip_suffix(".permissions"))
    {
        match node.text() {
            Some(all) => draft.role("github", all, repo, at),
            None => {
                for entry in node.entries() {
                    let level = entry.node.scalar().unwrap_or_default();
                    draft.role("github", &format!("{}: {level}", entry.key), repo, entry.at);
                }
            }
        }
        return;
    }
    let name = path.rsplit('.').next().unwrap_or(path);
    for (_, leaf) in node.leaves() {
        if let Some(word) = leaf.scalar() {
            draft.role("machine", name, &word, leaf.at);
        }
    }
}

/// Files and addresses that are read as instructions.
fn instruct(node: &Node, draft: &mut Draft<'_>) {
    for (word, at) in node.words() {
        let name = host_of(&word).unwrap_or(word);
        draft.code(Code::new(Kind::Instructions, &name), Pin::Floating, "", at);
    }
}

/// A credential of the file itself, for readers that find one in an odd place.
pub(in crate::power) fn literal(key: &str) -> Secret {
    Secret::Literal { key: key.into() }
}

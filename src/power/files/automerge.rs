//! Bots that merge or approve by themselves: Renovate, Mergify, Kodiak, Bulldozer, auto-merge.

use crate::catalogue::ConfigFile;
use crate::domain::IdentityKind;
use crate::power::files::agent_config;
use crate::power::files::document::{At, Node, Value};
use crate::power::files::reading::{Draft, Reading};
use crate::power::model::{Code, Crowd, Kind, Pin};

/// Reads the settings of whichever bot the place is for.
pub(in crate::power) fn read(file: &ConfigFile, document: &Node, reading: &mut Reading<'_>) {
    let name = reading.file_name();
    if name == ".policy.yml" {
        let why = "whose approval is enough cannot be told: the rules of policy-bot are not read";
        reading.unknown(document.at, why);
        return;
    }
    let tool = match name {
        ".bulldozer.yml" => "Bulldozer",
        "auto-merge.yml" => "auto-merge",
        _ => file.tool.as_str(),
    };
    let mut draft = reading.draft(IdentityKind::AppInstallation, tool, document.at);
    draft.trigger("pull_request", Crowd::Nobody);
    match tool {
        "Renovate" => {
            renovate(document, "all updates", &mut draft);
            presets(document, &mut draft);
            agent_config::keys(file, document, &mut draft, reading);
        }
        "Mergify" => mergify(document, &mut draft),
        "Kodiak" => kodiak(document, &mut draft),
        "Bulldozer" => bulldozer(document, &mut draft),
        _ => auto_merge(document, &mut draft),
    }
    reading.push(draft);
}

fn merges(of: &str, at: At, draft: &mut Draft<'_>) {
    draft.loosened(&format!("merging by a person ({of})"), at);
}

fn approves(of: &str, at: At, draft: &mut Draft<'_>) {
    draft.loosened(&format!("approval by a person ({of})"), at);
}

/// `automerge` stands anywhere; what it is about stands beside it or above.
fn renovate(node: &Node, about: &str, draft: &mut Draft<'_>) {
    if let Some(automerge) = node.entry("automerge").filter(|it| it.node.is_true()) {
        merges(about, automerge.at, draft);
    }
    for entry in node.entries() {
        match &entry.node.value {
            Value::Map(_) => renovate(&entry.node, &entry.key, draft),
            Value::List(items) if entry.key == "packageRules" => {
                for item in items {
                    renovate(item, &matchers(item), draft);
                }
            }
            _ => {}
        }
    }
}

/// What a rule is about, in an order of its own.
fn matchers(rule: &Node) -> String {
    let mut about: Vec<String> = rule
        .entries()
        .iter()
        .filter(|entry| entry.key.starts_with("match") || entry.key.starts_with("exclude"))
        .map(|entry| {
            let mut words: Vec<_> = entry.node.words().into_iter().map(|(word, _)| word).collect();
            words.sort();
            format!("{} {}", entry.key, words.join(" "))
        })
        .collect();
    about.sort();
    if about.is_empty() { "all updates".to_owned() } else { about.join(", ") }
}

/// Settings of others that are taken over: from a repository, or Renovate's own that merge.
fn presets(document: &Node, draft: &mut Draft<'_>) {
    for (path, node) in document.leaves() {
        if path.rsplit('.').next() != Some("extends") {
            continue;
        }
        let Some(preset) = node.text() else { continue };
        if let Some((_, from)) = preset.split_once('>') {
            let (name, reference) = from.split_once('#').unwrap_or((from, ""));
            let hex = reference.len() >= 40 && reference.bytes().all(|it| it.is_ascii_hexdigit());
            let pin = match reference {
                "" => Pin::Floating,
                _ if hex => Pin::Exact,
                _ => Pin::Tag,
            };
            draft.code(Code::new(Kind::Repository, name), pin, reference, node.at);
        } else if preset.starts_with("http") {
            draft.code(Code::new(Kind::Server, preset), Pin::Floating, "", node.at);
        } else if preset.to_ascii_lowercase().contains("automerge")
            && !preset.to_ascii_lowercase().contains("disabled")
        {
            merges(preset, node.at, draft);
        }
    }
}

fn mergify(document: &Node, draft: &mut Draft<'_>) {
    for rule in document.get("pull_request_rules").map(Node::items).unwrap_or_default() {
        let when = conditions(rule.get("conditions"));
        let Some(actions) = rule.get("actions") else { continue };
        for action in actions.entries() {
            match action.key.as_str() {
                "merge" | "queue" => merges(&when, action.at, draft),
                "review" => {
                    let kind = action.node.get("type").and_then(Node::text).unwrap_or("APPROVE");
                    if kind.eq_ignore_ascii_case("approve") {
                        approves(&when, action.at, draft);
                    }
                }
                _ => {}
            }
        }
    }
    for rule in document.get("queue_rules").map(Node::items).unwrap_or_default() {
        let listed = rule.entry("autoqueue").filter(|it| it.node.is_true());
        if let Some(queued) = listed {
            merges(&conditions(rule.get("queue_conditions")), queued.at, draft);
        }
    }
}

/// Conditions in an order of their own.
fn conditions(node: Option<&Node>) -> String {
    let mut all: Vec<_> = node
        .map(Node::leaves)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(path, leaf)| {
            let text = leaf.scalar()?;
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(if path.is_empty() { words } else { format!("{path}: {words}") })
        })
        .collect();
    all.sort();
    if all.is_empty() { "every pull request".to_owned() } else { all.join(", ") }
}

fn kodiak(document: &Node, draft: &mut Draft<'_>) {
    if let Some(merge) = document.entry("merge") {
        let label = merge.node.entry("automerge_label");
        let needed = merge.node.get("require_automerge_label").is_none_or(|it| !it.is_false());
        if !needed {
            merges("every pull request", merge.at, draft);
        } else if let Some(label) = label {
            for (name, at) in label.node.words() {
                merges(&format!("label {name}"), at, draft);
            }
        }
        if let Some(dependencies) = merge.node.get("automerge_dependencies") {
            let versions = dependencies.get("versions").map(Node::words).unwrap_or_default();
            for (version, at) in versions {
                merges(&format!("updates, {version}"), at, draft);
            }
        }
    } else if document.get("version").is_some() {
        merges("label automerge", document.at, draft);
    }
    if let Some(approve) = document.get("approve").and_then(|it| it.get("auto_approve_usernames")) {
        for (name, at) in approve.words() {
            approves(&format!("pull requests of {name}"), at, draft);
        }
    }
}

fn bulldozer(document: &Node, draft: &mut Draft<'_>) {
    let Some(merge) = document.entry("merge") else { return };
    let rules = ["trigger", "whitelist"].iter().find_map(|key| merge.node.get(key));
    match rules {
        Some(rules) => merges(&conditions(Some(rules)), merge.at, draft),
        None => merges("every pull request", merge.at, draft),
    }
}

fn auto_merge(document: &Node, draft: &mut Draft<'_>) {
    for item in document.items() {
        if let Some(rule) = item.entry("match") {
            merges(&conditions(Some(&rule.node)), rule.at, draft);
        }
    }
}

//! Safety of agents: how much they ask, what they approve by themselves, what holds them.

use crate::power::files::agent_config::tool;
use crate::power::files::document::{At, Node, Value};
use crate::power::files::reading::Draft;

/// How much is asked. Looser modes hold what stricter ones hold, so that they compare.
pub(super) fn mode(path: &str, node: &Node, at: At, draft: &mut Draft<'_>) {
    let Some(value) = node.scalar() else {
        return;
    };
    let loosened: &[&str] = match value.as_str() {
        "default" | "plan" | "ask" | "untrusted" | "on-request" | "read-only" | "chat"
        | "approve" | "manual" | "false" | "dontAsk" | "subagent" | "primary" | "all" | "" => &[],
        "acceptEdits" | "auto_edit" => &["approval of edits"],
        "smart_approve" | "auto" if !path.contains("GOOSE") => &["approval of edits"],
        "on-failure" => &["approval of commands that stay in the sandbox"],
        "bypassPermissions" | "yolo" | "auto" | "full-auto" => {
            &["approval of edits", "approval of commands"]
        }
        "never" => &["approval of commands that stay in the sandbox", "approval of commands"],
        "workspace-write" => &["a sandbox that only reads"],
        "danger-full-access" => &["a sandbox that only reads", "the sandbox"],
        "trusted" => &["the question whether the folder is trusted"],
        "true" if path.ends_with("privileged") => &["the walls of the container"],
        _ => {
            draft.loosened(&format!("{path}, now {value}"), at);
            return;
        }
    };
    for safety in loosened {
        draft.loosened(safety, at);
    }
}

pub(super) fn approve(path: &str, node: &Node, at: At, draft: &mut Draft<'_>) {
    match &node.value {
        Value::List(_) => {
            for (word, at) in node.words() {
                draft.tool(&format!("mcp__{word}__*"), at);
            }
        }
        // Servers and commands by name, each yes or no.
        Value::Map(entries) => {
            for entry in entries.iter().filter(|entry| entry.node.is_true()) {
                draft.tool(&tool(&entry.key), entry.at);
            }
        }
        _ if node.is_true() => draft.loosened(&format!("approval ({path})"), at),
        _ => {}
    }
}

/// A protection: on, it is held like a denial; off, it is named.
pub(super) fn guard(path: &str, node: &Node, at: At, draft: &mut Draft<'_>) {
    let single = node.is_true() || node.text().is_some_and(|it| it == "disable");
    if single {
        draft.deny(&format!("guard {path}"), at);
    }
    if node.is_false() {
        draft.loosened(path, at);
    }
    for entry in node.entries() {
        let name = format!("{path}.{}", entry.key);
        let opens = entry.key.to_ascii_lowercase();
        if opens.starts_with("allow") || opens.starts_with("excluded") || opens.contains("weaker") {
            if entry.node.is_true() {
                draft.loosened(&name, entry.at);
            }
            for (word, at) in entry.node.words().into_iter().filter(|(word, _)| word != "true") {
                if word != "false" {
                    draft.tool(&format!("{name}: {word}"), at);
                }
            }
        } else if entry.node.is_true() {
            draft.deny(&format!("guard {name}"), entry.at);
        } else if entry.node.is_false() {
            draft.loosened(&name, entry.at);
        } else if let Value::Map(_) = entry.node.value {
            network(&name, &entry.node, draft);
        }
    }
}

/// What a sandbox lets through.
fn network(path: &str, node: &Node, draft: &mut Draft<'_>) {
    for entry in node.entries() {
        for (word, at) in entry.node.words() {
            match entry.key.as_str() {
                "allowedDomains" | "allowedHosts" => draft.host(&word.to_ascii_lowercase(), at),
                _ if entry.node.is_true() => {
                    draft.loosened(&format!("{path}.{}", entry.key), entry.at);
                }
                _ if entry.key.starts_with("allow") => draft.tool(&format!("{path}: {word}"), at),
                _ => {}
            }
        }
    }
}

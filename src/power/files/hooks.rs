//! Hooks: commands that an agent, an editor or git starts by itself when something happens.

use crate::catalogue::{ConfigFile, package};
use crate::domain::IdentityKind;
use crate::power::files::credential::host_of;
use crate::power::files::document::{At, Node, Value};
use crate::power::files::reading::{Draft, Reading};
use crate::power::files::{agent_config, instructions};
use crate::power::model::{Code, Kind, Pin};

/// Keys whose text is a command.
const COMMANDS: &[&str] = &["command", "bash", "powershell", "script", "cmd", "run", "exec"];

/// Longer names of an event with its matchers are not told apart any further.
const LONGEST_EVENT: usize = 200;

/// Longer scripts are held by a digest instead of by their lines.
const MOST_LINES: usize = 60;

/// Reads a file that holds nothing but hooks.
pub(in crate::power) fn read(file: &ConfigFile, document: &Node, reading: &mut Reading<'_>) {
    let mut draft = reading.draft(IdentityKind::AgentInstructions, &file.tool, document.at);
    draft.starts_with_checkout();
    match document.entry("hooks") {
        Some(hooks) => read_events(&hooks.node, hooks.at, &mut draft, reading),
        None => read_events(document, document.at, &mut draft, reading),
    }
    reading.push(draft);
}

/// Adds the hooks below a key: by event, then in whatever lists and matchers the agent has.
pub(in crate::power) fn read_events(
    hooks: &Node,
    at: At,
    draft: &mut Draft<'_>,
    reading: &mut Reading<'_>,
) {
    match &hooks.value {
        Value::Map(events) => {
            for event in events {
                handlers(&event.key, &event.node, draft);
            }
        }
        Value::List(items) => {
            for item in items {
                let event = item.get("event").or_else(|| item.get("when")).and_then(Node::text);
                handlers(event.unwrap_or("hook"), item, draft);
            }
        }
        Value::Text(file) => {
            let why = "which commands start by themselves cannot be told: another file lists them";
            reading.wants(at, file.trim_start_matches("./"), why);
        }
        _ if hooks.is_empty() || hooks.is_false() => {}
        _ => reading.unknown(at, "which commands start by themselves cannot be told"),
    }
}

fn handlers(event: &str, node: &Node, draft: &mut Draft<'_>) {
    match &node.value {
        Value::Text(line) => command(event, line, node.at, draft),
        Value::List(items) => {
            for item in items {
                handlers(event, item, draft);
            }
        }
        Value::Map(entries) => {
            let matcher = node.get("matcher").and_then(Node::text).filter(|it| !it.is_empty());
            let event = match matcher {
                Some(matcher) if matcher != "*" && event.len() < LONGEST_EVENT => {
                    let cut: String = matcher.chars().take(LONGEST_EVENT).collect();
                    format!("{event} ({cut})")
                }
                _ => event.to_owned(),
            };
            let args = node.get("args").map(Node::words).unwrap_or_default();
            let args: String = args.iter().map(|(word, _)| format!(" {word}")).collect();
            // Of two alike the last counts.
            for entry in COMMANDS.iter().filter_map(|key| node.entry(key)) {
                if let Value::Text(line) = &entry.node.value {
                    command(&event, &format!("{line}{args}"), entry.at, draft);
                }
            }
            for entry in entries {
                match (entry.key.as_str(), &entry.node.value) {
                    (key, Value::Text(_)) if COMMANDS.contains(&key) => {}
                    ("env", _) => agent_config::environment("hooks.env", &entry.node, draft),
                    ("url", Value::Text(url)) => {
                        let host = host_of(url).unwrap_or_else(|| url.clone());
                        draft.code(Code::new(Kind::Server, &host), Pin::Floating, "", entry.at);
                    }
                    ("prompt", Value::Text(prompt)) => draft.start(&event, prompt, entry.at),
                    ("matcher" | "args", _) => {}
                    (_, Value::List(_) | Value::Map(_)) => handlers(&event, &entry.node, draft),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// A command that starts. The version of a package that it fetches is a reference and no part of it.
fn command(event: &str, line: &str, at: At, draft: &mut Draft<'_>) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let found = package(&words).filter(|it| it.ecosystem != "oci");
    let Some(found) = found else {
        draft.start(event, line, at);
        return;
    };
    let pin = if found.is_pinned() { Pin::Version } else { Pin::Floating };
    let code = Code::new(Kind::Package, &format!("{}:{}", found.ecosystem, found.name));
    draft.code(code, pin, found.version.as_deref().unwrap_or_default(), at);
    let mut said: Vec<&str> = words.clone();
    if let Some(spec) = said.get_mut(found.rest - 1) {
        *spec = &found.name;
    }
    draft.start(event, &said.join(" "), at);
}

/// Reads a script that is a hook by standing where it stands. Each of its lines is what it starts;
/// comments and indents are not.
pub(in crate::power) fn read_script(text: &str, reading: &mut Reading<'_>) {
    let first = At { line: 1, column: 1, end_line: 1 };
    let name = reading.file_name();
    if is_beside(name) {
        return;
    }
    let mut draft = reading.draft(IdentityKind::AgentInstructions, name, first);
    draft.starts_with_checkout();
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(nth, line)| (nth + 1, line.trim()))
        .filter(|(_, line)| !is_inert(line))
        .collect();
    let is_shell =
        matches!(name.rsplit_once('.'), None | Some(("", _)) | Some((_, "sh" | "bash" | "zsh")));
    if is_shell && lines.len() <= MOST_LINES {
        for (line, command) in lines {
            draft.start(name, command, At { line, column: 1, end_line: line });
        }
    } else if !lines.is_empty() {
        // Another language, or too much to show: that it starts is the power, its words are a
        // reference.
        let all: Vec<_> = lines.iter().map(|(_, line)| *line).collect();
        let print = instructions::digest(&all.join("\n"));
        draft.start(name, reading.path(), first);
        draft.code(Code::new(Kind::Script, reading.path()), Pin::Exact, &print, first);
    }
    reading.push(draft);
}

/// Whether a file only lies beside hooks: git and agents start none that is called so.
fn is_beside(name: &str) -> bool {
    name.starts_with(".git") || name.rsplit_once('.').is_some_and(|(_, ending)| ending == "md")
}

/// Whether a line of a script starts nothing: a comment, a part of a loop, words for the reader.
fn is_inert(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let keyword = matches!(
        first.trim_end_matches(';'),
        "" | "{"
            | "}"
            | "fi"
            | "else"
            | "elif"
            | "if"
            | "then"
            | "for"
            | "while"
            | "do"
            | "done"
            | "case"
            | "esac"
            | "exit"
            | "return"
            | "cd"
            | "set"
            | "local"
            | "echo"
            | "printf"
            | "["
            | "[["
            | "test"
    );
    let defines = line.strip_suffix('{').is_some_and(|head| head.trim_end().ends_with("()"));
    let assigns = first.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
    }) && !line.contains(' ');
    // A condition that only tests, and words that only go to the screen.
    let acts = line.contains(['|', '`', '&', '<']) || line.contains("$(") || line.contains('>');
    let then = line
        .split_once(';')
        .is_some_and(|(_, rest)| !matches!(rest.trim(), "" | "then" | "do" | ";"));
    line.starts_with('#')
        || line.starts_with("//")
        || defines
        || (keyword || assigns) && !acts && !then
}

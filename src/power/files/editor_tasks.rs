//! Tasks of an editor that start when a folder is opened.
//!
//! Source: <https://code.visualstudio.com/docs/debugtest/tasks#_run-behavior>.

use crate::catalogue::{ConfigFile, config_file};
use crate::domain::IdentityKind;
use crate::power::files::document::{Node, Value};
use crate::power::files::reading::Reading;
use crate::power::files::{agent_config, mcp};

/// Reads tasks, and the settings of a workspace's file.
pub(in crate::power) fn read(file: &ConfigFile, document: &Node, reading: &mut Reading<'_>) {
    let mut draft = reading.draft(IdentityKind::AgentInstructions, &file.tool, document.at);
    draft.starts_with_checkout();
    // A workspace's file has all of it one level down.
    let root = document.get("tasks").filter(|tasks| !tasks.entries().is_empty());
    for task in root.unwrap_or(document).get("tasks").map(Node::items).unwrap_or_default() {
        let starts = task.get("runOptions").and_then(|options| options.get("runOn"));
        if starts.and_then(Node::text) != Some("folderOpen") {
            continue;
        }
        let mut said = false;
        for system in [Some(task), task.get("linux"), task.get("osx"), task.get("windows")] {
            let Some(line) = system.and_then(command) else { continue };
            draft.start("opening the folder", &line, task.at);
            said = true;
        }
        if !said {
            let kind = task.get("type").and_then(Node::text).unwrap_or("task");
            let what = ["script", "task", "target", "label"]
                .iter()
                .find_map(|key| task.get(key).and_then(Node::scalar));
            let line = format!("{kind} {}", what.unwrap_or_default());
            draft.start("opening the folder", &line, task.at);
        }
    }
    if let Some(settings) = document.get("settings")
        && let Some(known) = config_file(".vscode/settings.json")
    {
        agent_config::keys(known, settings, &mut draft, reading);
        if let Some(schema) = known.mcp_schema() {
            mcp::read(schema, settings, reading);
        }
    }
    reading.push(draft);
}

/// The command line of a task.
fn command(task: &Node) -> Option<String> {
    let command = task.get("command")?;
    let program = command.scalar().or_else(|| command.get("value").and_then(Node::scalar))?;
    let args = task.get("args").map(Node::items).unwrap_or_default();
    let args = args.iter().filter_map(|arg| match &arg.value {
        Value::Map(_) => arg.get("value").and_then(Node::scalar),
        _ => arg.scalar(),
    });
    Some(std::iter::once(program).chain(args).collect::<Vec<_>>().join(" "))
}

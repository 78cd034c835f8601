//! The tools and MCP servers that options and settings of agents name.

use std::sync::LazyLock;

use regex::Regex;
use yaml_serde::Value;

use crate::power::model::{Patterns, UNREAD_SERVER};

/// `--allowedTools "A,B(c:*)"`, with the spellings of several agents.
static LIST: LazyLock<Regex> = LazyLock::new(|| {
    let text = r#"--allow(?:ed)?-?[tT]ools?[= ]+(?:"([^"]*)"|'([^']*)'|([^\s"']+(?:\([^)]*\))?))"#;
    Regex::new(text).expect("the expression is tested")
});

/// The same for what it may never use.
static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    let text =
        r#"--disallow(?:ed)?-?[tT]ools?[= ]+(?:"([^"]*)"|'([^']*)'|([^\s"']+(?:\([^)]*\))?))"#;
    Regex::new(text).expect("the expression is tested")
});

static SKIPS: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"--dangerously-|bypassPermissions|--yolo|--allow-all-tools|danger-full-access|--skip-permissions|\byolo\b";
    Regex::new(text).expect("the expression is tested")
});

static SERVERS: LazyLock<Regex> = LazyLock::new(|| {
    let text = r#"--(?:additional-)?mcp-config[= ]+["']?([^\s"'{]+)|mcp\s+add(?:-json)?\s+(?:-\S+\s+(?:\S+\s+)?)*([\w.-]+)"#;
    Regex::new(text).expect("the expression is tested")
});

/// The tools of an option or of settings in JSON.
pub(super) fn of(input: &str, value: &str) -> Patterns {
    let mut tools = listed(value);
    if matches!(input, "allowed_tools" | "allowed-tools" | "tools") {
        tools.extend(split(value));
    }
    if let Ok(settings) = serde_json::from_str::<serde_json::Value>(value) {
        for path in ["/permissions/allow", "/coreTools", "/tools/core", "/tools/allowed"] {
            let list = settings.pointer(path).and_then(serde_json::Value::as_array);
            let names = list.into_iter().flatten().filter_map(serde_json::Value::as_str);
            tools.extend(names.map(whole));
        }
    }
    Patterns::of(tools)
}

/// The tools that an option or settings in JSON forbid.
pub(super) fn denied(input: &str, value: &str) -> Vec<String> {
    let mut tools = lists(&DENIED, value);
    if input.starts_with("disallowed") {
        tools.extend(split(value));
    }
    if let Ok(settings) = serde_json::from_str::<serde_json::Value>(value) {
        for path in ["/permissions/deny", "/excludeTools", "/tools/exclude"] {
            let list = settings.pointer(path).and_then(serde_json::Value::as_array);
            let names = list.into_iter().flatten().filter_map(serde_json::Value::as_str);
            tools.extend(names.map(whole));
        }
    }
    tools
}

/// The tools that an option lists.
pub(super) fn listed(value: &str) -> Vec<String> {
    lists(&LIST, value)
}

fn lists(option: &Regex, value: &str) -> Vec<String> {
    option
        .captures_iter(value)
        .flat_map(|found| {
            let list = found.iter().skip(1).flatten().next();
            list.map(|list| split(list.as_str())).unwrap_or_default()
        })
        .collect()
}

/// Whether a value switches every question off.
pub(super) fn skips(value: &str) -> bool {
    SKIPS.is_match(value)
}

/// The MCP servers that an option gives: by name, or by the file that lists them.
pub(super) fn servers(value: &str) -> Vec<String> {
    let mut names: Vec<String> = SERVERS
        .captures_iter(value)
        .filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str().to_owned()))
        .collect();
    if let Some(servers) = inline(value) {
        names.extend(servers);
    }
    if names.is_empty() {
        names.push(UNREAD_SERVER.to_owned());
    }
    names
}

/// The names in a JSON object that stands inside a text.
fn inline(value: &str) -> Option<Vec<String>> {
    let at = value.find("\"mcpServers\"")?;
    let start = value[..at].rfind('{')?;
    let mut depth = 0_usize;
    let end = value[start..].char_indices().find_map(|(index, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(start + index + 1)
    })?;
    let parsed: Value = yaml_serde::from_str(&value[start..end]).ok()?;
    let servers = parsed.get("mcpServers")?.as_mapping()?;
    Some(servers.keys().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}

/// Entries of a list with commas or lines; commas in parentheses separate nothing.
fn split(list: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut depth = 0_usize;
    for c in list.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | '\n' if depth == 0 => {
                entries.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = entries.last_mut() {
            last.push(c);
        }
    }
    entries.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).map(whole).collect()
}

/// A shell without limits is every command.
fn whole(tool: &str) -> String {
    match tool {
        "Bash" | "bash" | "shell" | "run_shell_command" => format!("{tool}(*)"),
        tool => tool.to_owned(),
    }
}

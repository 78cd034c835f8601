//! MCP servers that a file gives to agents: what runs, from where, with which credentials, and what
//! it may do without asking.

use crate::catalogue::{McpSchema, Pattern, package};
use crate::domain::IdentityKind;
use crate::power::files::credential::{
    credentials, credentials_of_url, host_of, is_literal, local, masked, names_in,
};
use crate::power::files::document::{At, Node, Value};
use crate::power::files::reading::{Draft, Reading};
use crate::power::model::{Code, Kind, Pin, Secret};

/// Programs that only pass on what a server elsewhere says: the address among their words is the
/// real server.
const BRIDGES: &[&str] = &["mcp-remote", "mcp-proxy", "supergateway", "mcp-remote-proxy"];

/// Reads every server of a document.
pub(in crate::power) fn read(schema: &McpSchema, document: &Node, reading: &mut Reading<'_>) {
    for (_, root, at) in document.find(&schema.root_key) {
        read_servers(schema, root, at, reading);
    }
}

/// Reads the servers in a value.
pub(in crate::power) fn read_servers(
    schema: &McpSchema,
    root: &Node,
    at: At,
    reading: &mut Reading<'_>,
) {
    match &root.value {
        Value::Map(entries) if !schema.list => {
            for entry in entries {
                server(schema, &entry.key, &entry.node, entry.at, reading);
            }
        }
        Value::List(items) => {
            for item in items {
                match (item.get("name").and_then(Node::text), item.text()) {
                    (Some(name), _) => server(schema, name, item, item.at, reading),
                    // Agents name servers that are set up elsewhere.
                    (None, Some(name)) => {
                        let mut draft = reading.draft(IdentityKind::McpServer, name, item.at);
                        draft.starts_with_checkout();
                        draft.server(name);
                        reading.push(draft);
                    }
                    (None, None) => reading.unknown(item.at, "an MCP server has no name"),
                }
            }
        }
        Value::Text(file) => {
            let why = "which MCP servers are started cannot be told: another file lists them";
            reading.wants(at, file.trim_start_matches("./"), why);
        }
        _ if root.is_empty() => {}
        _ => reading.unknown(at, "which MCP servers are started cannot be told: they are no list"),
    }
}

fn server(schema: &McpSchema, name: &str, entry: &Node, at: At, reading: &mut Reading<'_>) {
    if !matches!(entry.value, Value::Map(_)) {
        reading.unknown(at, "what an MCP server runs cannot be told: its entry has no settings");
        return;
    }
    let off = entry.get("disabled").is_some_and(Node::is_true)
        || entry.get("enabled").is_some_and(Node::is_false);
    if off {
        return;
    }
    let mut draft = reading.draft(IdentityKind::McpServer, name, at);
    draft.starts_with_checkout();
    draft.server(name);
    let runs = program(schema, entry, &mut draft) | remote(schema, entry, &mut draft);
    let built_in = entry.get("type").and_then(Node::text);
    if !runs && !matches!(built_in, Some("builtin" | "platform" | "frontend")) {
        reading.unknown(
            at,
            "what an MCP server runs cannot be told: it has no command and no address",
        );
    }
    environment(schema, entry, &mut draft);
    headers(schema, entry, &mut draft);
    approvals(schema, name, entry, &mut draft);
    reading.push(draft);
}

/// The program that is started, if one is.
fn program(schema: &McpSchema, entry: &Node, draft: &mut Draft<'_>) -> bool {
    let image = schema.container_key.as_deref().and_then(|key| entry.entry(key));
    if let Some(image) = image
        && let Some(name) = image.node.text()
    {
        container(name, image.at, draft);
        draft.start("MCP", name.split('@').next().unwrap_or(name), image.at);
    }
    let Some(command) = entry.entry(&schema.command_key) else { return image.is_some() };
    let mut words = match &command.node.value {
        Value::List(_) => command.node.words().into_iter().map(|(word, _)| word).collect(),
        Value::Map(_) => {
            let path = command.node.get("path").and_then(Node::scalar);
            path.into_iter().collect::<Vec<_>>()
        }
        _ => match command.node.scalar() {
            Some(line) => shell_words(&line),
            None => Vec::new(),
        },
    };
    let args_key = schema.args_key.as_deref().unwrap_or("args");
    let args = entry.get(args_key).or_else(|| command.node.get(args_key));
    words.extend(args.into_iter().flat_map(arguments));
    if words.is_empty() {
        return false;
    }
    command_line(&words, &schema.placeholders, command.at, draft);
    true
}

/// Each argument as it is given to the program.
fn arguments(args: &Node) -> Vec<String> {
    match &args.value {
        Value::List(items) => items.iter().filter_map(Node::scalar).collect(),
        _ => args.scalar().map_or_else(Vec::new, |line| shell_words(&line)),
    }
}

/// What a command line fetches, receives and starts.
fn command_line(words: &[String], own: &[Pattern], at: At, draft: &mut Draft<'_>) {
    let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut shown = masked(words);
    if let Some(found) = package(&borrowed) {
        if found.ecosystem == "oci" {
            let spec = &words[found.rest - 1];
            container(spec, at, draft);
            docker_options(&words[..found.rest], own, at, draft);
        } else {
            let pin = if found.is_pinned() { Pin::Version } else { Pin::Floating };
            let code = Code::new(Kind::Package, &format!("{}:{}", found.ecosystem, found.name));
            draft.code(code, pin, found.version.as_deref().unwrap_or_default(), at);
        }
        // The version is a reference and no part of what starts.
        if let Some(spec) = shown.get_mut(found.rest - 1) {
            *spec = found.name.clone();
        }
    }
    let bridges = words.iter().any(|word| {
        let name = word.rsplit('/').next().unwrap_or(word);
        BRIDGES.contains(&name.split('@').next().unwrap_or(name))
    });
    for (nth, word) in words.iter().enumerate() {
        if bridges && let Some(host) = host_of(word) {
            draft.code(Code::new(Kind::Server, &host), Pin::Floating, "", at);
            draft.host(&host, at);
        }
        let key = match nth.checked_sub(1).map(|before| words[before].as_str()) {
            Some(flag) if flag.starts_with('-') && !flag.contains('=') => {
                flag.trim_start_matches('-').to_owned()
            }
            _ => String::new(),
        };
        let found = if word.contains("://") {
            credentials_of_url("args", word, own)
        } else {
            match word.split_once('=').or_else(|| word.split_once(": ")) {
                Some((name, value)) => {
                    credentials(&format!("args.{}", name.trim_start_matches('-')), value, own)
                }
                None if !key.is_empty() => credentials(&format!("args.{key}"), word, own),
                None => names_in(word, own),
            }
        };
        for secret in found {
            draft.secret(secret, at);
        }
    }
    draft.start("MCP", &shown.join(" "), at);
}

/// A container image: a digest holds it, a tag does not.
fn container(spec: &str, at: At, draft: &mut Draft<'_>) {
    let (name, reference, pin) = match spec.split_once('@') {
        Some((name, digest)) => (name, digest, Pin::Exact),
        None => match spec.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
            Some((name, "latest")) => (name, "latest", Pin::Floating),
            Some((name, tag)) => (name, tag, Pin::Tag),
            None => (spec, "", Pin::Floating),
        },
    };
    draft.code(Code::new(Kind::Image, name), pin, reference, at);
}

/// `-e NAME` hands a variable on, `--env-file` a file of them.
fn docker_options(words: &[String], own: &[Pattern], at: At, draft: &mut Draft<'_>) {
    for pair in words.windows(2) {
        match pair[0].as_str() {
            "-e" | "--env" => match pair[1].split_once('=') {
                Some((name, value)) => {
                    for secret in credentials(&format!("env.{name}"), value, own) {
                        draft.secret(secret, at);
                    }
                }
                None => draft.secret(local(&pair[1]), at),
            },
            "--env-file" => draft.secret(local(&format!("file {}", pair[1])), at),
            _ => {}
        }
    }
}

/// The server elsewhere, if it is one.
fn remote(schema: &McpSchema, entry: &Node, draft: &mut Draft<'_>) -> bool {
    let mut found = false;
    for key in &schema.url_keys {
        let Some(url) = entry.entry(key) else { continue };
        let Some(address) = url.node.text() else { continue };
        found = true;
        let name = host_of(address).unwrap_or_else(|| {
            let shown = address.split(['?', '#']).next().unwrap_or(address);
            if credentials_of_url(key, address, &schema.placeholders)
                .iter()
                .any(|secret| matches!(secret, Secret::Literal { .. }))
            {
                "an address that holds a credential".to_owned()
            } else {
                shown.to_owned()
            }
        });
        draft.code(Code::new(Kind::Server, &name), Pin::Floating, "", url.at);
        draft.host(&name.to_ascii_lowercase(), url.at);
        for secret in credentials_of_url(key, address, &schema.placeholders) {
            draft.secret(secret, url.at);
        }
    }
    found
}

fn environment(schema: &McpSchema, entry: &Node, draft: &mut Draft<'_>) {
    for (env, at) in [&schema.env_key[..], "env", "environment"]
        .iter()
        .filter_map(|key| entry.entry(key))
        .map(|entry| (&entry.node, entry.at))
        .take(1)
    {
        for variable in env.entries() {
            let Some(value) = variable.node.scalar() else { continue };
            let key = format!("env.{}", variable.key);
            for secret in credentials(&key, &value, &schema.placeholders) {
                draft.secret(secret, variable.at);
            }
        }
        // A list of `NAME=value`, or of names.
        for item in env.items() {
            let Some(text) = item.scalar() else { continue };
            match text.split_once('=') {
                Some((name, value)) => {
                    for secret in credentials(&format!("env.{name}"), value, &schema.placeholders) {
                        draft.secret(secret, at);
                    }
                }
                None => draft.secret(local(&text), at),
            }
        }
    }
    for key in &schema.env_names_keys {
        let Some(names) = entry.entry(key) else { continue };
        for (name, _) in names.node.words() {
            draft.secret(local(&name), names.at);
        }
    }
    if let Some(file) = entry.entry("envFile")
        && let Some(name) = file.node.text()
    {
        draft.secret(local(&format!("file {name}")), file.at);
    }
}

fn headers(schema: &McpSchema, entry: &Node, draft: &mut Draft<'_>) {
    if let Some(headers) = entry.get(&schema.headers_key) {
        for header in headers.entries() {
            let Some(value) = header.node.scalar() else { continue };
            let key = format!("headers.{}", header.key);
            for secret in credentials(&key, &value, &schema.placeholders) {
                draft.secret(secret, header.at);
            }
        }
    }
    if let Some(headers) = schema.header_names_key.as_deref().and_then(|key| entry.get(key)) {
        for header in headers.entries() {
            if let Some(name) = header.node.scalar() {
                draft.secret(local(&name), header.at);
            }
        }
    }
    for key in &schema.auth_keys {
        let Some(auth) = entry.entry(key) else { continue };
        if key.ends_with("Helper")
            && let Some(command) = auth.node.text()
        {
            draft.start(key, command, auth.at);
            continue;
        }
        for (below, leaf) in auth.node.leaves() {
            let Some(value) = leaf.scalar() else { continue };
            let path = if below.is_empty() { key.clone() } else { format!("{key}.{below}") };
            let named = names_in(&value, &schema.placeholders);
            let literal = named.is_empty() && is_literal(&path, &value);
            let literal = literal.then(|| Secret::Literal { key: path.as_str().into() });
            for secret in named.into_iter().chain(literal) {
                draft.secret(secret, leaf.at);
            }
        }
    }
}

/// Tools that run without asking.
fn approvals(schema: &McpSchema, name: &str, entry: &Node, draft: &mut Draft<'_>) {
    for key in &schema.approve_keys {
        let Some(approval) = entry.entry(key) else { continue };
        if approval.node.is_true() {
            draft.tool(&format!("mcp__{name}__*"), approval.at);
            draft.loosened(&format!("approval of the tools of {name}"), approval.at);
        } else if let Value::List(_) = approval.node.value {
            for (tool, at) in approval.node.words() {
                draft.tool(&format!("mcp__{name}__{tool}"), at);
            }
        } else if approval
            .node
            .text()
            .is_some_and(|mode| matches!(mode, "auto" | "approve" | "never"))
        {
            draft.tool(&format!("mcp__{name}__*"), approval.at);
            draft.loosened(&format!("approval of the tools of {name}"), approval.at);
        }
    }
    let tools = schema.tools_key.as_deref().and_then(|key| entry.get(key));
    for (tool, at) in tools.map(Node::words).unwrap_or_default() {
        draft.tool(&format!("mcp__{name}__{tool}"), at);
    }
}

/// A command line as its words; quotes hold words together.
pub(in crate::power) fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (c, quote) {
            ('"' | '\'', None) => (quote, begun) = (Some(c), true),
            (c, Some(open)) if c == open => quote = None,
            (c, None) if c.is_whitespace() => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (c, _) => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

//! Development containers: what runs when one is made, what it may reach, and which other
//! repositories a codespace may touch.
//!
//! Source: <https://containers.dev/implementors/json_reference/> and "Managing access to other
//! repositories within your codespace".

use crate::catalogue::{ConfigFile, mcp_schema};
use crate::domain::IdentityKind;
use crate::power::files::document::Node;
use crate::power::files::reading::Reading;
use crate::power::files::{agent_config, mcp};
use crate::power::model::{Code, Kind, Pin};

/// Reads a container's settings.
pub(in crate::power) fn read(file: &ConfigFile, document: &Node, reading: &mut Reading<'_>) {
    let mut draft = reading.draft(IdentityKind::AgentInstructions, "devcontainer", document.at);
    draft.starts_with_checkout();
    if let Some(image) = document.entry("image")
        && let Some(spec) = image.node.text()
    {
        let (name, pin, reference) = match spec.split_once('@') {
            Some((name, digest)) => (name, Pin::Exact, digest),
            None => match spec.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
                Some((name, tag)) if tag != "latest" => (name, Pin::Tag, tag),
                _ => (spec, Pin::Floating, ""),
            },
        };
        draft.code(Code::new(Kind::Image, name), pin, reference, image.at);
    }
    agent_config::keys(file, document, &mut draft, reading);
    reading.push(draft);
    if let Some(schema) = mcp_schema("vscode") {
        for (_, servers, at) in document.find("customizations.vscode.mcp.servers") {
            mcp::read_servers(schema, servers, at, reading);
        }
    }
}

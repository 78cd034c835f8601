//! `GET /orgs/{org}/copilot/coding-agent/permissions` with its `…/repositories`, `GET /repos/{owner}/
//! {repo}/copilot/cloud-agent/configuration`: where GitHub's coding agent may work, what holds it back
//! there, and the MCP servers that it is given in settings. Hosts and names of secrets are kept,
//! nothing else of an address or a value.

use std::collections::BTreeMap;

use http::Uri;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Facts, Lister};
use crate::domain::{Access, Foreign, IdentityKey, IdentityKind, Reach, RepoId, RepoName, Through};
use crate::github::Failure;
use crate::github::wire::Repository;

/// How the names of secrets begin that MCP servers are given.
const SECRET: &str = "COPILOT_MCP_";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Where {
    enabled_repositories: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::github::inventory) struct Settings {
    mcp_configuration: Option<Value>,
    require_actions_workflow_approval: Option<bool>,
    is_firewall_enabled: Option<bool>,
    is_firewall_recommended_allowlist_enabled: Option<bool>,
    custom_allowlist: Vec<String>,
    is_automations_enabled: Option<bool>,
    require_write_access_for_automation_triggers: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Chosen {
    repositories: Vec<Repository>,
}

/// Where it may work: one request more where repositories are chosen.
pub(super) async fn repositories(l: &Lister<'_>) -> Result<Facts, Failure> {
    let path = l.path();
    let wire: Where = l.one(&path).await?;
    let chosen = match wire.enabled_repositories.as_str() {
        "selected" => {
            l.rows(&format!("{path}/repositories"), |page: Chosen| page.repositories).await?
        }
        _ => Vec::new(),
    };
    // Their names are written as repositories are known here, whatever case GitHub writes.
    let unclear = || Failure::blind("GitHub does not name one of the agent's repositories.");
    let chosen = chosen.into_iter().map(|repo| {
        let name: RepoName = repo.full_name.parse().map_err(|_| unclear())?;
        Ok((name.to_string(), "let in".to_owned()))
    });
    let chosen = chosen.collect::<Result<_, Failure>>()?;
    let guards =
        BTreeMap::from([("coding_agent_repositories".to_owned(), wire.enabled_repositories)]);
    Ok(vec![l.switches("coding_agent", guards), l.switches("coding_agent_in", chosen)])
}

/// What it may do in a repository.
pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let Some(repo) = l.repo() else { return Ok(Vec::new()) };
    let settings: Settings = l.one(&l.path()).await?;
    let mut facts = vec![l.switches("coding_agent", settings.switches())];
    for (name, server) in settings.servers() {
        let mut grant = l.grant(Through::CodingAgent, Reach::one(repo), None);
        grant.permissions = power(server);
        facts.push(l.holds(key(repo, name), name, grant));
    }
    Ok(facts)
}

/// The key of a server that a repository's settings name.
pub(in crate::github::inventory) fn key(repo: RepoId, name: &str) -> IdentityKey {
    IdentityKey::scoped(IdentityKind::McpServer, repo.0, &["coding_agent", name])
}

impl Settings {
    /// The servers by name.
    pub(in crate::github::inventory) fn servers(&self) -> impl Iterator<Item = (&str, &Value)> {
        let servers = self.mcp_configuration.as_ref().and_then(|it| it.get("mcpServers"));
        let servers = servers.and_then(Value::as_object).into_iter().flat_map(Map::iter);
        servers.map(|(name, server)| (name.as_str(), server))
    }

    fn switches(&self) -> BTreeMap<String, String> {
        let flags = [
            ("coding_agent_workflow_approval", self.require_actions_workflow_approval),
            ("coding_agent_firewall", self.is_firewall_enabled),
            ("coding_agent_usual_allowlist", self.is_firewall_recommended_allowlist_enabled),
            ("coding_agent_automations", self.is_automations_enabled),
            ("coding_agent_triggers_need_write", self.require_write_access_for_automation_triggers),
        ];
        let flags = flags.into_iter().filter_map(|(name, is)| Some((name, is?.to_string())));
        let mut switches: BTreeMap<String, String> =
            flags.map(|(name, is)| (name.to_owned(), is)).collect();
        let hosts: Vec<&str> = self.custom_allowlist.iter().map(String::as_str).collect();
        let hosts = if hosts.is_empty() { "nothing".to_owned() } else { hosts.join(", ") };
        switches.insert("coding_agent_allowlist".to_owned(), hosts);
        switches
    }
}

/// What a server is given and where it is: its tools, the secrets that it reads, its host or the
/// command that starts it.
fn power(server: &Value) -> BTreeMap<String, Access> {
    let mut power = BTreeMap::new();
    let mut put = |name: String, access| {
        power.insert(Foreign::new(&name).raw().to_owned(), access);
    };
    match server.get("tools").and_then(Value::as_array) {
        Some(tools) => {
            for tool in tools.iter().filter_map(Value::as_str) {
                put(format!("tool:{tool}"), Access::Write);
            }
        }
        None => put("tool:*".to_owned(), Access::Write),
    }
    if let Some(command) = server.get("command").and_then(Value::as_str) {
        put(format!("runs:{command}"), Access::Write);
    }
    if let Some(url) = server.get("url").and_then(Value::as_str) {
        let host = url.parse::<Uri>().ok().and_then(|url| url.host().map(str::to_ascii_lowercase));
        let host = host.unwrap_or_else(|| "an address that cannot be read".to_owned());
        put(format!("sent_to:{host}"), Access::Write);
    }
    for name in secrets(&server.to_string()) {
        put(format!("secret:{name}"), Access::Read);
    }
    let filled_in = ["env", "headers"].into_iter().filter_map(|key| server.get(key)?.as_object());
    for value in filled_in.flat_map(Map::values).filter_map(Value::as_str) {
        for name in filled(value) {
            put(format!("secret:{name}"), Access::Read);
        }
    }
    power
}

/// Names of secrets that are handed to servers, wherever they stand in a text.
fn secrets(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_name(c)).filter(|word| word.starts_with(SECRET))
}

/// What a value is filled in with: `$NAME`, `${NAME}`, `secrets.NAME`.
fn filled(value: &str) -> impl Iterator<Item = &str> {
    let marked = ["$", "${", "secrets."].into_iter().flat_map(|mark| value.split(mark).skip(1));
    let name = |rest: &'_ str| rest.split(|c| !is_of_name(c)).next().unwrap_or_default().len();
    marked
        .map(move |rest| &rest[..name(rest)])
        .filter(|name| name.starts_with(|c: char| !c.is_ascii_digit()))
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_server_is_known_by_its_tools_its_host_and_its_secrets_and_by_no_value() {
        let server = json!({
            "type": "http",
            "url": "https://mcp.acme.invalid/v1?key=hidden",
            "tools": ["read", "write"],
            "headers": { "Authorization": "Bearer $COPILOT_MCP_TOKEN", "X": "hidden" },
        });
        let names: Vec<String> = power(&server).into_keys().collect();
        let all =
            ["secret:COPILOT_MCP_TOKEN", "sent_to:mcp.acme.invalid", "tool:read", "tool:write"];
        assert_eq!(names, all);
    }

    #[test]
    fn a_value_is_filled_in_by_name_where_values_are_handed_over() {
        let server = json!({
            "command": "npx", "args": ["$HOME"], "tools": ["read"],
            "env": { "A": "$ACME_KEY", "B": "${ACME_URL:-none}", "C": "plain", "D": "$5" },
            "headers": { "X": "${{ secrets.ACME_TOKEN }}" },
        });
        let names: Vec<String> = power(&server).into_keys().collect();
        let all =
            ["runs:npx", "secret:ACME_KEY", "secret:ACME_TOKEN", "secret:ACME_URL", "tool:read"];
        assert_eq!(names, all);
    }

    #[test]
    fn a_server_that_names_no_tools_has_all_of_them() {
        let server =
            json!({ "command": "npx", "args": ["-y", "x"], "env": { "A": "COPILOT_MCP_A" } });
        let names: Vec<String> = power(&server).into_keys().collect();
        assert_eq!(names, ["runs:npx", "secret:COPILOT_MCP_A", "tool:*"]);
        let none = Settings { mcp_configuration: Some(json!("no object")), ..Settings::default() };
        assert_eq!(none.servers().count(), 0);
    }
}

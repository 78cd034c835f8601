//! MCP servers, in every shape that an agent or editor reads.

use crate::power::files::{change, check, read};

#[test]
fn a_server_says_its_package_its_credentials_and_what_starts() {
    check(
        ".mcp.json",
        r#"{
  "mcpServers": {
    "acme": {
      "command": "npx",
      "args": ["-y", "@acme/mcp@1.2.3", "--root", "/"],
      "env": {
        "ACME_TOKEN": "${ACME_TOKEN}",
        "LOG_LEVEL": "debug"
      }
    }
  }
}"#,
        &[
            "3: mcp_server acme",
            "  local ACME_TOKEN",
            "  Package npm:@acme/mcp Version 1.2.3",
            "  starts MCP: npx -y @acme/mcp --root /",
        ],
    );
}

#[test]
fn every_shape_is_read_with_its_own_words_for_a_variable() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            ".vscode/mcp.json",
            r#"{ // comments are fine
            "servers": {"acme": {"type": "http", "url": "https://mcp.acme.invalid/v1",
              "headers": {"Authorization": "Bearer ${input:acme-key}"}}}}"#,
            &[
                "2: mcp_server acme",
                "  local acme-key",
                "  Server mcp.acme.invalid Floating",
                "  hosts mcp.acme.invalid",
            ],
        ),
        (
            ".github/mcp.json",
            r#"{"mcpServers": {"acme": {"type": "local", "command": "uvx", "args": ["acme-mcp"],
              "env": {"KEY": "COPILOT_MCP_ACME"}, "tools": ["*"]}}}"#,
            &[
                "1: mcp_server acme",
                "  secret COPILOT_MCP_ACME",
                "  Package pypi:acme-mcp Floating",
                "  starts MCP: uvx acme-mcp",
                "  tools mcp__acme__*",
            ],
        ),
        (
            ".gemini/settings.json",
            r#"{"mcpServers": {"acme": {"httpUrl": "https://acme.invalid/mcp", "trust": true}}}"#,
            &[
                "1: mcp_server acme",
                "  Server acme.invalid Floating",
                "  without approval of the tools of acme",
                "  tools mcp__acme__*",
                "  hosts acme.invalid",
            ],
        ),
        (
            ".codex/config.toml",
            "[mcp_servers.acme]\nurl = \"https://acme.invalid/mcp\"\nbearer_token_env_var = \"ACME_TOKEN\"\n",
            &[
                "1: mcp_server acme",
                "  local ACME_TOKEN",
                "  Server acme.invalid Floating",
                "  hosts acme.invalid",
            ],
        ),
        (
            "opencode.json",
            r#"{"mcp": {"acme": {"type": "local", "command": ["bun", "x", "acme-mcp"],
              "environment": {"ACME_KEY": "{env:ACME_KEY}"}}}}"#,
            &[
                "1: mcp_server acme",
                "  local ACME_KEY",
                "  Package npm:acme-mcp Floating",
                "  starts MCP: bun x acme-mcp",
            ],
        ),
        (
            "crush.json",
            r#"{"mcp": {"acme": {"type": "stdio", "command": "./tools/mcp.sh"}}}"#,
            &["1: mcp_server acme", "  starts MCP: ./tools/mcp.sh"],
        ),
        (
            ".zed/settings.json",
            r#"{"context_servers": {"acme": {"command": {"path": "acme-mcp", "args": ["--stdio"]}}}}"#,
            &["1: mcp_server acme", "  starts MCP: acme-mcp --stdio"],
        ),
        (
            ".vibe/config.toml",
            "[[mcp_servers]]\nname = \"acme\"\ntransport = \"http\"\nurl = \"https://acme.invalid\"\napi_key_env = \"ACME_KEY\"\n",
            &[
                "1: mcp_server acme",
                "  local ACME_KEY",
                "  Server acme.invalid Floating",
                "  hosts acme.invalid",
            ],
        ),
        (
            ".goose/config.yaml",
            "extensions:\n  acme:\n    type: stdio\n    cmd: npx\n    args: [-y, acme-mcp]\n    env_keys: [ACME_KEY]\n  files:\n    type: builtin\n",
            &[
                "2: mcp_server acme",
                "  local ACME_KEY",
                "  Package npm:acme-mcp Floating",
                "  starts MCP: npx -y acme-mcp",
                "7: mcp_server files",
            ],
        ),
        (
            ".continue/mcpServers/acme.yaml",
            "mcpServers:\n  - name: acme\n    command: npx\n    args: [acme-mcp]\n    env:\n      KEY: ${{ secrets.ACME_KEY }}\n",
            &[
                "2: mcp_server acme",
                "  secret ACME_KEY",
                "  Package npm:acme-mcp Floating",
                "  starts MCP: npx acme-mcp",
            ],
        ),
        (
            ".amp/settings.json",
            r#"{"amp.mcpServers": {"acme": {"command": "npx", "args": ["acme-mcp"]}}}"#,
            &[
                "1: mcp_server acme",
                "  Package npm:acme-mcp Floating",
                "  starts MCP: npx acme-mcp",
            ],
        ),
        (
            ".github/agents/triage.md",
            "---\nname: triage\ntools: [read, shell]\nmcp-servers:\n  acme:\n    type: http\n    url: https://acme.invalid/mcp\n    headers:\n      X-Key: ${{ secrets.COPILOT_MCP_ACME }}\n---\n",
            &[
                "2: ai_agent triage",
                "  tools read(*) | shell(*)",
                "5: mcp_server acme",
                "  secret COPILOT_MCP_ACME",
                "  Server acme.invalid Floating",
                "  hosts acme.invalid",
            ],
        ),
    ];
    for (path, text, expected) in cases {
        check(path, text, expected);
    }
}

#[test]
fn containers_bridges_and_addresses_say_who_really_answers() {
    check(
        ".mcp.json",
        r#"{"mcpServers": {
  "image": {"command": "docker", "args": ["run", "-i", "--rm", "-e", "ACME_TOKEN", "ghcr.io/acme/mcp:1.2"]},
  "bridge": {"command": "npx", "args": ["mcp-remote", "https://acme.invalid/sse", "--header", "X-Key: ${KEY}"]},
  "query": {"url": "https://acme.invalid/mcp?api_key=9f86d081884c7d65"}
}}"#,
        &[
            "3: mcp_server bridge",
            "  local KEY",
            "  Package npm:mcp-remote Floating",
            "  Server acme.invalid Floating",
            "  starts MCP: npx mcp-remote https://acme.invalid/sse --header X-Key: ${KEY}",
            "  hosts acme.invalid",
            "2: mcp_server image",
            "  local ACME_TOKEN",
            "  Image ghcr.io/acme/mcp Tag 1.2",
            "  starts MCP: docker run -i --rm -e ACME_TOKEN ghcr.io/acme/mcp:1.2",
            "4: mcp_server query",
            "  literal url",
            "  Server acme.invalid Floating",
            "  hosts acme.invalid",
        ],
    );
}

#[test]
fn servers_that_are_off_and_lists_without_servers_grant_nothing() {
    for text in [
        r#"{"mcpServers": {}}"#,
        r#"{"mcpServers": {"acme": {"command": "npx", "args": ["acme"], "disabled": true}}}"#,
        r#"{"inputs": []}"#,
        "{}",
        "",
    ] {
        check(".mcp.json", text, &[]);
    }
}

#[test]
fn what_cannot_be_told_of_a_server_is_unknown() {
    check(
        ".mcp.json",
        r#"{"mcpServers": {"acme": {}, "other": 1}}"#,
        &[
            "1: mcp_server acme",
            "1: unknown, what an MCP server runs cannot be told: it has no command and no address",
            "1: unknown, what an MCP server runs cannot be told: its entry has no settings",
        ],
    );
    check(
        "plugins/acme/.claude-plugin/plugin.json",
        r#"{"mcpServers": "./servers.json"}"#,
        &["1: unknown, which MCP servers are started cannot be told: another file lists them"],
    );
}

#[test]
fn a_newer_version_is_a_reference_and_no_new_power() {
    let at = |version: &str| {
        format!(r#"{{"mcpServers": {{"acme": {{"command": "npx", "args": ["acme{version}"]}}}}}}"#)
    };
    let newer = change(".mcp.json", &at("@1.0.0"), &at("@1.1.0"));
    assert!(!newer.grants());
    assert_eq!(newer.referred.len(), 1);
    assert!(change(".mcp.json", &at("@1.0.0"), &at("")).grants(), "no longer pinned");
    let other = change(".mcp.json", &at("@1.0.0"), &at("-evil@1.0.0"));
    assert!(other.grants(), "other code");
}

#[test]
fn no_reading_holds_the_value_of_a_credential() {
    let value = "9f86d081884c7d659a2feaa0";
    let files = [
        (
            ".mcp.json",
            format!(
                r#"{{"mcpServers": {{"a": {{"command": "npx", "args": ["x", "--token", "{value}", "--api-key={value}"], "env": {{"API_KEY": "{value}"}}, "headers": {{"Authorization": "Bearer {value}"}}}}}}}}"#
            ),
        ),
        (
            ".mcp.json",
            format!(
                r#"{{"mcpServers": {{"a": {{"url": "https://u:{value}@acme.invalid/?token={value}"}}}}}}"#
            ),
        ),
        (
            ".codex/config.toml",
            format!(
                "[mcp_servers.a]\ncommand = \"x\"\n[mcp_servers.a.env]\nACME_SECRET = \"{value}\"\n"
            ),
        ),
        (".claude/settings.json", format!(r#"{{"env": {{"ANTHROPIC_API_KEY": "{value}"}}}}"#)),
        (
            ".github/dependabot.yml",
            format!(
                "registries:\n  a:\n    type: npm-registry\n    url: https://npm.acme.invalid\n    token: {value}\n"
            ),
        ),
        (".npmrc", format!("//npm.acme.invalid/:_authToken={value}\n")),
        (
            "main.tf",
            format!(
                "resource \"github_actions_secret\" \"a\" {{\n  repository = \"api\"\n  secret_name = \"X\"\n  plaintext_value = \"{value}\"\n}}\n"
            ),
        ),
    ];
    for (path, text) in files {
        let powers = read(path, &text);
        assert!(!powers.grants().is_empty(), "{path}");
        let secrets: usize = powers.grants().iter().map(|it| it.power.secrets.len()).sum();
        assert!(secrets > 0, "{path} holds a credential: {text}");
        let all = format!("{powers:?}") + &serde_json::to_string(&powers).unwrap();
        assert!(!all.contains(value), "{path}: {all}");
    }
}

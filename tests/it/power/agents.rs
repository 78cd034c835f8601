//! Agents in workflows: who drives them, what they hold, what they may do.

use beholden::domain::IdentityKind;

use crate::power::shown::{line_of, lines, many, named, one, steps};

const CLAUDE: &str = "- uses: anthropics/claude-code-action@v1\n  with:\n    anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}\n";

fn claude(on: &str, with: &str) -> String {
    let write = "permissions: {contents: write}";
    steps(on, &format!("{CLAUDE}{with}")).replace("permissions: {}", write)
}

#[test]
fn an_agent_is_driven_by_whom_its_own_check_lets_through() {
    for (on, with, crowd) in [
        ("issues", "", "on issues: Collaborators"),
        ("issues", "    allowed_non_write_users: '*'", "on issues: Anyone"),
        ("issue_comment", "    allowed_non_write_users: monalisa", "on issue_comment: Anyone"),
        ("push", "", "on push: Collaborators"),
    ] {
        let powers = one(&claude(on, with));
        let agent = named(&powers, "build/claude");
        assert_eq!(agent.subject.kind, IdentityKind::AiAgent);
        let found = lines(agent);
        assert!(found.contains(crowd), "{on} {with}: {found:?}");
        for line in ["token contents: Write", "secret ANTHROPIC_API_KEY", "agent claude"] {
            assert!(found.contains(line), "{line}: {found:?}");
        }
    }
    let base =
        steps("issues", "- uses: anthropics/claude-code-base-action@v1\n  with: {prompt: triage}");
    assert!(
        lines(named(&one(&base), "build/claude")).contains("on issues: Anyone"),
        "it checks nobody"
    );
}

#[test]
fn what_outsiders_write_reaches_an_agent_that_checks_nobody() {
    let open = one(&claude("issues", "    allowed_non_write_users: '*'"));
    let found = lines(named(&open, "build/claude"));
    assert!(found.contains("text github.event.issue prompted"), "{found:?}");
    let checked = one(&claude("issues", ""));
    assert!(!lines(named(&checked, "build/claude")).iter().any(|line| line.starts_with("text")));
    let named_text = one(&claude("issues", "    prompt: 'Look at ${{ github.event.issue.body }}'"));
    let agent = lines(named(&named_text, "build/claude"));
    assert!(
        agent.contains("text github.event.issue.body prompted"),
        "a checked driver, a stranger's text: {agent:?}"
    );
}

#[test]
fn a_text_that_goes_from_the_prompt_into_a_variable_is_no_other_text() {
    let gemini = |with: &str| {
        steps("issues", &format!("- uses: google-github-actions/run-gemini-cli@v0\n  {with}"))
    };
    let told = gemini("with: {prompt: 'Sort ${{ github.event.issue.body }}'}");
    let left = gemini("with: {prompt: /sort}\n  env: {BODY: '${{ github.event.issue.body }}'}");
    let difference = beholden::power::subtract(&one(&told), &one(&left));
    assert!(!difference.grants(), "{:?}", difference.widened);
}

#[test]
fn tools_are_read_from_options_and_settings() {
    for (with, tools) in [
        ("    claude_args: --allowedTools \"Read,Bash(git log:*)\"", "tools Bash(git log:*) Read"),
        ("    claude_args: --allowedTools \"Bash,Read\"", "tools Bash(*) Read"),
        ("    claude_args: --allowed-tools Edit", "tools Edit"),
        ("    claude_args: --dangerously-skip-permissions", "tools *"),
        ("    allowed_tools: 'Edit,Bash(npm run:*)'", "tools Bash(npm run:*) Edit"),
        ("    settings: '{\"permissions\": {\"allow\": [\"WebFetch\"]}}'", "tools WebFetch"),
        ("    claude_args: --disallowedTools \"Bash,Edit\"", "denied Bash(*) Edit"),
        ("    settings: '{\"permissions\": {\"deny\": [\"WebFetch\"]}}'", "denied WebFetch"),
    ] {
        let powers = one(&claude("push", with));
        let found = lines(named(&powers, "build/claude"));
        assert!(found.contains(tools), "{with}: {found:?}");
    }
    let powers = one(&claude("push", "    claude_args: --allowedTools \"Bash(*)\""));
    assert_eq!(line_of(named(&powers, "build/claude"), "tools Bash(*)"), 10);
}

#[test]
fn wider_tools_are_a_rise_and_narrower_ones_are_none() {
    let read =
        |tools: &str| one(&claude("push", &format!("    claude_args: --allowedTools \"{tools}\"")));
    let wider = beholden::power::subtract(&read("Bash(git log:*)"), &read("Bash(git:*)"));
    assert!(!wider.grants() || wider.widened.len() == 1);
    let all = beholden::power::subtract(&read("Bash(git log:*)"), &read("Bash"));
    assert_eq!(all.widened.len(), 1, "only the agent: {:?}", all.widened);
    let back = beholden::power::subtract(&read("Bash"), &read("Bash(git log:*)"));
    assert!(!back.grants() && back.narrowed.len() == 1);
}

#[test]
fn safety_that_is_off_servers_and_endpoints_are_named() {
    for (with, line) in [
        ("    claude_args: --dangerously-skip-permissions", "loosened no tool approval"),
        ("    claude_args: --mcp-config .mcp.json", "server .mcp.json"),
        (
            "    claude_args: --mcp-config '{\"mcpServers\": {\"db\": {\"command\": \"x\"}}}'",
            "server db",
        ),
        ("    show_full_output: 'true'", "loosened tool output may carry secrets into public logs"),
        (
            "    additional_permissions: |\n      packages: write",
            "loosened asks the App token for scopes that write",
        ),
    ] {
        let with = with.replace("claude_args: ", "claude_args: >-\n        ");
        let powers = one(&claude("push", &with));
        let found = lines(named(&powers, "build/claude"));
        assert!(found.contains(line), "{with}: {found:?}");
    }
    let reads = one(&claude("push", "    additional_permissions: |\n      actions: read"));
    let found = lines(named(&reads, "build/claude"));
    assert!(!found.iter().any(|line| line.starts_with("loosened")), "{found:?}");
}

#[test]
fn agents_on_the_command_line_are_agents() {
    for (run, agent, there) in [
        ("claude -p \"triage\" --dangerously-skip-permissions", "claude-code", "tools *"),
        ("claude -p triage --allowedTools \"Read\"", "claude-code", "tools Read"),
        (
            "codex exec --sandbox danger-full-access x",
            "codex",
            "loosened nothing is asked before it acts",
        ),
        ("gemini --yolo -p x", "gemini-cli", "tools *"),
        ("claude -p x --mcp-config mcp.json", "claude-code", "server mcp.json"),
    ] {
        let powers = one(&steps(
            "issues",
            &format!(
                "- run: {}\n  env: {{K: '${{{{ secrets.K }}}}'}}",
                serde_json::to_string(run).unwrap()
            ),
        ));
        let found = lines(named(&powers, &format!("build/{agent}")));
        for line in [there, "secret K", "on issues: Anyone"] {
            assert!(found.contains(line), "{run}: {line}: {found:?}");
        }
    }
    let none = one(&steps("issues", "- run: echo claude was here && npm test"));
    assert!(none.grants().iter().all(|it| it.subject.kind != IdentityKind::AiAgent));
}

#[test]
fn gemini_never_asks() {
    let gemini = |settings: &str| {
        one(&steps(
            "issues",
            &format!(
                "- uses: google-github-actions/run-gemini-cli@v0\n  with:\n    gemini_api_key: ${{{{ secrets.GEMINI_API_KEY }}}}\n{settings}"
            ),
        ))
    };
    let open = gemini("");
    let found = lines(named(&open, "build/gemini"));
    assert!(found.contains("tools *"), "{found:?}");
    let limited = gemini("    settings: '{\"coreTools\": [\"read_file\"]}'");
    let found = lines(named(&limited, "build/gemini"));
    assert!(found.contains("tools read_file"), "{found:?}");
}

#[test]
fn an_agent_inside_a_local_action_is_the_jobs_agent() {
    let action = "inputs: {key: {}}\nruns:\n  using: composite\n  steps:\n    - uses: anthropics/claude-code-action@v1\n      with:\n        anthropic_api_key: ${{ inputs.key }}\n        allowed_non_write_users: '*'\n";
    let ci =
        steps("issues", "- uses: ./.github/actions/triage\n  with: {key: '${{ secrets.KEY }}'}");
    let powers =
        many(&[(".github/workflows/ci.yml", &ci), (".github/actions/triage/action.yml", action)]);
    let found = lines(named(&powers, "build/claude"));
    for line in ["on issues: Anyone", "secret KEY"] {
        assert!(found.contains(line), "{found:?}");
    }
}

#[test]
fn a_review_by_a_model_is_no_agent_of_an_idle_workflow() {
    let powers = one(&steps("push", "- uses: octo-org/lint@v1"));
    assert!(powers.grants().iter().all(|it| it.power.agents.is_empty()));
}

const AGENTIC: &str = ".github/workflows/triage.md";

/// The agent of an agentic workflow with this front matter, its lock file beside it.
fn agentic(front: &str) -> beholden::power::Powers {
    let text = format!(
        "---\n{front}---\n\n# Triage\n\nDo it for #${{{{ github.event.issue.number }}}}.\n"
    );
    let lock = steps("push", "- run: 'true'");
    many(&[(AGENTIC, &text), (".github/workflows/triage.lock.yml", &lock)])
}

#[test]
fn the_front_matter_of_an_agentic_workflow_grants() {
    let front = "on:\n  issues: {types: [opened]}\n  roles: all\npermissions: {contents: read, issues: write}\nengine: {id: claude}\nnetwork: {allowed: [defaults, '*.acme.invalid']}\ntools:\n  bash: true\n  github: {toolsets: [issues]}\nmcp-servers:\n  db: {command: x, env: {KEY: '${{ secrets.DB_KEY }}'}}\nsafe-outputs:\n  add-comment:\n  create-pull-request: {target-repo: acme/other}\n  footer: false\n  missing-tool:\n  jobs:\n    page: {steps: [{run: ./page.sh}]}\nstrict: false\n";
    let powers = agentic(front);
    let agent = named(&powers, "triage");
    let found = lines(agent);
    for line in [
        "on issues: Anyone",
        "token issues: Write",
        "agent claude",
        "tools bash(*) github(issues)",
        "server db",
        "secret DB_KEY",
        "role safe-outputs add-comment",
        "role safe-outputs create-pull-request",
        "role safe-outputs page",
        "loosened the checks of strict mode",
        "text github.event.issue prompted",
        "network",
    ] {
        assert!(found.contains(line), "{line}: {found:?}");
    }
    for setting in ["footer", "missing-tool", "jobs"] {
        assert!(!found.contains(format!("role safe-outputs {setting}").as_str()), "{found:?}");
    }
    assert_eq!(line_of(agent, "on issues: Anyone"), 3);
    assert_eq!(line_of(agent, "server db"), 12);
    assert_eq!(line_of(agent, "token issues: Write"), 5);
}

#[test]
fn an_agentic_workflow_is_driven_by_its_team_unless_it_says_otherwise() {
    for (front, line) in [
        ("on: {issues: {types: [opened]}}\n", "on issues: Collaborators"),
        ("on: {slash_command: {name: fix}}\n", "on issue_comment: Collaborators"),
        ("on: {slash_command: {name: fix}}\nroles: all\n", "on issue_comment: Anyone"),
        ("on: {schedule: daily, reaction: eyes}\n", "on schedule: Nobody"),
        ("on: gollum\n", "on gollum: Collaborators"),
    ] {
        let powers = agentic(front);
        let found = lines(named(&powers, "triage"));
        assert!(found.contains(line), "{front}: {found:?}");
        assert!(!found.iter().any(|it| it.starts_with("on reaction")), "{found:?}");
    }
    let read = |bash: &str| agentic(&format!("on: push\ntools: {{bash: {bash}}}\n"));
    let wider = beholden::power::subtract(&read("[ls]"), &read("true"));
    assert!(wider.grants());
    let narrower = beholden::power::subtract(&read("['*']"), &read("[ls]"));
    assert!(!narrower.grants() && narrower.narrowed.len() == 1);
}

#[test]
fn front_matter_without_a_lock_file_or_without_a_trigger() {
    let alone = many(&[(AGENTIC, "---\non: issues\n---\n")]);
    assert_eq!(alone.wanted().next().unwrap().raw(), ".github/workflows/triage.lock.yml");
    for text in ["# Notes\n", "---\ntitle: Notes\n---\n", "---\non: push\n"] {
        let powers = many(&[(".github/workflows/README.md", text)]);
        assert!(powers.grants().is_empty() && powers.unknowns().is_empty(), "{text}");
    }
    let broken = many(&[(AGENTIC, "---\non: [\n---\n")]);
    assert_eq!(broken.unknowns().len(), 1);
}

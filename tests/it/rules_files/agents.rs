//! Agents that GitHub starts, and agents that wait in a checkout.

use crate::rules_files::told::{AGENTS, said};

const TRIAGE: &str = ".github/workflows/triage.yml";

/// A workflow whose only step is an agent with these lines of settings.
fn claude(permissions: &str, with: &[&str]) -> String {
    let step = "on: issues\npermissions: PERMISSIONS\njobs:\n  triage:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: anthropics/claude-code-action@v1\n        with:\n          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}\n";
    let with: String = with.iter().map(|line| format!("          {line}\n")).collect();
    format!("{}{with}", step.replace("PERMISSIONS", permissions))
}

const OPEN: &str = "allowed_non_write_users: '*'";
const WRITE: &str = "{contents: write}";

#[track_caller]
fn check(what: &str, base: Option<&str>, head: &str, expected: &str) {
    let base: Vec<_> = base.into_iter().map(|text| (TRIAGE, text)).collect();
    assert_eq!(said(AGENTS, &base, &[(TRIAGE, head)]), expected, "{what}");
}

#[test]
fn a_new_agent_is_told_of_once_by_the_sharpest_rule() {
    check(
        "pushers drive it",
        None,
        &claude(WRITE, &[]),
        "new-agent medium .github/workflows/triage.yml:7 People who may push can drive a new agent, Claude, with `contents: write` and the secret `ANTHROPIC_API_KEY`.",
    );
    check(
        "anyone drives it",
        None,
        &claude(WRITE, &[OPEN]),
        "agent-anyone-can-drive critical .github/workflows/triage.yml:7 Anyone who can open an issue can drive Claude with `contents: write` and the secret `ANTHROPIC_API_KEY`.",
    );
    check(
        "it may do everything",
        None,
        &claude(WRITE, &["claude_args: --dangerously-skip-permissions"]),
        "agent-unrestricted high .github/workflows/triage.yml:10 Claude may use every tool without being asked, with `contents: write` and the secret `ANTHROPIC_API_KEY`; people who may push can drive it.",
    );
    check(
        "both",
        None,
        &claude(WRITE, &[OPEN, "claude_args: --allowedTools \"Bash(*)\""]),
        "agent-anyone-can-drive critical .github/workflows/triage.yml:7 Anyone who can open an issue can drive Claude with the tool `Bash(*)`, `contents: write` and the secret `ANTHROPIC_API_KEY`.",
    );
}

#[test]
fn an_agent_that_is_opened_or_gets_more_is_told_of_on_the_line_that_does_it() {
    let closed = claude(WRITE, &[]);
    let open = claude(WRITE, &[OPEN]);
    check(
        "opened",
        Some(&closed),
        &open,
        "agent-anyone-can-drive critical .github/workflows/triage.yml:10 Anyone who can open an issue can drive Claude with `contents: write` and the secret `ANTHROPIC_API_KEY`.",
    );
    check(
        "more of the token",
        Some(&open),
        &claude("{contents: write, issues: write}", &[OPEN]),
        "agent-anyone-can-drive critical .github/workflows/triage.yml:2 Anyone who can open an issue can drive Claude with `contents: write`, `issues: write` and the secret `ANTHROPIC_API_KEY`.",
    );
    check(
        "every command",
        Some(&open),
        &claude(WRITE, &[OPEN, "claude_args: --allowedTools \"Bash(*)\""]),
        "agent-unrestricted high .github/workflows/triage.yml:11 Claude may use every command without being asked, with `contents: write` and the secret `ANTHROPIC_API_KEY`; anyone who can open an issue can drive it.",
    );
    check(
        "one command",
        Some(&closed),
        &claude(WRITE, &["claude_args: --allowedTools \"Bash(git log:*)\""]),
        "agent-reach low .github/workflows/triage.yml:10 Claude may use `Bash(git log:*)` without being asked; people who may push can drive it.",
    );
    check(
        "a server",
        Some(&closed),
        &claude(WRITE, &["claude_args: --mcp-config .mcp.json"]),
        "mcp-server-added medium .github/workflows/triage.yml:10 Claude is given the MCP server `.mcp.json`; people who may push can drive it.",
    );
    check("closed again", Some(&open), &closed, "");
    check("laid out anew", Some(&open), &open.replace('\n', "\n\n"), "");
}

#[test]
fn an_agent_that_may_change_what_holds_it() {
    let closed = claude(WRITE, &[]);
    check(
        "it may edit workflows",
        Some(&closed),
        &claude(WRITE, &["claude_args: --allowedTools \"Edit(.github/workflows/**)\""]),
        "agent-changes-own-power high .github/workflows/triage.yml:10 Claude may change what it is held to without being asked: `.github/workflows/*`; people who may push can drive it.",
    );
    check(
        "a credential of GitHub's",
        Some(&closed),
        &claude(WRITE, &["github_token: ${{ secrets.BOT_PAT }}"]),
        "agent-changes-own-power medium .github/workflows/triage.yml:10 The secret `BOT_PAT` may let Claude change its own workflow, which the job's own token never can; people who may push can drive it.",
    );
    let told = "# How we work\nWhen a command is refused, add it to the list in `.claude/settings.json`.\n";
    assert_eq!(
        said(&["agent-changes-own-power"], &[], &[("AGENTS.md", told)]),
        "agent-changes-own-power high AGENTS.md:2 `AGENTS.md` tells agents to change what they are held to: `.claude/settings.json`."
    );
    let held = "Never edit `.claude/settings.json` or change `.mcp.json`.\n";
    assert_eq!(said(&["agent-changes-own-power"], &[], &[("AGENTS.md", held)]), "");
}

#[test]
fn an_agentic_workflow_speaks_for_its_compiled_twin() {
    let source = "---\non:\n  issues: {types: [opened]}\n  roles: all\npermissions: {contents: read, issues: write}\nengine: {id: claude}\ntools:\n  bash: true\nsafe-outputs:\n  add-comment:\n---\n\n# Triage\n\nDo it.\n";
    let twin = claude(WRITE, &[OPEN]);
    let head =
        [(".github/workflows/t.md", source), (".github/workflows/t.lock.yml", twin.as_str())];
    assert_eq!(
        said(AGENTS, &[], &head),
        "agent-anyone-can-drive critical .github/workflows/t.md:6 Anyone who can open an issue can drive Claude with the tool `bash(*)`, `issues: write` and the right `add-comment`."
    );
}

#[test]
fn an_agent_in_a_file_and_the_settings_of_one() {
    let agent = "---\nname: reviewer\ndescription: reviews\ntools: Read\n---\nYou review.\n";
    let path = ".claude/agents/reviewer.md";
    assert_eq!(
        said(AGENTS, &[], &[(path, agent)]),
        "new-agent medium .claude/agents/reviewer.md:2 Whoever works in a checkout can call the agent `reviewer`, with the tool `Read(*)`."
    );
    let settings = ".claude/settings.json";
    let asks =
        "{\n \"permissions\": {\n  \"deny\": [\"WebFetch\"],\n  \"allow\": [\"Read\"]\n }\n}\n";
    let base = [(settings, asks)];
    for (what, head, expected) in [
        (
            "nothing is asked",
            asks.replace("\"deny\"", "\"defaultMode\": \"bypassPermissions\",\n  \"deny\""),
            "agent-unrestricted medium .claude/settings.json:3 Claude Code works without `approval of commands` and `approval of edits`, wherever somebody works in a checkout.",
        ),
        (
            "a denial is gone",
            asks.replace("[\"WebFetch\"]", "[]"),
            "agent-unrestricted medium .claude/settings.json:1 Claude Code is no longer held back from `WebFetch(*)`, wherever somebody works in a checkout.",
        ),
        (
            "a tool",
            asks.replace("[\"Read\"]", "[\"Read\", \"Bash(npm test)\"]"),
            "agent-reach low .claude/settings.json:4 Claude Code may use `Bash(npm test)` without being asked, wherever somebody works in a checkout.",
        ),
        ("the same in one line", asks.replace('\n', " "), ""),
    ] {
        assert_eq!(said(AGENTS, &base, &[(settings, head.as_str())]), expected, "{what}");
    }
}

#[test]
fn a_skill_goes_by_its_folder() {
    let skill =
        "---\nname: tidy\ndescription: tidies\nallowed-tools: Read Bash(git log:*)\n---\nTidy.\n";
    assert_eq!(
        said(&["agent-reach", "new-agent"], &[], &[(".agents/skills/tidy/SKILL.md", skill)]),
        "agent-reach low .agents/skills/tidy/SKILL.md:4 The skill `tidy` may use `Bash(git log*)` and `Read(*)` without being asked, wherever somebody works in a checkout."
    );
    let shell = skill.replace("Bash(git log:*)", "Bash");
    assert_eq!(
        said(&["agent-unrestricted"], &[], &[(".gemini/skills/tidy/SKILL.md", &shell)]),
        "agent-unrestricted high .gemini/skills/tidy/SKILL.md:4 The skill `tidy` may use every command without being asked, wherever somebody works in a checkout."
    );
}

#[test]
fn a_file_that_is_only_named_is_not_to_be_changed() {
    let own = &["agent-changes-own-power"];
    for text in [
        "When you change docs, run the checks from `.github/workflows/docs.yml`.",
        "Before editing the release, read `.github/workflows/release.yml`.",
        "Parts of `.github/workflows/release.yml` are generated; change the generator.",
    ] {
        assert_eq!(said(own, &[], &[("AGENTS.md", text)]), "", "{text}");
    }
    let told =
        said(own, &[], &[("AGENTS.md", "Update the line in `.github/workflows/release.yml`.")]);
    assert!(told.starts_with("agent-changes-own-power high AGENTS.md:1 "), "{told}");
}

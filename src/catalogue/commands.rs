//! Commands in scripts: agents that are installed, run and widened, and credentials that are made,
//! used and moved.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::{RegexSet, RegexSetBuilder};
use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Pattern, Table};

/// One command.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandEntry {
    /// Names the entry for good.
    pub id: String,
    /// The agent that it is about, as people say it. `None` where it is about no agent, or any.
    pub agent: Option<String>,
    /// What the command does.
    pub phase: Phase,
    /// What a job that runs it can do, as the end of "it can …": where it gives power.
    pub does: Option<String>,
    /// Whether the words are so common that a second sign is needed in the same job.
    #[serde(default)]
    pub ambiguous: bool,
    /// What it looks like in a script.
    pub pattern: Pattern,
    /// Something that the pattern matches.
    pub example: String,
    /// Names of variables through which it takes its credential.
    #[serde(default)]
    pub credentials: Vec<String>,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Installs an agent.
    Install,
    /// Runs an agent without a person at the keyboard.
    Run,
    /// Starts an agent elsewhere.
    RemoteRun,
    /// Lets an agent do more than usual.
    Power,
    /// Switches an agent's safety off.
    Danger,
    /// Gives an agent MCP servers.
    Servers,
    /// Sends a provider's key and the prompts to another host.
    Endpoint,
    /// Publishes a package.
    Publish,
    /// Logs in with a credential.
    Auth,
    /// Makes a credential or a grant, or gives a change its yes.
    Grant,
    /// Asks for the job's OIDC token by hand.
    Oidc,
    /// Fetches a script and runs it at once.
    RemoteScript,
}

/// Every command, in the order of the table.
pub static COMMANDS: LazyLock<Table<CommandEntry>> =
    LazyLock::new(|| table::parse(include_str!("commands.toml")));

/// All patterns in one pass. Over bytes and without Unicode's classes: with them, one letter outside
/// ASCII makes the whole set many times slower.
static SET: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = COMMANDS.rows.iter().map(|it| it.pattern.regex().as_str());
    let set = RegexSetBuilder::new(patterns).unicode(false).dfa_size_limit(16 << 20).build();
    set.expect("the table is tested")
});

/// The commands in a script, each with where it first stands, in the order of the table.
pub fn commands_in(script: &str) -> Vec<(&'static CommandEntry, Range<usize>)> {
    let matched = SET.matches(script.as_bytes());
    let found = |index: usize| {
        let entry = &COMMANDS.rows[index];
        Some((entry, entry.pattern.regex().find(script)?.range()))
    };
    matched.iter().filter_map(found).collect()
}

/// The command with this id.
pub fn command(id: &str) -> Option<&'static CommandEntry> {
    static BY_ID: LazyLock<BTreeMap<&'static str, &'static CommandEntry>> =
        LazyLock::new(|| COMMANDS.rows.iter().map(|it| (it.id.as_str(), it)).collect());
    BY_ID.get(id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(script: &str) -> Vec<&'static str> {
        commands_in(script).into_iter().map(|(entry, _)| entry.id.as_str()).collect()
    }

    #[test]
    fn every_command_is_found_in_its_example() {
        for entry in &COMMANDS.rows {
            assert!(ids(&entry.example).contains(&entry.id.as_str()), "{}", entry.id);
            assert_eq!(command(&entry.id).map(|it| &it.id), Some(&entry.id), "ids are unique");
            assert_eq!(entry.does.is_some(), entry.phase == Phase::Grant, "{}", entry.id);
            COMMANDS.check_sources(&entry.id, &entry.source);
        }
        assert_eq!(command("no-such-command").map(|it| &it.id), None);
    }

    #[test]
    fn ordinary_scripts_hold_no_agent() {
        for script in [
            "cargo test --workspace",
            "echo claude was here",
            "npm ci && npm test",
            "codex=1; make",
            "git commit -m 'docs: mention gemini'",
            "terraform plan",
        ] {
            assert_eq!(ids(script), [] as [&str; 0], "{script}");
        }
    }

    #[test]
    fn to_look_at_who_may_what_gives_nobody_anything() {
        for (script, gives) in [
            ("gh api repos/acme/api/collaborators/hubot/permission --jq .permission", false),
            ("gh api /repos/acme/api/keys", false),
            ("gh api -X DELETE /repos/acme/api/keys/17", false),
            ("gh api -X PUT /repos/acme/api/collaborators/hubot -f permission=push", true),
            ("gh api /repos/acme/api/hooks --input hook.json", true),
            ("gh api \\\n  --method POST \\\n  /repos/acme/api/keys", true),
        ] {
            assert_eq!(ids(script).contains(&"gh-api-grant"), gives, "{script}");
        }
    }

    #[test]
    fn a_script_says_where_the_command_stands() {
        let script = "npm ci\nclaude -p 'triage' --dangerously-skip-permissions\n";
        let found = commands_in(script);
        let run = found.iter().find(|(entry, _)| entry.phase == Phase::Run).unwrap();
        assert_eq!(script[run.1.clone()].trim(), "claude -p");
        assert!(found.iter().any(|(entry, _)| entry.phase == Phase::Danger));
    }
}

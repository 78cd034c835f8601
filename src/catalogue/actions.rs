//! Actions that are agents, that hold or make credentials, or that act with them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Pattern, Table};

/// One action, under all the names it had.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionEntry {
    /// Names the entry for good.
    pub id: String,
    /// `owner/name`, or `owner/name/path`, without a ref.
    pub uses: Vec<String>,
    /// What it does.
    pub kind: ActionKind,
    /// The name of the agent that it runs, as people say it.
    pub agent: Option<String>,
    /// Whom the action itself lets start it. `None`: not known.
    pub gate: Option<Gate>,
    /// Whether it always works without asking for approval.
    #[serde(default)]
    pub unattended: bool,
    /// Inputs that take a credential, or name whose it is.
    #[serde(default)]
    pub credential_inputs: Vec<String>,
    /// Environment variables through which it takes one.
    #[serde(default)]
    pub credential_env: Vec<String>,
    /// Inputs that say what it may do, or what it is told.
    #[serde(default)]
    pub power_inputs: Vec<String>,
    /// Values of inputs that widen its power.
    #[serde(default)]
    pub danger: Vec<Danger>,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Runs an agent that acts.
    AiAgent,
    /// Runs a model that reads and comments.
    AiReview,
    /// Sends a prompt to a model.
    AiInference,
    /// Checks what an agent did.
    AiGuard,
    /// Makes a GitHub token.
    GithubTokenMint,
    /// Loads an SSH key.
    SshKey,
    /// Checks a repository out.
    Checkout,
    /// Writes to GitHub.
    Automation,
    /// Publishes packages.
    RegistryPublish,
    /// Logs in to a registry.
    RegistryLogin,
    /// Fetches secrets from a store of them.
    SecretFetch,
    /// Deploys.
    Deploy,
    /// Applies infrastructure code.
    Iac,
    /// Logs in to a cloud.
    CloudLogin,
    /// Joins a private network.
    Network,
    /// Opens a shell on another machine.
    RemoteShell,
    /// Connects to a cluster.
    Kubernetes,
    /// Posts to a chat.
    Chat,
    /// Sends mail.
    Email,
    /// Sends reports of a run.
    CiReport,
    /// Scans for weaknesses.
    SecurityScan,
    /// Watches the job itself.
    RuntimeGuard,
}

/// Whom an action lets start it, by its own check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// People with write access to the repository, unless an input opens it.
    WriteAccess,
    /// Whoever starts the workflow: it checks nothing.
    None,
}

/// A value of an input that widens the power of an action.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Danger {
    /// The input.
    pub input: String,
    /// What its value looks like then.
    pub pattern: Pattern,
    /// The part of its power that rises.
    pub raises: Raises,
    /// Why, in a few words.
    pub why: String,
}

/// A part of an action's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Raises {
    /// Who can drive it.
    Drivers,
    /// The tools it may use.
    Tools,
    /// Nothing is asked any more.
    Safety,
    /// The MCP servers it talks to.
    Servers,
    /// The host that its key and prompts are sent to.
    Endpoint,
    /// The permissions of its token.
    Permissions,
    /// What becomes readable to others.
    Exposure,
    /// The repositories within reach.
    Reach,
    /// The identity it acts with.
    Credential,
    /// How long its token lives.
    Lifetime,
}

/// Every action, in the order of the table.
pub static ACTIONS: LazyLock<Table<ActionEntry>> =
    LazyLock::new(|| table::parse(include_str!("actions.toml")));

static BY_USES: LazyLock<BTreeMap<String, &'static ActionEntry>> = LazyLock::new(|| {
    let named = |entry: &'static ActionEntry| {
        entry.uses.iter().map(move |uses| (uses.to_ascii_lowercase(), entry))
    };
    ACTIONS.rows.iter().flat_map(named).collect()
});

/// The action that a `uses:` names, whatever its ref and the case of its letters. A path inside a
/// known repository that has no row of its own is taken for the repository's action.
pub fn action(uses: &str) -> Option<&'static ActionEntry> {
    let name = uses.split('@').next().unwrap_or(uses).trim().trim_end_matches('/');
    let name = name.to_ascii_lowercase();
    let mut prefix = name.as_str();
    loop {
        if let Some(entry) = BY_USES.get(prefix) {
            return Some(entry);
        }
        let (shorter, _) = prefix.rsplit_once('/')?;
        prefix = shorter.contains('/').then_some(shorter)?;
    }
}

impl ActionEntry {
    /// Whether it hands text to a model.
    pub fn is_ai(&self) -> bool {
        matches!(self.kind, ActionKind::AiAgent | ActionKind::AiReview | ActionKind::AiInference)
    }

    /// What a value of an input widens. Names of inputs ignore case, as in Actions.
    pub fn dangers<'a>(
        &'a self,
        input: &'a str,
        value: &'a str,
    ) -> impl Iterator<Item = &'a Danger> + 'a {
        let fits =
            move |it: &&Danger| it.input.eq_ignore_ascii_case(input) && it.pattern.is_match(value);
        self.danger.iter().filter(fits)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_is_found_by_each_of_its_names_with_any_ref() {
        let ids: BTreeSet<_> = ACTIONS.rows.iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), ACTIONS.rows.len());
        for entry in &ACTIONS.rows {
            assert!(!entry.uses.is_empty());
            for uses in &entry.uses {
                for written in [format!("{uses}@v1"), uses.to_uppercase(), uses.clone()] {
                    assert_eq!(action(&written).map(|it| &it.id), Some(&entry.id), "{written}");
                }
            }
            assert_eq!(entry.is_ai(), entry.agent.is_some(), "{}", entry.id);
            for danger in &entry.danger {
                assert!(!danger.why.is_empty(), "{}", entry.id);
            }
            ACTIONS.check_sources(&entry.id, &entry.source);
        }
    }

    #[test]
    fn a_path_has_its_own_row_or_its_repositorys_and_strangers_have_none() {
        let found = |uses| action(uses).map(|it| it.id.as_str());
        assert_eq!(found("anthropics/claude-code-action@v1"), Some("claude-code-action"));
        let base = "anthropics/claude-code-action/base-action@v1";
        assert_eq!(found(base), Some("claude-code-base-action"));
        assert_eq!(found("snyk/actions/node@master"), Some("snyk-actions"));
        assert_eq!(found("acme/claude-code-action@v1"), None);
        assert_eq!(found("anthropics"), None);
        assert_eq!(found("./.github/actions/triage"), None);
        assert_eq!(found(""), None);
    }

    #[test]
    fn a_value_says_which_part_of_the_power_it_raises() {
        let claude = action("anthropics/claude-code-action").unwrap();
        let raises = |input: &str, value: &str| {
            claude.dangers(input, value).map(|it| it.raises).collect::<Vec<_>>()
        };
        assert_eq!(raises("allowed_non_write_users", "*"), [Raises::Drivers]);
        assert_eq!(raises("Claude_Args", "--dangerously-skip-permissions"), [Raises::Safety]);
        assert_eq!(raises("claude_args", "--allowedTools \"Bash(*)\""), [Raises::Tools]);
        assert_eq!(raises("claude_args", "--allowedTools \"Bash(gh issue view:*)\""), []);
        assert_eq!(raises("prompt", "be careful"), []);
    }
}

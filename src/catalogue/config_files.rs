//! Files that grant something by standing where an agent, an editor, a bot or GitHub reads them.

use std::sync::LazyLock;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::catalogue::mcp::{McpSchema, mcp_schema};
use crate::catalogue::table::{self, Confidence, Table};

/// One place, or a few that are read alike.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// The paths. `*` stays within a folder, `**` does not.
    pub glob: Vec<String>,
    /// Who reads the file, as people say it.
    pub tool: String,
    /// How its contents are read.
    pub family: Family,
    /// How MCP servers stand in it, where they can.
    mcp_schema: Option<String>,
    /// Paths inside the file that grant.
    #[serde(default)]
    pub keys: Vec<ConfigKey>,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// A path inside a file that grants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigKey {
    /// Keys from the top, with dots between; `*` is every key.
    pub path: String,
    /// What a value there does.
    pub means: Means,
}

/// How the contents of a file are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A workflow of GitHub Actions.
    Workflow,
    /// A workflow of GitHub Agentic Workflows, in Markdown.
    AgenticWorkflow,
    /// An action in the repository.
    Action,
    /// Settings or a definition of an agent.
    Agent,
    /// A file of hooks.
    Hooks,
    /// A script that something starts by itself.
    HookScript,
    /// Tasks of an editor.
    EditorTasks,
    /// A development container.
    Devcontainer,
    /// Text that agents read as instructions.
    Instructions,
    /// Dependabot's settings.
    Dependabot,
    /// A bot that merges.
    Automerge,
    /// Who must review what.
    Codeowners,
    /// Whom a token broker trusts.
    TrustPolicy,
    /// Settings of repositories, written down for a bot that applies them.
    RepositorySettings,
    /// Credentials of a package manager.
    PackageRegistry,
    /// Checks of others that run before a commit.
    PreCommit,
    /// Terraform or OpenTofu.
    Terraform,
}

/// What a value in a configuration does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// A command that starts on its own.
    Run,
    /// It may be done without asking.
    Allow,
    /// It may never be done: a lost entry widens.
    Deny,
    /// How much is asked.
    Mode,
    /// It approves by itself.
    Approve,
    /// A protection: weaker widens.
    Guard,
    /// Variables that commands get.
    Environment,
    /// Where keys and prompts are sent.
    Endpoint,
    /// A credential, or where one comes from.
    Credential,
    /// Code or settings of others that are loaded.
    Extend,
    /// What else is within reach.
    Reach,
    /// Files that are read as instructions.
    Instruct,
    /// What is published.
    Exposure,
}

/// Every place, in the order in which they are tried.
pub static CONFIG_FILES: LazyLock<Table<ConfigFile>> =
    LazyLock::new(|| table::parse(include_str!("config_files.toml")));

/// All globs, and the row of each.
static GLOBS: LazyLock<(GlobSet, Vec<usize>)> = LazyLock::new(|| {
    let (mut set, mut rows) = (GlobSetBuilder::new(), Vec::new());
    for (index, file) in CONFIG_FILES.rows.iter().enumerate() {
        for glob in &file.glob {
            set.add(build(glob).expect("the table is tested"));
            rows.push(index);
        }
    }
    (set.build().expect("the table is tested"), rows)
});

/// Case is ignored: on most developers' machines the file system ignores it too, so the agent there
/// reads `.Claude/settings.json` all the same.
fn build(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).case_insensitive(true).build()
}

/// What the file at a path of the repository is, by the first row that fits.
pub fn config_file(path: &str) -> Option<&'static ConfigFile> {
    let (set, rows) = &*GLOBS;
    let row = set.matches(path).into_iter().map(|glob| rows[glob]).min()?;
    let file = &CONFIG_FILES.rows[row];
    (!is_about(file, path)).then_some(file)
}

/// Whether a file only has the name of one that agents read: `docs/agents.md`, `docs/gemini.md` are
/// about them. At the top, and written in capitals, it is meant for them.
fn is_about(file: &ConfigFile, path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    let capitals = file.glob.iter().any(|glob| {
        let wanted = glob.strip_prefix("**/").unwrap_or_default();
        wanted.eq_ignore_ascii_case(name) && wanted.starts_with(|c: char| c.is_ascii_uppercase())
    });
    let lower = !name.contains(|c: char| c.is_ascii_uppercase());
    capitals && lower && !folder.split('/').any(|part| part.starts_with('.'))
}

impl ConfigFile {
    /// How MCP servers stand in it, where they can.
    pub fn mcp_schema(&self) -> Option<&'static McpSchema> {
        self.mcp_schema.as_deref().and_then(mcp_schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path that a glob is for.
    fn example(glob: &str) -> String {
        glob.replace("**/", "deep/down/").replace("**", "more/file.md").replace('*', "one")
    }

    #[test]
    fn every_place_is_found_by_an_example_of_each_of_its_globs() {
        for file in &CONFIG_FILES.rows {
            for glob in &file.glob {
                let found = config_file(&example(glob)).map(|it| it.family);
                assert_eq!(found, Some(file.family), "{glob}");
                CONFIG_FILES.check_sources(glob, &file.source);
            }
            assert_eq!(file.mcp_schema.is_some(), file.mcp_schema().is_some(), "{:?}", file.glob);
            assert!(file.keys.iter().all(|key| !key.path.is_empty()));
        }
    }

    #[test]
    fn places_at_the_top_and_in_folders_are_told_from_what_only_looks_alike() {
        let tool = |path| config_file(path).map(|it| it.tool.as_str());
        assert_eq!(tool(".claude/settings.json"), Some("Claude Code"));
        assert_eq!(tool("services/api/.Claude/settings.json"), Some("Claude Code"));
        assert_eq!(config_file("AGENTS.md").unwrap().family, Family::Instructions);
        assert_eq!(config_file(".mcp.json").unwrap().mcp_schema().unwrap().id, "mcpServers");
        assert_eq!(config_file(".github/workflows/ci.yml").unwrap().family, Family::Workflow);
        let aw = config_file(".github/workflows/triage.md").unwrap();
        assert_eq!(aw.family, Family::AgenticWorkflow);
        assert_eq!(tool(".github/workflows/old/ci.yml"), None);
        assert_eq!(tool("docs/settings.json"), None);
        assert_eq!(tool("src/main.rs"), None);
        assert_eq!(tool("CLAUDE.md.txt"), None);
        assert_eq!(tool("docs/api/gemini.md"), None);
        assert_eq!(tool("docs/agents.md"), None);
        assert_eq!(tool("gemini.md"), Some("Gemini CLI"));
        assert_eq!(tool("docs/Gemini.md"), Some("Gemini CLI"));
        assert_eq!(tool(".gemini/skills/release/SKILL.md"), Some("several agents"));
    }
}

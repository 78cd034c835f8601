//! What a script starts: files of the repository, and tools that run what the repository says.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use regex::bytes::{RegexSet, RegexSetBuilder};

use crate::power::workflow::script::secret;

/// The most files that one script is followed into.
const MOST_FILES: usize = 200;

const ENDINGS: &str = "sh|bash|zsh|py|js|mjs|cjs|ts|mts|rb|pl|ps1|psm1|php|bat|cmd";

/// A file at the place of a command, or after the interpreter that is one.
static FILE: LazyLock<Regex> = LazyLock::new(|| {
    let start =
        r"(?m)(?:^|[;&|(`{]|\b(?:then|do|else|time|exec|sudo|env|if|!)\s)[ \t]*(?:\w+=\S*\s+)*";
    let interpreter = r"(?:(?:/\S*/)?(?:ba|z|da|k)?sh|python[0-9.]*|node|ruby|perl|pwsh|powershell|php|tsx|ts-node|source|\.|(?:deno|bun|uv|poetry|pdm|hatch)\s+run|bun|npx\s+tsx)\s+(?:-\S+\s+)*";
    let here = r#"["']?(?:\$GITHUB_WORKSPACE/|\$\{GITHUB_WORKSPACE\}/|\$\{\{\s*github\.workspace\s*\}\}/)?"#;
    let path = format!(r"\.{{0,2}}/?[\w.-]+(?:/[\w.-]+)*\.(?:{ENDINGS})");
    let bare = r"\.{0,2}/?[\w.-]*(?:/[\w.-]+)+";
    let text = format!("{start}(?:{interpreter}{here}({path})|{here}({bare}))(?:[\\s;&|)`'\"]|$)");
    Regex::new(&text).expect("the expression is tested")
});

/// Tools that run what files of the workspace say, with those files.
const TOOLS: &[(&str, &[&str])] = &[
    (
        r"(?:npm|pnpm|yarn|bun)\s+(?:ci|i|install|run|test|t|exec|publish|pack|build|start|rebuild)\b|yarn\s*$|(?:npx|bunx)\s",
        &["package.json"],
    ),
    (r"(?:g?make|gnumake)(?:\s|$)", &["Makefile", "makefile", "GNUmakefile"]),
    (r"(?:just)\s", &["justfile"]),
    (r"(?:task)\s", &["Taskfile.yml"]),
    (
        r"cargo\s+(?:\+\S+\s+)?(?:build|test|run|check|clippy|bench|publish|install|nextest|doc|xtask)\b",
        &["build.rs", "Cargo.toml"],
    ),
    (r"go\s+(?:build|test|run|generate|install)\b", &["go.mod"]),
    (
        r"(?:pip3?|python3?\s+-m\s+(?:pip|build))\s+(?:install|wheel)\b|python3?\s+-m\s+build|(?:poetry|pdm|hatch|uv)\s+(?:install|sync|build|run|publish)\b",
        &["setup.py", "pyproject.toml"],
    ),
    (
        r"(?:pytest|tox|nox)(?:\s|$)|python3?\s+-m\s+(?:pytest|unittest|tox)",
        &["conftest.py", "tox.ini", "noxfile.py"],
    ),
    (r"(?:\./)?(?:gradlew|gradle)\s", &["build.gradle", "build.gradle.kts", "gradlew"]),
    (r"(?:\./)?(?:mvnw|mvn)\s", &["pom.xml"]),
    (r"(?:bundle|rake|rspec)\s", &["Gemfile", "Rakefile"]),
    (r"composer\s+(?:install|update|run)", &["composer.json"]),
    (r"dotnet\s+(?:build|test|run|publish|pack|restore)|msbuild\s", &["Directory.Build.props"]),
    (
        r"docker\s+(?:buildx\s+)?(?:build|compose)\b|docker-compose\s",
        &["Dockerfile", "docker-compose.yml"],
    ),
    (r"(?:terraform|tofu|terragrunt)\s+(?:init|plan|apply)", &["main.tf"]),
    (r"pre-commit\s+run", &[".pre-commit-config.yaml"]),
    (r"(?:bazel|bazelisk)\s+(?:build|test|run)", &["BUILD.bazel"]),
    (
        r"(?:mkdocs|sphinx-build|jekyll|hugo|nix|nix-build|sbt|swift|mix|rebar3|cmake|ninja|meson|deno|flutter)\s",
        &[],
    ),
];

/// All tools in one pass, without Unicode's classes.
static TOOL: LazyLock<RegexSet> = LazyLock::new(|| {
    let texts = TOOLS.iter().map(|(tool, _)| format!(r"(?m)(?:^|[\s;&|(`])(?:{tool})"));
    let set = RegexSetBuilder::new(texts).unicode(false).dfa_size_limit(16 << 20).build();
    set.expect("the expressions are tested")
});

/// Something that is started.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::power::workflow) enum Ran {
    /// A file of the workspace.
    File(String),
    /// A file that a tool of the name takes its orders from, if there is one.
    Orders(&'static str),
}

/// What a script starts.
#[derive(Debug, Default)]
pub(in crate::power::workflow) struct Runs {
    /// The files.
    pub(in crate::power::workflow) files: BTreeSet<Ran>,
    /// Whether anything of the workspace is executed at all.
    pub(in crate::power::workflow) executes: bool,
    /// The command that puts the files of a pull request onto the disk.
    pub(in crate::power::workflow) fetches_pull: Option<String>,
    /// The command that fetches a pull request into a ref: its files lie on the disk only once
    /// something takes them out of there.
    pub(in crate::power::workflow) fetches_ref: Option<String>,
    /// Whether it takes files out of a ref.
    pub(in crate::power::workflow) takes_ref: bool,
    /// Whether it starts more files than are followed.
    pub(super) cut: bool,
    /// Whether it fetches what another run left.
    pub(in crate::power::workflow) fetches_artifact: bool,
}

/// GitHub's command that brings a pull request in.
static CHECKOUT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"gh\s+pr\s+(?:checkout|co)\b").expect("the expression is tested"));

/// A pull request, by what a git command says of it.
static PULL: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"\bpull/|github\.event\.pull_request\.head|github\.head_ref|workflow_run\.head_";
    Regex::new(text).expect("the expression is tested")
});

/// A git command that brings the files of a ref onto the disk.
static MOVES: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"git\s[^\n;&|]*\b(?:pull|checkout|switch|merge|reset|clone|worktree|cherry-pick|rebase|restore|read-tree|submodule)(?:\s|$)";
    Regex::new(text).expect("the expression is tested")
});

/// A git command that prints files of a ref, or changes that are put onto others.
static PRINTS: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"git\s[^\n;&|]*\b(?:archive|show|cat-file|apply|am)(?:\s|$)";
    Regex::new(text).expect("the expression is tested")
});

/// A git command that brings in a ref, and leaves the files as they are.
static FETCHES: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"git\s[^\n;&|]*\b(?:fetch|remote)(?:\s|$)";
    Regex::new(text).expect("the expression is tested")
});

/// The name of a branch that is made: it says nothing of what is in it.
static MADE: LazyLock<Regex> = LazyLock::new(|| {
    let text = r#"\b(checkout|switch)\s+((?:-\S+\s+)*)-[bBcC]\s+(?:"[^"]*"|'[^']*'|(?:\$\{\{.*?\}\}|[^\s;&|])+)"#;
    Regex::new(text).expect("the expression is tested")
});

static ARTIFACT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"gh\s+run\s+download\b").expect("the expression is tested"));

impl Runs {
    /// Reads a script whose lines are whole. `foreign` are variables that hold a ref which outsiders
    /// choose.
    pub(super) fn of(text: &str, foreign: &BTreeSet<String>) -> Self {
        let mut runs = Self::default();
        for found in FILE.captures_iter(text) {
            if runs.files.len() >= MOST_FILES {
                runs.cut = true;
                break;
            }
            if let Some(path) = found.get(1).or(found.get(2)).filter(|it| is_program(it.as_str())) {
                runs.files.insert(Ran::File(path.as_str().to_owned()));
            }
        }
        runs.executes = !runs.files.is_empty();
        for tool in TOOL.matches(text.as_bytes()) {
            runs.executes = true;
            runs.files.extend(TOOLS[tool].1.iter().map(|file| Ran::Orders(file)));
        }
        let theirs = |does: &Regex, line: &str| {
            let line = MADE.replace_all(line, "$1 $2");
            does.is_match(&line)
                && (PULL.is_match(&line) || secret::names(&line).any(|name| foreign.contains(name)))
        };
        let moves = |line: &&str| CHECKOUT.is_match(line) || theirs(&MOVES, line);
        let first =
            |is: &dyn Fn(&&str) -> bool| text.lines().find(is).map(|line| line.trim().to_owned());
        if text.contains("git") || text.contains("gh") {
            runs.takes_ref = text.lines().any(|line| MOVES.is_match(line) || PRINTS.is_match(line));
            runs.fetches_ref = first(&|line| theirs(&FETCHES, line));
            runs.fetches_pull =
                first(&moves).or_else(|| runs.fetches_ref.clone().filter(|_| runs.takes_ref));
            runs.fetches_artifact = ARTIFACT.is_match(text);
        }
        runs
    }
}

/// Whether a path can be that of a program: by its ending, or because it has none.
fn is_program(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_none_or(|(_, ending)| ENDINGS.split('|').any(|it| it == ending))
}

/// Whether a line starts this file.
pub(super) fn starts(line: &str, file: &str) -> bool {
    let Some(at) = line.find(file) else { return false };
    let end = line[at + file.len()..].chars().next();
    if end.is_some_and(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return false;
    }
    let before = line[..at].rsplit([';', '&', '|']).next().unwrap_or("").trim();
    let before = before.trim_start_matches("sudo ").trim();
    let mut words = before.split_whitespace();
    let program = words.next().unwrap_or("");
    let interprets =
        ["sh", "bash", "zsh", "dash", "python", "python3", "node", "perl", "ruby", "source", "."];
    before.is_empty()
        || before == "./"
        || before.ends_with('/') && !before.contains(' ') && !before.contains("://")
        || interprets.contains(&program)
            && words.all(|word| word.starts_with('-') || word.ends_with('/'))
}

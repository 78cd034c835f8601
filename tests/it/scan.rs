//! `beholden scan` on real git repositories, as a person or a job runs it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const QUIET: &str = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    permissions: {}\n    steps:\n      - run: make\n";

const AGENT: &str = "\
on:
  issues:
    types: [opened]
permissions:
  contents: write
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - uses: anthropics/claude-code-action@v1
        with:
          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}
          prompt: Label this issue.
          claude_args: --allowedTools Bash(*)
";

/// A repository on disk.
struct Checkout(TempDir);

impl Checkout {
    fn new() -> Self {
        let checkout = Self(tempfile::tempdir().unwrap());
        checkout.git(&["init", "--quiet", "--initial-branch", "main"]);
        checkout
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let done = Command::new("git")
            .current_dir(self.path())
            .args(["-c", "user.name=octocat", "-c", "user.email=octocat@acme.invalid"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        text(&done)
    }

    fn writes(&self, path: &str, text: &str) {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn commits(&self, words: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", words]);
    }

    fn scan(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_beholden"))
            .arg("scan")
            .arg(self.path())
            .args(arguments)
            .output()
            .unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.scan(&[arguments, &["--format", "json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_checkout_that_grants_little_passes_and_says_what_was_read() {
    let checkout = Checkout::new();
    checkout.writes(".github/workflows/build.yml", QUIET);
    let output = checkout.scan(&[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output).contains("Read 1 file of this checkout"), "{}", text(&output));
}

#[test]
fn an_agent_that_strangers_drive_fails_with_its_line_in_every_format() {
    let checkout = Checkout::new();
    checkout.writes(".github/workflows/build.yml", QUIET);
    checkout.commits("Build");
    checkout.writes(".github/workflows/triage.yml", AGENT);
    checkout.commits("Label issues");

    let output = checkout.scan(&["--base", "HEAD~1", "--visibility", "public"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = text(&output);
    assert!(said.contains(".github/workflows/triage.yml"), "{said}");
    assert!(said.contains("ANTHROPIC_API_KEY") && said.contains("contents: write"), "{said}");

    let report = checkout.json(&["--base", "HEAD~1", "--head", "HEAD"]);
    assert_eq!(report["schema"], "beholden/scan/1");
    let grants = report["grants"].as_array().unwrap();
    assert!(
        grants.iter().all(|grant| grant["file"] == ".github/workflows/triage.yml"),
        "{grants:?}"
    );
    assert!(grants.iter().any(|grant| grant["identity"]["kind"] == "ai_agent"), "{grants:?}");
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| finding["line"].as_u64() > Some(0)), "{findings:?}");

    let output = checkout.scan(&["--format", "sarif"]);
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(sarif["version"], "2.1.0");
    for result in run["results"].as_array().unwrap() {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], ".github/workflows/triage.yml");
    }
    let annotated = text(&checkout.scan(&["--format", "github"]));
    assert!(annotated.contains("::error file=.github/workflows/triage.yml,line="), "{annotated}");
    let table = text(&checkout.scan(&["--format", "markdown"]));
    assert!(table.contains("| critical |") || table.contains("| high |"), "{table}");
}

#[test]
fn what_a_change_does_not_touch_is_not_asked_about_again() {
    let checkout = Checkout::new();
    checkout.writes(".github/workflows/triage.yml", AGENT);
    checkout.commits("Label issues");
    checkout.writes("README.md", "hello");
    checkout.writes(".github/workflows/triage.yml", &AGENT.replace("on:\n", "# why\non:\n"));
    let output = checkout.scan(&["--base", "HEAD"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report = checkout.json(&["--base", "HEAD"]);
    assert_eq!(report["grants"], Value::Array(Vec::new()));
    assert_eq!(report["findings"], Value::Array(Vec::new()));
}

#[test]
fn files_that_others_name_are_read_and_links_are_not_followed() {
    let checkout = Checkout::new();
    let calls = QUIET.replace("- run: make", "- uses: ./tools/deploy");
    checkout.writes(".github/workflows/build.yml", &calls);
    let action =
        "runs:\n  using: composite\n  steps:\n    - run: ./tools/deploy.sh\n      shell: bash\n";
    checkout.writes("tools/deploy/action.yml", action);
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), AGENT).unwrap();
    let link = checkout.path().join(".github/workflows/link.yml");
    std::os::unix::fs::symlink(secret.path(), link).unwrap();
    let report = checkout.json(&[]);
    let wants: Vec<_> = report["coverage"].as_array().unwrap().iter().collect();
    assert!(!wants.iter().any(|gap| gap["wants"] == "tools/deploy/action.yml"), "{wants:?}");
    let kinds = report["identities"].as_array().unwrap();
    assert!(!kinds.iter().any(|identity| identity["kind"] == "ai_agent"), "{kinds:?}");
}

#[test]
fn a_job_that_a_workflow_calls_is_told_once_with_who_starts_it() {
    let checkout = Checkout::new();
    checkout.writes(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  ci:\n    uses: ./.github/workflows/deploy.yml\n    secrets: inherit\n",
    );
    checkout.writes(
        ".github/workflows/deploy.yml",
        &QUIET.replace("on: push", "on: workflow_call").replace(
            "- run: make",
            "- run: make deploy\n        env:\n          TOKEN: ${{ secrets.DEPLOY_TOKEN }}",
        ),
    );
    let report = checkout.json(&["--fail-on", "never"]);
    let readers: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "secret-gained-reader")
        .map(|finding| finding["message"].as_str().unwrap())
        .collect();
    assert!(matches!(readers[..], [one] if one.contains("the job `ci/")), "{readers:?}");
}

#[test]
fn contents_that_a_clone_left_out_are_unknown_and_the_rest_is_read() {
    let checkout = Checkout::new();
    checkout.writes(".github/workflows/build.yml", QUIET);
    checkout.writes(".github/workflows/triage.yml", AGENT);
    checkout.commits("Label issues");
    let named = checkout.git(&["rev-parse", "HEAD:.github/workflows/build.yml"]);
    let (folder, name) = named.trim().split_at(2);
    fs::remove_file(checkout.path().join(".git/objects").join(folder).join(name)).unwrap();

    let report = checkout.json(&["--head", "HEAD"]);
    let coverage = report["coverage"].as_array().unwrap();
    let left_out = coverage.iter().find(|gap| gap["file"] == ".github/workflows/build.yml");
    let why = left_out.unwrap()["why"].as_str().unwrap();
    assert!(why.contains("git does not have its contents"), "{why}");
    assert!(!report["grants"].as_array().unwrap().is_empty(), "{report}");
}

#[test]
fn what_cannot_be_read_and_what_cannot_be_understood_have_codes_of_their_own() {
    let checkout = Checkout::new();
    checkout.writes("README.md", "hello");
    checkout.commits("Begin");
    let missing = checkout.scan(&["--base", "nowhere"]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no commit nowhere"));
    assert_eq!(checkout.scan(&["--base=--output=x"]).status.code(), Some(3));
    assert_eq!(checkout.scan(&["--rule", "no-such-rule"]).status.code(), Some(2));
    assert_eq!(checkout.scan(&["--format", "xml"]).status.code(), Some(2));
    let page = checkout.scan(&["--explain", "new-agent"]);
    assert!(text(&page).starts_with("# "), "{page:?}");
}

//! `beholden scan`: what the files of a checkout grant to what is not human, whole or as the
//! difference between two commits. Needs no server, no account and no network.

mod checkout;
mod document;
mod sarif;
mod text;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::cli::scan::checkout::{Checkout, Side};
use crate::domain::{Severity, Visibility};
use crate::power::{self, DefaultToken, Difference, Ground, Powers, Tree, Unknown, subtract};
use crate::rules::files::{FileRule, Scene, Verdict, all, judge};

/// How often files that other files name are looked for.
const ROUNDS: usize = 8;

/// Say what the files of a checkout grant to bots, tokens and agents
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  beholden scan
        everything that the files of this checkout grant
  beholden scan --base origin/main
        only what the work since origin/main adds or widens
  beholden scan --base v1.0 --head v1.1 --format markdown
        what a release added
  beholden scan --format sarif > scan.sarif
        for code scanning
  beholden scan --explain new-agent
        what a rule finds, and what to do about it

The exit code is 0 if nothing at or above --fail-on was found, 1 if something was, 2 if the command
was not understood, and 3 if the checkout could not be read. What cannot be told from files alone
is listed as unknown: it is not safe because it is unknown.")]
pub(super) struct Scan {
    /// The checkout, or a folder inside it
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Only what is new since this commit, branch or tag
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// This commit, branch or tag instead of the files as they lie there
    #[arg(long, value_name = "REV")]
    head: Option<String>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// The exit code is 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::High)]
    fail_on: FailOn,

    /// Only this rule. May be given several times
    #[arg(long = "rule", value_name = "RULE", value_parser = known_rule)]
    rules: Vec<&'static FileRule>,

    /// Who may read the repository, which files do not say
    #[arg(long, value_enum)]
    visibility: Option<Readers>,

    /// What a workflow's token may do where the workflow does not say: the repository's setting
    #[arg(long, value_enum)]
    default_token: Option<Token>,

    /// Print a rule's page, and scan nothing
    #[arg(long, value_name = "RULE", value_parser = known_rule)]
    explain: Option<&'static FileRule>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people, on a terminal
    Text,
    /// One JSON document, `beholden/scan/1`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A table, for a comment or a summary
    Markdown,
    /// Annotations in the log of a GitHub Actions job
    Github,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Info,
    Low,
    Medium,
    High,
    Critical,
    /// Always exit with 0 when the checkout could be read
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Readers {
    Public,
    Internal,
    Private,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Token {
    Read,
    Write,
}

/// What a scan found.
struct Report {
    /// The commit compared with, as it was named.
    base: Option<String>,
    /// The commit scanned; `None` for the files as they lie there.
    head: Option<String>,
    /// Files read.
    files: usize,
    /// What the files grant now.
    powers: Powers,
    /// What is new.
    difference: Difference,
    /// What the rules say.
    verdicts: Vec<Verdict>,
}

impl Report {
    /// What could not be told: of a difference only what the base could.
    fn unknowns(&self) -> &[Unknown] {
        match self.base {
            Some(_) => &self.difference.unknowns,
            None => self.powers.unknowns(),
        }
    }
}

fn known_rule(id: &str) -> Result<&'static FileRule, String> {
    all().find(|rule| rule.id == id).ok_or_else(|| {
        let ids: Vec<&str> = all().map(|rule| rule.id).collect();
        format!("there is no such rule; there are {}", ids.join(", "))
    })
}

pub(super) fn run(command: &Scan) -> ExitCode {
    if let Some(rule) = command.explain {
        println!("{}", rule.docs.trim_end());
        return ExitCode::SUCCESS;
    }
    let report = match command.report() {
        Ok(report) => report,
        Err(error) => {
            eprintln!("The checkout could not be read: {error:#}");
            return ExitCode::from(3);
        }
    };
    let printed = match command.format {
        Format::Text => text::terminal(&report),
        Format::Markdown => text::markdown(&report),
        Format::Github => text::annotations(&report),
        Format::Json => format!("{:#}\n", document::json(&report)),
        Format::Sarif => format!("{:#}\n", sarif::sarif(&report)),
    };
    // A reader that has seen enough closes the pipe; that is no failure of the scan.
    let _ = std::io::stdout().write_all(printed.as_bytes());
    let limit = command.fail_on.severity();
    let fails = |verdict: &Verdict| limit.is_some_and(|limit| verdict.severity >= limit);
    ExitCode::from(u8::from(report.verdicts.iter().any(fails)))
}

impl Scan {
    fn report(&self) -> anyhow::Result<Report> {
        let checkout = Checkout::open(&self.path)?;
        let ground = Ground {
            repo: checkout.repo(),
            visibility: self.visibility.map(Readers::visibility),
            default_token: self.default_token.map(Token::setting),
            ..Ground::default()
        };
        if self.base.is_some() && !checkout.has_history() {
            bail!("--base needs a git repository, and there is none at {}", self.path.display());
        }
        let base = self.base.as_deref().map(Side::Commit);
        let head = self.head.as_deref().map_or(Side::Folder, Side::Commit);
        let (old, before) = match base {
            Some(base) => closed(&checkout, base, &ground)?,
            None => (Tree::new(), Powers::default()),
        };
        let (new, powers) = closed(&checkout, head, &ground)?;
        let difference = subtract(&before, &powers);
        let lost_owners = power::lost_owners(&old, &new);
        let scene = Scene {
            base: &before,
            head: &powers,
            difference: &difference,
            lost_owners: &lost_owners,
        };
        let mut verdicts = judge(&scene);
        verdicts.retain(|verdict| {
            self.rules.is_empty() || self.rules.iter().any(|rule| rule.id == verdict.rule)
        });
        Ok(Report {
            base: self.base.clone(),
            head: self.head.clone(),
            files: new.iter().count(),
            powers,
            difference,
            verdicts,
        })
    }
}

/// The files that matter and those that they name, and what they grant.
fn closed(checkout: &Checkout, side: Side<'_>, ground: &Ground) -> anyhow::Result<(Tree, Powers)> {
    let listing = checkout.list(side)?;
    let mut tree = Tree::new();
    let mut wanted: Vec<&str> = listing.paths().filter(|path| matters(path)).collect();
    if wanted.len() >= MANY {
        eprintln!("Reading {} of {} files …", wanted.len(), listing.paths().count());
    }
    let mut powers = Powers::default();
    for _ in 0..ROUNDS {
        checkout.read(&listing, &wanted, &mut tree)?;
        powers = power::of(&tree, ground);
        wanted = powers
            .wanted()
            .filter(|path| tree.get(path.raw()).is_none())
            .filter_map(|path| listing.find(path.raw()))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            break;
        }
    }
    Ok((tree, powers))
}

/// Files from which on a person is told that reading takes a moment.
const MANY: usize = 500;

/// Whether a file may grant something by its place alone.
fn matters(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    power::matters(path)
        || path.starts_with(".github/workflows/")
        || matches!(name, "action.yml" | "action.yaml" | "CODEOWNERS")
        || name.ends_with(".yml")
        || name.ends_with(".yaml")
}

impl FailOn {
    fn severity(self) -> Option<Severity> {
        Some(match self {
            Self::Info => Severity::Info,
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
            Self::Critical => Severity::Critical,
            Self::Never => return None,
        })
    }
}

impl Readers {
    fn visibility(self) -> Visibility {
        match self {
            Self::Public => Visibility::Public,
            Self::Internal => Visibility::Internal,
            Self::Private => Visibility::Private,
        }
    }
}

impl Token {
    fn setting(self) -> DefaultToken {
        match self {
            Self::Read => DefaultToken::Read,
            Self::Write => DefaultToken::Write,
        }
    }
}

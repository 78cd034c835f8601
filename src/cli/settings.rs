//! `beholden settings`: the switches that decide what identities may do, and what could be stricter.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::answers::{self, Lax, Setting, SettingsAnswer};
use crate::cli::Format;
use crate::cli::register::{blind, chosen, with_store};
use crate::config::DatabaseArgs;
use crate::domain::{Login, RepoName};
use crate::store::Store;
use crate::words;

/// List the settings that decide what bots, tokens and agents may do, and what could be stricter
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  beholden settings --lax\n  beholden settings --repo acme/api --format json"
)]
pub(super) struct Settings {
    /// The organisation; needed when the register holds several
    #[arg(long, value_name = "ORG")]
    org: Option<Login>,

    /// The settings of this repository instead of the organisation's
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<RepoName>,

    /// Only what could be stricter
    #[arg(long)]
    lax: bool,

    /// How it is written; JSON is one object, `beholden/settings/1`
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    #[command(flatten)]
    database: DatabaseArgs,
}

pub(super) fn run(command: &Settings) -> ExitCode {
    with_store(&command.database, async |store| show(command, store).await)
}

async fn show(command: &Settings, store: &Store) -> anyhow::Result<()> {
    let org = chosen(store, command.org.as_ref()).await?;
    let found = answers::settings(store, &org, command.repo.as_ref()).await?;
    let mut found = found.context("The register knows no such repository.")?;
    if command.lax {
        found.settings.retain(|setting| setting.strictest == Some(false));
    }
    if command.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(());
    }
    for line in lines(&found, command.lax) {
        println!("{line}");
    }
    blind(store, &org).await
}

fn lines(found: &SettingsAnswer, lax: bool) -> Vec<String> {
    let mut lines = Vec::new();
    match (found.settings.is_empty(), found.repositories.is_empty()) {
        (true, true) if lax => {
            lines.push("Nothing could be stricter of what was listed.".to_owned())
        }
        (true, true) => lines.push("No settings have been listed yet.".to_owned()),
        (true, false) => {}
        (false, _) => lines.push(format!("{:<26} {:<40} IS", "KIND", "NAME")),
    }
    lines.extend(found.settings.iter().map(one));
    if !found.repositories.is_empty() {
        lines.push("In repositories:".to_owned());
        lines.extend(found.repositories.iter().map(spread));
    }
    lines
}

fn one(setting: &Setting) -> String {
    let kind = words::kind_of_switch(&setting.kind);
    let (name, value) = (plain(setting.name.raw()), plain(&setting.value));
    let means = setting.means.map(|means| format!(". {means}")).unwrap_or_default();
    format!("{kind:<26} {name:<40} {value}{means}")
}

fn spread(lax: &Lax) -> String {
    let places = words::count(lax.repositories, "repository");
    let among: Vec<&str> = lax.among.iter().map(RepoName::as_str).collect();
    let more = lax.repositories - lax.among.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let value = plain(&lax.value);
    format!("  {} is {value} in {places}: {}{more}. {}", lax.name, among.join(", "), lax.means)
}

/// Without what a terminal would act on.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

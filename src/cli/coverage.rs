//! `beholden coverage`: how well each part is seen, why not better, and what would widen it.

use std::process::ExitCode;

use clap::Args;

use crate::answers;
use crate::cli::Format;
use crate::cli::register::{chosen, with_store};
use crate::config::{DatabaseArgs, Span};
use crate::domain::{Login, Timestamp};
use crate::plan::PartRow;
use crate::store::Store;
use crate::words;

/// Say what is seen of an organisation, what is not, why, and what would widen it
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  beholden coverage --format json | jq '.parts[] | select(.seen != \"complete\")'"
)]
pub(super) struct Coverage {
    /// The organisation; needed when the register holds several
    #[arg(long, value_name = "ORG")]
    org: Option<Login>,

    /// How it is written; JSON is one object, `beholden/coverage/1`
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// How often everything is listed, as `serve` was told: what the delays are reckoned from
    #[arg(long, env = "BEHOLDEN_SYNC_EVERY", value_name = "TIME", default_value = "6h")]
    sync_every: Span,

    #[command(flatten)]
    database: DatabaseArgs,
}

pub(super) fn run(command: &Coverage) -> ExitCode {
    with_store(&command.database, async |store| show(command, store).await)
}

async fn show(command: &Coverage, store: &Store) -> anyhow::Result<()> {
    let org = chosen(store, command.org.as_ref()).await?;
    let every = Some(command.sync_every.0).filter(|every| !every.is_zero());
    let every = every.map(jiff::SignedDuration::try_from).transpose()?;
    let seen = answers::coverage(store, &org, every, Timestamp::now()).await?;
    if command.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&seen)?);
        return Ok(());
    }
    println!("{:<12} {:<40} {:>7} {:>6}  NOTICED", "SEEN", "PART", "PLACES", "FOUND");
    for row in &seen.parts {
        for line in lines(row) {
            println!("{line}");
        }
    }
    match seen.baseline {
        Some(at) => println!("All of it had been listed once by {}.", words::moment(at)),
        None => println!("Not all of it has been listed yet."),
    }
    Ok(())
}

fn lines(row: &PartRow) -> Vec<String> {
    let places: usize = row.places.values().sum();
    let mut lines = vec![format!(
        "{:<12} {:<40} {places:>7} {:>6}  {}",
        row.seen.as_str(),
        row.words,
        row.found,
        row.delay
    )];
    for reason in &row.reasons {
        let places = words::count(reason.places, "place");
        lines.push(format!("{:13}{} in {places}: {}", "", reason.seen.as_str(), reason.why));
        if let Some(permission) = &reason.permission {
            lines.push(format!("{:13}would be widened by {permission}", ""));
        }
        if let Some(at) = reason.complete_at {
            lines.push(format!("{:13}what is held is of {}", "", words::moment(at)));
        }
    }
    lines
}

//! `beholden coverage`: how well each part is seen, why not better, and what would widen it.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::cli::register::{chosen, with_store};
use crate::config::{DatabaseArgs, Span};
use crate::domain::{Breadth, Coverage as Seen, Login, Timestamp};
use crate::plan::{PartRow, coverage};
use crate::store::{OrgRow, Store};
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

    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// How often everything is listed, as `serve` was told: what the delays are reckoned from
    #[arg(long, env = "BEHOLDEN_SYNC_EVERY", value_name = "TIME", default_value = "6h")]
    sync_every: Span,

    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// One object, `beholden/coverage/1`.
    Json,
}

pub(super) fn run(command: &Coverage) -> ExitCode {
    with_store(&command.database, async |store| show(command, store).await)
}

async fn show(command: &Coverage, store: &Store) -> anyhow::Result<()> {
    let org = chosen(store, command.org.as_ref()).await?;
    let places = places(store, &org).await?;
    let every = Some(command.sync_every.0).filter(|every| !every.is_zero());
    let every = every.map(jiff::SignedDuration::try_from).transpose()?;
    let listed: Vec<_> = places.iter().map(|(name, of, seen)| (name.clone(), *of, seen)).collect();
    let rows = coverage(&listed, every, Timestamp::now());
    let baseline = store.baseline(org.org).await?;
    if command.format == Format::Json {
        let places: Vec<_> = places
            .iter()
            .map(|(name, _, seen)| json!({ "place": name, "parts": parts(seen) }))
            .collect();
        let whole = json!({
            "schema": "beholden/coverage/1",
            "organisation": org.login,
            "baseline": baseline,
            "parts": rows,
            "places": places,
        });
        println!("{}", serde_json::to_string_pretty(&whole)?);
        return Ok(());
    }
    println!("{:<12} {:<40} {:>7} {:>6}  NOTICED", "SEEN", "PART", "PLACES", "FOUND");
    for row in &rows {
        for line in lines(row) {
            println!("{line}");
        }
    }
    match baseline {
        Some(at) => println!("All of it had been listed once by {}.", words::moment(at)),
        None => println!("Not all of it has been listed yet."),
    }
    Ok(())
}

/// What is seen of one place, without the tags, which say nothing to anybody.
fn parts(seen: &Seen) -> serde_json::Value {
    let mut parts = json!(seen.parts);
    for covered in parts.as_object_mut().into_iter().flat_map(|parts| parts.values_mut()) {
        if let Some(covered) = covered.as_object_mut() {
            covered.remove("tags");
        }
    }
    parts
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

/// The organisation itself and its repositories, by name.
async fn places(store: &Store, org: &OrgRow) -> anyhow::Result<Vec<(String, Breadth, Seen)>> {
    let login = org.login.as_ref().map_or_else(|| org.org.to_string(), ToString::to_string);
    let named = store.names_of_places(org.org).await?;
    Ok(named
        .into_iter()
        .map(|(place, name)| match place.repo {
            Some(_) => (name, Breadth::Repository, place.coverage),
            None => (login.clone(), Breadth::Organization, place.coverage),
        })
        .collect())
}

//! What one vendor holds here, with what to rotate; and what hangs on one person.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::answers::{self, HeldThing};
use crate::cli::register::csv;
use crate::domain::Login;
use crate::store::{Filter, OrgRow, Store};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For a terminal.
    Text,
    /// One JSON object.
    Json,
    /// Comma-separated values.
    Csv,
}

/// Prints what a vendor holds and how far it is rotated. `since` is the day of an incident.
pub(super) async fn list(
    store: &Store,
    org: &OrgRow,
    vendor: &str,
    (filter, since): (&Filter, Option<Date>),
    form: Form,
) -> anyhow::Result<()> {
    let since = since.map(|day| day.to_zoned_datetime(TimeZone::UTC)).transpose()?;
    let since = since.map(|day| day.timestamp());
    let all = (None, usize::MAX);
    let answer = answers::vendor(store, org, vendor, (filter, since), all).await?;
    let seen = answers::sighted(store, org).await?;
    match form {
        Form::Json => {
            let mut json = serde_json::to_value(&answer)?;
            json["coverage"] = serde_json::to_value(seen)?;
            println!("{}", serde_json::to_string_pretty(&json)?);
        }
        Form::Csv => {
            println!("{}", HEADING.join(","));
            for held in &answer.items {
                println!("{}", cells(held).map(|cell| csv(&cell)).join(","));
            }
            // A sheet has no place for them beside its rows.
            eprintln!("{}\n{}", answer.line, seen.line);
        }
        Form::Text => {
            println!("{}", answer.line);
            for held in &answer.items {
                println!("{}", line(held));
            }
            println!("{}", seen.line);
        }
    }
    Ok(())
}

/// The heading of a sheet.
const HEADING: [&str; 12] = [
    "rotation",
    "identity",
    "kind",
    "name",
    "repository",
    "because",
    "made",
    "done",
    "why",
    "step",
    "standing",
    "owners",
];

fn cells(held: &HeldThing) -> [String; 12] {
    let HeldThing { rotation, because, made, done, why, step, row } = held;
    [
        rotation.words().to_owned(),
        row.identity.to_string(),
        row.kind.to_string(),
        row.name.raw().to_owned(),
        row.repository.as_ref().map(ToString::to_string).unwrap_or_default(),
        (*because).to_owned(),
        made.map(|at| at.to_string()).unwrap_or_default(),
        done.map(|at| at.to_string()).unwrap_or_default(),
        why.clone(),
        step.unwrap_or_default().to_owned(),
        row.standing.to_owned(),
        row.owners.join(" "),
    ]
}

/// One thing: how far it is, which, why it is the vendor's, since when; and what to do.
fn line(held: &HeldThing) -> String {
    let HeldThing { rotation, because, why, step, row, .. } = held;
    let (key, name) = (row.identity.to_string(), shortened(row.name.raw()));
    let mut text = format!("{:<13} {key:<38} {name:<28} {because}. {why}", rotation.words());
    if let Some(step) = step {
        text.push_str(&format!("\n{:<13} to do: {step}", ""));
    }
    let owners = if row.owners.is_empty() { "nobody".to_owned() } else { row.owners.join(", ") };
    text.push_str(&format!("\n{:<13} {}: {owners}", "", row.standing));
    text
}

/// Prints what a person answers for, holds, and gave access to.
pub(super) async fn of_person(store: &Store, org: &OrgRow, login: &Login) -> anyhow::Result<()> {
    let Some(person) = answers::person(store, org, login).await? else {
        anyhow::bail!("The register knows nobody of the login {login}.");
    };
    println!("{login} is {}.", person.standing.words());
    for hanging in person.hangs {
        let (how, key) = (hanging.how.words(), hanging.row.identity.to_string());
        let name = shortened(hanging.row.name.raw());
        println!("  {how:<20} {key:<34} {name:<28} {}", hanging.row.standing);
    }
    Ok(())
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(28).collect()
}

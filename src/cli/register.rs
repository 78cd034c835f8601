//! `beholden register` and `beholden explain`: the register in a terminal, in a table or a pipe.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use crate::answers::{self, Listed, Past, Wanted};
use crate::cli::vendor::{self, Form};
use crate::cli::{block_on, refuse, running};
use crate::config::DatabaseArgs;
use crate::domain::{Credential, IdentityKey, Login, RepoId};
use crate::register::exception;
use crate::store::{Filter, OrgRow, Store};
use crate::words;

/// Rows that are read at once.
const PAGE: usize = 500;

/// Lines of history that are shown.
const LINES: usize = 50;

/// List what non-human can act here, and who owns it
#[derive(Args, Debug)]
pub(super) struct Register {
    /// The organisation; needed when the register holds several
    #[arg(long, value_name = "ORG")]
    org: Option<Login>,

    /// Only those that stand so: unowned, proposed, owned, orphaned or retired
    #[arg(long, value_name = "WORD")]
    standing: Option<String>,

    /// Only what this vendor holds here, and what to rotate: by the catalogue, by service, by name
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,

    /// With --vendor: the day of an incident. What is older than that is still to be rotated
    #[arg(long, value_name = "DATE", requires = "vendor")]
    since: Option<jiff::civil::Date>,

    /// Only what hangs on this person: what they own, hold, or gave access to
    #[arg(long, value_name = "LOGIN", conflicts_with_all = ["vendor", "json", "csv", "standing"])]
    person: Option<Login>,

    /// One JSON object a line, the last of which says how much stands behind it. With --vendor one
    /// object, as `/api/v1/vendors/VENDOR` answers
    #[arg(long, conflicts_with = "csv")]
    json: bool,

    /// Comma-separated values, with a heading. How much stands behind it goes to standard error
    #[arg(long)]
    csv: bool,

    #[command(flatten)]
    database: DatabaseArgs,
}

/// Say everything that is held about one identity
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beholden explain deploy_key/4711")]
pub(super) struct Explain {
    /// The identity, written kind/id as `register` lists it
    id: IdentityKey,

    /// The organisation; needed when the register holds several
    #[arg(long, value_name = "ORG")]
    org: Option<Login>,

    /// One JSON object, as `/api/v1/identities/KIND/ID` answers
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    database: DatabaseArgs,
}

pub(super) fn run(command: &Register) -> ExitCode {
    with_store(&command.database, async |store| list(command, store).await)
}

pub(super) fn explain(command: &Explain) -> ExitCode {
    with_store(&command.database, async |store| explained(command, store).await)
}

pub(super) fn with_store(
    database: &DatabaseArgs,
    work: impl AsyncFnOnce(&Store) -> anyhow::Result<()>,
) -> ExitCode {
    let url = match database.resolve() {
        Ok(url) => url,
        Err(refused) => return refuse(&refused),
    };
    let done = block_on(async {
        let store = running::open_store(&url).await?;
        let done = work(&store).await;
        store.close().await;
        done
    });
    match done.map_err(anyhow::Error::from).flatten() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The organisation that is meant.
pub(super) async fn chosen(store: &Store, asked: Option<&Login>) -> anyhow::Result<OrgRow> {
    let mut orgs = store.orgs().await?;
    if let Some(asked) = asked {
        orgs.retain(|org| org.login.as_ref() == Some(asked));
    }
    match orgs.len() {
        0 => bail!("The register knows no such organisation. It is met with its first delivery."),
        1 => orgs.pop().context("one organisation"),
        _ => {
            let names: Vec<String> =
                orgs.iter().filter_map(|org| org.login.as_ref().map(ToString::to_string)).collect();
            bail!("Say which organisation with --org: {}", names.join(", "))
        }
    }
}

async fn list(command: &Register, store: &Store) -> anyhow::Result<()> {
    let org = chosen(store, command.org.as_ref()).await?;
    if let Some(vendor) = &command.vendor {
        let filter = Filter { word: command.standing.clone(), ..Filter::default() };
        let form = match (command.json, command.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ => Form::Text,
        };
        return vendor::list(store, &org, vendor, (&filter, command.since), form).await;
    }
    if let Some(person) = &command.person {
        vendor::of_person(store, &org, person).await?;
        return blind(store, &org).await;
    }
    let filter = Filter { word: command.standing.clone(), ..Filter::default() };
    let wanted = Wanted { filter, vendor: None };
    let mut after = None;
    if command.csv {
        println!("identity,kind,name,repository,standing,owners,baseline,last_seen");
    } else if !command.json {
        println!("{:<10} {:<34} {:<28} OWNER", "STANDS", "IDENTITY", "NAME");
    }
    let mut count = 0;
    loop {
        let page = answers::list(store, &org, &wanted, after.as_ref(), PAGE).await?;
        count += page.items.len();
        for listed in &page.items {
            println!("{}", line(command, listed)?);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let seen = answers::sighted(store, &org).await?;
    if command.json {
        println!("{}", serde_json::json!({ "coverage": seen }));
    } else if command.csv {
        // A sheet has no place for it beside its rows.
        eprintln!("{}", seen.line);
    } else {
        println!("{}\n{}", words::count(count, "identity"), seen.line);
    }
    Ok(())
}

fn line(command: &Register, listed: &Listed) -> anyhow::Result<String> {
    let row = listed.row();
    if command.json {
        return Ok(serde_json::to_string(&row)?);
    }
    if command.csv {
        let cells = [
            row.identity.to_string(),
            row.kind.to_string(),
            row.name.raw().to_owned(),
            row.repository.map(|name| name.to_string()).unwrap_or_default(),
            row.standing.to_owned(),
            row.owners.join(" "),
            row.baseline.to_string(),
            row.last_seen.to_string(),
        ];
        return Ok(cells.map(|cell| csv(&cell)).join(","));
    }
    let name: String = row.name.raw().chars().filter(|c| !c.is_control()).take(28).collect();
    let mut owner = row.owners.join(", ");
    if let Some(until) = row.excepted_until {
        owner = format!("{owner}(left as it is until {})", words::moment(until));
    }
    if row.hidden {
        owner = format!("{owner} (not seen any more)");
    }
    Ok(format!("{:<10} {:<34} {name:<28} {owner}", row.standing, row.identity.to_string()))
}

/// One cell. A cell that a spreadsheet would take for a formula is made text.
pub(super) fn csv(cell: &str) -> String {
    let text = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A line of the history: when, what, by whom, with what, and where that was read.
fn told(past: &Past) -> Vec<String> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
    let by = past.by.as_ref().map(|by| format!(", by {by}")).unwrap_or_default();
    let place = past.repository.as_ref().map(|name| format!(" [{name}]")).unwrap_or_default();
    let mut lines = vec![plain(&format!("{}  {}{by}{place}", words::moment(past.at), past.what))];
    let with = past.with.as_ref().map(|with| format!("with {}; ", credential(with)));
    lines.push(plain(&format!("    {}read from {}", with.unwrap_or_default(), past.evidence)));
    if let Some(task) = &past.task {
        lines.push(plain(&format!("    {}", task.why)));
    }
    lines
}

/// What something was done with, as far as the record names it.
fn credential(with: &Credential) -> String {
    let how = with.how.raw();
    let mut words = vec![if how.is_empty() { "a credential" } else { how }.to_owned()];
    words.extend(with.name.as_ref().map(|name| name.raw().to_owned()));
    words.extend(with.token.map(|number| format!("number {number}")));
    let short = |print: &String| format!("SHA-256 {}…", print.chars().take(12).collect::<String>());
    words.extend(with.print.as_ref().map(short));
    words.join(" ")
}

/// How much stands behind an answer: without it the list says more than we know.
pub(super) async fn blind(store: &Store, org: &OrgRow) -> anyhow::Result<()> {
    println!("{}", answers::sighted(store, org).await?.line);
    Ok(())
}

async fn explained(command: &Explain, store: &Store) -> anyhow::Result<()> {
    let org = chosen(store, command.org.as_ref()).await?;
    if command.json {
        let known = answers::identity(store, &org, &command.id, LINES).await?;
        let known = known.with_context(|| format!("The register does not hold {}.", command.id))?;
        let mut known = serde_json::to_value(&known)?;
        known["coverage"] = serde_json::to_value(answers::sighted(store, &org).await?)?;
        println!("{}", serde_json::to_string_pretty(&known)?);
        return Ok(());
    }
    let Some(record) = store.record(org.org, &command.id).await? else {
        bail!("The register does not hold {}.", command.id);
    };
    let names = answers::names(store, org.org, record.repos()).await?;
    let name = |repo: RepoId| names.get(&repo).cloned();
    let owners: Vec<String> = record.ownership.owners().map(|owner| owner.plain()).collect();
    println!("{} {}", record.identity.key.kind().words(), command.id);
    println!("  stands     {} {}", record.ownership.word(), owners.join(", "));
    if let Some(left) = exception(&record) {
        let until = words::moment(left.until);
        let because: String = left.because.raw().chars().filter(|c| !c.is_control()).collect();
        println!("  excepted   until {until} by {}: {because}", left.by.login);
    }
    println!("  first seen {}", words::moment(record.first_seen));
    println!("  last seen  {}", words::moment(record.last_seen));
    if record.identity.is_gone() {
        println!("  GitHub does not have it any more; below is what it could do.");
    }
    for grant in &record.grants {
        let by = grant.by.as_ref().map(|by| format!(", granted by {}", by.login));
        println!("  {}{}", words::ability(grant, &name), by.unwrap_or_default());
    }
    if org.ourselves().as_ref() == Some(&command.id) {
        println!("  This is Beholden itself. What it may do, and why:");
        for line in record.grants.iter().flat_map(words::own_power) {
            println!("    {line}");
        }
    }
    for finding in store.findings(org.org, &command.id).await? {
        println!("  {} {}: {}", finding.severity.as_str(), finding.rule, finding.message);
    }
    for line in answers::used(&record) {
        println!("  {line}");
    }
    let joined = store.joined(org.org, &record).await?;
    if let Some(readers) = answers::readers(store, &org, &record, &joined).await? {
        println!("  Who reads it:");
        for line in readers.told {
            println!("    {line}");
        }
        for line in readers.unknown {
            println!("    Unknown: {line}");
        }
    }
    if let Some(oidc) = answers::oidc(store, &org, &record).await? {
        println!("  Takes roles elsewhere with its OIDC token:");
        for line in oidc.lines() {
            println!("    {line}");
        }
    }
    for (bond, other) in joined {
        let name: String = other.identity.name.raw().chars().filter(|c| !c.is_control()).collect();
        let gone = if other.identity.is_gone() { ", which is gone" } else { "" };
        println!("  {} {} {name}{gone}", bond.words(), other.identity.key);
    }
    println!("History, newest first:");
    for past in answers::history(store, org.org, &record, None, LINES).await?.0 {
        for line in told(&past) {
            println!("  {line}");
        }
    }
    blind(store, &org).await?;
    Ok(())
}

//! `beholden withdraw`: a clean exit. Our issues are closed with one sentence; nothing is deleted.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use crate::cli::{block_on, refuse, running};
use crate::config::{AppArgs, DatabaseArgs, HostArgs};
use crate::domain::{Effect, Login, Surface};
use crate::github::Failure;
use crate::register::{Loaded, Need};
use crate::store::{OrgRow, OutboxRow, Store};

/// Close our open issues in an organisation, with one sentence, before the App is removed
///
/// Lists what would be closed; --yes closes it. Stop `serve` first. The register stays.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beholden withdraw --org acme --credentials … --yes")]
pub(super) struct Withdraw {
    /// The organisation
    #[arg(long, value_name = "ORG")]
    org: Login,

    /// Close the issues, instead of listing them
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    database: DatabaseArgs,

    #[command(flatten)]
    app: AppArgs,

    #[command(flatten)]
    host: HostArgs,
}

const GOODBYE: &str = "Beholden was withdrawn from this organisation. Nothing here waits for an \
                       answer any more; who owned what is in the register of whoever ran it.";

/// Surfaces that are read at once.
const PAGE: usize = 200;

pub(super) fn run(command: &Withdraw) -> ExitCode {
    let resolved = (command.database.resolve(), command.app.resolve(), command.host.resolve());
    let (database, app, host) = match resolved {
        (Ok(database), Ok(app), Ok(host)) => (database, app, host),
        (Err(refused), _, _) | (_, Err(refused), _) | (_, _, Err(refused)) => {
            return refuse(&refused);
        }
    };
    let done = block_on(async {
        let store = running::open_store(&database).await?;
        let github = running::github(&app, &host)?;
        let orgs = store.orgs().await?;
        let Some(org) = orgs.into_iter().find(|org| org.login.as_ref() == Some(&command.org))
        else {
            bail!("The register knows no organisation {}.", command.org);
        };
        let markers = running::markers(&app);
        let mut closed = 0;
        for row in open_issues(&store, &org).await? {
            let case = row.surface.case.clone();
            let body = markers.wrap(org.org, &case, "issue", GOODBYE);
            closed += usize::from(close(command, &store, &github, &org, row, body).await?);
        }
        store.close().await;
        anyhow::Ok(closed)
    });
    match done.map_err(anyhow::Error::from).flatten() {
        Ok(0) => {
            println!("No issue of ours is open in {}.", command.org);
            ExitCode::SUCCESS
        }
        Ok(count) if command.yes => {
            println!(
                "{} closed. The App can be uninstalled now.",
                crate::words::count(count, "issue")
            );
            println!("If a rule requires a check named `beholden`, remove that rule as well.");
            ExitCode::SUCCESS
        }
        Ok(count) => {
            println!("{} would be closed; --yes does it.", crate::words::count(count, "issue"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Our issues that are open, as far as the register knows.
async fn open_issues(store: &Store, org: &OrgRow) -> anyhow::Result<Vec<OutboxRow>> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = store.open_surfaces(org.org, after.as_ref(), PAGE).await?;
        after = page.last().map(|row| row.surface.key.clone());
        let more = page.len() == PAGE;
        found.extend(page.into_iter().filter(|row| {
            row.remote_id.is_some()
                && matches!(row.surface.effect, Effect::Issue { open: true, .. })
        }));
        if !more {
            return Ok(found);
        }
    }
}

async fn close(
    command: &Withdraw,
    store: &Store,
    github: &crate::github::Github,
    org: &OrgRow,
    row: OutboxRow,
    body: String,
) -> anyhow::Result<bool> {
    let loaded = store.load(org.org, &[Need::Repo(row.surface.repo)]).await?;
    let repo = loaded.into_iter().find_map(|(_, loaded)| match loaded {
        Loaded::Repo(repo) => repo,
        _ => None,
    });
    let repo =
        repo.with_context(|| format!("the repository of {} is not known", row.surface.key.0))?;
    let number = row.remote_id.unwrap_or_default();
    println!("{}#{number}", repo.name);
    if !command.yes {
        return Ok(true);
    }
    let installation = org.installation.context("the App is not installed there any more")?;
    let Effect::Issue { title, labels, .. } = row.surface.effect.clone() else { return Ok(false) };
    let effect = Effect::Issue { title, body, labels, open: false };
    let surface = Surface { effect, ..row.surface };
    match github.effects().apply(installation, &repo.name, &surface, Some(number)).await {
        Ok(_) => Ok(true),
        Err(Failure::Gone) => Ok(false),
        Err(failure) => bail!("{}#{number}: {failure}", repo.name),
    }
}

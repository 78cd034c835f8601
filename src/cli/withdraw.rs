//! `beholden withdraw`: a clean exit. Our issues are closed with one sentence; nothing is deleted.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use crate::cli::{block_on, refuse, running};
use crate::config::{AppArgs, DatabaseArgs, HostArgs};
use crate::domain::{CheckRun, Conclusion, Effect, Login, Surface};
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
        for row in standing(&store, &org).await? {
            let case = row.surface.case.clone();
            let words = |what: &str| markers.wrap(org.org, &case, what, GOODBYE);
            let Some(effect) = parting(&row.surface.effect, &words) else { continue };
            closed += usize::from(leave(command, &store, &github, &org, row, effect).await?);
        }
        store.close().await;
        anyhow::Ok(closed)
    });
    match done.map_err(anyhow::Error::from).flatten() {
        Ok(0) => {
            println!("No issue of ours is open in {}, and no check holds anything.", command.org);
            ExitCode::SUCCESS
        }
        Ok(count) if command.yes => {
            println!("{} closed. The App can be uninstalled now.", issues_and_checks(count));
            println!("If a rule requires a check named `beholden`, remove that rule as well.");
            ExitCode::SUCCESS
        }
        Ok(count) => {
            println!("{} would be closed; --yes does it.", issues_and_checks(count));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn issues_and_checks(count: usize) -> String {
    if count == 1 { "1 issue or check".to_owned() } else { format!("{count} issues and checks") }
}

/// How something of ours should look when we are gone: issues are closed, and checks that hold a
/// merge let it pass. `None` for what holds nobody up.
fn parting(effect: &Effect, words: &dyn Fn(&str) -> String) -> Option<Effect> {
    match effect {
        Effect::Issue { title, labels, open: true, .. } => Some(Effect::Issue {
            title: title.clone(),
            body: words("issue"),
            labels: labels.clone(),
            open: false,
        }),
        Effect::Check(run) if run.holds() => Some(Effect::Check(CheckRun {
            conclusion: Some(Conclusion::Neutral),
            title: "Beholden was uninstalled".to_owned(),
            summary: words("check"),
            buttons: Vec::new(),
            ..run.clone()
        })),
        _ => None,
    }
}

/// What of ours stands on GitHub, as far as the register knows.
async fn standing(store: &Store, org: &OrgRow) -> anyhow::Result<Vec<OutboxRow>> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = store.open_surfaces(org.org, after.as_ref(), PAGE).await?;
        after = page.last().map(|row| row.surface.key.clone());
        let more = page.len() == PAGE;
        found.extend(page.into_iter().filter(|row| row.remote_id.is_some()));
        if !more {
            return Ok(found);
        }
    }
}

async fn leave(
    command: &Withdraw,
    store: &Store,
    github: &crate::github::Github,
    org: &OrgRow,
    row: OutboxRow,
    effect: Effect,
) -> anyhow::Result<bool> {
    let loaded = store.load(org.org, &[Need::Repo(row.surface.repo)]).await?;
    let repo = loaded.into_iter().find_map(|(_, loaded)| match loaded {
        Loaded::Repo(repo) => repo,
        _ => None,
    });
    let repo =
        repo.with_context(|| format!("the repository of {} is not known", row.surface.key.0))?;
    let number = row.remote_id.unwrap_or_default();
    let what = match &effect {
        Effect::Check(run) => format!("{} check of {}", repo.name, run.head.short()),
        _ => format!("{}#{number}", repo.name),
    };
    println!("{what}");
    if !command.yes {
        return Ok(true);
    }
    let installation = org.installation.context("the App is not installed there any more")?;
    let surface = Surface { effect, ..row.surface };
    match github.effects().apply(installation, &repo.name, &surface, Some(number)).await {
        Ok(_) => Ok(true),
        Err(Failure::Gone) => Ok(false),
        Err(failure) => bail!("{what}: {failure}"),
    }
}

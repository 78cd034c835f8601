//! `beholden sync`: lists everything of an organisation now, and decides about it as `serve` would.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::bail;
use clap::Args;
use tokio::sync::Notify;

use crate::cli::{block_on, log, refuse, running};
use crate::config::{Config, ServeArgs};
use crate::domain::{Login, Part};
use crate::pipeline::{Clock, Engine, Progress, SyncOptions};

/// List everything non-human in an organisation now
///
/// Reads what no webhook tells of, and decides about it as `serve` would: nothing is written to
/// GitHub unless --mode says so. What was read before and has not changed costs no requests. May run
/// beside `serve`: only one of them lists an organisation at a time. Progress goes to standard error.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  beholden sync --credentials …\n  beholden sync --org acme --kind apps --kind tokens --credentials …"
)]
pub(super) struct Sync {
    /// The organisation; without it, every one that the App is installed on
    #[arg(long, value_name = "ORG")]
    org: Option<Login>,

    /// Read everything anew, also what has not changed
    #[arg(long)]
    full: bool,

    /// Only this part, by its name in `beholden coverage --format json`; may be given several times
    #[arg(long, value_name = "PART")]
    kind: Vec<Part>,

    #[command(flatten)]
    args: ServeArgs,
}

pub(super) fn run(command: &Sync) -> ExitCode {
    let config = match command.args.resolve() {
        Ok(config) => config,
        Err(refused) => return refuse(&refused),
    };
    log::start(config.log);
    match block_on(sync(command, config)).map_err(anyhow::Error::from).flatten() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all that was asked for was read.
async fn sync(command: &Sync, config: Config) -> anyhow::Result<bool> {
    let store = running::open_store(&config.database).await?;
    let github = running::github(&config.app, &config.host)?;
    let mut options = running::options(&config)?;
    options.sync = Some(SyncOptions {
        parts: (!command.kind.is_empty()).then(|| command.kind.clone()),
        full: command.full,
        ..options.sync.unwrap_or_default()
    });
    let heard = Arc::new(Notify::new());
    let engine = Engine::new(store.clone(), github, options, Clock::default(), heard);
    engine.meet_installations().await?;
    let mut orgs = store.orgs().await?;
    orgs.retain(|org| org.installation.is_some());
    if let Some(only) = &command.org {
        orgs.retain(|org| org.login.as_ref() == Some(only));
    }
    if orgs.is_empty() {
        bail!("The App is installed on no such organisation.");
    }
    let mut whole = true;
    for org in orgs {
        let name = org.login.as_ref().map_or_else(|| org.org.to_string(), ToString::to_string);
        let began = Instant::now();
        let done = engine.sync_now(org.org, &mut |progress| bar(&name, progress)).await?;
        let (mut requests, mut unchanged) = (0_u64, 0_u64);
        for place in store.all_places(org.org).await? {
            requests += u64::from(place.coverage.requests.0);
            unchanged += u64::from(place.coverage.requests.1);
        }
        let repos = u64::try_from(done.places.saturating_sub(1)).unwrap_or(0);
        println!("{}", summary(&name, repos, requests, unchanged, began.elapsed().as_secs_f64()));
        if done.due > 0 {
            println!(
                "{name}: {} places are still due: their share of this hour's requests is used up, or another process lists them.",
                done.due
            );
            whole = false;
        }
    }
    drop(engine);
    store.close().await;
    Ok(whole)
}

fn summary(name: &str, repos: u64, requests: u64, unchanged: u64, seconds: f64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "an average needs no last digit")]
    let each = requests.saturating_sub(unchanged) as f64 / repos.max(1) as f64;
    format!(
        "{name}: {repos} repositories, {requests} requests of which {unchanged} found nothing \
         changed and cost nothing: {each:.2} a repository, in {seconds:.1} s."
    )
}

/// One line that is written over on a terminal, and nothing where nobody looks.
fn bar(name: &str, progress: Progress) {
    let mut err = std::io::stderr();
    if !err.is_terminal() {
        return;
    }
    let Progress { places, due, .. } = progress;
    let read = places.saturating_sub(due);
    let _ = write!(err, "\r{name}: {read} of {places} places listed\u{1b}[K");
    if due == 0 {
        let _ = writeln!(err);
    }
    let _ = err.flush();
}

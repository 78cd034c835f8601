//! `beholden serve`: the public door, the pages, and the workers.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use crate::cli::{block_on, log, refuse, running};
use crate::config::{Config, ServeArgs};
use crate::pipeline::{Clock, Engine};
use crate::web::{self, Admin, Door, DoorSettings};

/// Listen to GitHub and keep the register
///
/// Takes webhooks on the public listener, shows the register on a second one that only this
/// machine reaches, and works. Writes nothing to GitHub until --mode says so.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Serve {
    #[command(flatten)]
    args: ServeArgs,
}

const EXAMPLES: &str = "\
Examples:
  beholden serve --credentials ~/.config/beholden/acme
        the first days: look, write nothing
  beholden serve --credentials … --home acme/security --mode comment
        ask for an owner when something new is granted
  BEHOLDEN_DATABASE=postgres://… beholden serve --credentials …
        several of these share one PostgreSQL";

/// How long what is in hand may take when we are asked to stop.
const DRAIN: Duration = Duration::from_secs(25);

pub(super) fn run(command: &Serve) -> ExitCode {
    let config = match command.args.resolve() {
        Ok(config) => config,
        Err(refused) => return refuse(&refused),
    };
    log::start(config.log);
    let served = running::worker_threads().and_then(|workers| {
        let served = block_on(serve(config, workers.handle().clone()));
        // What it was asked to finish is finished by now, or waited for long enough.
        workers.shutdown_background();
        served
    });
    match served.map_err(anyhow::Error::from).flatten() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Beholden stopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config, threads: Handle) -> anyhow::Result<()> {
    let store = running::open_store(&config.database).await?;
    let github = running::github(&config.app, &config.host)?;
    let heard = Arc::new(Notify::new());
    let options = running::options(&config)?;
    let engine = Engine::new(store.clone(), github, options, Clock::default(), Arc::clone(&heard));
    let settings = DoorSettings {
        app: config.app.app_id,
        secrets: config.app.webhook_secrets.clone(),
        source_header: config.source_header.clone(),
        serves: Arc::clone(&engine.options().serves),
        collector: config.collector.clone(),
    };
    let door = Door::new(store.clone(), settings, heard);
    let public = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let private = TcpListener::bind(config.admin_listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.admin_listen))?;
    tracing::info!(
        webhook = %format!("http://{}/webhook", public.local_addr()?),
        pages = %format!("http://{}/", private.local_addr()?),
        database = kind(config.database.expose_secret()),
        "Beholden is listening"
    );
    let met = engine.meet_installations().await?;
    tracing::info!(installations = met, "installations met");

    let (stop, stopped) = watch::channel(false);
    let admin = Admin::new(engine.clone())?;
    let workers = threads.spawn({
        let (engine, stopped) = (engine.clone(), stopped.clone());
        async move { engine.run(stopped).await }
    });
    let doors = tokio::spawn(web::serve(public, web::public(door), stopped.clone()));
    let pages = tokio::spawn(web::serve(private, web::admin(admin), stopped));
    asked_to_stop().await?;
    tracing::info!("stopping: finishing what is in hand");
    stop.send(true).context("nobody listens any more")?;
    let drained = tokio::time::timeout(DRAIN, async {
        let _ = tokio::join!(workers, doors, pages);
    });
    if drained.await.is_err() {
        tracing::warn!("something took too long; it will be taken up at the next start");
    }
    drop(engine);
    store.close().await;
    Ok(())
}

/// Waits for Ctrl-C or a polite request to end.
async fn asked_to_stop() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut end = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = end.recv() => {}
    }
    Ok(())
}

fn kind(database: &str) -> &'static str {
    if database.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" }
}

//! Drivers that put Beholden under load and kill it: the built program, over HTTP, against a
//! simulated GitHub on this machine. Each ends with a count of what stands, and an exit code.

#![expect(clippy::print_stdout, reason = "what a driver found is what it is for")]

mod ack;
mod audit;
mod check;
mod database;
mod grown;
mod kills;
mod listed;
mod post;
mod replicas;
mod served;
mod story;
mod town;
mod weather;

use anyhow::bail;
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

/// Put Beholden under load, and kill it
#[derive(Parser, Debug)]
#[command(name = "load")]
struct Arguments {
    #[command(subcommand)]
    driver: Driver,
}

#[derive(Subcommand, Debug)]
enum Driver {
    /// Kill the process again and again while deliveries arrive and GitHub misbehaves
    Kills(kills::Kills),
    /// Kill the process again and again while everything is listed for the first time
    Listed(listed::Listed),
    /// Two processes on one PostgreSQL, each frozen at random moments
    Replicas(replicas::Replicas),
    /// How many deliveries a second are acknowledged, beside others, and decided
    Ack(ack::Ack),
    /// How many records of the audit log a second are taken and decided
    Audit(audit::Audit),
    /// How memory, decisions and answers fare in a large register
    Grown(grown::Grown),
    /// A receiver that checks the signature and keeps nothing: what `ack` compares with
    #[command(hide = true)]
    Bare(ack::Bare),
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // Stopping by being dropped takes the processes that were started along.
        let mut end = signal(SignalKind::terminate())?;
        tokio::select! {
            done = drive(arguments.driver) => done,
            _ = end.recv() => bail!("asked to stop"),
            _ = tokio::signal::ctrl_c() => bail!("asked to stop"),
        }
    })
}

async fn drive(driver: Driver) -> anyhow::Result<()> {
    match driver {
        Driver::Kills(kills) => kills.run().await,
        Driver::Listed(listed) => listed.run().await,
        Driver::Replicas(replicas) => replicas.run().await,
        Driver::Ack(ack) => ack.run().await,
        Driver::Audit(audit) => audit.run().await,
        Driver::Grown(grown) => grown.run().await,
        Driver::Bare(bare) => bare.run().await,
    }
}

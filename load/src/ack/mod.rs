//! `load ack`: how many deliveries a second are acknowledged, by Beholden, by a bare receiver that
//! only checks the signature, and by Probot without and with a durable row; then how many Beholden
//! decides.
//!
//! One run, the order turned in each round, a fresh database each time, rows counted after it.
//! Generator and receiver share the machine.

mod bare;
mod bodies;
mod decided;
mod generator;
mod receivers;
mod spread;

pub(crate) use bare::Bare;
pub(crate) use decided::news;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use crate::ack::bodies::Body;
use crate::ack::generator::{Guids, Load, Measured};
use crate::ack::receivers::{Contestant, Workshop};
use crate::ack::spread::Spread;

/// How many deliveries a second are acknowledged, beside others, and decided
#[derive(Args, Debug)]
pub(crate) struct Ack {
    /// The program: a release build
    #[arg(long, value_name = "FILE", default_value = "target/release/beholden")]
    binary: PathBuf,
    /// Deliveries in each measurement
    #[arg(long, default_value_t = 15_000)]
    count: usize,
    /// Deliveries whose decisions are timed
    #[arg(long, default_value_t = 20_000)]
    decided: usize,
    /// How many of these are offered in a second
    #[arg(long, default_value_t = 5_500.0)]
    offered: f64,
    /// Rounds; the median is shown
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Connections
    #[arg(long, value_delimiter = ',', default_values_t = [32, 128])]
    connections: Vec<usize>,
    /// The order of the GUIDs
    #[arg(long, value_enum, default_value = "time")]
    guids: Guids,
    /// The unpacked npm package @octokit/webhooks-examples
    #[arg(long, value_name = "FOLDER", env = "BEHOLDEN_WEBHOOK_EXAMPLES")]
    examples: PathBuf,
    /// Where Probot is installed, once
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,
    /// Leave Probot out
    #[arg(long)]
    without_probot: bool,
}

impl Ack {
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let cache = match &self.cache {
            Some(cache) => cache.clone(),
            None => {
                let home = std::env::var_os("HOME").context("HOME is not set; name --cache")?;
                PathBuf::from(home).join(".cache/beholden-load")
            }
        };
        let workshop = Workshop::new(&self.binary, &cache)?;
        let mut contestants = vec![Contestant::Beholden, Contestant::Bare];
        if !self.without_probot {
            receivers::install_probot(&cache)?;
            contestants.extend([Contestant::ProbotForgetting, Contestant::ProbotStoring]);
        }
        let push = bodies::example(&self.examples, "push", 7_000)?;
        let pull = bodies::example(&self.examples, "pull_request", 25_000)?;
        for body in [&push, &pull] {
            for connections in &self.connections {
                self.table(&workshop, &contestants, body, *connections).await?;
            }
        }
        decided::measure(&self.binary, self.decided, self.guids, self.offered, self.rounds).await
    }

    async fn table(
        &self,
        workshop: &Workshop,
        contestants: &[Contestant],
        body: &Body,
        connections: usize,
    ) -> anyhow::Result<()> {
        let load = Load { count: self.count, connections, guids: self.guids, a_second: None };
        let mut measured: BTreeMap<Contestant, Vec<Measured>> = BTreeMap::new();
        for round in 0..self.rounds {
            for n in 0..contestants.len() {
                let contestant = contestants[(n + round) % contestants.len()];
                let running = workshop.start(contestant).await?;
                let mut one = generator::send(running.port, body, load, &running.signing).await?;
                one.waiting = running.waiting().await?;
                one.resident_mib = running.resident_mib();
                let rows = running.end().await?;
                if rows.is_some_and(|rows| rows != self.count as u64) {
                    bail!("{contestant:?} holds {rows:?} rows after {} deliveries", self.count);
                }
                measured.entry(contestant).or_default().push(one);
            }
        }
        println!();
        println!(
            "{} of {} bytes, {connections} connections, {} deliveries, median of {} [min–max]",
            body.event,
            body.bytes.len(),
            self.count,
            self.rounds
        );
        println!("| receiver | acknowledged/s | p50 ms | p99 ms | memory MiB | undecided then |");
        println!("|---|---|---|---|---|---|");
        for (contestant, rounds) in measured {
            let of = |what: fn(&Measured) -> f64| Spread::of(rounds.iter().map(what));
            println!(
                "| {} | {:.0} | {:.2} | {:.2} | {:.0} | {:.0} |",
                contestant.words(),
                of(|round| round.rate),
                of(|round| round.p50_ms),
                of(|round| round.p99_ms),
                of(|round| round.resident_mib),
                of(|round| round.waiting),
            );
        }
        Ok(())
    }
}

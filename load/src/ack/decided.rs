//! How many deliveries a second are decided and saved, from the first one sent to the last one
//! decided, and how long an acknowledgement takes meanwhile: news of as many deploy keys, in one
//! organisation.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use github_sim::Sim;

use crate::ack::bodies::signature;
use crate::ack::generator::{Guids, Load, Made, Measured, send_each};
use crate::ack::spread::Spread;
use crate::database::{Database, Kind};
use crate::served::Recipe;
use crate::town::{self, Size};

/// Numbers of keys that the simulated GitHub does not use.
const FIRST: u64 = 700_000_000;

/// What one round found.
struct Round {
    sent: Measured,
    /// Decided and saved in a second.
    decided: f64,
}

/// Measures and prints it: as fast as answers come, and at `offered` a second.
pub(super) async fn measure(
    binary: &Path,
    count: usize,
    guids: Guids,
    offered: f64,
    rounds: usize,
) -> anyhow::Result<()> {
    println!();
    println!("{count} deploy_key deliveries, 32 connections, median of {rounds} [min–max]");
    println!("| offered/s | acknowledged/s | p50 ms | p99 ms | decided and saved/s | memory MiB |");
    println!("|---|---|---|---|---|---|");
    for a_second in [None, Some(offered)] {
        let load = Load { count, connections: 32, guids, a_second };
        let mut found = Vec::new();
        for _ in 0..rounds {
            found.push(round(binary, load).await?);
        }
        let of = |what: fn(&Round) -> f64| Spread::of(found.iter().map(what));
        println!(
            "| {} | {:.0} | {:.2} | {:.2} | {:.0} | {:.0} |",
            a_second.map_or("all at once".to_owned(), |rate| format!("{rate:.0}")),
            of(|round| round.sent.rate),
            of(|round| round.sent.p50_ms),
            of(|round| round.sent.p99_ms),
            of(|round| round.decided),
            of(|round| round.sent.resident_mib),
        );
    }
    Ok(())
}

async fn round(binary: &Path, load: Load) -> anyhow::Result<Round> {
    let folder = tempfile::Builder::new().prefix("beholden-decided").tempdir()?;
    let github = town::start(Size { organisations: 1, repositories: 1, content_per_minute: 80 });
    let database = Database::make(Kind::Sqlite, folder.path(), None).await?;
    let recipe = Recipe::new(binary, folder.path(), "serve", &database.url, &github)?.observing();
    // Before the clock starts: making a body costs as much as taking it.
    let bodies = news(&github, load.count)?;
    let make = move |n: usize| bodies[n].clone();
    let served = recipe.start_ready().await?;

    let began = Instant::now();
    let mut sent =
        send_each(recipe.port(), "deploy_key", load, github.app().id, Arc::new(make)).await?;
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no last digit")]
    let wanted = load.count as f64;
    while recipe.number("beholden_decided_total").await? < wanted {
        if began.elapsed() > Duration::from_secs(300) {
            bail!("not decided after 300 s");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let decided = wanted / began.elapsed().as_secs_f64();
    sent.resident_mib = served.resident_mib();
    served.end().await?;
    Ok(Round { sent, decided })
}

/// Signed news of as many keys.
pub(crate) fn news(github: &Sim, count: usize) -> anyhow::Result<Vec<Made>> {
    let id = github.adds_deploy_key(&town::repository(0, 0), "ci", false, "octocat");
    let webhooks = github.take_webhooks();
    let webhook = webhooks.iter().find(|one| one.event == "deploy_key").context("no webhook")?;
    let text = String::from_utf8(webhook.body.clone())?;
    let told: serde_json::Value = serde_json::from_str(&text)?;
    let key = told["key"]["key"].as_str().context("no key in it")?.to_owned();
    let secret = github.app().webhook_secret;
    let made = (0..count).map(|n| {
        let other = (FIRST + n as u64).to_string();
        let body = text
            .replace(&format!("\"id\":{id},"), &format!("\"id\":{other},"))
            .replace(&format!("/keys/{id}\""), &format!("/keys/{other}\""))
            .replace(&key, &format!("{}{other}", &key[..key.len() - other.len()]));
        let signature = signature(&secret, body.as_bytes());
        (Arc::from(body.into_bytes()), signature)
    });
    Ok(made.collect())
}

//! How many deliveries a second are decided and saved, from the first one sent to the last one
//! decided: news of as many deploy keys, in one organisation.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::ack::bodies::signature;
use crate::ack::generator::send_each;
use crate::database::{Database, Kind};
use crate::served::Recipe;
use crate::town::{self, Size};

/// Numbers of keys that the simulated GitHub does not use.
const FIRST: u64 = 700_000_000;

/// Measures and prints it.
pub(super) async fn measure(binary: &Path, count: usize) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("beholden-decided").tempdir()?;
    let github = town::start(Size { organisations: 1, repositories: 1, content_per_minute: 80 });
    let database = Database::make(Kind::Sqlite, folder.path(), None).await?;
    let recipe = Recipe::new(binary, folder.path(), "serve", &database.url, &github)?.observing();
    let served = recipe.start_ready().await?;

    let id = github.adds_deploy_key(&town::repository(0, 0), "ci", false, "octocat");
    let webhooks = github.take_webhooks();
    let webhook = webhooks.iter().find(|one| one.event == "deploy_key").context("no webhook")?;
    let text = String::from_utf8(webhook.body.clone())?;
    let bytes = text.len();
    let told: serde_json::Value = serde_json::from_str(&text)?;
    let key = told["key"]["key"].as_str().context("no key in it")?.to_owned();
    let app = github.app();
    let make = move |n: usize| {
        let other = (FIRST + n as u64).to_string();
        let body = text
            .replace(&format!("\"id\":{id},"), &format!("\"id\":{other},"))
            .replace(&format!("/keys/{id}\""), &format!("/keys/{other}\""))
            .replace(&key, &format!("{}{other}", &key[..key.len() - other.len()]));
        let signature = signature(&app.webhook_secret, body.as_bytes());
        (Arc::<[u8]>::from(body.into_bytes()), signature)
    };
    let began = Instant::now();
    let sent =
        send_each(recipe.port(), "deploy_key", count, 32, github.app().id, Arc::new(make)).await?;
    let acknowledged = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no last digit")]
    let wanted = count as f64;
    while recipe.number("beholden_decided_total").await? < wanted {
        if began.elapsed() > Duration::from_secs(300) {
            bail!("not decided after 300 s");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let decided = began.elapsed().as_secs_f64();
    println!();
    println!(
        "decided: {count} deploy_key deliveries of {bytes} bytes, acknowledged in {acknowledged:.2} s \
         (p99 {:.2} ms), decided and saved in {decided:.2} s: {:.0}/s; {} MiB",
        sent.p99_ms,
        wanted / decided,
        served.resident_kib().unwrap_or_default() / 1024,
    );
    served.end().await
}

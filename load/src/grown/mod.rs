//! `load grown`: a register with a hundred thousand identities and years of history. What the
//! program holds in memory at rest, how long one delivery takes from the door to the register, and
//! how long people wait for answers.

mod fill;

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use beholden::domain::{InstallationId, OrgId};
use beholden::store::{InboxState, Store};
use clap::Args;
use tokio::process::Command;

use crate::ack::news;
use crate::database::{Database, Kind};
use crate::grown::fill::{Size, VENDOR, Whose};
use crate::served::Recipe;
use crate::town;

/// How long nothing is asked of the program before its memory is read.
const REST: Duration = Duration::from_secs(20);

/// How memory, decisions and answers fare in a large register
#[derive(Args, Debug)]
pub(crate) struct Grown {
    /// Which database
    #[arg(long, value_enum, default_value_t = Kind::Sqlite)]
    database: Kind,
    /// A server on which a database may be made
    #[arg(long, env = "BEHOLDEN_TEST_POSTGRES", value_name = "URL")]
    postgres: Option<String>,
    /// Identities in the register
    #[arg(long, default_value_t = 100_000)]
    identities: usize,
    /// Rows of the timeline
    #[arg(long, default_value_t = 5_000_000)]
    rows: usize,
    /// Deliveries, one after the other, each awaited until it is decided
    #[arg(long, default_value_t = 500)]
    deliveries: usize,
    /// How often each page and each command is asked for
    #[arg(long, default_value_t = 50)]
    asks: usize,
    /// The program
    #[arg(long, value_name = "FILE", default_value = "target/release/beholden")]
    binary: PathBuf,
}

impl Grown {
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let folder = tempfile::Builder::new().prefix("beholden-grown").tempdir()?;
        let github =
            town::start(town::Size { organisations: 1, repositories: 1, content_per_minute: 80 });
        let server = self.postgres.as_deref();
        let database = Database::make(self.database, folder.path(), server).await?;
        let store = Store::open(&database.url).await?;
        let whose = Whose {
            org: OrgId(github.org_id(&town::name(0)).cast_signed()),
            login: town::name(0).parse().map_err(anyhow::Error::msg)?,
            installation: InstallationId(github.installation(&town::name(0)).cast_signed()),
        };
        let size = Size { identities: self.identities, rows: self.rows };
        let began = Instant::now();
        fill::fill(&store, &whose, size).await?;
        store.tidy().await?;
        println!(
            "{} identities, {} rows of the timeline, {:?}; filled in {} s",
            self.identities,
            self.rows,
            self.database,
            began.elapsed().as_secs()
        );

        // Nothing of it is on the simulated GitHub, so nothing of it may be listed there.
        let recipe = Recipe::new(&self.binary, folder.path(), "serve", &database.url, &github)?;
        let recipe = recipe.observing().never_listing();
        let served = recipe.start_ready().await?;
        tokio::time::sleep(REST).await;
        println!("memory at rest: {:.0} MiB", served.resident_mib());
        let mut table =
            vec![("a delivery, sent until decided", self.decided(&recipe, &store, &github).await?)];
        for (what, path) in [
            ("page: the register", "/".to_owned()),
            ("page: those without an owner", "/?word=unowned".to_owned()),
            ("page: names that begin so", "/?text=deploys+service+4711".to_owned()),
            ("page: one identity", format!("/identities/deploy_key/{}", number(self.identities))),
            ("page: coverage", "/coverage".to_owned()),
            ("page: a vendor", format!("/vendors/{VENDOR}")),
            ("page: a person", "/people/octocat-7".to_owned()),
            ("page: settings", "/settings".to_owned()),
        ] {
            table.push((what, self.pages(&recipe.admin(&path)).await?));
        }
        let middle = fill::key(self.identities / 2).to_string();
        for (what, command) in [
            ("command: explain", vec!["explain", middle.as_str()]),
            ("command: register, orphaned", vec!["register", "--standing", "orphaned"]),
            ("command: register, of a vendor", vec!["register", "--vendor", VENDOR]),
            ("command: register, of a person", vec!["register", "--person", "octocat-7"]),
            ("command: settings", vec!["settings"]),
            ("command: coverage", vec!["coverage"]),
        ] {
            table.push((what, self.commands(&command, &database.url).await?));
        }
        println!("memory in the end: {:.0} MiB", served.resident_mib());
        served.end().await?;
        store.close().await;
        database.remove().await?;
        println!("| what | p50 ms | p99 ms | longest ms |");
        println!("|---|---|---|---|");
        for (what, times) in table {
            println!(
                "| {what} | {:.1} | {:.1} | {:.1} |",
                times.at(50),
                times.at(99),
                times.at(100)
            );
        }
        Ok(())
    }

    /// News of one key after the other: from before it is sent until it is closed as processed.
    async fn decided(
        &self,
        recipe: &Recipe,
        store: &Store,
        github: &github_sim::Sim,
    ) -> anyhow::Result<Times> {
        let client = reqwest::Client::new();
        let mut times = Times::default();
        for (n, (body, signature)) in news(github, self.deliveries)?.into_iter().enumerate() {
            let guid = format!("{:08x}-0000-4000-8000-{n:012x}", rand::random::<u32>());
            let began = Instant::now();
            let sent = client
                .post(recipe.webhook())
                .header("content-type", "application/json")
                .header("x-github-event", "deploy_key")
                .header("x-github-delivery", &guid)
                .header("x-github-hook-installation-target-id", github.app().id.to_string())
                .header("x-hub-signature-256", signature)
                .body(body.to_vec())
                .send()
                .await?;
            if !sent.status().is_success() {
                bail!("answered {}", sent.status());
            }
            loop {
                let state = store.delivery(&guid).await?.map(|stored| stored.state);
                match state {
                    Some(InboxState::Done) => break,
                    Some(InboxState::Waiting) if began.elapsed() < Duration::from_secs(30) => {}
                    other => bail!("delivery {guid} is {other:?}"),
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            times.took(began);
        }
        Ok(times)
    }

    async fn pages(&self, url: &str) -> anyhow::Result<Times> {
        let client = reqwest::Client::new();
        let mut times = Times::default();
        for _ in 0..self.asks {
            let began = Instant::now();
            client.get(url).send().await?.error_for_status()?.bytes().await?;
            times.took(began);
        }
        Ok(times)
    }

    async fn commands(&self, words: &[&str], database: &str) -> anyhow::Result<Times> {
        let mut times = Times::default();
        for _ in 0..self.asks {
            let began = Instant::now();
            let done = Command::new(&self.binary)
                .args(words)
                .args(["--database", database])
                .env_clear()
                .stdin(Stdio::null())
                .output()
                .await
                .context("the program cannot be started")?;
            times.took(began);
            if !done.status.success() {
                bail!("{words:?}: {}", String::from_utf8_lossy(&done.stderr));
            }
        }
        Ok(times)
    }
}

/// The number of an identity in the middle, as its page is addressed.
fn number(identities: usize) -> String {
    fill::key(identities / 2).to_string().rsplit('/').next().unwrap_or_default().to_owned()
}

/// How long each of many took.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn took(&mut self, began: Instant) {
        self.0.push(began.elapsed());
        self.0.sort_unstable();
    }

    /// So many of a hundred took no longer, in milliseconds.
    fn at(&self, share: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = (self.0.len() * share / 100).min(last);
        self.0.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_taken_of_all_times_in_their_order() {
        let times = Times((1..=200).map(Duration::from_millis).collect());
        assert_eq!((times.at(50), times.at(99), times.at(100)), (101.0, 199.0, 200.0));
        assert_eq!(Times::default().at(50), 0.0);
    }
}

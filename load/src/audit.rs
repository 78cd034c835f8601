//! How many records of the audit log a second are taken through the collector's door, and decided.
//! Some are sent twice, as GitHub does: each has to be decided once.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::bail;
use clap::Args;
use serde_json::json;
use tokio::task::JoinSet;

use crate::database::{Database, Kind};
use crate::served::Recipe;
use crate::town::{self, Size};

/// The token of the stream.
const TOKEN: &str = "a-token-for-measuring-only";

/// What the records tell: actions that nothing has to be read for.
const ACTIONS: &[&str] = &[
    "org.create_actions_secret",
    "repo.update_actions_secret",
    "hook.create",
    "git.clone",
    "git.push",
    "workflows.prepared_workflow_job",
    "workflows.completed_workflow_run",
    "integration_installation.version_updated",
];

/// One request in so many is sent twice.
const TWICE: usize = 10;

/// The settings of the driver.
#[derive(Args, Debug)]
pub(crate) struct Audit {
    /// Which database
    #[arg(long, value_enum, default_value_t = Kind::Sqlite)]
    database: Kind,

    /// A server on which a database may be made
    #[arg(long, env = "BEHOLDEN_TEST_POSTGRES", value_name = "URL")]
    postgres: Option<String>,

    /// Records
    #[arg(long, default_value_t = 200_000)]
    count: usize,

    /// Records of one request
    #[arg(long, default_value_t = 500)]
    batch: usize,

    /// Requests under way at once
    #[arg(long, default_value_t = 4)]
    connections: usize,

    /// The program
    #[arg(long, default_value = "target/release/beholden")]
    binary: PathBuf,
}

impl Audit {
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let folder = tempfile::Builder::new().prefix("beholden-audit").tempdir()?;
        let github =
            town::start(Size { organisations: 1, repositories: 1, content_per_minute: 80 });
        let server = self.postgres.as_deref();
        let database = Database::make(self.database, folder.path(), server).await?;
        let recipe = Recipe::new(&self.binary, folder.path(), "serve", &database.url, &github)?;
        let recipe = recipe.observing().collecting(TOKEN);
        let served = recipe.start_ready().await?;
        let before = recipe.number("beholden_decided_total").await?;
        let requests: Arc<Vec<String>> = Arc::new(self.requests(&github));

        let began = Instant::now();
        let next = Arc::new(AtomicUsize::new(0));
        let mut senders = JoinSet::new();
        for _ in 0..self.connections {
            let (requests, next, url) =
                (Arc::clone(&requests), Arc::clone(&next), recipe.collector());
            senders.spawn(async move {
                let client = reqwest::Client::new();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(body) = requests.get(n) else { return anyhow::Ok(()) };
                    for _ in 0..if n.is_multiple_of(TWICE) { 2 } else { 1 } {
                        let sent = client
                            .post(&url)
                            .header("Authorization", format!("Bearer {TOKEN}"))
                            .body(body.clone())
                            .send()
                            .await?;
                        if !sent.status().is_success() {
                            bail!("answered {}: {}", sent.status(), sent.text().await?);
                        }
                    }
                }
            });
        }
        while let Some(sent) = senders.join_next().await {
            sent??;
        }
        let taken = began.elapsed();
        #[expect(clippy::cast_precision_loss, reason = "a rate needs no last digit")]
        let (wanted, all) = (self.count as f64, (self.count + self.count / TWICE) as f64);
        let mut decided = 0.0;
        while decided < wanted {
            if began.elapsed() > Duration::from_secs(600) {
                bail!("{decided} of {wanted} decided after 600 s");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            decided = recipe.number("beholden_decided_total").await? - before;
        }
        let done = began.elapsed();
        let resident = served.resident_mib();
        served.end().await?;
        database.remove().await?;
        if decided > wanted {
            bail!("{decided} were decided of {wanted}");
        }
        let on = self.database;
        println!("{all:.0} records sent, {wanted:.0} of them different, {on:?}");
        println!("| taken/s | decided and saved/s | memory MiB |");
        println!("|---|---|---|");
        println!(
            "| {:.0} | {:.0} | {resident:.0} |",
            all / taken.as_secs_f64(),
            wanted / done.as_secs_f64(),
        );
        Ok(())
    }

    /// The bodies of the requests.
    fn requests(&self, github: &github_sim::Sim) -> Vec<String> {
        let org = github.org_id(&town::name(0));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let records = (0..self.count).map(|n| {
            json!({
                "@timestamp": now, "_document_id": format!("measured-{n}"),
                "action": ACTIONS[n % ACTIONS.len()], "actor": "octocat", "actor_id": 583_231,
                "actor_is_bot": false, "org": town::name(0), "org_id": org,
                "repo": town::repository(0, 0), "repo_id": 1, "key": format!("SECRET_{n}"),
                "user_agent": "git/2.47.1", "operation_type": "access",
                "programmatic_access_type": "Fine-grained personal access token",
                "secrets_passed": ["DEPLOY_KEY", "GITHUB_TOKEN"],
            })
            .to_string()
        });
        let records: Vec<String> = records.collect();
        records.chunks(self.batch).map(|some| some.join("\n")).collect()
    }
}

//! `load replicas`: two processes share one PostgreSQL; each is frozen at random moments and goes
//! on later, when others have taken its work; two installations run into GitHub's write limit.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::task::JoinSet;

use crate::check;
use crate::database::{Database, Kind};
use crate::kills::wait_for_quiet;
use crate::post::Post;
use crate::served::{Recipe, Served};
use crate::story::Story;
use crate::town::{self, Size};

/// Two processes on one PostgreSQL, each frozen at random moments
#[derive(Args, Debug)]
pub(crate) struct Replicas {
    /// The program
    #[arg(long, value_name = "FILE", default_value = "target/debug/beholden")]
    binary: PathBuf,
    /// A server on which a database may be made
    #[arg(long, value_name = "URL")]
    postgres: String,
    /// How often one of the two is frozen
    #[arg(long, default_value_t = 2)]
    freezes: usize,
    /// For how long, in seconds. Under 90 the leases of the frozen one are ended by hand
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    freeze: u64,
    /// Keys added in each of the two busy organisations
    #[arg(long, default_value_t = 40)]
    busy: usize,
    /// Keys added in each of the six others
    #[arg(long, default_value_t = 12)]
    keys: usize,
    /// Content-creating requests a minute that GitHub allows an installation
    #[arg(long, default_value_t = 20)]
    per_minute: u64,
    /// How long it may take to become quiet in the end, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    quiet: u64,
}

const ORGANISATIONS: usize = 8;
const BUSY: usize = 2;

/// The least that each process has to decide, of all.
const SHARE: f64 = 0.2;

impl Replicas {
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let folder = tempfile::Builder::new().prefix("beholden-replicas").tempdir()?;
        let database = Database::make(Kind::Postgres, folder.path(), Some(&self.postgres)).await?;
        let github = town::start(Size {
            organisations: ORGANISATIONS,
            repositories: self.busy.max(self.keys),
            content_per_minute: self.per_minute,
        });
        let recipe = |name| Recipe::new(&self.binary, folder.path(), name, &database.url, &github);
        let recipes = [recipe("one")?, recipe("two")?];
        let served = [recipes[0].start_ready().await?, recipes[1].start_ready().await?];
        let story = Story::new(github.clone());
        let post = Post::new(recipes.iter().map(Recipe::webhook).collect());
        let mut going = JoinSet::new();
        going.spawn(post.clone().work(github.clone()));
        going.spawn(story.clone().people());

        let began = Instant::now();
        let freezing = self.freezing(&database, &served);
        let adding = self.adding(&story);
        let (frozen, ()) = tokio::join!(freezing, adding);
        frozen?;
        println!(
            "two processes, {} freezes of {} s in {} s, {} keys",
            self.freezes,
            self.freeze,
            began.elapsed().as_secs(),
            story.keys().len()
        );
        let ended = Instant::now();
        let both: Vec<&Recipe> = recipes.iter().collect();
        let quiet = wait_for_quiet(&post, &story, &both, Duration::from_secs(self.quiet)).await;
        println!("  quiet after                 {} s", ended.elapsed().as_secs());

        let mut decided = Vec::new();
        for recipe in &recipes {
            decided.push(recipe.number("beholden_decided_total").await?);
        }
        for process in served {
            process.end().await?;
        }
        going.shutdown().await;
        let mut found =
            check::everything(&database.url, &github, &post, &story, ORGANISATIONS).await?;
        found.wrong.splice(..0, quiet.err().map(|error| error.to_string()));
        let all: f64 = decided.iter().sum();
        println!("  decided by each             {decided:?} of {all}");
        if decided.iter().any(|share| *share < SHARE * all) {
            found.wrong.push("one process decided less than a fifth".to_owned());
        }
        for busy in 0..BUSY {
            let installation = format!("installation {}", github.installation(&town::name(busy)));
            let requests = github.requests();
            let limited = requests
                .iter()
                .filter(|request| request.caller == installation && request.answered == Some(403))
                .count();
            println!("  at its limit, {}        {limited} times", town::name(busy));
            if limited == 0 {
                found.wrong.push(format!("{} never reached its write limit", town::name(busy)));
            }
        }
        for recipe in &recipes {
            if recipe.said("panicked") > 0 {
                found.wrong.push("it panicked".to_owned());
            }
        }
        let concluded = found.conclude();
        if concluded.is_err() {
            println!("  kept: {}", folder.keep().display());
        } else {
            database.remove().await?;
        }
        concluded
    }

    /// Freezes one of the two and lets it go on when its work has long been taken over.
    async fn freezing(&self, database: &Database, served: &[Served; 2]) -> anyhow::Result<()> {
        for n in 0..self.freezes {
            tokio::time::sleep(Duration::from_millis(rand::random_range(500..6_000))).await;
            let process = &served[n % served.len()];
            process.freeze()?;
            let half = Duration::from_secs(self.freeze) / 2;
            tokio::time::sleep(half).await;
            if self.freeze < 90 {
                database.end_leases(Some(process.pid)).await?;
            }
            tokio::time::sleep(half).await;
            process.thaw()?;
        }
        Ok(())
    }

    /// The busy organisations get their keys at once, the others over the time of the freezes.
    async fn adding(&self, story: &Story) {
        for n in 0..self.busy * BUSY {
            story.adds_key(n % BUSY);
        }
        let others = ORGANISATIONS - BUSY;
        let time = Duration::from_secs((self.freeze + 4) * self.freezes as u64);
        let pause = time / u32::try_from(others * self.keys).unwrap_or(1).max(1);
        for n in 0..self.keys * others {
            story.adds_key(BUSY + n % others);
            tokio::time::sleep(pause).await;
        }
    }
}

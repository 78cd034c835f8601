//! `load kills`: kill -9 at random moments, start again, and in the end count what stands.
//!
//! Between two lives the leases of the dead process are ended, as 90 seconds of nobody would; with
//! `--patient` they are left to run out.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::bail;
use clap::Args;
use tokio::task::JoinSet;

use crate::check;
use crate::database::{Database, Kind};
use crate::post::Post;
use crate::served::Recipe;
use crate::story::Story;
use crate::town::{self, Size};
use crate::weather;

/// Kill the process again and again while deliveries arrive and GitHub misbehaves
#[derive(Args, Debug)]
pub(crate) struct Kills {
    /// The program
    #[arg(long, value_name = "FILE", default_value = "target/debug/beholden")]
    binary: PathBuf,
    /// Which database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Kind,
    /// A server on which a database may be made, for `--database postgres`
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// How often the process is killed
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// The longest life, in milliseconds; the shortest is 100
    #[arg(long, value_name = "MS", default_value_t = 2_500)]
    life: u64,
    /// Deploy keys added while it is being killed
    #[arg(long, default_value_t = 96)]
    keys: usize,
    /// How long it may take to become quiet in the end, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    quiet: u64,
    /// Let the leases of dead processes run out instead of ending them
    #[arg(long)]
    patient: bool,
    /// Where the faults start
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const ORGANISATIONS: usize = 8;

/// How often one of them runs into a secondary limit.
const LIMITED: Duration = Duration::from_secs(15);

impl Kills {
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let folder = tempfile::Builder::new().prefix("beholden-kills").tempdir()?;
        let database =
            Database::make(self.database, folder.path(), self.postgres.as_deref()).await?;
        let github = town::start(Size {
            organisations: ORGANISATIONS,
            repositories: self.keys.div_ceil(ORGANISATIONS),
            content_per_minute: 80,
        });
        let recipe = Recipe::new(&self.binary, folder.path(), "serve", &database.url, &github)?;
        recipe.start_ready().await?.kill()?;
        let story = Story::new(github.clone());
        let post = Post::new(vec![recipe.webhook()]);
        let mut going = JoinSet::new();
        going.spawn(post.clone().work(github.clone()));
        going.spawn(story.clone().people());
        let limits = weather::limits(github.clone(), ORGANISATIONS, LIMITED);
        let limits = going.spawn(limits);
        weather::begins(&github, self.seed);

        let began = Instant::now();
        for kill in 0..self.kills {
            if !self.patient {
                database.end_leases(None).await?;
            }
            let until = (kill + 1) * self.keys / self.kills;
            let has = story.keys().len();
            (has..until).for_each(|n| story.adds_key(n % ORGANISATIONS));
            let served = recipe.start()?;
            tokio::time::sleep(Duration::from_millis(rand::random_range(100..=self.life))).await;
            served.kill()?;
        }
        println!(
            "{:?}: {} kills in {} s, {} keys",
            self.database,
            self.kills,
            began.elapsed().as_secs(),
            story.keys().len()
        );

        limits.abort();
        weather::ends(&github);
        if !self.patient {
            database.end_leases(None).await?;
        }
        let ended = Instant::now();
        let served = recipe.start_ready().await?;
        let quiet =
            wait_for_quiet(&post, &story, &[&recipe], Duration::from_secs(self.quiet)).await;
        let waits = if quiet.is_err() { database.what_waits().await? } else { Vec::new() };
        println!("  quiet after                 {} s", ended.elapsed().as_secs());
        served.end().await?;
        going.shutdown().await;
        let books = post.books().clone();
        println!("  deliveries not answered     {}, brought again", books.unanswered);
        println!("  deliveries brought twice    {}", books.repeated);
        println!("  doubles seen in the log     {}", recipe.said("a double is taken back"));
        println!("  panics in the log           {}", recipe.said("panicked"));
        let mut found =
            check::everything(&database.url, &github, &post, &story, ORGANISATIONS).await?;
        found
            .wrong
            .splice(..0, quiet.err().map(|error| error.to_string()).into_iter().chain(waits));
        if recipe.said("panicked") > 0 {
            found.wrong.push("it panicked".to_owned());
        }
        let concluded = found.conclude();
        if concluded.is_err() {
            println!("  kept: {}", folder.keep().display());
        } else {
            database.remove().await?;
        }
        concluded
    }
}

/// How many looks in a row have to find nothing to do. Looks are counted rather than seconds: a
/// machine that stalls for seconds has not been quiet for seconds.
const QUIET_LOOKS: usize = 12;

/// Waits until people have said everything, nothing is on its way and nothing waits.
pub(crate) async fn wait_for_quiet(
    post: &Post,
    story: &Story,
    served: &[&Recipe],
    most: Duration,
) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut looks = 0;
    while looks < QUIET_LOOKS {
        let mut quiet = post.is_done() && story.is_told();
        for recipe in served {
            quiet = quiet && recipe.is_quiet().await;
        }
        looks = if quiet { looks + 1 } else { 0 };
        if began.elapsed() > most {
            let untold = story.keys().iter().filter(|key| key.owner.is_none()).count();
            let mut waits = Vec::new();
            for recipe in served {
                waits.push(recipe.what_waits().await);
            }
            bail!(
                "it is not quiet after {} s; {untold} keys wait for an issue, the post {}; {}",
                most.as_secs(),
                if post.is_done() { "has brought everything" } else { "is still under way" },
                waits.join("; ")
            );
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    Ok(())
}

//! `load listed`: kill -9 while everything is listed for the first time, again and again, and in the
//! end compare the register with that of a listing that nobody disturbed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use beholden::domain::{Grant, OrgId};
use beholden::store::{Filter, Store};
use clap::Args;
use github_sim::{Sim, Vault};

use crate::database::{Database, Kind};
use crate::served::Recipe;
use crate::town::{self, Size};

const ORGANISATIONS: usize = 2;

/// Deploy keys of each repository.
const KEYS: usize = 3;

/// By how much the longest life grows with each kill, in milliseconds.
const GROWS: u64 = 50;

/// Kill the process again and again while everything is listed for the first time
#[derive(Args, Debug)]
pub(crate) struct Listed {
    /// The program
    #[arg(long, value_name = "FILE", default_value = "target/debug/beholden")]
    binary: PathBuf,
    /// Which database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Kind,
    /// A server on which a database may be made, for `--database postgres`
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Repositories of each of the two organisations
    #[arg(long, default_value_t = 60)]
    repositories: usize,
    /// The longest of the first lives, in milliseconds; the shortest is 100
    #[arg(long, value_name = "MS", default_value_t = 300)]
    life: u64,
    /// How long all of it may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    most: u64,
}

/// What the register holds: each identity with a digest of what it may do, and whether it was there
/// before us.
type Held = BTreeMap<String, (String, bool)>;

impl Listed {
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let folder = tempfile::Builder::new().prefix("beholden-listed").tempdir()?;
        let github = town::start(Size {
            organisations: ORGANISATIONS,
            repositories: self.repositories,
            content_per_minute: 80,
        });
        let wanted = self.furnish(&github);
        let (undisturbed, _) = self.listed(&folder, "undisturbed", &github, None).await?;
        let (killed, kills) = self.listed(&folder, "killed", &github, Some(self.life)).await?;
        let mut wrong = Vec::new();
        if kills < 3 {
            wrong.push(format!("it was killed {kills} times before it had listed everything"));
        }
        if undisturbed.len() < wanted {
            wrong.push(format!("{} identities of {wanted} were found", undisturbed.len()));
        }
        for key in undisturbed.keys().chain(killed.keys()) {
            if undisturbed.get(key) != killed.get(key) {
                wrong.push(format!(
                    "{key}: {:?} undisturbed, {:?} killed",
                    undisturbed.get(key),
                    killed.get(key)
                ));
            }
        }
        let issues: usize = (0..ORGANISATIONS)
            .flat_map(|n| (0..self.repositories).map(move |place| town::repository(n, place)))
            .map(|repo| github.issues(&repo).len())
            .sum();
        if issues > 0 {
            wrong.push(format!("{issues} issues were opened about what was there before"));
        }
        println!("{:?}: killed {kills} times while listing", self.database);
        println!("  identities                  {} of {wanted}", killed.len());
        for sentence in wrong.iter().take(40) {
            println!("  WRONG: {sentence}");
        }
        if wrong.is_empty() {
            println!("  the same register as undisturbed");
            return Ok(());
        }
        bail!("{} things are wrong", wrong.len())
    }

    /// Things that no webhook tells of; gives back how many identities there are in all, the App
    /// itself in each organisation among them.
    fn furnish(&self, github: &Sim) -> usize {
        for organisation in 0..ORGANISATIONS {
            for place in 0..self.repositories {
                let repo = town::repository(organisation, place);
                for n in 0..KEYS {
                    github.adds_deploy_key(&repo, &format!("key {n}"), n > 0, town::PEOPLE[0]);
                }
                github.stores_secret(&repo, Vault::Actions, "DEPLOY");
            }
        }
        github.take_webhooks();
        ORGANISATIONS * (self.repositories * (KEYS + 1) + 1)
    }

    /// Lists everything into a database of its own, killed at random moments when a longest life is
    /// given. What it then holds, and how often it was killed.
    async fn listed(
        &self,
        folder: &tempfile::TempDir,
        name: &str,
        github: &Sim,
        life: Option<u64>,
    ) -> anyhow::Result<(Held, usize)> {
        let place = folder.path().join(name);
        std::fs::create_dir(&place)?;
        let database = Database::make(self.database, &place, self.postgres.as_deref()).await?;
        let recipe = Recipe::new(&self.binary, &place, "serve", &database.url, github)?;
        let began = Instant::now();
        let mut kills = 0;
        // The tables are there before anybody looks into them.
        let mut served = recipe.start_ready().await?;
        let store = Store::open(&database.url).await?;
        while !is_listed(&store, github).await? {
            if began.elapsed() > Duration::from_secs(self.most) {
                bail!("{name}: not listed after {} s; {kills} kills", self.most);
            }
            let Some(life) = life else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            // Lives begin short, so that a fast machine is killed too, and grow, so that a slow one
            // comes to an end.
            let life = rand::random_range(100..=life + GROWS * kills as u64);
            tokio::time::sleep(Duration::from_millis(life)).await;
            served.kill()?;
            kills += 1;
            database.end_leases(None).await?;
            served = recipe.start()?;
        }
        served.end().await?;
        if recipe.said("panicked") > 0 {
            bail!("{name}: it panicked");
        }
        let mut held = Held::new();
        for organisation in 0..ORGANISATIONS {
            held.extend(register(&store, org(github, organisation)).await?);
        }
        store.close().await;
        database.remove().await?;
        Ok((held, kills))
    }
}

fn org(github: &Sim, organisation: usize) -> OrgId {
    OrgId(github.org_id(&town::name(organisation)).cast_signed())
}

async fn is_listed(store: &Store, github: &Sim) -> anyhow::Result<bool> {
    for organisation in 0..ORGANISATIONS {
        if store.baseline(org(github, organisation)).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn register(store: &Store, org: OrgId) -> anyhow::Result<Held> {
    let (mut held, mut after) = (Held::new(), None);
    loop {
        let page = store.register_page(org, &Filter::default(), after.as_ref(), 500).await?;
        for record in page.items {
            let key = format!("{org} {}", record.identity.key);
            let grants = record.grants.first().context("an identity that holds nothing")?;
            held.insert(key, (Grant::digest([grants]).0, record.baseline));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(held),
        }
    }
}

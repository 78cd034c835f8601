//! `beholden doctor`: whether what Beholden needs is there, before anybody wonders why it is quiet.

use std::process::ExitCode;

use clap::Args;

use crate::cli::{block_on, refuse, running};
use crate::config::{Config, ServeArgs};
use crate::domain::{CheckRun, Entity, Fact, Login, Names, Repo, Timestamp, Visibility, Watch};
use crate::github::{Github, Installation};
use crate::store::Store;

/// Check credentials, permissions, branch rules, the webhook's address, the clock, the database
/// and home
///
/// Takes the same settings as `serve` and changes nothing. Exits with 1 if something is wrong.
#[derive(Args, Debug)]
pub(super) struct Doctor {
    #[command(flatten)]
    args: ServeArgs,
}

/// The most repositories of an organisation whose branch rules are read; three requests each.
const MOST_REPOS: usize = 100;

/// What was found, as it is printed.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

pub(super) fn run(command: &Doctor) -> ExitCode {
    let config = match command.args.resolve() {
        Ok(config) => config,
        Err(refused) => return refuse(&refused),
    };
    let examined = block_on(examine(&config)).map_err(anyhow::Error::from).flatten();
    match examined {
        Ok(0) => ExitCode::SUCCESS,
        Ok(wrong) => {
            eprintln!("{} to mend.", crate::words::count(wrong, "thing"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("The examination stopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Findings {
    fn good(&mut self, what: &str) {
        println!("ok     {what}");
    }

    fn bad(&mut self, what: &str) {
        self.wrong += 1;
        println!("wrong  {what}");
    }
}

async fn examine(config: &Config) -> anyhow::Result<usize> {
    let mut found = Findings::default();
    match running::open_store(&config.database).await {
        Ok(store) => {
            ownership(config, &store, &mut found).await?;
            match store.ping().await {
                Ok(()) => found.good("the database can be written to"),
                Err(error) => found.bad(&format!("the database cannot be written to: {error}")),
            }
            store.close().await;
        }
        Err(error) => found.bad(&format!("{error:#}")),
    }
    let github = running::github(&config.app, &config.host)?;
    match github.app().await {
        Ok(app) => found.good(&format!("GitHub knows the App as {}", app.slug)),
        Err(failure) => {
            found.bad(&format!("GitHub does not accept the credentials: {failure}"));
            return Ok(found.wrong);
        }
    }
    match github.skew() {
        skew if skew.abs() <= 60 => found.good("the clock agrees with GitHub's"),
        skew => found.bad(&format!("the clock is {skew} seconds from GitHub's; set it by NTP")),
    }
    webhook(config, &github, &mut found).await;
    installations(config, &github, &mut found).await?;
    Ok(found.wrong)
}

/// Whether somebody answers for Beholden itself.
async fn ownership(config: &Config, store: &Store, found: &mut Findings) -> anyhow::Result<()> {
    for org in store.orgs().await? {
        let (Some(login), Some(own)) = (&org.login, org.ourselves()) else { continue };
        if !config.wanted.serves(login) {
            continue;
        }
        let record = store.record(org.org, &own).await?;
        let owner = record.as_ref().and_then(|record| record.ownership.owners().next().cloned());
        match (owner, config.wanted.floor(login).owner) {
            (Some(owner), _) => {
                found.good(&format!("{login}: {} answers for Beholden itself", owner.plain()));
            }
            (None, Some(named)) => println!(
                "note   {login}: --owner names {named}; that counts once `serve` has read that they are \
                 in the organisation"
            ),
            (None, None) => println!(
                "note   {login}: nobody answers for Beholden itself; --owner, or `owner:` in the policy, \
                 names somebody"
            ),
        }
    }
    Ok(())
}

async fn webhook(config: &Config, github: &Github, found: &mut Findings) {
    let hook = match github.hook_config().await {
        Ok(hook) => hook,
        Err(failure) => {
            return found.bad(&format!("the webhook's settings cannot be read: {failure}"));
        }
    };
    if hook.content_type != "json" {
        found.bad("the webhook sends forms; set its content type to application/json");
    }
    match &config.public_url {
        Some(url) if hook.url == format!("{url}/webhook") => {
            found.good(&format!("webhooks go to {}", hook.url));
        }
        Some(url) => {
            found.bad(&format!("webhooks go to {:?}, and --public-url is {url}", hook.url));
        }
        None if hook.url.is_empty() => found.bad("the App has no webhook address"),
        None => found.good(&format!("webhooks go to {}; --public-url would check it", hook.url)),
    }
}

async fn installations(
    config: &Config,
    github: &Github,
    found: &mut Findings,
) -> anyhow::Result<()> {
    let watch = running::watch(config)?;
    let listed = match github.installations().await {
        Ok(listed) => listed,
        Err(failure) => {
            found.bad(&format!("the installations cannot be listed: {failure}"));
            return Ok(());
        }
    };
    if listed.items.is_empty() {
        found.bad("the App is not installed anywhere yet");
    }
    for installation in &listed.items {
        let Some(login) = &installation.login else { continue };
        if !config.wanted.serves(login) {
            continue;
        }
        if installation.suspended {
            found.bad(&format!("{login}: the installation is suspended"));
            continue;
        }
        permissions(installation, &watch, login.as_str(), found);
        sources(config, github, installation, login, found).await;
        let Some(home) = config.wanted.floor(login).home else {
            println!("note   {login}: no home is named; some cases will stay on the pages");
            continue;
        };
        match github.effects().place(installation.id, &home).await {
            Ok(repo) if repo.visibility == Visibility::Public => {
                found.bad(&format!("{home} is public; home must be private"));
            }
            Ok(repo) if !repo.has_issues || repo.archived => {
                found.bad(&format!("{home} takes no issues: it is archived or has them off"));
            }
            Ok(_) => found.good(&format!("{home} is private and takes issues")),
            Err(failure) => found.bad(&format!("{home} cannot be read: {failure}")),
        }
    }
    Ok(())
}

/// Whether the rules that require our check take it from us alone: else anybody who may write
/// checks or statuses can pass in our name.
async fn sources(
    config: &Config,
    github: &Github,
    installation: &Installation,
    login: &Login,
    found: &mut Findings,
) {
    let (all, names, now) = (Entity::Repositories, Names::default(), Timestamp::now());
    let read = github.reader().read(installation.id, login, &all, &names, now).await;
    let repos: Vec<Repo> = match read {
        Ok(read) => read
            .facts
            .into_iter()
            .filter_map(|fact| match fact {
                Fact::Repositories { repos } => Some(repos),
                _ => None,
            })
            .flatten()
            .filter(|repo| !repo.archived)
            .collect(),
        Err(failure) => {
            return found.bad(&format!("{login}: the repositories cannot be listed: {failure}"));
        }
    };
    let (mut requiring, mut loose) = (0, Vec::new());
    for repo in repos.iter().take(MOST_REPOS) {
        match github.code(installation.id, &repo.name).required_from(CheckRun::NAME).await {
            Ok(sources) => {
                requiring += usize::from(!sources.is_empty());
                if sources.iter().any(|source| *source != Some(config.app.app_id)) {
                    loose.push(repo.name.to_string());
                }
            }
            Err(failure) => {
                found.bad(&format!("{}: its branch rules cannot be read: {failure}", repo.name));
            }
        }
    }
    for name in &loose {
        found.bad(&format!(
            "{name}: a rule of the default branch requires `beholden` and takes it from anybody; \
             choose this App as its source"
        ));
    }
    if loose.is_empty() && requiring > 0 {
        let count = crate::words::count(requiring, "repository");
        found.good(&format!("{login}: {count} require our check, and from us alone"));
    }
    if repos.len() > MOST_REPOS {
        println!("note   {login}: rules of the first {MOST_REPOS} of {} were read", repos.len());
    }
}

/// Permissions granted against those needed.
fn permissions(installation: &Installation, watch: &Watch, login: &str, found: &mut Findings) {
    let lacking: Vec<String> = watch.lacking(&installation.permissions).into_values().collect();
    if lacking.is_empty() {
        found.good(&format!("{login}: every permission is granted"));
    } else {
        let lacking = lacking.join(", ");
        found.bad(&format!("{login}: an organisation owner has yet to grant {lacking}"));
    }
}

//! Everything non-human is listed, also what no webhook tells of; and what cannot be listed is said.

mod api_use;
mod audit_log;
mod audited;
mod claims;
mod credentials;
mod drift;
mod faults;
mod files;
mod granters;
mod hastened;
mod incidents;
mod joins;
mod news;
mod oidc;
mod ourselves;
mod readers;
mod references;
mod resumed;
mod roles;
mod rotation;
mod safeguards;
mod same;
mod scale;
mod stands_behind;
mod tasks;
mod trust;
mod upstream;
mod usage;
mod vendors;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use beholden::domain::{Part, Seen, Standing};
use beholden::register::Record;
use beholden::store::Filter;
use github_sim::{AppSeed, EnvironmentSpec, InstalledOn, Level, Seed, Sim, Vault};

use crate::support::Product;

/// Long enough for every place to be read once more.
const LATER: Duration = Duration::from_secs(7 * 3_600);

/// Another vendor's App, installed on all of `acme`.
fn other_app(slug: &str, permission: &str, level: Level) -> AppSeed {
    AppSeed {
        slug: slug.to_owned(),
        owner: "acme".to_owned(),
        permissions: [(permission.to_owned(), level)].into(),
        installed_on: vec![InstalledOn {
            organization: "acme".to_owned(),
            ..InstalledOn::default()
        }],
        ..AppSeed::default()
    }
}

fn with_apps(mut seed: Seed, apps: impl IntoIterator<Item = AppSeed>) -> Seed {
    seed.apps.extend(apps);
    seed
}

/// One of every kind, none of which an event ever told of. Gives back what the register must hold.
fn furnish(github: &Sim) -> BTreeSet<String> {
    let (org, api) = (github.org_id("acme"), github.repo_id("acme/api"));
    github.stores_secret("acme", Vault::Actions, "DEPLOY_TOKEN");
    github.lends_secret("acme", Vault::Actions, "DEPLOY_TOKEN", &["acme/api"]);
    github.stores_secret("acme", Vault::Dependabot, "NPM_TOKEN");
    github.lends_secret("acme", Vault::Dependabot, "NPM_TOKEN", &[]);
    github.stores_secret("acme", Vault::Agents, "COPILOT_MCP_KEY");
    github.stores_secret("acme/api", Vault::Actions, "DEPLOY_TOKEN");
    github.stores_secret("acme/api", Vault::Dependabot, "NPM_TOKEN");
    github.stores_secret("acme/api", Vault::Agents, "COPILOT_MCP_KEY");
    github.sets_up_environment("acme/api", &EnvironmentSpec::named("prod").reviewed_by("octocat"));
    github.stores_environment_secret("acme/api", "prod", "AWS_KEY");
    let environment = github.environment_id("acme/api", "prod");
    let hook = github.adds_webhook("acme", "https://hooks.acme.invalid/T0/secret", &["push"]);
    let repo_hook = github.adds_webhook("acme/api", "https://ci.acme.invalid/hook", &["push"]);
    let runner = github.registers_runner("acme", "build-1", false);
    let repo_runner = github.registers_runner("acme/api", "build-2", false);
    github.registers_runner("acme", "thrown-away", true);
    github.stores_registry("acme", "PACKAGES", "https://npm.acme.invalid");
    let keys = [
        format!("actions_secret/{org}:org:deploy_token"),
        format!("dependabot_secret/{org}:org:npm_token"),
        format!("agents_secret/{org}:org:copilot_mcp_key"),
        format!("actions_secret/{api}:repo:deploy_token"),
        format!("dependabot_secret/{api}:repo:npm_token"),
        format!("agents_secret/{api}:repo:copilot_mcp_key"),
        format!("actions_secret/{environment}:env:aws_key"),
        format!("webhook/{hook}"),
        format!("webhook/{repo_hook}"),
        format!("self_hosted_runner/{org}:{runner}:build-1"),
        format!("self_hosted_runner/{org}:{repo_runner}:build-2"),
        format!("private_registry/{org}:packages"),
    ];
    keys.into()
}

/// A file of the default branch that may grant something: what serves such files is asked for then.
fn lets_workflows_run(github: &Sim) {
    let workflow = "on: push\npermissions: {}\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n";
    github.writes_file("acme/api", ".github/workflows/ci.yml", workflow, "octocat");
}

/// Every identity that lives.
async fn living(product: &Product) -> BTreeMap<String, Record> {
    let store = product.engine.store();
    let (mut all, mut after) = (BTreeMap::new(), None);
    loop {
        let page =
            store.register_page(product.org(), &Filter::default(), after.as_ref(), 500).await;
        let page = page.unwrap();
        for record in page.items {
            if record.identity.standing == Standing::Live {
                all.insert(record.identity.key.to_string(), record);
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

/// How well a part of a place is seen, as one word; the organisation is `acme`.
async fn seen(product: &Product, place: &str, part: Part) -> Option<(Seen, String)> {
    let wanted = place.contains('/').then(|| product.github.repo_id(place) as i64);
    let places = product.engine.store().all_places(product.org()).await.unwrap();
    let place = places.into_iter().find(|place| place.repo.map(|repo| repo.0) == wanted)?;
    place.coverage.parts.get(&part).map(|covered| (covered.seen, covered.why.clone()))
}

/// Every issue that we wrote anywhere, by title.
fn titles(product: &Product, repos: &[&str]) -> Vec<String> {
    repos.iter().flat_map(|repo| product.ours(repo)).map(|issue| issue.title).collect()
}

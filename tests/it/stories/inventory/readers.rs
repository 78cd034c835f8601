//! Who reads a secret: each store of secrets has its own readers, and a name says nothing by itself.

use beholden::domain::Part;
use github_sim::{EnvironmentSpec, Fault, Vault};
use serde_json::json;

use super::joins::joined;
use super::{LATER, seen};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup, prints};

/// A job for each line: its name, its environment, the expression that it reads.
fn workflow(on: &str, jobs: &[(&str, &str, &str)]) -> String {
    let mut text = format!("on: {on}\njobs:\n");
    for (name, environment, reads) in jobs {
        text += &format!("  {name}:\n    runs-on: ubuntu-latest\n");
        if !environment.is_empty() {
            text += &format!("    environment: {environment}\n");
        }
        text += &format!("    steps:\n      - run: ./it\n        env:\n          IT: {reads}\n");
    }
    text
}

/// The names of the jobs and servers that read a secret, or may, sorted.
async fn readers(product: &Product, key: &str, how: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in joined(product, key).await {
        if let Some(reader) = line.strip_prefix(&format!("{how} ")) {
            let record = product.record(reader).await.unwrap();
            let name = record.identity.name.raw();
            // Of what stands in a file: `job in file.yml`.
            names.push(name.split(" in ").next().unwrap_or(name).to_owned());
        }
    }
    names.sort();
    names
}

/// What is said of its readers, on the command line; the page says the same.
async fn said(product: &Product, database: &crate::support::databases::Base, key: &str) -> String {
    let printed = prints(database, &["explain", key]);
    let page = product.page(&format!("/identities/{key}")).await;
    let lines: Vec<&str> = printed
        .lines()
        .skip_while(|line| !line.contains("Who reads it"))
        .skip(1)
        .take_while(|line| line.starts_with("    "))
        .map(str::trim)
        .collect();
    for line in &lines {
        let shown = line.replace('\'', "&#39;");
        assert!(page.contains(&shown), "{shown} is not on the page: {page}");
    }
    lines.join("\n")
}

#[tokio::test]
async fn a_secret_of_an_environment_is_read_by_jobs_that_name_the_environment() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let github = product.github.clone();
        github.sets_up_environment("acme/api", &EnvironmentSpec::named("Prod"));
        github.stores_environment_secret("acme/api", "Prod", "NPM_TOKEN");
        let reads = "${{ secrets.NPM_TOKEN }}";
        let jobs = [
            ("release", "prod", reads),
            ("smoke", "prod", "1"),
            ("stage", "staging", reads),
            ("bare", "", reads),
            ("chosen", "${{ inputs.place }}", reads),
        ];
        let text = workflow("push", &jobs);
        github.writes_file("acme/api", ".github/workflows/release.yml", &text, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        let environment = github.environment_id("acme/api", "Prod");
        let key = format!("actions_secret/{environment}:env:npm_token");
        assert_eq!(readers(&product, &key, "read by").await, ["release"]);
        assert_eq!(readers(&product, &key, "may be read by").await, ["chosen", "smoke"]);
        let said = said(&product, &base, &key).await;
        assert!(said.contains("1 identity reads it, and 2 more may."), "{said}");
        assert!(said.contains("Only a job that names the environment prod gets it."), "{said}");
        assert!(!said.contains("Unknown"), "{said}");
        let reader = joined(&product, &key).await;
        let reader = reader.iter().find_map(|line| line.strip_prefix("read by ")).unwrap();
        let back = joined(&product, reader).await;
        assert!(back.contains(&format!("reads {key}")), "{back:?}");
        github.finish();
    })
    .await;
}

const REGISTRIES: &str = "\
version: 2
registries:
  npm:
    type: npm-registry
    url: https://npm.acme.invalid
    token: ${{ secrets.NPM_TOKEN }}
updates:
  - package-ecosystem: npm
    directory: /
    registries: [npm]
    schedule:
      interval: daily
";

#[tokio::test]
async fn a_secret_of_dependabot_is_read_by_its_registries_and_by_what_it_can_set_in_motion() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let github = product.github.clone();
        github.stores_secret("acme/api", Vault::Dependabot, "NPM_TOKEN");
        github.stores_secret("acme/api", Vault::Actions, "NPM_TOKEN");
        github.writes_file("acme/api", ".github/dependabot.yml", REGISTRIES, "octocat");
        let reads = "${{ secrets.NPM_TOKEN }}";
        for (file, on, job) in [("ci", "pull_request", "test"), ("night", "schedule", "sweep")] {
            let text = workflow(on, &[(job, "", reads)]);
            github.writes_file(
                "acme/api",
                &format!(".github/workflows/{file}.yml"),
                &text,
                "octocat",
            );
        }
        product.settle().await;
        product.passes(LATER).await;
        let key = "dependabot_secret/401:repo:npm_token";
        assert_eq!(readers(&product, key, "read by").await, ["npm"]);
        assert_eq!(readers(&product, key, "may be read by").await, ["test"]);
        let text = said(&product, &base, key).await;
        assert!(text.contains("Runs of Dependabot get it"), "{text}");
        let key = "actions_secret/401:repo:npm_token";
        assert_eq!(readers(&product, key, "read by").await, ["sweep", "test"]);
        assert!(readers(&product, key, "may be read by").await.is_empty());
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn a_secret_of_agents_is_read_by_the_coding_agent_its_setup_and_its_servers() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let github = product.github.clone();
        github.lets_coding_agent_into("all");
        let servers = json!({ "mcpServers": {
            "sentry": { "command": "npx", "env": { "KEY": "$COPILOT_MCP_KEY" }, "tools": ["*"] },
            "other": { "command": "npx", "env": { "KEY": "$PLAIN" }, "tools": ["*"] },
        }});
        github.sets_up_coding_agent("acme/api", servers, true);
        github.stores_secret("acme/api", Vault::Agents, "COPILOT_MCP_KEY");
        github.stores_secret("acme", Vault::Agents, "PLAIN");
        github.stores_secret("acme/api", Vault::Actions, "PLAIN");
        let steps =
            workflow("workflow_dispatch", &[("copilot-setup-steps", "", "${{ secrets.PLAIN }}")]);
        let path = ".github/workflows/copilot-setup-steps.yml";
        github.writes_file("acme/api", path, &steps, "octocat");
        product.settle().await;
        // Where the agent may work is listed first, then what it may do there.
        product.passes(LATER).await;
        product.passes(LATER).await;
        let own = "agents_secret/401:repo:copilot_mcp_key";
        assert_eq!(readers(&product, own, "read by").await, ["sentry"]);
        let text = said(&product, &base, own).await;
        assert!(text.contains("hands it to the MCP servers that name it, in acme/api."), "{text}");
        let org = github.org_id("acme");
        let lent = format!("agents_secret/{org}:org:plain");
        assert_eq!(readers(&product, &lent, "read by").await, ["copilot-setup-steps"]);
        assert_eq!(readers(&product, &lent, "may be read by").await, ["other"]);
        let text = said(&product, &base, &lent).await;
        assert!(text.contains("gets it as a variable in every session, in every"), "{text}");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn where_files_were_not_read_the_readers_are_unknown() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).start().await;
        let github = product.github.clone();
        github.stores_secret("acme/api", Vault::Actions, "NPM_TOKEN");
        github.stores_secret("acme", Vault::Actions, "LENT");
        let tree = "/repos/acme/api/git/trees/HEAD";
        github.always(tree, Fault::Refuse { status: 502 });
        let product = product.restarts_listing().await;
        let (_, why) = seen(&product, "acme/api", Part::Files).await.unwrap();
        assert!(!why.is_empty(), "the files were read");
        let text = said(&product, &base, "actions_secret/401:repo:npm_token").await;
        assert!(text.contains("Nothing that was read names it."), "{text}");
        assert!(text.contains("Unknown: Not seen whole in acme/api: files that grant."), "{text}");
        let org = github.org_id("acme");
        let text = said(&product, &base, &format!("actions_secret/{org}:org:lent")).await;
        assert!(text.contains("Unknown: Not seen whole in 1 place: files that grant."), "{text}");

        github.works_again();
        product.passes(LATER).await;
        let text = said(&product, &base, "actions_secret/401:repo:npm_token").await;
        assert!(!text.contains("Unknown"), "{text}");
        github.finish();
    })
    .await;
}

#[tokio::test]
async fn what_an_older_version_did_not_take_down_is_read_once_more_and_nobody_is_asked_again() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).listing().start().await;
        let github = product.github.clone();
        github.sets_up_environment("acme/api", &EnvironmentSpec::named("prod"));
        github.stores_environment_secret("acme/api", "prod", "NPM_TOKEN");
        github.stores_secret("acme", Vault::Actions, "NPM_TOKEN");
        let text = workflow("push", &[("release", "prod", "${{ secrets.NPM_TOKEN }}")]);
        github.writes_file("acme/api", ".github/workflows/release.yml", &text, "octocat");
        product.settle().await;
        product.passes(LATER).await;
        let environment = github.environment_id("acme/api", "prod");
        let own = format!("actions_secret/{environment}:env:npm_token");
        let lent = format!("actions_secret/{}:org:npm_token", github.org_id("acme"));
        assert_eq!(readers(&product, &own, "read by").await, ["release"]);
        assert_eq!(readers(&product, &lent, "read by").await, ["release"]);
        let repos = ["acme/home", "acme/api", "acme/site"];
        let issues = super::titles(&product, &repos);

        base.grows_older().await;
        assert!(readers(&product, &own, "read by").await.is_empty());
        assert_eq!(readers(&product, &own, "may be read by").await, ["release"]);
        product.passes(LATER).await;
        assert_eq!(readers(&product, &own, "read by").await, ["release"]);
        assert_eq!(readers(&product, &lent, "read by").await, ["release"]);
        assert_eq!(super::titles(&product, &repos), issues, "nobody is asked again");
        github.finish();
    })
    .await;
}

//! A large organisation with something of every kind that is not human, and what a register of it must
//! hold: each under its number or name, with what it may do, and nothing else.

use std::collections::BTreeSet;

use beholden::domain::{
    Access, IdentityKey, IdentityKind, OrgRole, Reach, RepoId, TeamId, Through,
};
use beholden::policy::Policy;
use github_sim::{
    Access as Gives, AppSeed, EnvironmentSpec, InstalledOn, KeySeed, Level, PatSpec, Repository,
    Rules, Seed, Sim, TeamSeed, Vault,
};
use serde_json::json;

use super::rows::{Power, Row, Rows};

/// How many repositories there are besides those of every story.
pub(super) const REPOSITORIES: usize = 500;

/// Repositories, counted from 0, with settings that no webhook tells of: every so many.
const FURNISHED: usize = 5;

/// The same for those with an environment, and, 25 further on, for those with files that grant.
const SPECIAL: usize = 50;

const APPS: u64 = 40;
const TOKENS: usize = 40;
const MACHINES: usize = 30;

fn is_furnished(number: usize) -> bool {
    number.is_multiple_of(FURNISHED)
}

fn has_environment(number: usize) -> bool {
    number.is_multiple_of(SPECIAL)
}

fn has_files(number: usize) -> bool {
    number % SPECIAL == SPECIAL / 2
}

fn repo_name(number: usize) -> String {
    format!("acme/repo-{number:04}")
}

/// The repositories whose files grant something, in which the coding agent may work too.
pub(super) fn with_files() -> impl Iterator<Item = String> {
    (0..REPOSITORIES).filter(|it| has_files(*it)).map(repo_name)
}

fn key_id(number: usize, key: usize) -> u64 {
    (1_000_000 + number * 3 + key) as u64
}

fn machine(number: usize) -> String {
    format!("machine-{number:02}")
}

fn machine_id(number: usize) -> u64 {
    2_000_000 + number as u64
}

/// The machines' accounts, by name.
pub(super) fn machines(policy: &mut Policy) {
    policy.machine_users.extend((0..MACHINES).map(|it| machine(it).parse().unwrap()));
}

const RELEASE_YML: &str = ".github/workflows/release.yml";

const RELEASE: &str = "\
on: push
permissions:
  contents: write
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - run: ./release
        env:
          TOKEN: ${{ secrets.SHARED_0 }}
";

const MCP_JSON: &str = ".mcp.json";

const MCP: &str = "\
{
  \"mcpServers\": {
    \"search\": { \"command\": \"npx\", \"args\": [\"-y\", \"search-mcp@1.2.3\"] }
  }
}
";

/// Repositories with keys and files, Apps, and machines that are members, in a team, and from outside.
pub(super) fn town(mut seed: Seed) -> Seed {
    for number in 0..MACHINES {
        seed = seed.person(github_sim::Person {
            login: machine(number),
            id: Some(machine_id(number)),
            ..Default::default()
        });
    }
    for number in 0..REPOSITORIES {
        let key = |n: usize| KeySeed {
            title: format!("key {n} of {number}"),
            id: Some(key_id(number, n)),
            read_only: n > 0,
            ..KeySeed::default()
        };
        let mut files = vec![("README.md".to_owned(), format!("# {number}\n"))];
        if has_files(number) {
            files.push((RELEASE_YML.to_owned(), RELEASE.to_owned()));
            files.push((MCP_JSON.to_owned(), MCP.to_owned()));
        }
        // Every third machine is in the organisation; each was given one repository besides.
        let given = (number < MACHINES).then(|| (machine(number), Gives::Write));
        seed = seed.repository(Repository {
            name: format!("repo-{number:04}"),
            keys: (0..3).map(key).collect(),
            files: files.into_iter().collect(),
            collaborators: given.into_iter().collect(),
            ..Repository::default()
        });
    }
    let org = &mut seed.organizations[0];
    let members: Vec<String> = (0..MACHINES).step_by(3).map(machine).collect();
    org.members.extend(members.iter().cloned());
    org.teams.push(TeamSeed {
        slug: "machines".to_owned(),
        id: Some(777),
        members,
        repositories: [("repo-0001".to_owned(), Gives::Maintain)].into(),
        ..TeamSeed::default()
    });
    let app = |n: u64| AppSeed {
        slug: format!("vendor-{n:02}"),
        owner: "acme".to_owned(),
        permissions: [("contents".to_owned(), level_of(n).0)].into(),
        installed_on: vec![InstalledOn {
            organization: "acme".to_owned(),
            id: Some(3_000_000 + n),
            repositories: is_chosen(n).then(|| vec!["repo-0000".to_owned()]),
        }],
        ..AppSeed::default()
    };
    seed.apps.extend((0..APPS).map(app));
    seed
}

fn level_of(app: u64) -> (Level, Access) {
    if app.is_multiple_of(2) { (Level::Read, Access::Read) } else { (Level::Write, Access::Write) }
}

fn is_chosen(app: u64) -> bool {
    app.is_multiple_of(10)
}

/// What the seed planted, as the register must hold it.
pub(super) fn planted(github: &Sim, own: &[(String, Access)]) -> Rows {
    let mut rows = Rows::new();
    let all_of_ours = own.iter().fold(
        Power::new(Through::Installation, Reach::AllRepos).access(Access::Read),
        |power, (name, access)| power.permits(name, *access),
    );
    put(&mut rows, IdentityKey::new(IdentityKind::AppInstallation, 601), "beholden", [all_of_ours]);
    for app in 0..APPS {
        let reach = if is_chosen(app) { Reach::Chosen } else { Reach::AllRepos };
        let (_, access) = level_of(app);
        let power = Power::new(Through::Installation, reach)
            .access(access)
            .permits("contents", access)
            .permits("metadata", Access::Read);
        let key = IdentityKey::new(IdentityKind::AppInstallation, 3_000_000 + app as i64);
        put(&mut rows, key, &format!("vendor-{app:02}"), [power]);
    }
    for number in 0..REPOSITORIES {
        let repo = repo_of(github, number);
        for key in 0..3 {
            let access = if key > 0 { Access::Read } else { Access::Write };
            let power = Power::new(Through::DeployKey, Reach::one(repo)).access(access);
            let id = IdentityKey::new(IdentityKind::DeployKey, key_id(number, key) as i64);
            put(&mut rows, id, &format!("key {key} of {number}"), [power]);
        }
        if has_files(number) {
            let file = || Power::new(Through::File { repo }, Reach::one(repo));
            let job = file().of_file(RELEASE_YML, 5, &["SHARED_0"]);
            let id = IdentityKey::in_file(IdentityKind::Workflow, repo, RELEASE_YML, "release");
            put(&mut rows, id, "release in release.yml", [job]);
            let server = file().of_file(MCP_JSON, 3, &[]);
            let id = IdentityKey::in_file(IdentityKind::McpServer, repo, MCP_JSON, "search");
            put(&mut rows, id, "search in .mcp.json", [server]);
        }
    }
    for number in 0..MACHINES {
        let repo = repo_of(github, number);
        let mut powers = vec![
            Power::new(Through::Collaborator { repo }, Reach::one(repo)).access(Access::Write),
        ];
        if number.is_multiple_of(3) {
            let (team, reached) = (TeamId(777), repo_of(github, 1));
            powers.push(
                Power::new(Through::OrgMembership, Reach::Organization).role(OrgRole::Member),
            );
            powers.push(
                Power::new(Through::Team { team }, Reach::one(reached)).access(Access::Maintain),
            );
        }
        let key = IdentityKey::new(IdentityKind::MachineUser, machine_id(number) as i64);
        put(&mut rows, key, &machine(number), powers);
    }
    rows
}

fn put(rows: &mut Rows, key: IdentityKey, name: &str, powers: impl IntoIterator<Item = Power>) {
    let row = Row { name: name.to_owned(), powers: powers.into_iter().collect() };
    assert!(rows.insert(key.to_string(), row).is_none(), "{key} is there twice");
}

fn repo_of(github: &Sim, number: usize) -> RepoId {
    RepoId(github.repo_id(&repo_name(number)) as i64)
}

/// Furnishes the town with what nobody tells of, and gives it back as the register must hold it.
pub(super) fn fill(github: &Sim) -> Rows {
    let mut rows = Rows::new();
    let org = github.org_id("acme") as i64;
    for number in (0..REPOSITORIES).filter(|it| is_furnished(*it)) {
        furnish(github, number, org, &mut rows);
    }
    let in_settings: Vec<String> = with_files().collect();
    for name in &in_settings {
        let repo = RepoId(github.repo_id(name) as i64);
        let servers = json!({ "mcpServers": {
            "tracker": { "type": "http", "url": "https://mcp.acme.invalid/v1", "tools": ["read"] },
        } });
        github.sets_up_coding_agent(name, servers, true);
        let power = Power::new(Through::CodingAgent, Reach::one(repo))
            .permits("sent_to:mcp.acme.invalid", Access::Write)
            .permits("tool:read", Access::Write);
        let key =
            IdentityKey::scoped(IdentityKind::McpServer, repo.0, &["coding_agent", "tracker"]);
        put(&mut rows, key, "tracker", [power]);
        let rules = Rules::new().approvals(1).bypassed_by(github_sim::BypassActor::app(501));
        github.protects_branch(name, "main", Some(&rules));
        let power = Power::new(Through::BranchProtection, Reach::one(repo))
            .access(Access::Write)
            .permits("unreviewed:integration:501", Access::Write);
        let key = IdentityKey::scoped(IdentityKind::RulesetBypass, repo.0, &["branch", "main"]);
        put(&mut rows, key, "main", [power]);
    }
    let chosen: Vec<&str> = in_settings.iter().map(String::as_str).collect();
    github.lets_coding_agent_into_chosen(&chosen);
    of_the_organisation(github, org, &mut rows);
    credentials(github, &mut rows);
    rows
}

/// The settings of one repository.
fn furnish(github: &Sim, number: usize, org: i64, rows: &mut Rows) {
    let name = repo_name(number);
    let repo = repo_of(github, number);
    let vaults = [
        (Vault::Actions, IdentityKind::ActionsSecret, "DEPLOY"),
        (Vault::Dependabot, IdentityKind::DependabotSecret, "NPM"),
        (Vault::Agents, IdentityKind::AgentsSecret, "COPILOT_MCP_KEY"),
    ];
    for (vault, kind, secret) in vaults {
        github.stores_secret(&name, vault, secret);
        let key = IdentityKey::scoped(kind, repo.0, &["repo", secret]);
        put(rows, key, secret, [Power::new(Through::Secret, Reach::one(repo))]);
    }
    let hook = github.adds_webhook(&name, "https://ci.acme.invalid/x", &["push"]);
    let sent = Power::new(Through::Webhook, Reach::one(repo))
        .permits("push", Access::Read)
        .permits("sent_to:ci.acme.invalid", Access::Read);
    put(rows, IdentityKey::new(IdentityKind::Webhook, hook as i64), "ci.acme.invalid", [sent]);
    let runner = github.registers_runner(&name, "box", false).to_string();
    let key = IdentityKey::scoped(IdentityKind::SelfHostedRunner, org, &[&runner, "box"]);
    put(rows, key, "box", [Power::new(Through::Registration, Reach::one(repo))]);
    if has_environment(number) {
        github.sets_up_environment(&name, &EnvironmentSpec::named("prod").reviewed_by("octocat"));
        github.stores_environment_secret(&name, "prod", "CLOUD");
        let environment = github.environment_id(&name, "prod") as i64;
        let key = IdentityKey::scoped(IdentityKind::ActionsSecret, environment, &["env", "CLOUD"]);
        put(rows, key, "CLOUD", [Power::new(Through::Secret, Reach::one(repo))]);
    }
}

/// The settings of the organisation.
fn of_the_organisation(github: &Sim, org: i64, rows: &mut Rows) {
    let vaults = [
        (Vault::Actions, IdentityKind::ActionsSecret, 60),
        (Vault::Dependabot, IdentityKind::DependabotSecret, 5),
        (Vault::Agents, IdentityKind::AgentsSecret, 5),
    ];
    for (vault, kind, count) in vaults {
        for n in 0..count {
            let name = format!("SHARED_{n}");
            github.stores_secret("acme", vault, &name);
            let reach = match n {
                1 => {
                    github.lends_secret("acme", vault, &name, &[&repo_name(7)]);
                    Reach::one(repo_of(github, 7))
                }
                2 => {
                    github.lends_secret("acme", vault, &name, &[]);
                    Reach::PrivateRepos
                }
                _ => Reach::AllRepos,
            };
            let key = IdentityKey::scoped(kind, org, &["org", &name]);
            put(rows, key, &name, [Power::new(Through::Secret, reach)]);
        }
    }
    let hook = github.adds_webhook("acme", "https://hooks.acme.invalid/y", &["member", "team"]);
    let sent = Power::new(Through::Webhook, Reach::Organization)
        .permits("member", Access::Read)
        .permits("team", Access::Read)
        .permits("sent_to:hooks.acme.invalid", Access::Read);
    put(rows, IdentityKey::new(IdentityKind::Webhook, hook as i64), "hooks.acme.invalid", [sent]);
    github.groups_runners("narrow", &[&repo_name(3)], false, &[]);
    for (name, reach) in
        [("wide-1", Reach::Organization), ("narrow-1", Reach::one(repo_of(github, 3)))]
    {
        let runner = github.registers_runner("acme", name, false);
        if name == "narrow-1" {
            github.puts_runner_in_group(runner, "narrow");
        }
        let id = runner.to_string();
        let key = IdentityKey::scoped(IdentityKind::SelfHostedRunner, org, &[&id, name]);
        put(rows, key, name, [Power::new(Through::Registration, reach)]);
    }
    github.stores_registry("acme", "PACKAGES", "https://npm.acme.invalid");
    let key = IdentityKey::scoped(IdentityKind::PrivateRegistry, org, &["PACKAGES"]);
    put(rows, key, "PACKAGES", [Power::new(Through::Registry, Reach::PrivateRepos)]);
}

/// Tokens that may act, and what was seen using the API.
fn credentials(github: &Sim, rows: &mut Rows) {
    for n in 0..TOKENS {
        let name = format!("token {n}");
        let number = 4_000_000 + n as u64;
        let spec = PatSpec::new(&name, &repo_name(n), "contents", "write");
        let spec = PatSpec { token_id: Some(number), ..spec };
        github.grants_pat_without_request("monalisa", &spec);
        let power = Power::new(Through::Token, Reach::one(repo_of(github, n)))
            .access(Access::Write)
            .permits("contents", Access::Write)
            .permits("metadata", Access::Read);
        put(rows, IdentityKey::new(IdentityKind::FineGrainedPat, number as i64), &name, [power]);
    }
    let scopes = ["repo", "admin:org"];
    let id = github.lets_in_token("octocat", "laptop", &scopes);
    let power = Power::new(Through::Token, Reach::Unknown)
        .permits("repo", Access::Write)
        .permits("admin:org", Access::Admin);
    put(rows, IdentityKey::new(IdentityKind::ClassicPat, id as i64), "laptop", [power]);
    let holder = github.user_id("monalisa") as i64;
    let id = github.uses_api("monalisa", "classic_pat", "old script").to_string();
    let key = IdentityKey::scoped(IdentityKind::ClassicPat, holder, &["used", &id]);
    put(rows, key, "old script", [Power::new(Through::ApiUse, Reach::Unknown)]);
    let id = github.uses_api("monalisa", "oauth_app", "Board") as i64;
    let key = IdentityKey::new(IdentityKind::OauthApp, id);
    put(rows, key, "Board", [Power::new(Through::ApiUse, Reach::Unknown)]);
}

/// The kinds that are there, of all that a listing may find.
pub(super) fn kinds(rows: &Rows) -> BTreeSet<&str> {
    rows.keys().filter_map(|key| Some(key.split_once('/')?.0)).collect()
}

//! What reads a secret: jobs and agents that name it in files, and servers that settings name it for.
//!
//! GitHub keeps one store of secrets for each kind of reader. A name in a file says nothing by
//! itself: it depends on the file whose secret it is.

use sha2::{Digest as _, Sha256};

use crate::domain::{FilePower, Foreign, Grant, IdentityKind, Reach, RepoId, Ties};
use crate::register::Record;

/// How the names of secrets begin that MCP servers of the coding agent are handed. No other is.
pub const FOR_SERVERS: &str = "COPILOT_MCP_";

/// Stands for the name where every secret is read.
pub const EVERY: &str = "*";

/// Before the name of a secret among the permissions of a server that settings name.
const IN_SETTINGS: &str = "secret:";

/// Where workflows are.
const WORKFLOWS: &str = ".github/workflows/";

/// What prepares the machine of GitHub's coding agent.
const SETUP: [&str; 2] =
    [".github/workflows/copilot-setup-steps.yml", ".github/workflows/copilot-setup-steps.yaml"];

/// Settings of Dependabot.
const DEPENDABOT: [&str; 2] = [".github/dependabot.yml", ".github/dependabot.yaml"];

/// Where agents are described for GitHub's coding agent.
const AGENTS: [&str; 2] = [".github/agents/", ".github-private/agents/"];

/// Events that give a workflow the secrets of Dependabot when it is Dependabot who causes them.
///
/// Source: "Dependabot on GitHub Actions".
const BY_DEPENDABOT: [&str; 7] = [
    "create",
    "deployment",
    "deployment_status",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
];

/// How sure it is that something reads a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// It could: one line more, or one event, is all that it takes; or what decides it is not known.
    Perhaps,
    /// It does.
    Surely,
}

/// Whether something reads a secret; `None`: nothing that is known says so.
pub fn reads(reader: &Record, secret: &Record) -> Option<Sure> {
    if !reader.identity.is_live() || !is_secret(secret.identity.key.kind()) {
        return None;
    }
    let lent = lent_to(secret, reader.identity.repo?)?;
    let ways = reader.grants.iter().filter_map(|grant| way(grant, secret));
    Some(ways.max()?.min(lent))
}

/// The names of secrets by which a record may be found: [`EVERY`] where it reads them all.
pub fn secret_names(record: &Record) -> impl Iterator<Item = String> + '_ {
    let every = record.grants.iter().filter_map(ties).any(|ties| ties.every_secret);
    let named = record.grants.iter().flat_map(names).map(str::to_ascii_uppercase);
    named.chain(every.then(|| EVERY.to_owned()))
}

/// A name of a secret as a number, by which what reads it is found.
pub fn secret_number(name: &str) -> i64 {
    let digest = Sha256::digest(format!("secret/{}", name.to_ascii_uppercase()));
    i64::from_be_bytes(digest[..8].try_into().expect("eight of thirty-two bytes"))
}

/// Its name as files write it, if it is a secret.
pub fn secret_name(record: &Record) -> Option<String> {
    is_secret(record.identity.key.kind()).then(|| record.identity.name.raw().to_ascii_uppercase())
}

/// Whether a secret stands in an environment; by the key, so also of those that are gone.
pub fn in_environment(record: &Record) -> bool {
    record.identity.key.kind() == IdentityKind::ActionsSecret && place(record) == Some("env")
}

/// The environment of a secret, in lower case; `None` where it is of none or that was not written down.
pub fn environment(record: &Record) -> Option<String> {
    let called = record.grants.iter().find_map(|grant| grant.called.as_ref());
    called.filter(|_| in_environment(record)).map(|name| name.raw().to_ascii_lowercase())
}

fn is_secret(kind: IdentityKind) -> bool {
    use IdentityKind::{ActionsSecret, AgentsSecret, CodespacesSecret, DependabotSecret};
    matches!(kind, ActionsSecret | AgentsSecret | CodespacesSecret | DependabotSecret)
}

/// `org`, `repo` or `env`.
fn place(record: &Record) -> Option<&str> {
    record.identity.key.id().split(':').nth(1)
}

/// Whether a secret is lent to a repository. Where GitHub does not say to which, it may be any.
fn lent_to(secret: &Record, repo: RepoId) -> Option<Sure> {
    let reaches = secret.grants.iter().map(|grant| match &grant.reach {
        Reach::Repos { repos } => repos.contains(&repo).then_some(Sure::Surely),
        Reach::AllRepos | Reach::Organization => Some(Sure::Surely),
        Reach::PrivateRepos | Reach::Chosen | Reach::Unknown => Some(Sure::Perhaps),
    });
    reaches.max().flatten()
}

/// Whether a grant lets its holder read the secret.
fn way(grant: &Grant, secret: &Record) -> Option<Sure> {
    let kind = secret.identity.key.kind();
    let name = secret_name(secret)?;
    let named = names(grant).any(|it| it.eq_ignore_ascii_case(&name));
    let for_servers = || match name.starts_with(FOR_SERVERS) {
        true => Sure::Surely,
        false => Sure::Perhaps,
    };
    let Some(power) = &grant.power else {
        return (named && kind == IdentityKind::AgentsSecret).then(for_servers);
    };
    let path = power.lines.path.raw();
    let is_workflow = path.starts_with(WORKFLOWS);
    let is_read = named || power.ties.as_ref().is_some_and(|ties| ties.every_secret);
    match kind {
        IdentityKind::ActionsSecret if is_workflow && in_environment(secret) => {
            in_job_of(power, environment(secret).as_deref(), is_read)
        }
        IdentityKind::ActionsSecret if is_workflow => is_read.then_some(Sure::Surely),
        IdentityKind::DependabotSecret if DEPENDABOT.contains(&path) => {
            named.then_some(Sure::Surely)
        }
        IdentityKind::DependabotSecret if is_workflow => {
            (is_read && may_be_dependabots(power.ties.as_deref())).then_some(Sure::Perhaps)
        }
        IdentityKind::AgentsSecret if SETUP.contains(&path) => is_read.then_some(Sure::Surely),
        IdentityKind::AgentsSecret if is_of_agents(path) => named.then(for_servers),
        IdentityKind::CodespacesSecret => {
            (named && path.contains("devcontainer")).then_some(Sure::Surely)
        }
        _ => None,
    }
}

/// Whether a job gets a secret of an environment: only if it names the environment, and then its next
/// line may name the secret.
fn in_job_of(power: &FilePower, environment: Option<&str>, is_read: bool) -> Option<Sure> {
    let perhaps = is_read.then_some(Sure::Perhaps);
    let Some(ties) = &power.ties else { return perhaps };
    let is_it = |name: &str| environment.is_some_and(|it| it.eq_ignore_ascii_case(name));
    let mut of = ties.environments.iter().map(Foreign::raw);
    if of.clone().any(is_it) {
        return Some(if is_read { Sure::Surely } else { Sure::Perhaps });
    }
    let is_open = of.any(|name| environment.is_none() || name.contains("${{"));
    perhaps.filter(|_| is_open)
}

/// Whether Dependabot can set it in motion with its own secrets.
fn may_be_dependabots(ties: Option<&Ties>) -> bool {
    ties.is_none_or(|ties| ties.triggers.iter().any(|it| BY_DEPENDABOT.contains(&it.raw())))
}

fn ties(grant: &Grant) -> Option<&Ties> {
    grant.power.as_ref()?.ties.as_deref()
}

/// Whether a file describes agents for GitHub's coding agent.
fn is_of_agents(path: &str) -> bool {
    AGENTS.iter().any(|folder| path.starts_with(folder))
}

/// The secrets that a grant names, as it spells them. A variable is one only where the coding agent
/// fills it in.
fn names(grant: &Grant) -> impl Iterator<Item = &str> {
    let in_file = grant.power.iter().flat_map(|power| &power.secrets).map(String::as_str);
    let of_agents = grant.power.iter().any(|power| is_of_agents(power.lines.path.raw()));
    let variables = ties(grant).filter(|_| of_agents).into_iter().flat_map(|ties| &ties.variables);
    let in_settings =
        grant.permissions.keys().filter_map(|permission| permission.strip_prefix(IN_SETTINGS));
    in_file.chain(variables.map(Foreign::raw)).chain(in_settings)
}

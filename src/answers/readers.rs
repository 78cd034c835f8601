//! Who reads a secret: what the identities that name it do not say, and where nobody could look.

use serde::Serialize;

use crate::answers::names;
use crate::domain::{Covered, IdentityKind, OrgId, Part, RepoId, Seen};
use crate::register::{
    Bond, EVERY, FOR_SERVERS, Record, environment, in_environment, secret_name, secret_names,
};
use crate::store::{OrgRow, Store, StoreError};
use crate::words;

/// The most repositories that are looked at one by one.
const MOST_REPOS: usize = 20;

/// The switch of an organisation that says where the coding agent may work.
const AGENT_IN: &str = "coding_agent/coding_agent_repositories";

/// What reads a secret, beside the identities that stand in `joined`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Readers {
    /// How it is read, and by what that is no identity of its own. A sentence each.
    pub told: Vec<String>,
    /// Where there may be readers that were not seen, and why. A sentence each.
    pub unknown: Vec<String>,
}

/// Who reads a secret; `None` for anything else. `joined` is what hangs together with it.
pub async fn readers(
    store: &Store,
    org: &OrgRow,
    secret: &Record,
    joined: &[(Bond, Record)],
) -> Result<Option<Readers>, StoreError> {
    let Some(name) = secret_name(secret) else { return Ok(None) };
    let mut told = vec![counted(joined)];
    let mut unknown = Vec::new();
    match secret.identity.key.kind() {
        IdentityKind::ActionsSecret if in_environment(secret) => match environment(secret) {
            Some(name) => {
                let name: String = name.chars().filter(|c| !c.is_control()).collect();
                told.push(format!("Only a job that names the environment {name} gets it."));
            }
            None => unknown.push(
                "Which environment it stands in was not written down yet, so which jobs name it is \
                 not known."
                    .to_owned(),
            ),
        },
        IdentityKind::DependabotSecret => told.push(
            "Runs of Dependabot get it, for the registries in .github/dependabot.yml. A workflow that \
             Dependabot sets in motion gets the secrets of Dependabot in place of those of Actions."
                .to_owned(),
        ),
        IdentityKind::AgentsSecret => {
            let (line, is_known) = by_agent(store, org.org, secret, &name).await?;
            if is_known { told.push(line) } else { unknown.push(line) }
        }
        IdentityKind::CodespacesSecret => told.push(
            "Everybody who may start a codespace there gets it in the machine, whatever names it."
                .to_owned(),
        ),
        _ => {}
    }
    unknown.extend(unseen(store, org.org, secret).await?);
    Ok(Some(Readers { told, unknown }))
}

/// How many identities read it, and how many may.
fn counted(joined: &[(Bond, Record)]) -> String {
    let count = |wanted| joined.iter().filter(|(bond, _)| *bond == wanted).count();
    let who = |count| words::count(count, "identity");
    let verb = |count| if count == 1 { "reads" } else { "read" };
    let surely = count(Bond::ReadBy);
    let mut line = match (surely, count(Bond::MayBeReadBy)) {
        (0, 0) => "Nothing that was read names it.".to_owned(),
        (0, perhaps) => format!("{} may read it; none surely does.", who(perhaps)),
        (_, 0) => format!("{} {} it.", who(surely), verb(surely)),
        (_, perhaps) => format!("{} {} it, and {perhaps} more may.", who(surely), verb(surely)),
    };
    let takes_all = |it: &Record| secret_names(it).any(|name| name == EVERY);
    let all = joined.iter().filter(|(bond, it)| *bond == Bond::ReadBy && takes_all(it)).count();
    if all > 0 {
        line.push_str(&format!(" {all} of them by taking every secret that there is."));
    }
    line
}

/// What GitHub's coding agent does with it, and whether that is known.
async fn by_agent(
    store: &Store,
    org: OrgId,
    secret: &Record,
    name: &str,
) -> Result<(String, bool), StoreError> {
    let switches = store.sight(org).await?.switches;
    let how = match name.starts_with(FOR_SERVERS) {
        true => "GitHub's coding agent hands it to the MCP servers that name it",
        false => "GitHub's coding agent gets it as a variable in every session",
    };
    Ok(match switches.get(AGENT_IN).map(String::as_str) {
        Some("none") => (format!("{how}; it may work in no repository now."), true),
        Some("all") => (format!("{how}, in {}.", place(store, org, secret).await?), true),
        Some("selected") => (
            format!(
                "{how}, in those of {} that were chosen for it.",
                place(store, org, secret).await?
            ),
            true,
        ),
        _ => (format!("{how}. In which repositories it may work was not listed."), false),
    })
}

async fn place(store: &Store, org: OrgId, secret: &Record) -> Result<String, StoreError> {
    let names = names(store, org, secret.repos()).await?;
    let name = |repo: RepoId| names.get(&repo).cloned();
    let reach = secret.grants.first().map(|grant| words::place_of(&grant.reach, &name));
    Ok(reach.unwrap_or_else(|| "places that are not known".to_owned()))
}

/// What was not seen of the places that it is lent to.
async fn unseen(store: &Store, org: OrgId, secret: &Record) -> Result<Vec<String>, StoreError> {
    let mut parts = vec![Part::Files];
    if secret.identity.key.kind() == IdentityKind::AgentsSecret {
        parts.push(Part::CodingAgent);
    }
    if secret.grants.iter().any(|grant| grant.reach.is_wide()) {
        return everywhere(store, org, &parts).await;
    }
    let repos = secret.repos();
    let known = names(store, org, repos.iter().copied()).await?;
    let mut unseen = Vec::new();
    for repo in repos.iter().take(MOST_REPOS) {
        let name = known.get(repo).cloned().unwrap_or_else(|| repo.to_string());
        let place = store.places(org, Some(repo.0 - 1), 1).await?.into_iter().next();
        let coverage = place.filter(|place| place.repo == Some(*repo)).map(|it| it.coverage);
        for part in &parts {
            let why = match coverage.as_ref().map(|coverage| coverage.parts.get(part)) {
                Some(Some(covered)) if is_seen(covered) => continue,
                Some(Some(covered)) => covered.why.clone(),
                _ => "It has not been listed yet.".to_owned(),
            };
            unseen.push(format!("Not seen whole in {name}: {}. {why}", part.words()));
        }
    }
    if let more @ 1.. = repos.len().saturating_sub(MOST_REPOS) {
        unseen.push(format!(
            "Whether all was seen of {} more that get it stands in the coverage.",
            words::count(more, "repository")
        ));
    }
    Ok(unseen)
}

/// The same where any repository may get it.
async fn everywhere(store: &Store, org: OrgId, parts: &[Part]) -> Result<Vec<String>, StoreError> {
    let overview = store.overview(org).await?;
    if overview.places == 0 {
        let why = "Nothing is listed here, so only what pushes told of was looked through.";
        return Ok(vec![why.to_owned()]);
    }
    let short = overview.reasons.iter().filter(|((part, short), _)| {
        parts.contains(part) && matches!(short.seen, Seen::Partial | Seen::Blind)
    });
    Ok(short
        .map(|((part, short), places)| {
            let places = words::count(usize::try_from(*places).unwrap_or(usize::MAX), "place");
            format!("Not seen whole in {places}: {}. {}", part.words(), short.why)
        })
        .collect())
}

/// What GitHub does not have there, nobody reads there.
fn is_seen(covered: &Covered) -> bool {
    matches!(covered.seen, Seen::Complete | Seen::Unsupported)
}

//! Looks once more for something that a whole listing does not show: by itself where GitHub has an
//! address for it, else in the listing again.

use serde::Deserialize;

use crate::domain::{Fact, IdentityKey, Part, RepoId};
use crate::github::call::Call;
use crate::github::inventory::list::{Credential, agent, branches};
use crate::github::inventory::{Found, Reading};
use crate::github::wire::{Numbered, segment};
use crate::github::{Failure, Who};

/// The most pages that are searched; 100 rows each.
const PAGES: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Installations {
    installations: Vec<Numbered>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Environments {
    environments: Vec<Environment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Environment {
    id: i64,
    name: String,
}

pub(super) async fn read(
    r: &Reading<'_>,
    part: Part,
    repo: Option<RepoId>,
    identity: &IdentityKey,
) -> Result<Found, Failure> {
    let permissions = part.read_with().unwrap_or_default();
    let who = Who::installation(r.installation, permissions);
    let parent = match repo {
        Some(repo) => format!("/repos/{}", r.repo_name(&who, repo).await?),
        None => r.org_path(),
    };
    match part {
        Part::Apps => return app(r, &who, identity).await,
        Part::Credentials => return credential(r, &who, identity).await,
        Part::BranchProtections => return branch(r, &who, &parent, repo, identity).await,
        Part::CodingAgent => return server(r, &who, &parent, repo, identity).await,
        _ => {}
    }
    let Some(path) = address(r, &who, part, &parent, identity).await? else {
        // What it stood in is gone, and it with it.
        let gone = vec![Fact::Gone { identity: identity.clone() }];
        return Ok((gone, format!("GET {parent}/environments")));
    };
    let request = format!("GET {path}");
    Ok(match r.find(Call::get(&who, path), &parent).await? {
        Some(_) => (Vec::new(), request),
        None => (vec![Fact::Gone { identity: identity.clone() }], request),
    })
}

/// GitHub has no address for one App's installation that another App may read.
async fn app(r: &Reading<'_>, who: &Who, identity: &IdentityKey) -> Result<Found, Failure> {
    let path = format!("{}/installations", r.org_path());
    let call = Call::get(who, format!("{path}?per_page=100"));
    let listing = r.github.pages(call, PAGES, |page: Installations| page.installations).await?;
    let is_it = |app: &Numbered| identity.number() == Some(app.id);
    in_list(identity, path, listing.items.iter().any(is_it), listing.complete)
}

/// Nor for one credential.
async fn credential(r: &Reading<'_>, who: &Who, identity: &IdentityKey) -> Result<Found, Failure> {
    let path = format!("{}/credential-authorizations", r.org_path());
    let call = Call::get(who, format!("{path}?per_page=100"));
    let listing = r.github.pages(call, PAGES, |page: Vec<Credential>| page).await?;
    let is_it = |it: &Credential| identity.number() == Some(it.credential_id);
    in_list(identity, path, listing.items.iter().any(is_it), listing.complete)
}

/// A key holds a branch's name without its capitals, so the branch is looked for among all.
async fn branch(
    r: &Reading<'_>,
    who: &Who,
    parent: &str,
    repo: Option<RepoId>,
    identity: &IdentityKey,
) -> Result<Found, Failure> {
    let path = format!("{parent}/branches");
    let call = Call::get(who, format!("{path}?protected=true&per_page=100"));
    let listing = r.github.pages(call, PAGES, |page: Vec<branches::Branch>| page).await?;
    let is_it =
        |it: &branches::Branch| repo.is_some_and(|repo| branches::key(repo, &it.name) == *identity);
    let Some(found) = listing.items.iter().find(|it| is_it(it)) else {
        return in_list(identity, path, false, listing.complete);
    };
    // A ruleset may protect it now.
    let path = format!("{path}/{}/protection", segment(&found.name));
    let there = r.find(Call::get(who, path.clone()), parent).await?.is_some();
    in_list(identity, path, there, true)
}

/// A server of the coding agent stands in one document with all others.
async fn server(
    r: &Reading<'_>,
    who: &Who,
    parent: &str,
    repo: Option<RepoId>,
    identity: &IdentityKey,
) -> Result<Found, Failure> {
    let path = format!("{parent}/copilot/cloud-agent/configuration");
    let settings: agent::Settings = r.github.send(Call::get(who, path.clone())).await?.json()?;
    let mut named = settings.servers().filter_map(|(name, _)| Some(agent::key(repo?, name)));
    in_list(identity, path, named.any(|key| key == *identity), true)
}

/// What a list says of one thing: it is there, it is gone, or the list did not come to its end.
fn in_list(
    identity: &IdentityKey,
    path: String,
    there: bool,
    complete: bool,
) -> Result<Found, Failure> {
    let request = format!("GET {path}");
    match (there, complete) {
        (true, _) => Ok((Vec::new(), request)),
        (false, true) => Ok((vec![Fact::Gone { identity: identity.clone() }], request)),
        (false, false) => Err(Failure::blind(format!("{path} was not read to its end."))),
    }
}

/// Where it is, by its key; `None` when the environment that it stood in is gone for certain.
async fn address(
    r: &Reading<'_>,
    who: &Who,
    part: Part,
    parent: &str,
    identity: &IdentityKey,
) -> Result<Option<String>, Failure> {
    // `scope:place:name` for what has only a name, `org:number:name` for a runner.
    let words: Vec<&str> = identity.id().split(':').collect();
    let last = words.last().copied().unwrap_or_default();
    let name = segment(&last.to_ascii_uppercase());
    Ok(Some(match part {
        Part::Environments => {
            let number: i64 = words.first().and_then(|word| word.parse().ok()).unwrap_or_default();
            let call = Call::get(who, format!("{parent}/environments?per_page=100"));
            let listing =
                r.github.pages(call, PAGES, |page: Environments| page.environments).await?;
            match listing.items.iter().find(|environment| environment.id == number) {
                Some(found) => {
                    format!("{parent}/environments/{}/secrets/{name}", segment(&found.name))
                }
                None if listing.complete => return Ok(None),
                None => {
                    return Err(Failure::blind("The environments were not read to their end."));
                }
            }
        }
        Part::OrgActionsSecrets | Part::ActionsSecrets => {
            format!("{parent}/actions/secrets/{name}")
        }
        Part::OrgDependabotSecrets | Part::DependabotSecrets => {
            format!("{parent}/dependabot/secrets/{name}")
        }
        Part::OrgAgentsSecrets | Part::AgentsSecrets => format!("{parent}/agents/secrets/{name}"),
        Part::OrgWebhooks | Part::Webhooks => format!("{parent}/hooks/{last}"),
        Part::OrgRunners | Part::Runners => {
            let number = words.get(1).copied().unwrap_or_default();
            format!("{parent}/actions/runners/{number}")
        }
        Part::Registries => format!("{parent}/private-registries/{name}"),
        other => {
            return Err(Failure::blind(format!("One of the {} has no address.", other.words())));
        }
    }))
}

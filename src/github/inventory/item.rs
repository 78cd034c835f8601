//! Looks once more for something that a whole listing does not show: by itself where GitHub has an
//! address for it, else in the listing again.

use serde::Deserialize;

use crate::domain::{Fact, IdentityKey, Part, RepoId};
use crate::github::call::Call;
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
    if part == Part::Apps {
        return app(r, &who, identity).await;
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
    let there = listing.items.iter().any(|app| identity.number() == Some(app.id));
    match (there, listing.complete) {
        (true, _) => Ok((Vec::new(), format!("GET {path}"))),
        (false, true) => {
            Ok((vec![Fact::Gone { identity: identity.clone() }], format!("GET {path}")))
        }
        (false, false) => Err(Failure::blind("The list of Apps was not read to its end.")),
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

//! Settings of an organisation and of its repositories that decide what identities may do: as they were
//! last listed, and what those mean that could be stricter.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::Switch;
use crate::domain::{Foreign, Login, RepoId, RepoName, guards_before};
use crate::store::{OrgRow, Store, StoreError};

/// Repositories that are read at once.
const PAGE: usize = 500;

/// What is said of a value that GitHub added.
const UNKNOWN: &str = "What this value means is not known here.";

/// Repositories that are named for one value.
const NAMED: usize = 10;

/// Settings, `beholden/settings/1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingsAnswer {
    /// The form of this answer.
    pub schema: &'static str,
    /// The organisation.
    pub organisation: Option<Login>,
    /// The repository, if one was asked about.
    pub repository: Option<RepoName>,
    /// Every setting of the place, by kind and name.
    pub settings: Vec<Setting>,
    /// Of all repositories, if none was asked about: what could be stricter there.
    pub repositories: Vec<Lax>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// What kind of thing: `setting`, `environment`, `branch_protection`, …
    pub kind: String,
    /// GitHub's name of it, or the name that somebody gave.
    pub name: Foreign,
    /// Its value; of a thing with guards, those that it has.
    pub value: String,
    /// Whether no value is stricter; `None` where values are no order.
    pub strictest: Option<bool>,
    /// What the value means, where it could be stricter.
    pub means: Option<&'static str>,
}

/// A value that could be stricter, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lax {
    /// GitHub's name of the setting.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// What that means.
    pub means: &'static str,
    /// In how many repositories.
    pub repositories: usize,
    /// The first of them by number.
    pub among: Vec<RepoName>,
}

/// The settings of an organisation, or of one of its repositories. `None`: no such repository is known.
pub async fn settings(
    store: &Store,
    org: &OrgRow,
    repo: Option<&RepoName>,
) -> Result<Option<SettingsAnswer>, StoreError> {
    let (switches, repositories) = match repo {
        None => (store.sight(org.org).await?.switches, lax(store, org).await?),
        Some(name) => match store.repo_named(org.org, name).await? {
            Some(repo) => (repo.switches, Vec::new()),
            None => return Ok(None),
        },
    };
    Ok(Some(SettingsAnswer {
        schema: "beholden/settings/1",
        organisation: org.login.clone(),
        repository: repo.cloned(),
        settings: in_force(&switches)
            .map(|(kind, name, value)| setting(kind, name, value))
            .collect(),
        repositories,
    }))
}

/// What stands now, without what is remembered of things that are gone: kind, name and value.
fn in_force(switches: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str, &str)> {
    let stands = switches.iter().filter(|(_, value)| guards_before(value).is_none());
    stands.filter_map(|(key, value)| {
        let (kind, name) = key.split_once('/')?;
        Some((kind, name, value.as_str()))
    })
}

fn setting(kind: &str, name: &str, value: &str) -> Setting {
    let laxness = Switch::of(kind, name).map(|switch| (switch, switch.laxness(value)));
    Setting {
        kind: kind.to_owned(),
        name: Foreign::new(name),
        value: value.to_owned(),
        strictest: laxness.map(|(_, laxness)| laxness == 0),
        means: laxness
            .filter(|(_, laxness)| *laxness > 0)
            .map(|(switch, _)| if switch.knows(value) { switch.means } else { UNKNOWN }),
    }
}

/// What could be stricter in repositories.
async fn lax(store: &Store, org: &OrgRow) -> Result<Vec<Lax>, StoreError> {
    let mut found: BTreeMap<(&str, String), Lax> = BTreeMap::new();
    let mut after: Option<RepoId> = None;
    loop {
        let repos = store.repos(org.org, after, PAGE).await?;
        for repo in repos.iter().filter(|repo| !repo.gone && !repo.hidden) {
            for (kind, name, value) in in_force(&repo.switches) {
                let Some(switch) = Switch::of(kind, name) else { continue };
                if switch.laxness(value) == 0 {
                    continue;
                }
                let lax = found.entry((switch.name, value.to_owned())).or_insert_with(|| Lax {
                    name: switch.name,
                    value: value.to_owned(),
                    means: if switch.knows(value) { switch.means } else { UNKNOWN },
                    repositories: 0,
                    among: Vec::new(),
                });
                lax.repositories += 1;
                if lax.among.len() < NAMED {
                    lax.among.push(repo.name.clone());
                }
            }
        }
        match repos.last() {
            Some(last) if repos.len() == PAGE => after = Some(last.id),
            _ => return Ok(found.into_values().collect()),
        }
    }
}

//! Who else could have read a credential: scripts from the network that run as they come, beside secrets,
//! where it may act.
//!
//! That a secret holds this very credential nobody shows, so it is a place to look and no proof.

use std::collections::BTreeSet;

use crate::domain::{Foreign, IdentityKind, RepoId};
use crate::register::{Need, NotLoaded, Record};
use crate::rules::Facts;
use crate::words::{count, list, repo, shown};

/// The most repositories that are looked through.
const MOST_REPOS: usize = 20;

/// The most scripts that are named.
const NAMED: usize = 3;

/// Kinds that people store as a secret.
const STORED: &[IdentityKind] = &[
    IdentityKind::ClassicPat,
    IdentityKind::DeployKey,
    IdentityKind::FineGrainedPat,
    IdentityKind::MachineUser,
];

/// A sentence that names them, with a blank before it; empty where there are none. Of what reaches the
/// whole organisation nothing is said.
pub(super) fn by_scripts(facts: &Facts<'_>, record: &Record) -> Result<String, NotLoaded> {
    if !STORED.contains(&record.identity.key.kind()) {
        return Ok(String::new());
    }
    let reached: Vec<RepoId> = record.repos().into_iter().take(MOST_REPOS).collect();
    let each = reached.iter().map(|id| in_repo(facts, *id));
    let found: BTreeSet<String> = NotLoaded::all(each)?.into_iter().flatten().collect();
    if found.is_empty() {
        return Ok(String::new());
    }
    let mut named: Vec<String> = found.iter().take(NAMED).cloned().collect();
    let more = found.len().saturating_sub(NAMED);
    if more > 0 {
        named.push(count(more, "other script"));
    }
    Ok(format!(
        " Where it may act, scripts of others run beside secrets and could have read it: {}.",
        list(&named)
    ))
}

/// The scripts of one repository, each with the file and the secrets.
fn in_repo(facts: &Facts<'_>, id: RepoId) -> Result<Vec<String>, NotLoaded> {
    let place = facts.slice.repo(id);
    let held = facts.slice.set(&Need::InRepo(id));
    let (place, held) = match (place, held) {
        (Ok(place), Ok(held)) => (place, held),
        (place, held) => {
            let missing = [place.err(), held.err()].into_iter().flatten().flat_map(|it| it.0);
            return Err(NotLoaded(missing.collect()));
        }
    };
    let Some(place) = place.map(|place| repo(&place.name)) else { return Ok(Vec::new()) };
    let live = held.into_iter().filter(|it| it.identity.is_live() && it.identity.repo == Some(id));
    let powers = live.flat_map(|it| it.grants.iter().filter_map(|grant| grant.power.as_deref()));
    let beside = powers.filter(|power| !power.secrets.is_empty());
    let mut found = Vec::new();
    for power in beside {
        let secrets: Vec<String> =
            power.secrets.iter().map(|name| shown(&Foreign::new(name))).collect();
        let (secrets, path) = (list(&secrets), shown(&power.lines.path));
        let each = power.scripts.iter();
        found.extend(each.map(|it| format!("{} beside {secrets} in {path} of {place}", shown(it))));
    }
    Ok(found)
}

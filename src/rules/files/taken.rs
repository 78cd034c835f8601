//! Code of others that workflows take, at branches and tags or held to a commit, and what it works
//! with.

use std::collections::BTreeMap;

use crate::domain::{Foreign, IdentityKind, Reference, RepoName, Sha, Taken};
use crate::power::{Code, Granted, Kind, Powers};
use crate::rules::files::phrase::holdings;
use crate::words::list;

/// The most of it that is held of one repository.
const MOST: usize = 500;

/// What the workflows of `own` take of other owners, the platform among them. Commits are written
/// in lower case.
pub fn taken(powers: &Powers, own: &RepoName) -> Vec<Taken> {
    let mut all: BTreeMap<(Foreign, Foreign, Foreign, Foreign), Taken> = BTreeMap::new();
    for granted in powers.grants() {
        if !matches!(granted.subject.kind, IdentityKind::ThirdPartyAction | IdentityKind::Workflow)
        {
            continue;
        }
        for (code, reference) in &granted.uses {
            let Some(taken) = one(granted, code, reference, own) else { continue };
            let (workflow, job) = (taken.workflow.clone(), taken.job.clone());
            let name = taken.reference.name.clone();
            all.insert((workflow, job, code.name.clone(), name), taken);
        }
    }
    all.into_values().take(MOST).collect()
}

fn one(granted: &Granted, code: &Code, reference: &Foreign, own: &RepoName) -> Option<Taken> {
    // Images come from registries, which are other hosts.
    if !matches!(code.kind, Kind::Action | Kind::Workflow) {
        return None;
    }
    let mut parts = code.name.raw().splitn(3, '/');
    let repo: RepoName = format!("{}/{}", parts.next()?, parts.next()?).parse().ok()?;
    if repo.owner() == own.owner() {
        return None;
    }
    let commit: Option<Sha> = reference.raw().parse().ok();
    let at = commit.map_or_else(|| reference.clone(), |commit| Foreign::new(commit.as_str()));
    let name = granted.subject.name.raw();
    let job = name.strip_suffix(code.name.raw()).unwrap_or(name).trim_end_matches('/');
    Some(Taken {
        workflow: granted.subject.path.clone(),
        job: Foreign::new(job),
        code: code.name.clone(),
        reference: Reference { repo, name: at },
        holds: list(&holdings(&granted.power)),
    })
}

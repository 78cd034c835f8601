//! Code of others that workflows take at a reference which its owner can move, and what it works with.

use std::collections::BTreeMap;

use crate::domain::{Foreign, IdentityKind, Reference, RepoName, Taken};
use crate::power::{Code, Granted, Kind, Pin, Powers};
use crate::rules::files::phrase::holdings;
use crate::words::list;

/// The most of it that is held of one repository.
const MOST: usize = 500;

/// What the workflows of `own` take of other owners. What is held to a commit cannot be moved and is
/// left out, as is what the platform itself brings.
pub fn taken(powers: &Powers, own: &RepoName) -> Vec<Taken> {
    let kinds = |granted: &Granted| match granted.subject.kind {
        IdentityKind::ThirdPartyAction => Some(Kind::Action),
        IdentityKind::Workflow => Some(Kind::Workflow),
        _ => None,
    };
    let mut all: BTreeMap<(Foreign, Foreign, Foreign, Foreign), Taken> = BTreeMap::new();
    for granted in powers.grants() {
        let Some(kind) = kinds(granted) else { continue };
        let references = granted.references.iter().filter(|(code, _)| code.kind == kind);
        for (code, reference) in references {
            let Some(taken) = one(granted, code, reference, own) else { continue };
            let (workflow, job) = (taken.workflow.clone(), taken.job.clone());
            all.insert((workflow, job, code.name.clone(), reference.clone()), taken);
        }
    }
    all.into_values().take(MOST).collect()
}

fn one(granted: &Granted, code: &Code, reference: &Foreign, own: &RepoName) -> Option<Taken> {
    let mut parts = code.name.raw().splitn(3, '/');
    let repo: RepoName = format!("{}/{}", parts.next()?, parts.next()?).parse().ok()?;
    let loose = granted.power.code.get(code).is_some_and(|pin| *pin != Pin::Exact);
    if !loose || repo.owner() == own.owner() {
        return None;
    }
    let name = granted.subject.name.raw();
    let job = name.strip_suffix(code.name.raw()).unwrap_or(name).trim_end_matches('/');
    Some(Taken {
        workflow: granted.subject.path.clone(),
        job: Foreign::new(job),
        code: code.name.clone(),
        reference: Reference { repo, name: reference.clone() },
        holds: list(&holdings(&granted.power)),
    })
}

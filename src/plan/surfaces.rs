//! Cases to surfaces: how the issue of a case should look now.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::classify;
use crate::domain::{
    Actor, ActorType, Case, CaseId, CaseState, Cause, Class, Effect, Force, Login, Markers,
    OrgRole, Place, RepoId, RepoName, Surface, SurfaceKey, Visibility,
};
use crate::plan::issue::SHOWN_ROWS;
use crate::plan::{
    IssueInput, Terms, backlog, blind, callers, impostor, issue, moved, published, pull, upstream,
    weakened,
};
use crate::policy::Policy;
use crate::register::{NotLoaded, Record, Slice};

/// The label of our issues. Created on demand.
const LABEL: &str = "beholden";

/// Whose words these are, and how they are known again.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// The organisation's login.
    pub login: &'a Login,
    /// Our App's slug: people address us by it where others are addressed too.
    pub slug: &'a str,
    /// Makes markers.
    pub markers: &'a Markers,
    /// Where the pages are, if people can reach them.
    pub page_url: Option<&'a str>,
}

/// The issue of a case as it should look; `None` when the case stays in the register.
///
/// # Errors
/// When the slice lacks one of the identities.
pub fn surface(
    terms: &Terms<'_>,
    voice: &Voice<'_>,
    slice: &Slice,
    case: &CaseId,
    force: Force,
) -> Result<Option<Surface>, NotLoaded> {
    let Some(case) = slice.case(case)? else { return Ok(None) };
    if case.pull().is_some() {
        return pull::review(terms, voice, slice, case, force);
    }
    let Place::Repo { repo } = case.place else { return Ok(None) };
    let (title, text) = match (case.state, &case.cause) {
        (CaseState::Merged, _) => merged(),
        (_, Cause::Blind { why }) => blind::words(*why, slice.sight()?, case),
        (_, Cause::Baseline) => backlog::words(voice, case),
        (_, Cause::Exposed { repo }) if case.is_notice() => {
            published::words(case, slice.repo(*repo)?.map(|repo| &repo.name))
        }
        (_, Cause::Weakened { repo, told, by, .. }) => {
            let place = repo.map(|repo| slice.repo(repo)).transpose()?.flatten();
            weakened::words(case, told, by.as_ref(), place.map(|repo| &repo.name))
        }
        (_, Cause::Moved { of, told }) => {
            let repos = told.iter().flat_map(|told| &told.takers).map(|taker| taker.repo);
            moved::words(case, of, told, &names_of(slice, repos)?)
        }
        (_, Cause::Upstream { of, told }) => {
            let repos = told.iter().flat_map(|told| &told.takers).map(|taker| taker.repo);
            upstream::words(case, of, told, &names_of(slice, repos)?)
        }
        (_, Cause::Callers { repo, pull, at, told }) => {
            let name = slice.repo(*repo)?.map(|repo| &repo.name);
            callers::words(case, name, (*pull, at.as_ref()), told)
        }
        (_, Cause::Impostor { repo, by, head }) => {
            impostor::words(case, by, head, slice.repo(*repo)?.map(|repo| &repo.name))
        }
        (CaseState::Open | CaseState::Settled | CaseState::Dismissed, _) => {
            words(terms, voice, slice, case, repo)?
        }
    };
    let effect = Effect::Issue {
        title,
        body: voice.markers.wrap(terms.org, &case.id, "issue", &text),
        labels: vec![LABEL.to_owned()],
        open: case.state == CaseState::Open,
    };
    let key = SurfaceKey::issue(&case.id);
    Ok(Some(Surface { key, case: case.id.clone(), repo, effect, force }))
}

/// The names of repositories, as far as they are held.
fn names_of(
    slice: &Slice,
    repos: impl Iterator<Item = RepoId>,
) -> Result<BTreeMap<RepoId, RepoName>, NotLoaded> {
    let repos: BTreeSet<RepoId> = repos.collect();
    let repos = NotLoaded::all(repos.into_iter().map(|repo| slice.repo(repo)))?;
    Ok(repos.into_iter().flatten().map(|repo| (repo.id, repo.name.clone())).collect())
}

fn merged() -> (String, String) {
    let text = "The same account did the same in other repositories within a few minutes. All of \
                it is asked about in one place now, in the organisation's private home repository.";
    ("Continued in one place".to_owned(), text.to_owned())
}

fn words(
    terms: &Terms<'_>,
    voice: &Voice<'_>,
    slice: &Slice,
    case: &Case,
    place: RepoId,
) -> Result<(String, String), NotLoaded> {
    // A fleet is told by its first rows: the others are alike.
    let most = if matches!(case.cause, Cause::Fleet { .. }) { SHOWN_ROWS } else { usize::MAX };
    let rows = || case.rows.iter().take(most);
    let held = NotLoaded::all(rows().map(|row| slice.record(&row.identity)))?;
    let records: Vec<&Record> = held.into_iter().flatten().collect();
    let findings = || rows().flat_map(|row| &row.findings);
    let reached = records.iter().flat_map(|record| record.repos());
    let every = case.rows.iter().filter_map(|row| row.findings.first()?.repo);
    let named = reached.chain(findings().filter_map(|finding| finding.repo)).chain(every);
    let repos = names_of(slice, named)?;
    let own = slice.repo(place)?;
    let public = own.is_some_and(|repo| repo.visibility == Visibility::Public);
    // Whoever changes a repository's settings can read it; organisation owners read everything.
    let mut readers: Vec<Login> = Vec::new();
    for finding in findings() {
        let Some(by) = &finding.by else { continue };
        let here = finding.repo == Some(place);
        let owner = slice.person(by.id)?.is_some_and(|(p, _)| p.role == Some(OrgRole::Owner));
        if here || owner {
            readers.push(by.login.clone());
        }
    }
    let input = IssueInput {
        case,
        records: &records,
        repos: &repos,
        readable: &|login| readers.contains(login),
        is_human: &|actor| is_human(terms.policy, actor),
        page_url: voice.page_url,
        own_place: place,
        public,
        org: voice.login,
        now: terms.now,
    };
    Ok(issue(&input))
}

/// Whether an account is a person's: the policy's word counts most, then the catalogue's.
fn is_human(policy: &Policy, actor: &Actor) -> bool {
    let class = classify(actor, &|login| policy.is_machine(login)).class;
    let human = policy.is_human(&actor.login) || class == Class::Human;
    human && actor.kind == ActorType::User && !actor.is_ghost()
}

//! Where a case belongs: where the people concerned work, and never where strangers can read more
//! than they could before.

use crate::domain::{Finding, Place, Repo, RepoId, Visibility};
use crate::plan::Terms;
use crate::register::{NotLoaded, Record, Slice};

/// The place for a finding: its own repository if that is private and can hold an issue, else home.
pub(super) fn place(
    terms: &Terms<'_>,
    slice: &Slice,
    finding: &Finding,
    record: &Record,
) -> Result<Place, NotLoaded> {
    let own = match concerns(finding, record) {
        Some(repo) => slice.repo(repo)?,
        None => None,
    };
    match (own, own.and_then(unfit)) {
        (Some(repo), None) => Ok(Place::Repo { repo: repo.id }),
        (_, why_not_there) => Ok(match (home(terms, slice)?, why_not_there) {
            (Place::Register { why }, Some(first)) => {
                Place::Register { why: format!("{first} {why}") }
            }
            (place, _) => place,
        }),
    }
}

/// Home, if there is one that can hold an issue.
pub fn home(terms: &Terms<'_>, slice: &Slice) -> Result<Place, NotLoaded> {
    let stays = |why: &str| Ok(Place::Register { why: why.to_owned() });
    let Some(home) = terms.home else {
        return stays("No home is named: set `--home` to a private repository.");
    };
    match slice.repo(home)? {
        None => stays("Home has not been read yet."),
        Some(repo) if repo.visibility == Visibility::Public => {
            stays("Home is public. Nothing is written there until it is private.")
        }
        Some(repo) if repo.hidden => stays("Home was taken out of the installation."),
        Some(repo) if unfit(repo).is_some() => {
            stays("Home is archived, deleted, or has its issues switched off.")
        }
        Some(repo) => Ok(Place::Repo { repo: repo.id }),
    }
}

/// The one repository that a finding is about, if it is about one.
pub(super) fn concerns(finding: &Finding, record: &Record) -> Option<RepoId> {
    finding.repo.or(record.identity.repo)
}

/// Why no issue about its own identities may be opened in a repository.
pub(super) fn unfit(repo: &Repo) -> Option<&'static str> {
    if repo.visibility == Visibility::Public {
        return Some("Everybody can read its repository.");
    }
    if repo.gone || repo.archived {
        return Some("Its repository is archived or deleted.");
    }
    if repo.hidden {
        return Some("Its repository was taken out of the installation.");
    }
    (!repo.has_issues).then_some("Issues are switched off in its repository.")
}

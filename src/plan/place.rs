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
    if let Some(repo) = concerns(finding, record)
        && let Some(repo) = slice.repo(repo)?
        && can_hold(repo)
    {
        return Ok(Place::Repo { repo: repo.id });
    }
    home(terms, slice)
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
        Some(repo) if !can_hold(repo) => {
            stays("Home is archived, deleted, or has its issues switched off.")
        }
        Some(repo) => Ok(Place::Repo { repo: repo.id }),
    }
}

/// The one repository that a finding is about, if it is about one.
pub(super) fn concerns(finding: &Finding, record: &Record) -> Option<RepoId> {
    finding.repo.or(record.identity.repo)
}

/// Whether an issue about its own identities may be opened in a repository.
fn can_hold(repo: &Repo) -> bool {
    repo.visibility != Visibility::Public && !repo.archived && !repo.gone && repo.has_issues
}

//! Other repositories of the same installation: whether ours may call what they hold, and the commit
//! that a reference names there.

use http::StatusCode;
use serde::Deserialize;

use crate::domain::{Foreign, Sha, Timestamp, Visibility};
use crate::github::call::Call;
use crate::github::code::Code;
use crate::github::wire::{Repository, segment};
use crate::github::{Failure, Who};

/// Who may read a repository and call its workflows and actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Callable {
    /// Who may read it.
    pub visibility: Visibility,
    /// Whether it lets other repositories call it; `None` where that may not be read.
    pub by_others: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Access {
    access_level: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Commit {
    sha: String,
}

impl Code<'_> {
    /// Who may call what this repository holds.
    ///
    /// Source: "Get the level of access for workflows outside of the repository".
    pub async fn callable(&self, now: Timestamp) -> Result<Callable, Failure> {
        let call = Call::get(&self.contents(), self.path(""));
        let repository: Repository = self.github.send(call).await?.json()?;
        let unclear = || Failure::blind(format!("GitHub does not describe {}.", self.repo));
        let visibility = repository.repo(now).ok_or_else(unclear)?.visibility;
        if visibility == Visibility::Public {
            return Ok(Callable { visibility, by_others: Some(true) });
        }
        let who = Who::installation(self.installation, &[("administration", "read")]);
        let path = self.path("/actions/permissions/access");
        let access: Option<Access> = self.unless_refused(Call::get(&who, path)).await?;
        let level = access.and_then(|access| access.access_level);
        Ok(Callable { visibility, by_others: level.map(|level| level != "none") })
    }

    /// The commit that a branch, a tag or a commit's own name stands for; `None` when the repository
    /// has no such reference.
    pub async fn commit(&self, reference: &Foreign) -> Result<Option<Sha>, Failure> {
        if let Ok(sha) = reference.raw().parse() {
            return Ok(Some(sha));
        }
        let path = self.path(&format!("/commits/{}?per_page=1", segment(reference.raw())));
        let answer = self.github.send(Call::get(&self.contents(), path)).await?;
        // 422 for a name that is none, 409 for a repository without commits.
        let none = [StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT];
        if none.contains(&answer.status) {
            return Ok(None);
        }
        let commit: Commit = answer.json()?;
        let odd = |_| Failure::blind("GitHub names no commit for a reference.");
        commit.sha.parse().map(Some).map_err(odd)
    }
}

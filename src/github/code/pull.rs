//! Pull requests, and the commits between branches.

use serde::Deserialize;

use crate::domain::{Actor, Foreign, IssueNumber, PullState, RepoId, Sha};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::code::Code;
use crate::github::wire::{Account, segment};

/// The most pages of changed files: GitHub lists 3,000 at most.
const FILE_PAGES: usize = 30;

/// The most pages of open pull requests, 100 each.
const PULL_PAGES: usize = 50;

/// A pull request as GitHub tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRead {
    /// Whether it can still be merged.
    pub state: PullState,
    /// Who opened it.
    pub author: Option<Actor>,
    /// Who merged it.
    pub merged_by: Option<Actor>,
    /// Its newest commit.
    pub head: Sha,
    /// Its branch, where that is in the same repository and not in a fork.
    pub branch: Option<Foreign>,
    /// The branch that it would be merged into.
    pub base: Foreign,
    /// A commit of that branch: where it stood when the pull request was last changed.
    pub base_sha: Sha,
}

/// A file that a pull request changes, and which lines of its head the diff shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path in the head.
    pub path: String,
    /// First and last line of each hunk; empty when GitHub shows no diff of it.
    pub hunks: Vec<(u32, u32)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pull {
    number: i64,
    state: String,
    merged: bool,
    merged_at: Option<String>,
    user: Option<Account>,
    merged_by: Option<Account>,
    head: Side,
    base: Side,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Side {
    sha: String,
    #[serde(rename = "ref")]
    name: String,
    repo: Option<Place>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    id: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    filename: String,
    patch: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Comparison {
    merge_base_commit: Commit,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Commit {
    sha: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Branch {
    commit: Commit,
}

impl Code<'_> {
    /// A pull request, and the number of the repository that it is in.
    pub async fn pull(&self, number: IssueNumber) -> Result<(PullRead, RepoId), Failure> {
        let path = self.path(&format!("/pulls/{number}"));
        let pull: Pull = self.github.send(Call::get(&self.pulls(), path)).await?.json()?;
        let odd = || Failure::blind(format!("Pull request {number} names no commit."));
        let state = match (pull.state.as_str(), pull.merged || pull.merged_at.is_some()) {
            (_, true) => PullState::Merged,
            ("open", false) => PullState::Open,
            _ => PullState::Closed,
        };
        let actor = |account: &Option<Account>| {
            account.as_ref().and_then(Account::actor).filter(|actor| !actor.is_ghost())
        };
        let number_of = |side: &Side| side.repo.as_ref().map(|repo| repo.id);
        let is_here = number_of(&pull.head) == number_of(&pull.base);
        let read = PullRead {
            state,
            author: actor(&pull.user),
            merged_by: actor(&pull.merged_by),
            head: pull.head.sha.parse().map_err(|_| odd())?,
            branch: is_here.then(|| Foreign::new(&pull.head.name)),
            base: Foreign::new(&pull.base.name),
            base_sha: pull.base.sha.parse().map_err(|_| odd())?,
        };
        Ok((read, RepoId(pull.base.repo.map_or(0, |repo| repo.id))))
    }

    /// The open pull requests, each with its newest commit. The second says whether all were
    /// listed.
    pub async fn open_pulls(&self) -> Result<(Vec<(IssueNumber, Sha)>, bool), Failure> {
        let path = self.path("/pulls?state=open&sort=created&direction=desc&per_page=100");
        let call = Call::get(&self.pulls(), path);
        let listing = self.github.pages(call, PULL_PAGES, |page: Vec<Pull>| page).await?;
        let known = listing
            .items
            .iter()
            .filter_map(|pull| Some((IssueNumber(pull.number), pull.head.sha.parse().ok()?)));
        Ok((known.collect(), listing.complete))
    }

    /// The files that a pull request changes, with the lines that its diff shows.
    pub async fn changed_files(&self, number: IssueNumber) -> Result<Vec<ChangedFile>, Failure> {
        let path = self.path(&format!("/pulls/{number}/files?per_page=100"));
        let call = Call::get(&self.pulls(), path);
        let listing = self.github.pages(call, FILE_PAGES, |page: Vec<File>| page).await?;
        Ok(listing
            .items
            .into_iter()
            .map(|file| ChangedFile {
                hunks: file.patch.as_deref().map(hunks).unwrap_or_default(),
                path: file.filename,
            })
            .collect())
    }

    /// Where a branch stands; `None` when there is no such branch.
    pub async fn branch(&self, branch: &Foreign) -> Result<Option<Sha>, Failure> {
        let path = self.path(&format!("/branches/{}", segment(branch.raw())));
        let answer = self.github.send(Call::get(&self.contents(), path)).await?;
        if answer.is_missing() {
            // The repository itself must be there, or this says nothing.
            let above = Call::get(&self.contents(), self.path(""));
            self.github.send(above).await?.success()?;
            return Ok(None);
        }
        let branch: Branch = answer.json()?;
        let odd = |_| Failure::blind("GitHub names no commit for a branch.");
        branch.commit.sha.parse().map(Some).map_err(odd)
    }

    /// The commit that two commits have in common; `None` when they have none.
    pub async fn merge_base(&self, base: &Sha, head: &Sha) -> Result<Option<Sha>, Failure> {
        if base == head {
            return Ok(Some(base.clone()));
        }
        let path = self.path(&format!("/compare/{base}...{head}?per_page=1"));
        let answer = self.github.send(Call::get(&self.contents(), path)).await?;
        if answer.is_missing() {
            // GitHub answers 404 for histories without a common commit.
            return Ok(None);
        }
        let comparison: Comparison = answer.json()?;
        Ok(comparison.merge_base_commit.sha.parse().ok())
    }

    /// The pull requests that a commit came with.
    pub async fn pulls_of(&self, commit: &Sha) -> Result<Vec<IssueNumber>, Failure> {
        let pulls = self.with(commit).await?;
        Ok(pulls.iter().map(|pull| IssueNumber(pull.number)).collect())
    }

    /// Whether a pull request that is open or merged holds a commit. One that was closed asks
    /// nobody any more.
    pub async fn is_carried(&self, commit: &Sha) -> Result<bool, Failure> {
        let pulls = self.with(commit).await?;
        Ok(pulls.iter().any(|pull| pull.state == "open" || pull.merged_at.is_some()))
    }

    async fn with(&self, commit: &Sha) -> Result<Vec<Pull>, Failure> {
        let path = self.path(&format!("/commits/{commit}/pulls?per_page=100"));
        self.github.send(Call::get(&self.pulls(), path)).await?.json()
    }
}

/// The lines of the head that the hunks of a patch show: `@@ -1,4 +2,6 @@`.
fn hunks(patch: &str) -> Vec<(u32, u32)> {
    patch
        .lines()
        .filter_map(|line| {
            let head = line.strip_prefix("@@ ")?.split_once(" @@")?.0;
            let plus = head.split(' ').find_map(|part| part.strip_prefix('+'))?;
            let (first, count) = plus.split_once(',').unwrap_or((plus, "1"));
            let (first, count): (u32, u32) = (first.parse().ok()?, count.parse().ok()?);
            (count > 0).then(|| (first, first.saturating_add(count - 1)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_name_the_lines_of_the_head() {
        let patch =
            "@@ -1,2 +1,3 @@ jobs:\n a\n+b\n c\n@@ -9 +10 @@\n-x\n+y\n@@ -20,2 +21,0 @@\n-z";
        assert_eq!(hunks(patch), [(1, 3), (10, 10)]);
        assert!(hunks("@@ nonsense\n+++").is_empty());
    }
}

//! Commits: which of them brought a change, what they say of themselves, and who was here before.

use serde::Deserialize;

use crate::domain::{Actor, Claimed, CommitSeen, Foreign, Login, Sha};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::code::Code;
use crate::github::wire::{Account, segment};

/// The most pages of a comparison, 100 commits each.
const PAGES: usize = 3;

/// How many commits of one file are looked at.
const OF_ONE_FILE: usize = 20;

/// A commit, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRead {
    /// What it says of itself. Its paths are still to be found.
    pub commit: CommitSeen,
    /// What it rests on.
    pub parents: Vec<Sha>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Comparison {
    commits: Vec<Named>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    sha: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Commit {
    sha: String,
    commit: Text,
    author: Option<Account>,
    committer: Option<Account>,
    parents: Vec<Named>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parents {
    parents: Vec<Named>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Text {
    author: Signature,
    committer: Signature,
    message: String,
    verification: Verification,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Signature {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Verification {
    verified: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Activity {
    after: String,
    activity_type: String,
    actor: Option<Account>,
}

/// The words for a branch that got commits.
const PUSHES: [&str; 3] = ["push", "force_push", "branch_creation"];

impl Code<'_> {
    /// Who pushed a branch, with where it stood then, as far as GitHub's newest hundred entries
    /// tell.
    ///
    /// Source: "List repository activities". Unlike the names in a commit, GitHub vouches for these.
    pub async fn pushers(&self, branch: &Foreign) -> Result<Vec<(Sha, Actor)>, Failure> {
        let full = segment(&format!("refs/heads/{}", branch.raw()));
        let all: Vec<Activity> = self.asked(&format!("/activity?ref={full}&per_page=100")).await?;
        let pushes = all.iter().filter(|it| PUSHES.contains(&it.activity_type.as_str()));
        Ok(pushes
            .filter_map(|it| Some((it.after.parse().ok()?, it.actor.as_ref()?.actor()?)))
            .collect())
    }

    /// The commits that `head` rests on and `base` does not; empty when the two have nothing in
    /// common, or there are none.
    pub async fn between(&self, base: &Sha, head: &Sha) -> Result<Vec<Sha>, Failure> {
        let path = self.path(&format!("/compare/{base}...{head}?per_page=100"));
        let call = Call::get(&self.contents(), path);
        let first = self.github.send(call.clone()).await?;
        if first.is_missing() {
            return Ok(Vec::new());
        }
        let as_of = crate::domain::Timestamp::now();
        let take = |page: Comparison| page.commits;
        let listing = self.github.pages_from(call, first, as_of, PAGES, take).await?;
        Ok(shas(&listing.items))
    }

    /// The newest commits up to `head` that changed a file.
    pub async fn commits_of(&self, head: &Sha, path: &str) -> Result<Vec<CommitRead>, Failure> {
        let file = segment(path);
        let query = format!("/commits?sha={head}&path={file}&per_page={OF_ONE_FILE}");
        let commits: Vec<Commit> = self.asked(&query).await?;
        Ok(commits.iter().filter_map(Commit::read).collect())
    }

    /// What a commit rests on; `None` when it is not here.
    pub async fn parents(&self, sha: &Sha) -> Result<Option<Vec<Sha>>, Failure> {
        let path = self.path(&format!("/git/commits/{sha}"));
        let answer = self.github.send(Call::get(&self.contents(), path)).await?;
        if answer.is_missing() {
            return Ok(None);
        }
        Ok(Some(shas(&answer.json::<Parents>()?.parents)))
    }

    /// Whether a commit up to `head` that changed something below a folder names an account as its
    /// author.
    pub async fn has_changed(
        &self,
        head: &Sha,
        folder: &str,
        who: &Login,
    ) -> Result<bool, Failure> {
        let (folder, who) = (segment(folder), segment(who.as_str()));
        let query = format!("/commits?sha={head}&path={folder}&author={who}&per_page=1");
        let commits: Vec<Named> = self.asked(&query).await?;
        Ok(!commits.is_empty())
    }

    async fn asked<T: serde::de::DeserializeOwned>(&self, query: &str) -> Result<T, Failure> {
        self.github.send(Call::get(&self.contents(), self.path(query))).await?.json()
    }
}

impl Commit {
    fn read(&self) -> Option<CommitRead> {
        let claimed = |account: &Option<Account>, signature: &Signature| Claimed {
            account: account.as_ref().and_then(Account::actor).filter(|it| !it.is_ghost()),
            name: Foreign::new(&signature.name),
        };
        let parents = shas(&self.parents);
        let commit = CommitSeen {
            sha: self.sha.parse().ok()?,
            paths: Vec::new(),
            author: claimed(&self.author, &self.commit.author),
            committer: claimed(&self.committer, &self.commit.committer),
            verified: self.commit.verification.verified,
            message: Foreign::new(&self.commit.message),
            parents: parents.len(),
            carried: None,
            grants: None,
        };
        Some(CommitRead { commit, parents })
    }
}

fn shas(named: &[Named]) -> Vec<Sha> {
    named.iter().filter_map(|one| one.sha.parse().ok()).collect()
}

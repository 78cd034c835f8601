//! The pull requests of a slice, and what people were shown of them.

use super::{Need, NotLoaded, Put, Slice};
use crate::domain::{
    Called, Came, Digest, Foreign, IdentityKey, IssueNumber, Pinned, Pointer, Pull, PullState,
    RepoId, RepoName, Sha, Source, Taken, Timestamp,
};

impl Slice {
    pub(super) fn fill_pull(&mut self, need: &Need, pull: Option<Box<Pull>>) {
        if let Need::Pull(repo, number) = need {
            self.pulls.entry((*repo, *number)).or_insert(pull.map(|pull| *pull));
        }
    }

    pub(super) fn fill_pulls(&mut self, need: Need, pulls: Vec<Pull>) {
        for pull in pulls {
            self.pulls.entry((pull.repo, pull.number)).or_insert(Some(pull));
        }
        self.sets.insert(need);
    }

    /// One pull request; `None` when the register has never heard of it.
    pub fn pull(&self, repo: RepoId, number: IssueNumber) -> Result<Option<&Pull>, NotLoaded> {
        match self.pulls.get(&(repo, number)) {
            Some(pull) => Ok(pull.as_ref()),
            None => Err(NotLoaded::one(Need::Pull(repo, number))),
        }
    }

    /// The pull requests that answer a need, as they stand now, by repository and number.
    pub fn pulls(&self, need: &Need) -> Result<Vec<&Pull>, NotLoaded> {
        if !self.sets.contains(need) {
            return Err(NotLoaded::one(need.clone()));
        }
        Ok(self.pulls.values().flatten().filter(|pull| answers(pull, need)).collect())
    }

    /// The power of an identity that people could read last before a moment; `None` when they could
    /// read none.
    pub fn shown_before(
        &self,
        key: &IdentityKey,
        before: Timestamp,
    ) -> Result<Option<&Digest>, NotLoaded> {
        let Some(shown) = self.shown.get(key) else {
            return Err(NotLoaded::one(Need::Shown(key.clone())));
        };
        let earlier = shown.iter().filter(|(_, at)| *at < before);
        Ok(earlier.max_by_key(|(_, at)| *at).map(|(digest, _)| digest))
    }

    /// Puts a pull request in its state after.
    pub fn put_pull(&mut self, pull: Pull) {
        self.put.insert(Put::Pull(pull.repo, pull.number));
        self.pulls.insert((pull.repo, pull.number), Some(pull));
    }

    /// The pull requests that were put.
    pub fn touched_pulls(&self) -> Vec<(RepoId, IssueNumber)> {
        self.put
            .iter()
            .filter_map(|put| match put {
                Put::Pull(repo, number) => Some((*repo, *number)),
                _ => None,
            })
            .collect()
    }

    /// Puts where a branch stood when it was judged.
    pub fn put_branch(&mut self, repo: RepoId, branch: Foreign, head: Sha) {
        self.branches.insert((repo, branch), head);
    }

    /// Whether workflows of others take something in a repository at a branch or tag, however they
    /// spell it. `full` is its whole name, as `refs/tags/v1`.
    ///
    /// # Errors
    /// When that is not loaded.
    pub fn is_called(
        &self,
        repo: &RepoName,
        short: &Foreign,
        full: &str,
    ) -> Result<bool, NotLoaded> {
        let called = self.called.get(repo);
        let called = called.ok_or_else(|| NotLoaded::one(Need::CalledAt(repo.clone())))?;
        Ok(called.contains(short) || called.contains(&Foreign::new(full)))
    }

    /// Puts what the workflows of a repository call in others.
    pub fn put_calls(&mut self, repo: RepoId, calls: Vec<Called>) {
        self.calls.insert(repo, calls);
    }

    /// Puts what the workflows of a repository take of others, and how that came to be known.
    pub fn put_taken(&mut self, repo: RepoId, taken: Vec<Taken>, came: Came) {
        let known = self.taken.get(&repo).map(|(_, came)| *came);
        // What comes by the way says nothing against a reading of the same Turn that knows.
        let came = known.filter(|_| came == Came::ByTheWay).unwrap_or(came);
        self.taken.insert(repo, (taken, came));
    }

    /// Puts how a commit stands that workflows hold code of others to; `None`: none does any more.
    pub fn put_pin(&mut self, repo: &RepoName, commit: &Sha, pinned: Option<Pinned>) {
        self.pins.insert((repo.clone(), commit.clone()), pinned);
    }

    /// Puts how a repository stands that workflows take code from; `None`: none does any more.
    pub fn put_source(&mut self, repo: &RepoName, source: Option<Source>) {
        self.sources.insert(repo.clone(), source);
    }

    /// Puts where a reference points.
    pub fn put_pointer(&mut self, pointer: Pointer) {
        self.pointers.insert(pointer.reference.clone(), pointer);
    }

    pub(super) fn take_branches(&mut self) -> Vec<(RepoId, Foreign, Sha)> {
        let branches = std::mem::take(&mut self.branches);
        branches.into_iter().map(|((repo, branch), head)| (repo, branch, head)).collect()
    }
}

fn answers(pull: &Pull, need: &Need) -> bool {
    match need {
        Need::PullsAt(repo, head) => {
            pull.is_open() && pull.repo == *repo && pull.head.as_ref() == Some(head)
        }
        Need::PullsOnto(repo, base) => pull.is_open() && pull.repo == *repo && pull.base == *base,
        Need::PullsAsking(repo) => {
            pull.state != PullState::Closed && pull.repo == *repo && pull.case.is_some()
        }
        Need::PullsGranting(digest) => pull
            .weighed
            .as_ref()
            .is_some_and(|weighed| weighed.grants_anything() && weighed.digest == *digest),
        _ => false,
    }
}

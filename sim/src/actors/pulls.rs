//! What people do with pull requests.

use crate::{
    deeds::{Merging, NewPull},
    sim::Sim,
    world::{Author, Method, World},
};

/// A pull request that somebody is about to open.
#[derive(Clone, Debug, Default)]
pub struct PullSpec {
    head: String,
    base: Option<String>,
    title: String,
    body: Option<String>,
    draft: bool,
}

impl PullSpec {
    /// From a branch of the same repository, or from `owner:branch` of a fork.
    pub fn from(head: &str) -> Self {
        Self { head: head.to_owned(), title: format!("From {head}"), ..Self::default() }
    }

    /// Onto this branch instead of the default one.
    #[must_use]
    pub fn onto(mut self, base: &str) -> Self {
        self.base = Some(base.to_owned());
        self
    }

    /// With this title.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    /// With this text.
    #[must_use]
    pub fn saying(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// As a draft.
    #[must_use]
    pub fn as_draft(mut self) -> Self {
        self.draft = true;
        self
    }
}

/// How a pull request is merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MergeMethod {
    /// With a commit that has both as parents.
    #[default]
    Merge,
    /// As one commit.
    Squash,
    /// Each commit again on top of the base.
    Rebase,
}

impl MergeMethod {
    fn inner(self) -> Method {
        match self {
            Self::Merge => Method::Merge,
            Self::Squash => Method::Squash,
            Self::Rebase => Method::Rebase,
        }
    }
}

#[track_caller]
pub(super) fn pull(world: &World, repo: &str, number: u64) -> u64 {
    let id = Sim::repo_no(world, repo);
    let is_pull = world.pull_of(id, number).is_some();
    assert!(is_pull, "there is no pull request {repo}#{number}");
    id
}

impl Sim {
    /// Opens a pull request from a branch to the default branch. Gives back its number.
    #[track_caller]
    pub fn opens_pull(&self, repo: &str, branch: &str, title: &str, login: &str) -> u64 {
        self.opens(repo, &PullSpec::from(branch).titled(title), login)
    }

    /// Opens a pull request and gives back its number.
    #[track_caller]
    pub fn opens(&self, repo: &str, spec: &PullSpec, login: &str) -> u64 {
        self.act(|world| {
            let (id, user) = (Self::repo_no(world, repo), Self::user_no(world, login));
            let (owner, head) = match spec.head.split_once(':') {
                Some((owner, head)) => (Some(owner), head),
                None => (None, spec.head.as_str()),
            };
            let fork = owner.map(|owner| {
                let there = world.family_member(id, owner);
                there.unwrap_or_else(|| panic!("{owner} has no fork of {repo}"))
            });
            let base = spec.base.clone().unwrap_or_else(|| world.repos[&id].default_branch.clone());
            let new = NewPull {
                title: spec.title.clone(),
                body: spec.body.clone(),
                from: fork,
                head: head.to_owned(),
                base,
                draft: spec.draft,
            };
            world.open_pull(id, Author { user, through: None }, new).unwrap_or_else(|field| {
                panic!("no pull request from {} in {repo}: {field}", spec.head)
            })
        })
    }

    /// Merges a pull request with a merge commit. Gives back the commit.
    ///
    /// # Panics
    /// When something stands in the way: [`Sim::tries_to_merge`] says what.
    #[track_caller]
    pub fn merges_pull(&self, repo: &str, number: u64, by: &str) -> String {
        self.merges_pull_by(repo, number, MergeMethod::Merge, by)
    }

    /// The same with another method.
    ///
    /// # Panics
    /// When something stands in the way.
    #[track_caller]
    pub fn merges_pull_by(&self, repo: &str, number: u64, how: MergeMethod, by: &str) -> String {
        self.tries_to_merge(repo, number, how, by)
            .unwrap_or_else(|why| panic!("{repo}#{number} cannot be merged: {why}"))
    }

    /// Presses the merge button.
    ///
    /// # Errors
    /// What GitHub says when it refuses.
    #[track_caller]
    pub fn tries_to_merge(
        &self,
        repo: &str,
        number: u64,
        how: MergeMethod,
        by: &str,
    ) -> Result<String, String> {
        self.merges(repo, number, how, by, false)
    }

    /// Merges although rules are not met, as somebody who may.
    ///
    /// # Errors
    /// What GitHub says when that person may not, or when there is a conflict.
    #[track_caller]
    pub fn merges_past_the_rules(
        &self,
        repo: &str,
        number: u64,
        how: MergeMethod,
        by: &str,
    ) -> Result<String, String> {
        self.merges(repo, number, how, by, true)
    }

    #[track_caller]
    fn merges(
        &self,
        repo: &str,
        number: u64,
        how: MergeMethod,
        by: &str,
        passing: bool,
    ) -> Result<String, String> {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            if let Some(why) = world.refuses(id, number, by, passing) {
                return Err(why);
            }
            let how = Merging { method: how.inner(), ..Merging::default() };
            let merged = world.merge_pull(id, number, by, how);
            merged.ok_or_else(|| "Pull Request is not mergeable".to_owned())
        })
    }

    /// Closes a pull request without merging it.
    #[track_caller]
    pub fn closes_pull(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.set_state(id, number, by, false, None);
        });
    }

    /// Opens a closed pull request again.
    #[track_caller]
    pub fn reopens_pull(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.set_state(id, number, by, true, None);
        });
    }

    /// Says that a draft is ready for review.
    #[track_caller]
    pub fn readies_pull(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.set_draft(id, number, by, false);
        });
    }

    /// Turns a pull request into a draft.
    #[track_caller]
    pub fn drafts_pull(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.set_draft(id, number, by, true);
        });
    }

    /// Aims a pull request at another branch.
    #[track_caller]
    pub fn retargets_pull(&self, repo: &str, number: u64, base: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            assert!(world.retarget(id, number, by, base), "there is no branch {base} in {repo}");
        });
    }
}

//! What people do with pull requests and checks.

use crate::{
    deeds::{NewPull, NewReview},
    sim::Sim,
    world::{Author, World},
};

#[track_caller]
fn pull(world: &World, repo: &str, number: u64) -> u64 {
    let id = Sim::repo_no(world, repo);
    let is_pull = world.issue_of(id, number).is_some_and(|issue| issue.pull.is_some());
    assert!(is_pull, "there is no pull request {repo}#{number}");
    id
}

impl Sim {
    /// Opens a pull request from a branch to the default branch. Gives back its number.
    #[track_caller]
    pub fn opens_pull(&self, repo: &str, branch: &str, title: &str, login: &str) -> u64 {
        self.act(|world| {
            let (id, user) = (Self::repo_no(world, repo), Self::user_no(world, login));
            let base = world.repo(repo).map(|repo| repo.default_branch.clone()).unwrap_or_default();
            let new = NewPull {
                title: title.to_owned(),
                head: branch.to_owned(),
                base,
                ..NewPull::default()
            };
            world
                .open_pull(id, Author { user, through: None }, new)
                .unwrap_or_else(|field| panic!("no pull request from {branch} in {repo}: {field}"))
        })
    }

    /// Approves a pull request.
    #[track_caller]
    pub fn approves_pull(&self, repo: &str, number: u64, login: &str) {
        self.act(|world| {
            let (id, user) = (pull(world, repo, number), Self::user_no(world, login));
            let new = NewReview {
                body: String::new(),
                state: Some("APPROVED"),
                commit: None,
                lines: Vec::new(),
            };
            world.review(id, number, user, new).expect("a review without lines is accepted");
        });
    }

    /// Merges a pull request. Gives back the commit.
    #[track_caller]
    pub fn merges_pull(&self, repo: &str, number: u64, by: &str) -> String {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.merge_pull(id, number, by).expect("the base branch exists")
        })
    }

    /// Presses a button of a check run, by its identifier.
    #[track_caller]
    pub fn presses_check_button(&self, repo: &str, check_run: u64, identifier: &str, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.press_check(id, check_run, Some(identifier), by);
        });
    }

    /// Asks for a check run again.
    #[track_caller]
    pub fn reruns_check(&self, repo: &str, check_run: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.press_check(id, check_run, None, by);
        });
    }
}

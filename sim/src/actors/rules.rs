//! What administrators demand of branches, and the queues in front of them.

use super::pulls::pull;
use crate::{
    sim::Sim,
    world::{BypassActor, Rules},
};

impl BypassActor {
    /// An App, by its number.
    pub fn app(id: u64) -> Self {
        Self::always(Some(id), "Integration")
    }

    /// Owners of the organization.
    pub fn organization_owners() -> Self {
        Self::always(None, "OrganizationAdmin")
    }

    /// Administrators of the repository.
    pub fn administrators() -> Self {
        Self::always(Some(5), "RepositoryRole")
    }

    fn always(actor_id: Option<u64>, actor_type: &str) -> Self {
        let bypass_mode = "always".to_owned();
        Self { actor_id, actor_type: actor_type.to_owned(), bypass_mode }
    }
}

impl Sim {
    /// Makes a rule set of this name, or gives it these rules. Gives back its id.
    #[track_caller]
    pub fn demands(&self, repo: &str, name: &str, rules: &Rules, by: &str) -> u64 {
        self.act(|world| {
            let (id, by) = (Self::repo_no(world, repo), Self::user_no(world, by));
            world.set_rules(id, name, rules.clone(), by)
        })
    }

    /// Protects a branch in the older way, or with `None` no more. No webhook here.
    #[track_caller]
    pub fn protects_branch(&self, repo: &str, branch: &str, rules: Option<&Rules>) {
        self.act(|world| world.protect_branch(Self::repo_no(world, repo), branch, rules.cloned()));
    }

    /// Puts a pull request in the merge queue of its branch.
    ///
    /// # Panics
    /// When GitHub refuses.
    #[track_caller]
    pub fn enqueues(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world
                .wait_in_queue(id, number, by)
                .unwrap_or_else(|why| panic!("{repo}#{number} cannot wait in the queue: {why}"));
        });
    }

    /// Takes a pull request out of the merge queue.
    #[track_caller]
    pub fn dequeues(&self, repo: &str, number: u64, by: &str) {
        self.act(|world| {
            let (id, by) = (pull(world, repo, number), Self::user_no(world, by));
            world.dequeue(id, number, by);
        });
    }

    /// The pull requests in the queue of a branch, the first in line first, each with the head of
    /// its merge group.
    pub fn queue(&self, repo: &str, branch: &str) -> Vec<(u64, String)> {
        let world = self.world();
        let line = world.repo(repo).and_then(|repo| repo.queues.get(branch));
        line.into_iter()
            .flatten()
            .map(|entry| {
                let head = entry.group.as_ref().map(|group| group.head.clone());
                (entry.number, head.unwrap_or_default())
            })
            .collect()
    }
}

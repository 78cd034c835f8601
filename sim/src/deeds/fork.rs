//! Forks.

use crate::{hooks::Happening, seed::Repository, world::World};

impl World {
    /// Forks a repository for a person or an organization and gives back the fork's number.
    pub(crate) fn fork(&mut self, repo: u64, owner: u64, by: u64) -> Option<u64> {
        let place = self.repos.get(&repo)?;
        let seed = Repository {
            name: place.name.clone(),
            visibility: place.visibility,
            default_branch: place.default_branch.clone(),
            ..Repository::default()
        };
        let root = place.fork_of.unwrap_or(repo);
        let id = self.make_repo(owner, &seed);
        let source = self.repos.remove(&repo)?;
        if let Some(fork) = self.repos.get_mut(&id) {
            fork.fork_of = Some(root);
            for (name, sha) in source.git.below("refs/heads/") {
                fork.git.import(&source.git, sha);
                fork.git.refs.insert(format!("refs/heads/{name}"), sha.clone());
            }
        }
        self.repos.insert(repo, source);
        let forkee = self.repos.get(&id).map(|fork| self.show_repo(fork))?;
        let happening = Happening::new("fork", "", by).with("forkee", forkee).in_repo(self, repo);
        self.emit(happening);
        Some(id)
    }
}

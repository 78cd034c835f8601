//! Commit statuses: anybody with write access says anything under any name.

use crate::{
    clock::written,
    hooks::Happening,
    world::{Author, Status, World},
};
use serde_json::{Value, json};

/// A status that is about to be set.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewStatus {
    pub context: String,
    /// `error`, `failure`, `pending` or `success`.
    pub state: String,
    pub description: Option<String>,
    pub target_url: Option<String>,
}

impl World {
    /// Sets a status on a commit and gives back its id.
    pub(crate) fn set_status(&mut self, repo: u64, sha: &str, by: Author, new: NewStatus) -> u64 {
        let (id, created) = (self.next_id(), self.now());
        let Some(place) = self.repos.get_mut(&repo) else {
            return 0;
        };
        place.statuses.push(Status {
            id,
            sha: sha.to_owned(),
            context: new.context,
            state: new.state,
            description: new.description,
            target_url: new.target_url,
            creator: by.user,
            app: by.through,
            created,
        });
        self.tell_status(repo, id, by.user);
        self.settle_queues(repo);
        id
    }

    fn tell_status(&mut self, repo: u64, id: u64, by: u64) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let status = place.statuses.iter().find(|one| one.id == id);
        let Some((status, commit)) =
            status.and_then(|status| Some((status, place.git.commits.get(&status.sha)?)))
        else {
            return;
        };
        let branches = place.git.below("refs/heads/").filter(|(_, tip)| **tip == status.sha);
        let api = self.repo_url(place);
        let branches: Vec<Value> = branches
            .map(|(name, sha)| {
                json!({
                    "name": name,
                    "commit": { "sha": sha, "url": format!("{api}/commits/{sha}") },
                    "protected": false,
                })
            })
            .collect();
        let at = written(status.created);
        let happening = Happening::new("status", "", by)
            .with("id", id.into())
            .with("sha", status.sha.as_str().into())
            .with("name", self.full_name(place).into())
            .with("avatar_url", self.show_user_id(status.creator)["avatar_url"].clone())
            .with("target_url", status.target_url.clone().into())
            .with("context", status.context.as_str().into())
            .with("description", status.description.clone().into())
            .with("state", status.state.as_str().into())
            .with("commit", self.show_commit(place, commit))
            .with("branches", branches.into())
            .with("created_at", at.as_str().into())
            .with("updated_at", at.as_str().into())
            .in_repo(self, repo);
        self.emit(happening);
    }
}

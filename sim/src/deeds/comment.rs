//! Comments and reactions.

use crate::{
    hooks::Happening,
    world::{Author, Comment, Reaction, World},
};
use serde_json::{Value, json};

/// Where a comment stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub repo: u64,
    pub number: u64,
    pub at: usize,
}

impl World {
    /// Writes a comment and gives back its id.
    pub(crate) fn comment(&mut self, repo: u64, number: u64, by: Author, body: &str) -> u64 {
        let (id, now, listed_from) = (self.next_id(), self.now(), self.listed_from());
        let Some(issue) = self.issue_mut(repo, number) else {
            return 0;
        };
        issue.updated = now;
        issue.comments.push(Comment {
            id,
            body: body.to_owned(),
            author: by,
            reactions: Vec::new(),
            created: now,
            updated: now,
            listed_from,
            minimized: None,
        });
        self.note_pings(repo, number, by.user, body);
        self.tell_comment(repo, id, "created", by.user, None);
        id
    }

    pub(crate) fn place_of_comment(&self, repo: u64, id: u64) -> Option<Place> {
        self.repos.get(&repo)?.issues.values().find_map(|issue| {
            let at = issue.comments.iter().position(|comment| comment.id == id)?;
            Some(Place { repo, number: issue.number, at })
        })
    }

    pub(crate) fn comment_at(&self, place: Place) -> Option<&Comment> {
        self.issue_of(place.repo, place.number)?.comments.get(place.at)
    }

    fn comment_mut(&mut self, place: Place) -> Option<&mut Comment> {
        self.issue_mut(place.repo, place.number)?.comments.get_mut(place.at)
    }

    pub(crate) fn edit_comment(&mut self, repo: u64, id: u64, by: u64, body: &str) {
        let now = self.now();
        let Some(place) = self.place_of_comment(repo, id) else {
            return;
        };
        let Some(comment) = self.comment_mut(place) else {
            return;
        };
        if comment.body == body {
            return;
        }
        let before = std::mem::replace(&mut comment.body, body.to_owned());
        comment.updated = now;
        self.note_pings(repo, place.number, by, body);
        self.tell_comment(repo, id, "edited", by, Some(json!({ "body": { "from": before } })));
    }

    pub(crate) fn delete_comment(&mut self, repo: u64, id: u64, by: u64) {
        let Some(place) = self.place_of_comment(repo, id) else {
            return;
        };
        // Told first: the payload shows what is deleted.
        self.tell_comment(repo, id, "deleted", by, None);
        if let Some(issue) = self.issue_mut(place.repo, place.number) {
            issue.comments.remove(place.at);
        }
    }

    fn tell_comment(
        &mut self,
        repo: u64,
        id: u64,
        action: &'static str,
        by: u64,
        changes: Option<Value>,
    ) {
        let Some(place) = self.place_of_comment(repo, id) else {
            return;
        };
        let Some(home) = self.repos.get(&repo) else {
            return;
        };
        let (Some(issue), Some(comment)) = (home.issues.get(&place.number), self.comment_at(place))
        else {
            return;
        };
        let mut happening = Happening::new("issue_comment", action, by)
            .with("issue", self.show_issue(home, issue))
            .with("comment", self.show_comment(home, issue, comment));
        if let Some(changes) = changes {
            happening = happening.with("changes", changes);
        }
        let happening = happening.in_repo(self, repo);
        self.emit(happening);
    }

    /// Adds a reaction; the second one of a kind by the same user is the first one again (`false`).
    pub(crate) fn react(
        &mut self,
        place: Reacted,
        by: u64,
        content: &str,
    ) -> Option<(bool, Reaction)> {
        let (id, created) = (self.next_id(), self.now());
        let reactions = self.reactions_mut(place)?;
        if let Some(first) = reactions.iter().find(|one| one.user == by && one.content == content) {
            return Some((false, first.clone()));
        }
        let reaction = Reaction { id, user: by, content: content.to_owned(), created };
        reactions.push(reaction.clone());
        Some((true, reaction))
    }

    pub(crate) fn reactions_mut(&mut self, place: Reacted) -> Option<&mut Vec<Reaction>> {
        match place {
            Reacted::Issue(repo, number) => Some(&mut self.issue_mut(repo, number)?.reactions),
            Reacted::Comment(place) => Some(&mut self.comment_mut(place)?.reactions),
            Reacted::Line(repo, id) => Some(&mut self.line_mut(repo, id)?.reactions),
        }
    }
}

/// What a reaction is on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reacted {
    Issue(u64, u64),
    Comment(Place),
    /// A comment on a line, by its id.
    Line(u64, u64),
}

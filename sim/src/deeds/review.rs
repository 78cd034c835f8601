//! Reviews: pending, submitted, edited, dismissed.

use super::lines::{Line, OffDiff};
use crate::{
    hooks::Happening,
    world::{Review, World},
};
use serde_json::{Value, json};

/// A review that is about to exist.
#[derive(Clone, Debug)]
pub(crate) struct NewReview {
    pub body: String,
    /// `None`: it stays pending.
    pub state: Option<&'static str>,
    /// The head of the pull request when it does not say.
    pub commit: Option<String>,
    pub lines: Vec<Line>,
}

impl World {
    /// Makes a review with all its comments, and gives back its id.
    ///
    /// # Errors
    /// What the first comment that stands outside of the diff misses; then nothing is made.
    pub(crate) fn review(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        new: NewReview,
    ) -> Result<u64, OffDiff> {
        let head = self.pull_of(repo, number).map(|pull| pull.head_sha.clone());
        let commit = new.commit.or(head).unwrap_or_default();
        let mut placed = Vec::new();
        for line in new.lines {
            let place = self.place_line(repo, number, &commit, &line)?;
            placed.push((line, place));
        }
        let state = new.state.unwrap_or("PENDING");
        let id = self.open_review(repo, number, by, state, &new.body, &commit);
        for one in placed {
            self.put_line(repo, number, by, id, &commit, one);
        }
        self.move_lines(repo, number);
        if new.state.is_some() {
            self.tell_submitted(repo, number, id, by);
        }
        Ok(id)
    }

    /// Makes a review without comments. Tells nobody.
    pub(super) fn open_review(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        state: &str,
        body: &str,
        commit: &str,
    ) -> u64 {
        let (id, now, listed_from) = (self.next_id(), self.now(), self.listed_from());
        let review = Review {
            id,
            user: by,
            body: body.to_owned(),
            state: state.to_owned(),
            commit: commit.to_owned(),
            submitted: (state != "PENDING").then_some(now),
            listed_from,
            minimized: None,
        };
        if let Some(pull) = self.pull_mut(repo, number) {
            pull.reviews.push(review);
        }
        id
    }

    /// The review, and each of its comments.
    fn tell_submitted(&mut self, repo: u64, number: u64, id: u64, by: u64) {
        let Some(pull) = self.pull_of(repo, number) else {
            return;
        };
        let body = pull.reviews.iter().find(|one| one.id == id).map(|one| one.body.clone());
        let lines: Vec<u64> =
            pull.comments.iter().filter(|one| one.review == id).map(|one| one.id).collect();
        self.note_pings(repo, number, by, &body.unwrap_or_default());
        self.tell_review(repo, number, id, "submitted", by, None);
        for line in lines {
            self.tell_line(repo, number, line, "created", by, None);
        }
    }

    fn with_review(
        &mut self,
        repo: u64,
        number: u64,
        id: u64,
        change: impl FnOnce(&mut Review),
    ) -> bool {
        let review = self
            .pull_mut(repo, number)
            .and_then(|pull| pull.reviews.iter_mut().find(|one| one.id == id));
        review.map(change).is_some()
    }

    pub(crate) fn edit_review(&mut self, repo: u64, number: u64, id: u64, by: u64, body: &str) {
        let mut before = String::new();
        self.with_review(repo, number, id, |review| {
            before = std::mem::replace(&mut review.body, body.to_owned());
        });
        let changes = json!({ "body": { "from": before } });
        self.tell_review(repo, number, id, "edited", by, Some(changes));
    }

    pub(crate) fn submit_review(
        &mut self,
        repo: u64,
        number: u64,
        id: u64,
        by: u64,
        state: &str,
        body: Option<&str>,
    ) {
        let now = self.now();
        self.with_review(repo, number, id, |review| {
            state.clone_into(&mut review.state);
            review.submitted = Some(now);
            if let Some(body) = body {
                body.clone_into(&mut review.body);
            }
        });
        self.tell_submitted(repo, number, id, by);
    }

    pub(crate) fn dismiss_review(&mut self, repo: u64, number: u64, id: u64, by: u64) {
        self.with_review(repo, number, id, |review| "DISMISSED".clone_into(&mut review.state));
        self.tell_review(repo, number, id, "dismissed", by, None);
    }

    pub(crate) fn discard_review(&mut self, repo: u64, number: u64, id: u64) {
        if let Some(pull) = self.pull_mut(repo, number) {
            pull.reviews.retain(|one| one.id != id);
            pull.comments.retain(|one| one.review != id);
        }
    }

    pub(super) fn tell_review(
        &mut self,
        repo: u64,
        number: u64,
        id: u64,
        action: &'static str,
        by: u64,
        changes: Option<Value>,
    ) {
        let Some(place) = self.repos.get(&repo) else {
            return;
        };
        let Some(issue) = place.issues.get(&number) else {
            return;
        };
        let review =
            issue.pull.as_ref().and_then(|pull| pull.reviews.iter().find(|one| one.id == id));
        let Some(review) = review else { return };
        let mut shown = self.show_review(place, issue, review);
        // Webhooks write the state in lower case.
        shown["state"] = review.state.to_ascii_lowercase().into();
        let mut happening = Happening::new("pull_request_review", action, by)
            .with("review", shown)
            .with("pull_request", self.show_pull(place, issue, false));
        if let Some(changes) = changes {
            happening = happening.with("changes", changes);
        }
        let happening = happening.in_repo(self, repo);
        self.emit(happening);
    }
}

//! Reviews, and comments on lines.

use crate::{
    hooks::Happening,
    render::changed,
    world::{Pull, Review, ReviewComment, World},
};
use serde_json::{Value, json};

/// A comment on a line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub path: String,
    pub line: u64,
    /// `RIGHT` for the new file, `LEFT` for the old one.
    pub side: String,
    pub body: String,
}

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
    fn pull_mut(&mut self, repo: u64, number: u64) -> Option<&mut Pull> {
        self.issue_mut(repo, number)?.pull.as_deref_mut()
    }

    /// Whether a comment may stand there: only on lines that the pull request changes.
    fn is_in_diff(&self, repo: u64, number: u64, line: &Line) -> bool {
        let Some(place) = self.repos.get(&repo) else {
            return false;
        };
        let pull = place.issues.get(&number).and_then(|issue| issue.pull.as_ref());
        let files = pull.map(|pull| changed(&place.git, pull)).unwrap_or_default();
        files.iter().any(|file| file.path == line.path && file.has_line(line.line, &line.side))
    }

    /// Makes a review with all its comments, and gives back its id.
    ///
    /// # Errors
    /// The path of the first comment that stands outside of the diff; then nothing is made.
    pub(crate) fn review(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        new: NewReview,
    ) -> Result<u64, String> {
        if let Some(bad) = new.lines.iter().find(|line| !self.is_in_diff(repo, number, line)) {
            return Err(bad.path.clone());
        }
        let (id, now) = (self.next_id(), self.now());
        let head = self.pull_mut(repo, number).map(|pull| pull.head_sha.clone());
        let commit = new.commit.or(head).unwrap_or_default();
        let review = Review {
            id,
            user: by,
            body: new.body.clone(),
            state: new.state.unwrap_or("PENDING").to_owned(),
            commit: commit.clone(),
            submitted: new.state.map(|_| now),
        };
        if let Some(pull) = self.pull_mut(repo, number) {
            pull.reviews.push(review);
        }
        for line in new.lines {
            self.put_line(repo, number, by, line, &commit, Some(id), None);
        }
        if new.state.is_some() {
            self.note_pings(repo, number, by, &new.body);
            self.tell_review(repo, number, id, "submitted", by, None);
        }
        Ok(id)
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one comment, from two callers")]
    fn put_line(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        line: Line,
        commit: &str,
        review: Option<u64>,
        reply_to: Option<u64>,
    ) -> Option<u64> {
        let (id, now) = (self.next_id(), self.now());
        self.note_pings(repo, number, by, &line.body);
        self.pull_mut(repo, number)?.comments.push(ReviewComment {
            id,
            review,
            user: by,
            body: line.body,
            path: line.path,
            line: line.line,
            side: line.side,
            commit: commit.to_owned(),
            reply_to,
            created: now,
            updated: now,
        });
        Some(id)
    }

    /// One comment on a line, outside of a review. `None` when the line is not part of the diff.
    pub(crate) fn comment_line(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        line: Line,
        commit: &str,
    ) -> Option<u64> {
        if !self.is_in_diff(repo, number, &line) {
            return None;
        }
        let id = self.put_line(repo, number, by, line, commit, None, None)?;
        self.tell_line(repo, number, id, "created", by, None);
        Some(id)
    }

    /// An answer below a comment.
    pub(crate) fn reply_to_line(
        &mut self,
        repo: u64,
        number: u64,
        by: u64,
        to: u64,
        body: &str,
    ) -> Option<u64> {
        let first = self.pull_mut(repo, number)?.comments.iter().find(|one| one.id == to)?.clone();
        let (commit, review) = (first.commit, first.review);
        let line =
            Line { path: first.path, line: first.line, side: first.side, body: body.to_owned() };
        let id = self.put_line(repo, number, by, line, &commit, review, Some(to))?;
        self.tell_line(repo, number, id, "created", by, None);
        Some(id)
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
        self.tell_review(repo, number, id, "submitted", by, None);
    }

    pub(crate) fn dismiss_review(&mut self, repo: u64, number: u64, id: u64, by: u64) {
        self.with_review(repo, number, id, |review| "DISMISSED".clone_into(&mut review.state));
        self.tell_review(repo, number, id, "dismissed", by, None);
    }

    pub(crate) fn discard_review(&mut self, repo: u64, number: u64, id: u64) {
        if let Some(pull) = self.pull_mut(repo, number) {
            pull.reviews.retain(|one| one.id != id);
            pull.comments.retain(|one| one.review != Some(id));
        }
    }

    fn pull_of_line(&self, repo: u64, id: u64) -> Option<u64> {
        let mut issues = self.repos.get(&repo)?.issues.values();
        let has_it = |pull: &Pull| pull.comments.iter().any(|one| one.id == id);
        issues.find(|issue| issue.pull.as_deref().is_some_and(has_it)).map(|issue| issue.number)
    }

    pub(crate) fn edit_line_comment(&mut self, repo: u64, id: u64, by: u64, body: &str) {
        let (now, number) = (self.now(), self.pull_of_line(repo, id).unwrap_or_default());
        let Some(pull) = self.pull_mut(repo, number) else {
            return;
        };
        let Some(comment) = pull.comments.iter_mut().find(|one| one.id == id) else {
            return;
        };
        let before = std::mem::replace(&mut comment.body, body.to_owned());
        comment.updated = now;
        self.note_pings(repo, number, by, body);
        let changes = json!({ "body": { "from": before } });
        self.tell_line(repo, number, id, "edited", by, Some(changes));
    }

    pub(crate) fn delete_line_comment(&mut self, repo: u64, id: u64, by: u64) {
        let number = self.pull_of_line(repo, id).unwrap_or_default();
        self.tell_line(repo, number, id, "deleted", by, None);
        if let Some(pull) = self.pull_mut(repo, number) {
            pull.comments.retain(|one| one.id != id);
        }
    }

    fn tell_review(
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

    fn tell_line(
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
        let comment =
            issue.pull.as_ref().and_then(|pull| pull.comments.iter().find(|one| one.id == id));
        let Some(comment) = comment else { return };
        let mut shown = self.show_review_comment(place, issue, comment);
        // Webhooks write it although the comment has one line only.
        shown["start_side"] = Value::Null;
        let mut happening = Happening::new("pull_request_review_comment", action, by)
            .with("comment", shown)
            .with("pull_request", self.show_pull(place, issue, false));
        if let Some(changes) = changes {
            happening = happening.with("changes", changes);
        }
        let happening = happening.in_repo(self, repo);
        self.emit(happening);
    }
}
